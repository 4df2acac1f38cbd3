/**
 * What stands in a store, by kind: examples of each, and what nobody could tell from a value that
 * another process has written.
 *
 * @module
 */

/** Words that stand in the keys. */
export type Kind =
  | ("parked" | "owed" | "answer" | "deliveries" | "mark")
  | ("session" | "access_token");

export const KINDS: readonly Kind[] = [
  ...(["parked", "owed", "answer", "deliveries", "mark", "session", "access_token"] as const),
];

const REPLY = '{"MsgType":"text","Content":"from elsewhere"}';
const NEWS =
  '{"MsgType":"news","Articles":[{"Title":"t","Description":"d","PicUrl":"p","Url":"u"}]}';

/** Values as they are, and nearly so. */
export const VALUES: readonly string[] = [
  `{"pieces":[${REPLY}]}`,
  `{"pieces":[${NEWS},${REPLY}]}`,
  ...['{"pieces":[]}', '{"pieces":"text"}', '{"pieces":[{"MsgType":"text"}]}', '{"pieces":[1]}'],
  `[{"reply":${REPLY},"of":"key","asked":false,"until":9000000000000}]`,
  `[{"reply":${NEWS},"of":"key","asked":true,"until":9000000000000}]`,
  `[{"reply":null,"of":"key","asked":false,"until":9000000000000}]`,
  ...["[]", "{}", "null", "0", '""', "", "1", "[null]", "[[]]", "true", '{"count":1}', "[1,2]"],
  ...["1 1714112445000", "3 1714112445000", "0 0", "x y", "1", "1e9 1e18", "-5 -5", "2 9e15"],
  ...["given", "gave up", "parked", "parked\n1714112445000", "Given", '{"count":"x"}', '{"count":{"a":1}}'],
  '{"token":"another0token","expiresAt":9000000000000,"renewAt":9000000000000}',
  '{"token":"another0token","expiresAt":1,"renewAt":1}',
  '{"token":7,"expiresAt":null,"renewAt":"x"}',
];

/** Whether it says something of this kind, so that what the follower sees may depend on it. */
export function isBelievable(kind: Kind, text: string): boolean {
  switch (kind) {
    case "owed":
      return true; // That it is there is all that it says.
    case "mark":
      return /^(?:given|gave up|parked)\b/.test(text);
    case "deliveries":
      return /^\d{1,9} \d{1,16}$/.test(text) && text !== "0 0";
    default:
      return isRight(kind, parsed(text));
  }
}

function isRight(kind: "parked" | "answer" | "session" | "access_token", value: unknown): boolean {
  switch (kind) {
    case "parked":
      // One that is right among others may be given.
      return Array.isArray(value) && value.some((each) => isRecord(each) && isReply(each["reply"]));
    case "answer":
      if (!isRecord(value) || !Array.isArray(value["pieces"])) return false;
      return value["pieces"].every(isReply);
    case "session":
      return isRecord(value) && Object.keys(value).length > 0;
    case "access_token":
      return isRecord(value) && typeof value["token"] === "string";
  }
}

/** A reply with all the fields that it needs. */
function isReply(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { MsgType } = value;
  if (MsgType === "text") return typeof value["Content"] === "string";
  return typeof MsgType === "string" && Object.keys(value).length > 1;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
