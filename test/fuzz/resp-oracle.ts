/**
 * A second reader of RESP2, for the fuzzer: it has the whole stream in front of it, walks through
 * it by recursion, and shares nothing with the first but the two types.
 *
 * @module
 */
import { RespError } from "../../src/store/resp.ts";
import type { RespLimits, RespReply } from "../../src/store/resp.ts";

export interface RespReading {
  readonly replies: readonly RespReply[];
  /** Behind them stands what is no reply, or one beyond the limits. */
  readonly refused: boolean;
  /** The stream ends where a reply does. */
  readonly isWhole: boolean;
}

class Refused extends Error {}
class NotAtItsEnd extends Error {}

const NO_LIMITS: Required<RespLimits> = {
  maxLineBytes: Infinity,
  maxReplyBytes: Infinity,
  maxElements: Infinity,
  maxDepth: Infinity,
};

export function readResp(stream: Uint8Array, limits: Required<RespLimits> | undefined): RespReading {
  const bytes = Buffer.from(stream);
  const replies: RespReply[] = [];
  let at = 0;
  try {
    while (at < bytes.length) {
      const reader = new Reader(bytes, at, limits ?? NO_LIMITS);
      replies.push(reader.reply(0));
      ({ at } = reader);
    }
  } catch (error) {
    if (error instanceof NotAtItsEnd) return { replies, refused: false, isWhole: false };
    if (error instanceof Refused) return { replies, refused: true, isWhole: false };
    throw error;
  }
  return { replies, refused: false, isWhole: true };
}

class Reader {
  at: number;
  readonly #start: number;
  readonly #bytes: Buffer;
  readonly #limits: Required<RespLimits>;
  #elements = 0;

  constructor(bytes: Buffer, at: number, limits: Required<RespLimits>) {
    this.#bytes = bytes;
    this.#start = at;
    this.at = at;
    this.#limits = limits;
  }

  reply(depth: number): RespReply {
    if (this.at >= this.#bytes.length) throw new NotAtItsEnd();
    const kind = String.fromCharCode(this.#bytes[this.at] ?? 0);
    if (!"+-:$*".includes(kind)) throw new Refused();
    const before = this.at - this.#start;
    const line = this.#line();
    if (this.at - this.#start > this.#limits.maxReplyBytes) throw new Refused();
    if (kind === "+") return line.toString();
    if (kind === "-") return new RespError(line.toString());
    const number = integer(line.toString("latin1"));
    if (kind === ":") return number;
    if (number === -1) return null;
    return kind === "$" ? this.#bulk(number, before) : this.#array(number, depth);
  }

  #line(): Buffer {
    const { maxLineBytes } = this.#limits;
    const end = this.#bytes.indexOf("\n", this.at);
    const length = (end === -1 ? this.#bytes.length : end) - this.at;
    if (length > maxLineBytes) throw new Refused();
    if (end === -1) throw new NotAtItsEnd();
    if (this.#bytes[end - 1] !== 13) throw new Refused();
    const line = this.#bytes.subarray(this.at + 1, end - 1);
    this.at = end + 1;
    return line;
  }

  #bulk(length: number, before: number): string {
    if (length < 0 || length > this.#limits.maxReplyBytes - before) throw new Refused();
    const text = this.#bytes.subarray(this.at, this.at + length);
    const end = this.#bytes.subarray(this.at + length, this.at + length + 2).toString("latin1");
    if (end.length < 2) throw new NotAtItsEnd();
    if (end !== "\r\n") throw new Refused();
    this.at += length + 2;
    return text.toString();
  }

  #array(length: number, depth: number): RespReply {
    const { maxElements, maxDepth } = this.#limits;
    if (length < 0 || this.#elements + length > maxElements) throw new Refused();
    this.#elements += length;
    if (length > 0 && depth + 1 > maxDepth) throw new Refused();
    return Array.from({ length }, () => this.reply(depth + 1));
  }
}

function integer(text: string): number {
  if (!/^-?[0-9]{1,19}$/.test(text) || !Number.isSafeInteger(Number(text))) throw new Refused();
  return Number(text);
}
