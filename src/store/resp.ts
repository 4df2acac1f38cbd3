/**
 * RESP2, the protocol of Redis: commands out, replies in. Strings and bytes only; no socket.
 *
 * A command is an array of bulk strings. A reply begins with a byte that names its kind and ends
 * with CRLF:
 *
 *     +OK\r\n   -ERR text\r\n   :12\r\n   $5\r\nhello\r\n   $-1\r\n (nothing)   *2\r\n…two replies…
 *
 * Left out: RESP3, which a client has to ask for, and pushed messages, which come only to
 * subscribers.
 *
 * The decoder takes the bytes as they come, cut anywhere. It believes no length before it has
 * compared it with its limits, and its work grows with the bytes that came, not with the pieces
 * they came in.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";

/**
 * An error that the server gave in place of a reply: a value, for the connection itself is sound.
 */
export class RespError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

export type RespReply = string | number | null | RespError | readonly RespReply[];

export interface RespLimits {
  /** Longest line: a status, an error or a number. Default 16 KiB. */
  readonly maxLineBytes?: number;
  /** Longest reply, all its elements together. Default 16 MiB. */
  readonly maxReplyBytes?: number;
  /** Most elements of a reply, those of arrays in arrays included. Default 65,536. */
  readonly maxElements?: number;
  /** How deep arrays may be nested. Default: 8. */
  readonly maxDepth?: number;
}

const CR = 13;
const LF = 10;

/** The command as it goes over the wire, to be written as UTF-8. */
export function encodeCommand(words: readonly string[]): string {
  let text = `*${words.length}\r\n`;
  for (const word of words) text += `$${Buffer.byteLength(word)}\r\n${word}\r\n`;
  return text;
}

interface OpenArray {
  readonly items: RespReply[];
  missing: number;
}

export class RespDecoder {
  readonly #limits: Required<RespLimits>;
  readonly #open: OpenArray[] = [];
  #parts: Buffer[] = [];
  #held = 0;
  /** Nothing can be read before so many bytes are held, so they are not even put together. */
  #needed = 1;
  #bulkBytes: number | undefined;
  /** What the reply that is being read has cost so far. */
  #replyBytes = 0;
  #replyElements = 0;

  constructor(limits: RespLimits = {}) {
    this.#limits = {
      maxLineBytes: 16 * 1024,
      maxReplyBytes: 16 * 1024 * 1024,
      maxElements: 65_536,
      maxDepth: 8,
      ...limits,
    };
  }

  /**
   * The replies that are complete with this piece, in order.
   *
   * @throws EchostrError STORE_FAILED when it is not RESP2 or beyond a limit; the connection is
   *   lost then
   */
  push(piece: Uint8Array): RespReply[] {
    this.#parts.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    this.#held += piece.byteLength;
    if (this.#held < this.#needed) return [];
    const bytes =
      this.#parts.length === 1 ? (this.#parts[0] ?? Buffer.of()) : Buffer.concat(this.#parts);
    const replies: RespReply[] = [];
    const read = this.#read(bytes, replies);
    const rest = bytes.subarray(read);
    this.#parts = rest.length === 0 ? [] : [rest];
    this.#held = rest.length;
    return replies;
  }

  /** Reads what can be read; returns how far. */
  #read(bytes: Buffer, replies: RespReply[]): number {
    let at = 0;
    for (;;) {
      const next =
        this.#bulkBytes === undefined ? this.#readLine(bytes, at) : this.#readBulk(bytes, at);
      if (next === undefined) return at;
      this.#replyBytes += next.end - at;
      at = next.end;
      if (next.reply === undefined) continue;
      const reply = this.#close(next.reply);
      if (reply === undefined) continue;
      replies.push(reply);
      this.#replyBytes = 0;
      this.#replyElements = 0;
    }
  }

  #readLine(bytes: Buffer, at: number): { end: number; reply: RespReply | undefined } | undefined {
    const { maxLineBytes, maxReplyBytes } = this.#limits;
    // The kind is judged from its first byte: a peer of another trade should not be waited for.
    const kind = bytes[at];
    if (kind !== undefined && !KINDS.has(kind)) throw refuse(`begins with ${quote(kind)}`);
    // No further than a piece with the same bytes could be read that ends where the limit does.
    const lineEnd = bytes.subarray(0, at + maxLineBytes + 1).indexOf(LF, at);
    if (lineEnd === -1) {
      if (bytes.length - at > maxLineBytes) throw refuse(`has a line above ${maxLineBytes} bytes`);
      this.#needed = bytes.length - at + 1;
      return undefined;
    }
    if (bytes[lineEnd - 1] !== CR) throw refuse("has a line that does not end with CRLF");
    // A bulk string says how long it is; lines add up as they come.
    requireWithin(lineEnd + 1 - at, maxReplyBytes - this.#replyBytes, "line", "bytes");
    const line = bytes.toString("utf8", at + 1, lineEnd - 1);
    return { end: lineEnd + 1, reply: this.#openLine(String.fromCharCode(kind ?? 0), line) };
  }

  /** The reply that is the line, or undefined when more belongs to it. */
  #openLine(kind: string, line: string): RespReply | undefined {
    if (kind === "+") return line;
    if (kind === "-") return new RespError(line);
    const number = readInteger(line);
    if (kind === ":") return number;
    if (number === -1) return null;
    if (kind === "$") {
      requireWithin(number, this.#limits.maxReplyBytes - this.#replyBytes, "bulk string", "bytes");
      this.#bulkBytes = number;
      return undefined;
    }
    requireWithin(number, this.#limits.maxElements - this.#replyElements, "array", "elements");
    this.#replyElements += number;
    if (number === 0) return [];
    requireWithin(this.#open.length + 1, this.#limits.maxDepth, "array", "levels");
    this.#open.push({ items: [], missing: number });
    return undefined;
  }

  #readBulk(bytes: Buffer, at: number): { end: number; reply: string } | undefined {
    const end = at + (this.#bulkBytes ?? 0);
    if (bytes.length < end + 2) {
      this.#needed = end + 2 - at;
      return undefined;
    }
    if (bytes[end] !== CR || bytes[end + 1] !== LF) {
      throw refuse("has a bulk string that does not end with CRLF");
    }
    this.#bulkBytes = undefined;
    return { end: end + 2, reply: bytes.toString("utf8", at, end) };
  }

  /** Puts the reply into the arrays that wait for it; returns what is complete. */
  #close(reply: RespReply): RespReply | undefined {
    let complete = reply;
    for (;;) {
      const array = this.#open.at(-1);
      if (array === undefined) return complete;
      array.items.push(complete);
      array.missing -= 1;
      if (array.missing > 0) return undefined;
      this.#open.pop();
      complete = array.items;
    }
  }
}

const KINDS: ReadonlySet<number> = /* @__PURE__ */ new Set(/* @__PURE__ */ Buffer.from("+-:$*"));

function readInteger(line: string): number {
  const number = /^-?\d{1,19}$/.test(line) ? Number(line) : NaN;
  if (Number.isSafeInteger(number)) return number;
  throw refuse(`has ${JSON.stringify(line.slice(0, 32))} where a whole number is due`);
}

function requireWithin(length: number, limit: number, what: string, unit: string): void {
  if (length >= 0 && length <= limit) return;
  throw refuse(
    `has ${what === "array" ? "an" : "a"} ${what} of ${length} ${unit}, ${limit} allowed`,
  );
}

function quote(byte: number): string {
  return byte > 32 && byte < 127 ? `"${String.fromCharCode(byte)}"` : `byte ${byte}`;
}

function refuse(what: string): EchostrError {
  return new EchostrError("STORE_FAILED", `Reply is not valid Redis protocol: it ${what}`);
}
