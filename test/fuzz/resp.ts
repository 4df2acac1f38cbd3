/**
 * RESP: a stream is read the same whole, byte by byte and in pieces of any size, as an independent
 * reader reads it, or refused by both; no reply is larger than its limit; and a length that is only
 * claimed takes no memory. What the words of a command are, the reader finds in the command.
 *
 * An input is what comes from the server. The limits are small, so that inputs get to them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { encodeCommand, RespDecoder } from "../../src/store/resp.ts";
import type { RespReply } from "../../src/store/resp.ts";
import type { Random } from "../support/random.ts";
import { seeded } from "../support/random.ts";
import { anyText, mutate } from "./mutate.ts";
import { readResp } from "./resp-oracle.ts";
import { attempt } from "./target.ts";
import type { Target } from "./target.ts";

/** What is put to the test; another one in the test of the fuzzer itself. */
export interface RespSubject {
  readonly decoder: (limits: typeof LIMITS | undefined) => {
    push(piece: Uint8Array): RespReply[];
  };
  readonly encodeCommand: (words: readonly string[]) => string;
}

const LIMITS = { maxLineBytes: 24, maxReplyBytes: 96, maxElements: 12, maxDepth: 3 } as const;

/** More than the decoder may take for an input, and far less than one may claim. */
const CLAIM_BYTES = 1_000_000;

const FRAGMENTS: readonly string[] = [
  ...["+", "-", ":", "$", "*", "\r", "\n", "\r\n", "+OK\r\n", "-ERR no\r\n", ":1\r\n", "$-1\r\n"],
  ...["*-1\r\n", "*0\r\n", "$0\r\n\r\n", "$3\r\nabc\r\n", "*1\r\n", "*2\r\n", "*12\r\n", "*13\r\n"],
  ...["$-2\r\n", "*-2\r\n", ":-0\r\n", ":+1\r\n", ": 1\r\n", ":\r\n", "$96\r\n", "$16777216\r\n"],
  ...["*65536\r\n", "$9007199254740991\r\n", "%1\r\n", "_\r\n", ",1.5\r\n", "(1\r\n", "\0", "中"],
  ...[`+${"x".repeat(22)}\r\n`, `+${"x".repeat(23)}\r\n`, `+${"x".repeat(24)}\r\n`],
];

const WORLD: RespSubject = { decoder: (limits) => new RespDecoder(limits), encodeCommand };

export function respTarget(subject: RespSubject = WORLD): Target {
  return {
    name: "resp",
    due: { read: 4, refused: 4, "not at its end": 10 },
    dictionary: FRAGMENTS,
    make(random) {
      const stream = Buffer.from(replies(random));
      return random.below(2) === 0 ? stream : mutate(stream, random, FRAGMENTS);
    },
    check(input) {
      checkClaims(subject, input);
      checkCommand(subject, input);
      const wanted = readResp(input, LIMITS);
      const random = seeded(input.length + (input[0] ?? 0));
      const cuts = [() => input.length, () => 1, () => 1 + random.below(9)];
      for (const [index, next] of cuts.entries()) {
        const found = read(subject, input, next);
        assert.equal(found.refused, wanted.refused, `${NAMES[index]}, refused`);
        // Of a piece that is refused in the middle nothing is handed on.
        if (wanted.refused && index !== 1) continue;
        assert.deepEqual(found.replies, wanted.replies, NAMES[index] ?? "");
      }
      if (wanted.refused) return "refused";
      return wanted.isWhole ? "read" : "not at its end";
    },
  };
}

const NAMES = ["whole", "byte by byte", "in pieces"] as const;

export const resp: Target = respTarget();

interface Read {
  readonly replies: readonly RespReply[];
  readonly refused: boolean;
}

function read(subject: RespSubject, input: Uint8Array, next: () => number): Read {
  const decoder = subject.decoder(LIMITS);
  const all: RespReply[] = [];
  for (let at = 0; at < input.length; ) {
    const end = Math.min(input.length, at + next());
    const found = attempt(() => decoder.push(input.subarray(at, end)), /^STORE_FAILED$/);
    if ("code" in found) return { replies: all, refused: true };
    all.push(...found.value);
    at = end;
  }
  return { replies: all, refused: false };
}

/** With the limits of every day: what is claimed is not yet taken. */
function checkClaims(subject: RespSubject, input: Uint8Array): void {
  if (!/\d{5}/.test(Buffer.from(input).toString("latin1"))) return;
  const before = memory();
  const decoder = subject.decoder(undefined);
  attempt(() => decoder.push(input), /^STORE_FAILED$/);
  const taken = memory() - before;
  assert.ok(taken < CLAIM_BYTES, `${taken} bytes taken for ${input.length}`);
}

function memory(): number {
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
}

/** The input as words: a command holds them, whatever is in them. */
function checkCommand(subject: RespSubject, input: Uint8Array): void {
  const words = Buffer.from(input).toString("utf8").split("$");
  const command = Buffer.from(subject.encodeCommand(words));
  assert.deepEqual(readResp(command, undefined).replies, [words]);
}

function replies(random: Random): string {
  return Array.from({ length: random.below(4) }, () => aReply(random, 0)).join("");
}

function aReply(random: Random, depth: number): string {
  switch (random.below(depth > 2 ? 5 : 7)) {
    case 0:
      return `+${anyLine(random)}\r\n`;
    case 1:
      return `-${anyLine(random)}\r\n`;
    case 2:
      return `:${random.below(2 ** 31) - 2 ** 30}\r\n`;
    case 3:
      return random.pick(["$-1\r\n", "*-1\r\n", "*0\r\n"]);
    case 4: {
      const text = Buffer.from(anyText(random, 12).toWellFormed());
      return `$${text.length}\r\n${text.toString()}\r\n`;
    }
    default: {
      const items = Array.from({ length: 1 + random.below(4) }, () => aReply(random, depth + 1));
      return `*${items.length}\r\n${items.join("")}`;
    }
  }
}

function anyLine(random: Random): string {
  return anyText(random, 6).toWellFormed().replace(/[\r\n]/g, "");
}

