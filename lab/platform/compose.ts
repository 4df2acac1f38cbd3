/**
 * Writes the XML of a message from a small description, as WeChat writes it: text in CDATA, numbers
 * bare, one element a line, `MsgId` at the end. Nothing here checks whether a description makes
 * sense: the platform may send a kind tomorrow that nobody knows today, and so may this.
 *
 * Control characters are left as they are, as WeChat leaves them, although XML 1.0 forbids them: a
 * server has to live with that. For `]]>` in a text there is a choice, see {@link ComposeOptions}.
 *
 * @module
 */
import { readDescription } from "./description.ts";
import { BARE_IF_DIGITS } from "./identifiers.ts";
import { writeJson } from "./json-format.ts";
import { isRecord } from "./lab-input.ts";
import type { Composed, Description, Envelope, FieldInput, LabFormat } from "./types.ts";

/** What a test of a server may want to differ. */
export interface ComposeOptions {
  /**
   * `split` (the default) writes `]]>` in a text as two sections of CDATA, so that the XML is well
   * formed. `raw` leaves it as it is, as WeChat has been seen to do: the section then ends early.
   */
  readonly cdataEnd?: "split" | "raw" | undefined;
  /** That of the account. Default XML. */
  readonly format?: LabFormat | undefined;
}

const DIGITS = /^\d+$/;

/**
 * Composes a message.
 *
 * @param envelope what the description leaves out; where both have a field, the description wins,
 *   so that a test can send a wrong one
 * @throws EchostrError `LAB_INPUT_INVALID`
 *
 * @example
 * composeMessage(
 *   { MsgType: "text", Content: "你好" },
 *   { ToUserName: "gh_1", FromUserName: "oA", CreateTime: 1714112445, MsgId: "605476859006471" },
 * ).xml;
 */
export function composeMessage(
  description: Description,
  envelope: Envelope,
  options: ComposeOptions = {},
): Composed {
  const fields = withEnvelope(readDescription(description), envelope);
  if (options.format === "json") return { xml: writeJson(fields), fields };
  return { xml: `<xml>${elements(fields, options)}</xml>`, fields };
}

/** Messages have a `MsgId`, events have none. */
export function hasMessageId(description: Description): boolean {
  return description.MsgType !== "event" && description.MsgType !== "device_event";
}

/** The envelope first, then the kind, then the description's own fields, `MsgId` last. */
function withEnvelope(description: Description, envelope: Envelope): Description {
  const { MsgId, ...head } = envelope;
  const { MsgType, ...own } = description;
  return {
    ...head,
    MsgType,
    ...(MsgId !== undefined && hasMessageId(description)
      ? { ...own, MsgId: own["MsgId"] ?? MsgId }
      : own),
  };
}

function elements(fields: Readonly<Record<string, FieldInput>>, options: ComposeOptions): string {
  return Object.entries(fields)
    .flatMap(([name, value]) =>
      isList(value) ? value.map((item) => [name, item] as const) : [[name, value] as const],
    )
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<${name}>${content(name, value, options)}</${name}>\n`)
    .join("");
}

function content(name: string, value: FieldInput, options: ComposeOptions): string {
  if (isRecord(value)) return elements(value as Readonly<Record<string, FieldInput>>, options);
  if (typeof value !== "string") return String(value);
  if (BARE_IF_DIGITS.has(name) && DIGITS.test(value)) return value;
  const text = options.cdataEnd === "raw" ? value : value.replaceAll("]]>", "]]]]><![CDATA[>");
  return `<![CDATA[${text}]]>`;
}

function isList(value: FieldInput): value is readonly FieldInput[] {
  return Array.isArray(value);
}
