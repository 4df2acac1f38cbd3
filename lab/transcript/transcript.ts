/**
 * A conversation in a file: JSON Lines, one thing that happened a line, so that it can be read,
 * shortened and compared by anybody. The first line says which form it has. Nothing secret is in
 * it: no token, no key, no signature.
 *
 * ```text
 * {"transcript":"echostr","version":1,"originalId":"gh_…","mode":"plain"}
 * {"type":"delivery","at":0,"openId":"o…","description":{…},"shown":{…},"attempts":[…]}
 * {"type":"sent","at":20000,"openId":"o…","msgType":"text","text":"…","body":{…}}
 * ```
 *
 * @module
 */
import type { SentMessage } from "../api-side/sent-message.ts";
import { EchostrError, messageOf } from "../../src/errors.ts";
import { readDescription } from "../platform/description.ts";
import { invalidInput, isRecord } from "../platform/lab-input.ts";
import type { Attempt, DeliveryRecord, Description, LabAccount, Shown } from "../platform/types.ts";
import { areAttempts, isSent, isShallow, isShown, isTime } from "./check-line.ts";

const VERSION = 1;

/** A longer part of a wrong line is not shown: a line may have any length. */
const MOST_SHOWN = 200;

/** What became of one delivery of a message. */
export interface TranscribedAttempt {
  readonly outcome: Attempt["outcome"];
  readonly ms: number;
  /** The codes of what was found wrong. */
  readonly findings: readonly string[];
}

/** A message, and what the follower saw. */
export interface TranscribedDelivery {
  readonly type: "delivery";
  /** Milliseconds since the first line. */
  readonly at: number;
  readonly openId: string;
  readonly description: Description;
  readonly shown: Shown;
  readonly attempts: readonly TranscribedAttempt[];
}

/** A customer-service message. */
export interface TranscribedMessage {
  readonly type: "sent";
  /** Milliseconds since the first line. */
  readonly at: number;
  readonly openId: string;
  readonly msgType: string;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export type TranscribedLine = TranscribedDelivery | TranscribedMessage;

/** A transcript that was read. */
export interface Transcript {
  readonly version: number;
  readonly originalId: string;
  readonly mode: string;
  readonly lines: readonly TranscribedLine[];
}

/** What happened, in any order. */
export interface Happened {
  readonly deliveries: readonly DeliveryRecord[];
  readonly sent: readonly SentMessage[];
}

/**
 * Writes a transcript.
 *
 * @example
 * writeFileSync("talk.jsonl", writeTranscript(account, { deliveries, sent: api.sent }));
 */
export function writeTranscript(
  account: Pick<LabAccount, "originalId" | "mode">,
  happened: Happened,
): string {
  const { originalId, mode } = account;
  const lines = linesOf(happened);
  const head = { transcript: "echostr", version: VERSION, originalId, mode };
  return [head, ...lines].map((line) => `${JSON.stringify(line, bigintAsText)}\n`).join("");
}

/** What happened as the lines of a transcript, in order of time. */
export function linesOf({ deliveries, sent }: Happened): readonly TranscribedLine[] {
  const start = Math.min(...[...deliveries, ...sent].map(({ at }) => at));
  return [
    ...deliveries.map((record) => deliveryLine(record, start)),
    ...sent.map((message) => sentLine(message, start)),
  ].sort((a, b) => a.at - b.at);
}

/**
 * Reads a transcript.
 *
 * @throws EchostrError `LAB_INPUT_INVALID`, with the number of the line
 */
export function readTranscript(text: string): Transcript {
  if (text.includes("\0")) {
    throw invalidInput("A transcript must be text in UTF-8, got NUL: save it as UTF-8 if it is UTF-16");
  }
  const [head, ...rest] = text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .map((source, index) => ({ source: source.trim(), number: index + 1 }))
    .filter(({ source }) => source !== "");
  const { transcript, version, originalId, mode } = head === undefined ? {} : parseLine(head);
  if (transcript !== "echostr") {
    throw invalidInput('The first line of a transcript must have "transcript":"echostr"');
  }
  if (version !== VERSION) {
    const got = JSON.stringify(version)?.slice(0, MOST_SHOWN);
    throw invalidInput(`Version of the transcript must be ${VERSION}, got ${got}`);
  }
  return {
    version: VERSION,
    originalId: typeof originalId === "string" ? originalId : "",
    mode: typeof mode === "string" ? mode : "",
    lines: rest.map(readLine),
  };
}

interface SourceLine {
  readonly source: string;
  readonly number: number;
}

function parseLine({ source, number }: SourceLine): Readonly<Record<string, unknown>> {
  const value = parseJsonLine(source, number);
  if (!isRecord(value)) throw invalidInput(`Line ${number} of the transcript is not an object`);
  if (isShallow(value)) return value;
  throw invalidInput(`Line ${number} of the transcript is nested deeper than anything written`);
}

function parseJsonLine(source: string, number: number): unknown {
  try {
    return JSON.parse(source) as unknown;
  } catch (cause) {
    const why = messageOf(cause).slice(0, MOST_SHOWN);
    throw invalidInput(`Line ${number} of the transcript is not JSON: ${why}`, { cause });
  }
}

function readLine(line: SourceLine): TranscribedLine {
  const value = parseLine(line);
  const { type, at, openId } = value;
  const expect = (isThere: boolean, what: string): void => {
    if (!isThere) throw invalidInput(`Line ${line.number} of the transcript needs ${what}`);
  };
  expect(isTime(at), "at, in milliseconds");
  expect(typeof openId === "string" && openId !== "", "openId");
  if (type === "sent") {
    expect(isSent(value), "msgType, text and body");
    return value as unknown as TranscribedMessage;
  }
  expect(type === "delivery", 'type "delivery" or "sent"');
  checkDescription(value["description"], line.number);
  expect(isShown(value["shown"]), "shown, with the reply where what is reply");
  expect(areAttempts(value["attempts"]), "attempts, each with its ms");
  return value as unknown as TranscribedDelivery;
}

function checkDescription(description: unknown, number: number): void {
  try {
    readDescription(description);
  } catch (cause) {
    if (!(cause instanceof EchostrError)) throw cause;
    const why = cause.message.slice(0, MOST_SHOWN);
    throw invalidInput(`Line ${number} of the transcript: ${why}`, { cause });
  }
}

function deliveryLine(record: DeliveryRecord, start: number): TranscribedDelivery {
  const { at, openId, description, shown } = record;
  const attempts = record.attempts.map(({ outcome, ms, verdict }) => ({
    outcome,
    ms: Math.round(ms),
    findings: verdict?.findings.map(({ code }) => code) ?? [],
  }));
  return { type: "delivery", at: Math.round(at - start), openId, description, shown, attempts };
}

function sentLine(message: SentMessage, start: number): TranscribedMessage {
  const { at, openId, msgType, text, body } = message;
  return { type: "sent", at: Math.round(at - start), openId, msgType, text, body };
}

/** JSON knows no number of 64 bits; composed as text, it comes out the same. */
function bigintAsText(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
