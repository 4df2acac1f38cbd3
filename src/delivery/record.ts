/**
 * The state of a message, as one record that all processes of a bot change in single steps:
 *
 * ```text
 *            ┌─ its process was killed: another takes over ─┐
 * (nothing) ─┴─> working ──> ready ──> given <──────────────┘
 *                   └───────────────────^   a delivery was waiting when the answer came
 * ```
 *
 * A change compares the record with the one that was read (`swap` of the store). So only one of several
 * processes sends an answer, and a process that lost its message, because it was stopped for longer than its
 * lease, finds another record and writes nothing.
 *
 * A store may hold what another version or program wrote: a value without the expected form is ignored.
 *
 * @module
 */
import type { Reply } from "../protocol/reply.ts";
import { isObject, parseJson } from "../store/written.ts";
import { firstPiece } from "./pieces.ts";
import type { PieceLimits } from "./pieces.ts";

/** A message and where it stands. */
export type MessageRecord = Counted & Standing;

export interface Counted {
  /** When the first delivery came: its place among what its follower wrote. */
  readonly since: number;
  /** How many of WeChat's deliveries of it came, to whichever process. */
  readonly deliveries: number;
  /** When the latest of them came. All times are milliseconds since 1970. */
  readonly at: number;
  /** When it is forgotten. */
  readonly expires: number;
}

export type Standing = Working | Ready | GivenAnswer;

/** A process runs its handler, or prepares to. */
export interface Working {
  readonly state: "working";
  /** A unique name. */
  readonly by: string;
  /** When it is taken for killed, unless it renews. */
  readonly until: number;
  /** The last delivery was answered without the answer. */
  readonly late: boolean;
}

/** The answer is ready, and nothing of it has been sent. */
export interface Ready {
  readonly state: "ready";
  /** Who made it, and may still give it to the delivery that waits there. */
  readonly by?: string | undefined;
  readonly replies: readonly Reply[];
  readonly late: boolean;
  readonly hold?: Hold | undefined;
}

/** Its beginning was handed out, or there was nothing to say. */
export interface GivenAnswer {
  readonly state: "given";
  /** What a repeat of a delivery gets; missing when it went out in another way. */
  readonly reply?: Reply | undefined;
  /** What is still to be fetched, in its order. */
  readonly rest: readonly Reply[];
  /** The reply holds an earlier answer alone: all of its own is in `rest`. */
  readonly isWhole?: boolean | undefined;
  /** The key of the message whose answer went out with this one. */
  readonly took?: string | undefined;
  /** A delivery in another process has read it: it cannot be taken back. */
  readonly isSeen?: boolean | undefined;
  readonly hold?: Hold | undefined;
  /** Its holder did not report in time whether it was sent, so it counts as sent. */
  readonly counted?: Hold | undefined;
}

/** Somebody is handing out the next piece. Should he be killed, it is free when the lease is over. */
export interface Hold {
  /** The key of the message with which it goes out, or the name of a process that pushes it. */
  readonly by: string;
  readonly until: number;
}

/** Longer than any hold, and than a lease that is renewed, though the clocks of machines differ. */
export const LONGEST_MS = 60_000;

/**
 * Whether a lease runs. One that would end later than any does was written before the clock was set
 * back, and is over.
 *
 * @param longestMs the longest that such a lease may be
 */
export function isRunning(until: number, now: number, longestMs: number = LONGEST_MS): boolean {
  return until > now && until <= now + longestMs;
}

/** What is still to be handed out of an answer. */
export function remaining(record: Ready | GivenAnswer): readonly Reply[] {
  return record.state === "ready" ? record.replies : record.rest;
}

/** The record when only `rest` remains to be sent. */
export function handedOut<R extends MessageRecord>(
  record: R & (Ready | GivenAnswer),
  rest: readonly Reply[],
): MessageRecord {
  const { since, deliveries, at, expires } = record;
  if (record.state === "ready") return { since, deliveries, at, expires, state: "given", rest };
  const { reply, took, isSeen, counted } = record;
  return { since, deliveries, at, expires, state: "given", reply, took, isSeen, counted, rest };
}

/**
 * The record after its own delivery took the answer.
 *
 * @param holdOf keeps the rest from others until the beginning has been sent
 */
export function givenToItsOwn<R extends MessageRecord>(
  record: R & Ready,
  limits: PieceLimits,
  holdOf: (rest: readonly Reply[]) => Hold | undefined,
): MessageRecord {
  const [reply, rest] = firstPiece(record.replies, limits);
  return { ...handedOut(record, rest), state: "given", reply, rest, hold: holdOf(rest) };
}

/**
 * @param text the value in the store, `undefined` for none
 * @returns `undefined` if it is not a record
 */
export function readRecord(text: string | undefined): MessageRecord | undefined {
  const value = parseJson(text);
  if (!isObject(value) || !["since", "deliveries", "at", "expires"].every((name) => isNumber(value[name]))) {
    return undefined;
  }
  const state = String(value["state"]);
  const isRight = Object.hasOwn(FORMS, state) && FORMS[state]?.(value);
  return isRight ? (value as unknown as MessageRecord) : undefined;
}

type Parsed = Readonly<Record<string, unknown>>;

const FORMS: Readonly<Record<string, (value: Parsed) => boolean>> = {
  working: ({ by, until, late }) =>
    typeof by === "string" && isNumber(until) && typeof late === "boolean",
  ready: ({ replies, late, hold }) =>
    isReplies(replies) && replies.length > 0 && typeof late === "boolean" && isHold(hold),
  given: ({ reply, rest, hold, counted }) =>
    (reply === undefined || isReply(reply)) && isReplies(rest) && isHold(hold) && isHold(counted),
};

function isHold(value: unknown): boolean {
  if (value === undefined) return true;
  return isObject(value) && typeof value["by"] === "string" && isNumber(value["until"]);
}

function isReplies(value: unknown): value is readonly Reply[] {
  return Array.isArray(value) && (value as readonly unknown[]).every(isReply);
}

/** Whether it can be rendered is seen when it is; a text is also joined and cut before. */
function isReply(value: unknown): value is Reply {
  if (!isObject(value) || typeof value["MsgType"] !== "string") return false;
  if (value["MsgType"] === "text") return typeof value["Content"] === "string";
  return Object.keys(value).length > 1;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
