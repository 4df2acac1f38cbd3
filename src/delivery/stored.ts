/**
 * What delivery keeps in a store, and how it is read there. Another version or another program may
 * have written a value: what has not the form is as if it were not there, so that it costs no
 * follower an answer.
 *
 * @module
 */
import type { Reply } from "../protocol/reply.ts";

/** An answer as the processes that share a store see it. */
export interface SharedAnswer {
  readonly pieces: readonly Reply[];
}

/** An answer that waits for its follower. */
export interface ParkedReply {
  readonly reply: Reply;
  /** The key of the message that it answers. */
  readonly of: string;
  /** The follower has been asked to write something to get it. */
  readonly asked: boolean;
  /** When it is forgotten, in milliseconds since 1970. */
  readonly until: number;
}

/** How many deliveries of a message came, and when the latest did, in milliseconds since 1970. */
export interface CountedDeliveries {
  readonly count: number;
  readonly at: number;
}

/** @param text what stands in the store, `undefined` for nothing */
export function readAnswer(text: string | undefined): SharedAnswer | undefined {
  const value = parsed(text);
  if (!isRecord(value) || !Array.isArray(value["pieces"])) return undefined;
  const pieces: readonly unknown[] = value["pieces"];
  return pieces.every(isReply) ? { pieces } : undefined;
}

/**
 * @param text what stands in the store, `undefined` for nothing
 * @returns those of the line that have the form
 */
export function readLine(text: string | undefined): readonly ParkedReply[] {
  const value = parsed(text);
  return Array.isArray(value) ? (value as readonly unknown[]).filter(isParked) : [];
}

/** @param text such as `2 1714112445000`, `undefined` for nothing */
export function readDeliveries(text: string | undefined): CountedDeliveries {
  const [, count = "0", at = "0"] = /^(\d{1,9}) (\d{1,16})$/.exec(text ?? "") ?? [];
  return { count: Number(count), at: Number(at) };
}

function isParked(value: unknown): value is ParkedReply {
  return (
    isRecord(value) &&
    isReply(value["reply"]) &&
    typeof value["of"] === "string" &&
    typeof value["asked"] === "boolean" &&
    typeof value["until"] === "number"
  );
}

/** Whether it can be rendered is seen when it is; a text is also joined and cut before. */
function isReply(value: unknown): value is Reply {
  if (!isRecord(value) || typeof value["MsgType"] !== "string") return false;
  if (value["MsgType"] === "text") return typeof value["Content"] === "string";
  return Object.keys(value).length > 1;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}
