/**
 * From a few words to a description: `text 你好`, `event CLICK KEY`, `location 23.1 113.3 广州`.
 *
 * What the words do not say comes from the sample of that kind, so that `image` alone is a whole
 * message.
 *
 * @module
 */
import { invalidInput } from "../platform/lab-input.ts";
import { samples } from "../platform/samples.ts";
import type { Description } from "../platform/types.ts";

/** Which fields the words behind a kind fill, in this order. */
const FIELDS_OF: Readonly<Record<string, readonly string[]>> = {
  text: ["Content"],
  image: ["PicUrl", "MediaId"],
  voice: ["MediaId", "Format"],
  video: ["MediaId", "ThumbMediaId"],
  shortvideo: ["MediaId", "ThumbMediaId"],
  location: ["Location_X", "Location_Y", "Label"],
  link: ["Title", "Description", "Url"],
  miniprogrampage: ["Title", "AppId", "PagePath"],
  "event:location": ["Latitude", "Longitude", "Precision"],
  "event:scan": ["EventKey", "Ticket"],
  "event:subscribe": ["EventKey", "Ticket"],
};

const FIELDS_OF_EVENT: readonly string[] = ["EventKey"];

/**
 * @param words the kind first; behind `event` the event's name
 * @throws EchostrError `LAB_INPUT_INVALID`
 *
 * @example
 * describeWords(["event", "click", "TODAY"]);
 * // { MsgType: "event", Event: "CLICK", EventKey: "TODAY" }
 */
export function describeWords(words: readonly string[]): Description {
  const [type = "", ...rest] = words;
  if (type === "") throw invalidInput("A kind expected, such as text, got none");
  if (type !== "event") return fill(type, startOf(type, { MsgType: type }), rest);
  const [event, ...values] = rest;
  if (event === undefined) throw invalidInput("Behind event the event's name expected, got none");
  const kind = `event:${event.toLowerCase()}`;
  return fill(kind, startOf(kind, { MsgType: "event", Event: event }), values);
}

/** `Name=value` in place of what a description has. */
export function withFields(description: Description, fields: readonly string[]): Description {
  const pairs = fields.map((field) => {
    const at = field.indexOf("=");
    if (at <= 0) throw invalidInput(`--field takes Name=value, got "${field}"`);
    return [field.slice(0, at), field.slice(at + 1)] as const;
  });
  return { ...description, ...Object.fromEntries(pairs) };
}

/** The first sample of the kind; what the platform does not know may be sent all the same. */
function startOf(kind: string, otherwise: Description): Description {
  return samples().find((sample) => sample.kind === kind)?.description ?? otherwise;
}

function fill(kind: string, start: Description, words: readonly string[]): Description {
  const names = FIELDS_OF[kind] ?? (kind.startsWith("event:") ? FIELDS_OF_EVENT : []);
  // A text need not be in quotes.
  const values = kind === "text" && words.length > 1 ? [words.join(" ")] : words;
  if (values.length > names.length) {
    if (names.length === 0) {
      throw invalidInput(`Kind "${kind}" takes no words, got "${values[0]}"; --list shows the kinds`);
    }
    const expected = names.join(" ");
    throw invalidInput(`Behind ${kind} ${expected} expected, got ${values.length} words`);
  }
  const fields = values.map((value, index) => {
    const name = names[index] ?? "";
    return [name, typeof start[name] === "number" ? asNumber(value) : value] as const;
  });
  return { ...start, ...Object.fromEntries(fields) };
}

/** Numbers stand bare in the XML, where they are some. */
function asNumber(word: string): string | number {
  return word !== "" && Number.isFinite(Number(word)) ? Number(word) : word;
}
