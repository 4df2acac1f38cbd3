/**
 * What WeChat sends to the server: messages of followers, and events.
 *
 * A body is `<xml>` with one element a field. Five fields come always: `ToUserName` (the account,
 * `gh_…`), `FromUserName` (the follower's openid), `CreateTime` (unix seconds), `MsgType` and, when
 * that is `event`, `Event`. The others depend on the kind; the tables beside this file have them.
 *
 * In safe mode the body is `<xml>` with `<ToUserName>` and `<Encrypt>`, which holds such a body; in compat
 * mode all the plain fields are beside `<Encrypt>`. Only what is inside `<Encrypt>` is signed, so the plain
 * ones are not read.
 *
 * Names are those of the wire, so that WeChat's own pages can be searched for them; values are
 * text. Two properties are ours: `kind`, by which TypeScript tells the kinds apart, and `scene`.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import { EVENT_KINDS, LEGACY_EVENT_KINDS } from "./event-kinds.ts";
import { compileShape, readFields } from "./fields.ts";
import type { CompiledShape, Fields, FieldsOf, FieldValue, Shape } from "./fields.ts";
import { MESSAGE_KINDS } from "./message-kinds.ts";
import { parseXml } from "./xml.ts";
import { shortened } from "./xml-error.ts";
import type { XmlElement } from "./xml.ts";

type MessageKinds = typeof MESSAGE_KINDS;
type EventKinds = typeof EVENT_KINDS & typeof LEGACY_EVENT_KINDS;

/** The fields that every message and event has. */
export interface Envelope {
  /** The account's original id, `gh_…`. */
  ToUserName: string;
  /** The follower's openid. */
  FromUserName: string;
  /** Unix seconds, as text. */
  CreateTime: string;
}

/**
 * What the code was made with: `EventKey` of a scan, and of a follow without the `qrscene_` that WeChat
 * puts before it. Missing when the event did not come from a code.
 */
export interface Scene {
  scene?: string;
}

/** Every message that is not an event. */
export type OrdinaryMessage = {
  [K in keyof MessageKinds]: Envelope & { kind: K; MsgType: K } & FieldsOf<MessageKinds[K]>;
}[keyof MessageKinds];

/** Every event. `Event` is unchanged; compare `kind`, which has it in lower case. */
export type EventMessage = {
  [K in keyof EventKinds]: Envelope & {
    kind: `event:${K}`;
    MsgType: "event";
    Event: string;
  } & FieldsOf<EventKinds[K]> &
    (K extends "subscribe" | "scan" ? Scene : unknown);
}[keyof EventKinds];

/** A message or event that no table knows: all its fields are kept. */
export type UnknownMessage = Envelope & {
  kind: "unknown";
  MsgType: string;
  Event?: string;
  [field: string]: FieldValue | undefined;
};

/** Anything that WeChat may send. Switch on `kind`. */
export type Message = OrdinaryMessage | EventMessage | UnknownMessage;

/** The kinds that the tables know: `"text"`, `"image"`, `"event:subscribe"` and so on. */
export type KnownKind = Exclude<Message["kind"], "unknown">;

const COMMON_FIELDS = ["ToUserName", "FromUserName", "CreateTime", "MsgType"];
const COMMON_EVENT_FIELDS = [...COMMON_FIELDS, "Event"];

const SCENE_PREFIX = "qrscene_";

/** A kind, and how its fields are read. */
export interface KnownMessage {
  readonly kind: string;
  readonly shape: CompiledShape;
}

const UNKNOWN: KnownMessage = /* @__PURE__ */ knownMessage("unknown", "Event?");
/** By `MsgType`. */
export const MESSAGES: ReadonlyMap<string, KnownMessage> = /* @__PURE__ */ knownMessages("", MESSAGE_KINDS);
/** By `Event` in lower case. */
export const EVENTS: ReadonlyMap<string, KnownMessage> = /* @__PURE__ */ knownMessages(
  "event:",
  EVENT_KINDS,
  LEGACY_EVENT_KINDS,
);

function knownMessages(
  prefix: string,
  ...tables: readonly { readonly [name: string]: Shape }[]
): Map<string, KnownMessage> {
  const kinds = tables.flatMap((table) => Object.entries(table));
  return new Map(kinds.map(([name, shape]) => [name, knownMessage(prefix + name, shape)]));
}

/** Compiled with the first message of its kind: all eighty at once would slow down each start. */
function knownMessage(kind: string, shape: Shape): KnownMessage {
  const common = kind.startsWith("event:") ? COMMON_EVENT_FIELDS : COMMON_FIELDS;
  let compiled: CompiledShape | undefined;
  return {
    kind,
    get shape() {
      return (compiled ??= compileShape(shape, common));
    },
  };
}

/**
 * Reads a message or an event.
 *
 * @param source the (decrypted) body as text or bytes, or its root element
 * @returns an object without a prototype; a field that the kind always has but that did not come
 *   is `""`, a list that did not come is `[]`
 * @throws XmlError, EchostrError as `parseXml` does; `MESSAGE_INVALID` when the root is not `<xml>`
 *   or one of the five common fields is missing
 *
 * @example
 * const message = parseMessage(body);
 * if (message.kind === "text") console.log(message.FromUserName, message.Content);
 */
export function parseMessage(source: string | Uint8Array | XmlElement): Message {
  const root =
    typeof source === "string" || source instanceof Uint8Array ? parseXml(source) : source;
  const name = (root as Partial<XmlElement> | null | undefined)?.name;
  if (name !== "xml") {
    const got = typeof name === "string" ? `<${name}>` : `${typeof source} that is not an element`;
    const problem = `Root element must be <xml>, got ${got}`;
    throw new EchostrError("MESSAGE_INVALID", shortened(problem));
  }
  const msgType = textIn(root, "MsgType");
  const event = msgType === "event" ? (textIn(root, "Event") ?? "") : "";
  const known =
    (msgType === "event" ? EVENTS.get(event.toLowerCase()) : MESSAGES.get(msgType ?? "")) ?? UNKNOWN;

  // Ours comes first, and is set last: no field of the wire wins.
  const fields = readFields(root, known.shape, "kind");
  refusePlatformPush(fields);
  const due = msgType === "event" ? COMMON_EVENT_FIELDS : COMMON_FIELDS;
  const missing = due.find((each) => !isFilled(fields[each]));
  if (missing !== undefined) {
    throw new EchostrError("MESSAGE_INVALID", `Field ${missing} expected, got none`);
  }
  setOurs(fields, "kind", known.kind);
  setScene(fields, known.kind);
  // The tables that made the type made the fields.
  return fields as unknown as Message;
}

/** The text of the first child with a name; `undefined` when there is none. */
export function textIn(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

/**
 * What WeChat pushes to a third-party platform (第三方平台), and 企业微信 to a provider of suites, has no
 * sender and no `MsgType`, but an `InfoType`: `component_verify_ticket`, `authorized`, `suite_ticket`.
 */
function refusePlatformPush({ MsgType, InfoType, SuiteId }: Fields): void {
  if (isFilled(MsgType) || !isFilled(InfoType)) return;
  const whose = isFilled(SuiteId)
    ? "企业微信 pushes it to a provider of suites (服务商)"
    : "WeChat pushes it to a third-party platform (第三方平台)";
  const got = `InfoType ${String(InfoType).slice(0, 64)}`;
  throw new EchostrError(
    "MESSAGE_INVALID",
    `Field MsgType expected, got ${got}: ${whose}, and this is an account's address`,
  );
}

function isFilled(value: FieldValue | undefined): boolean {
  return typeof value === "string" && value !== "";
}

/** A scene may begin with `qrscene_` itself: only of a follow the prefix is WeChat's. */
function setScene(fields: Fields, kind: string): void {
  const { EventKey } = fields;
  if (typeof EventKey !== "string" || EventKey === "") return;
  if (kind === "event:scan") setOurs(fields, "scene", EventKey);
  if (kind === "event:subscribe" && EventKey.startsWith(SCENE_PREFIX)) {
    setOurs(fields, "scene", EventKey.slice(SCENE_PREFIX.length));
  }
}

/** Sets a property of ours; should the wire ever have a field of that name, it moves aside. */
function setOurs(fields: Fields, name: string, value: string): void {
  if (fields[name] !== undefined) fields[`${name}_`] = fields[name];
  fields[name] = value;
}
