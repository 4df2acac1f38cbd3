/**
 * What stands in a store, by kind: examples of each, and what nobody could tell from a value that
 * another process has written.
 *
 * @module
 */

/** Words that stand in the keys. */
export type Kind = "run" | "line" | "session" | "access_token";

export const KINDS: readonly Kind[] = ["run", "line", "session", "access_token"];

const REPLY = '{"MsgType":"text","Content":"from elsewhere"}';
const NEWS =
  '{"MsgType":"news","Articles":[{"Title":"t","Description":"d","PicUrl":"p","Url":"u"}]}';

const COUNTED = '"since":1714112445000,"deliveries":1,"at":1714112445000,"expires":9000000000000';
const HOLD = '"hold":{"by":"key","until":9000000000000}';

/** Values as they are, and nearly so. */
export const VALUES: readonly string[] = [
  `{${COUNTED},"state":"working","by":"another","until":9000000000000,"late":false}`,
  `{${COUNTED},"state":"working","by":"another","until":1,"late":true}`,
  `{${COUNTED},"state":"ready","replies":[${REPLY}],"late":false}`,
  `{${COUNTED},"state":"ready","replies":[${NEWS},${REPLY}],"late":true,${HOLD}}`,
  `{${COUNTED},"state":"given","reply":${REPLY},"rest":[${NEWS}]}`,
  `{${COUNTED},"state":"given","rest":[],"took":"key","isSeen":true,"isWhole":true}`,
  `{${COUNTED},"state":"given","rest":[1]}`,
  `{${COUNTED},"state":"ready","replies":[],"late":false}`,
  `{${COUNTED},"state":"toString","reply":${REPLY},"rest":[]}`,
  `{"since":"1","deliveries":null,"at":{},"expires":[],"state":"given","rest":[]}`,
  `{"since":1e300,"deliveries":-1e300,"at":-1e300,"expires":-1e300,"state":"given","rest":[]}`,
  '[{"of":"key","since":1,"begun":false,"until":9000000000000,"bytes":50}]',
  '[{"of":"key","since":1,"begun":true,"until":9000000000000,"bytes":600000}]',
  '[{"of":1,"since":"1","begun":1,"until":"x","bytes":null}]',
  ...["[]", "{}", "null", "0", '""', "", "1", "[null]", "[[]]", "true", '{"count":1}', "[1,2]"],
  ...['{"count":"x"}', '{"count":{"a":1}}'],
  '{"token":"another0token","expiresAt":9000000000000,"renewAt":9000000000000}',
  '{"token":"another0token","expiresAt":1,"renewAt":1}',
  '{"token":7,"expiresAt":null,"renewAt":"x"}',
];

/** Whether it says something of this kind, so that what the follower sees may depend on it. */
export function isBelievable(kind: Kind, text: string): boolean {
  const value = parsed(text);
  switch (kind) {
    case "run":
      return isRecord(value) && isStanding(value);
    case "line":
      // A reference to nothing is taken out, but one that fills the line leaves no room for others.
      return Array.isArray(value) && value.some((each) => isRecord(each) && typeof each["of"] === "string");
    case "session":
      return isRecord(value) && Object.keys(value).length > 0;
    case "access_token":
      return isRecord(value) && typeof value["token"] === "string";
    default:
      return kind satisfies never;
  }
}

function isStanding({ state, by, until, late, replies, reply, rest, ...counted }: Value): boolean {
  if (!["since", "deliveries", "at", "expires"].every((name) => typeof counted[name] === "number")) return false;
  const all = (value: unknown): boolean => Array.isArray(value) && value.every(isReply);
  if (state === "working") return typeof by === "string" && typeof until === "number" && typeof late === "boolean";
  if (state === "ready") return all(replies) && typeof late === "boolean";
  return state === "given" && all(rest) && (reply === undefined || isReply(reply));
}

type Value = Readonly<Record<string, unknown>>;

/** A reply with all the fields that it needs. */
function isReply(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { MsgType } = value;
  if (MsgType === "text") return typeof value["Content"] === "string";
  return typeof MsgType === "string" && Object.keys(value).length > 1;
}

function isRecord(value: unknown): value is Value {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
