import assert from "node:assert/strict";
import { it } from "node:test";
import { isFailure } from "../support/expect.ts";
import { payloads } from "../support/payloads.ts";
import { seeded } from "../support/random.ts";
import { echostr } from "../support/subject.ts";

const { parseMessage, parseXml } = echostr;

const SEED = Number(process.env["FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 20_000);

/** What makes trouble when it lands in the wrong place. */
const FRAGMENTS: readonly string[] = [
  "<",
  ">",
  "/",
  "</",
  "/>",
  "<>",
  "=",
  "'",
  '"',
  "&",
  ";",
  " ",
  "\n",
  "\r\n",
  "\t",
  "\0",
  "\u0001",
  "\u001b",
  "]]>",
  "]]",
  "<![CDATA[",
  "<![CDATA[]]>",
  "<!--",
  "-->",
  "--",
  "<?",
  "?>",
  "<?xml version='1.0'?>",
  "<!DOCTYPE x>",
  "<!",
  "&amp;",
  "&lt;",
  "&#0;",
  "&#x41;",
  "&#xD800;",
  "&x;",
  "&#",
  "\uFEFF",
  "\uFFFE",
  "\uD800",
  "😀",
  "中",
  "<xml>",
  "</xml>",
  "<item>",
  "</item>",
  "<a>",
  "</a>",
  "<a b='c'>",
  "<__proto__>",
  "</__proto__>",
  "<MsgType>",
  "</MsgType>",
  "<Event>",
  "</Event>",
  "<List>",
  "<EventKey/>",
  "<FromUserName/>",
  "<kind>x</kind>",
  "<a>".repeat(40),
  "x".repeat(300),
];

const random = seeded(SEED);

function mutant(): string | Buffer {
  let bytes: Buffer = Buffer.from(random.pick(payloads).bytes);
  const steps = 1 + random.below(4);
  for (let step = 0; step < steps; step += 1) bytes = mutate(bytes);
  // As a string a mutant may hold lone surrogates, and as bytes it may hold what is not UTF-8.
  return random.below(3) === 0 ? insertInto(bytes.toString("utf8")) : bytes;
}

function mutate(bytes: Buffer): Buffer {
  const from = random.below(bytes.length + 1);
  const to = from + random.below(Math.min(60, bytes.length - from + 1));
  const [head, part, tail] = [
    bytes.subarray(0, from),
    bytes.subarray(from, to),
    bytes.subarray(to),
  ];
  switch (random.below(8)) {
    case 0: // a bit changes
      if (bytes.length > 0) {
        const at = random.below(bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      }
      return bytes;
    case 1: // a part is lost
      return Buffer.concat([head, tail]);
    case 2: // a part comes twice
      return Buffer.concat([head, part, part, tail]);
    case 3: // the end is lost
      return head;
    case 4: // the end of another body
      return Buffer.concat([head, tailOf(random.pick(payloads).bytes)]);
    case 5: // a part moves to the end
      return Buffer.concat([head, tail, part]);
    case 6: // a byte of any value
      return Buffer.concat([head, Buffer.from([random.below(256)]), tail]);
    default:
      return Buffer.concat([head, Buffer.from(random.pick(FRAGMENTS)), tail]);
  }
}

function tailOf(bytes: Buffer): Buffer {
  return bytes.subarray(random.below(bytes.length));
}

function insertInto(text: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + random.pick(FRAGMENTS) + text.slice(at);
}

/** Runs it; every exception has to be one of ours, with a code that fits. */
function attempt<T>(run: () => T, codes: RegExp): T | undefined {
  try {
    return run();
  } catch (error) {
    assert.ok(isFailure(error), `an EchostrError was due, got ${String(error)}`);
    assert.match(error.code, codes);
    if (error instanceof echostr.XmlError) checkPosition(error);
    return undefined;
  }
}

function checkPosition(error: {
  line: number;
  column: number;
  excerpt: string;
  message: string;
}): void {
  assert.ok(Number.isInteger(error.line) && error.line >= 1, `line ${error.line}`);
  assert.ok(Number.isInteger(error.column) && error.column >= 1, `column ${error.column}`);
  assert.match(error.message, /\n[ \t\u3000]*\^$/);
  assert.ok(error.message.length < 1_000, "a message stays short");
}

type Element = ReturnType<typeof parseXml>;

function checkTree(root: Element): void {
  let level: Element[] = [root];
  let depth = 0;
  let count = 0;
  while (level.length > 0) {
    depth += 1;
    count += level.length;
    for (const { name, text, attributes } of level) {
      assert.ok(name.length > 0 && typeof text === "string" && Array.isArray(attributes));
    }
    level = level.flatMap(({ children }) => children);
  }
  assert.ok(depth <= 32 && count <= 10_000, `${count} elements, ${depth} deep`);
}

function checkMessage(message: Record<string, unknown>): void {
  for (const name of ["kind", "ToUserName", "FromUserName", "CreateTime", "MsgType"]) {
    assert.equal(typeof message[name], "string", name);
  }
}

it(`whatever comes is read or refused with a code (FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS})`, () => {
  let trees = 0;
  let messages = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const source = mutant();
    try {
      const tree = attempt(() => parseXml(source), /^(XML_(INVALID|DOCTYPE|LIMIT)|UTF8_INVALID)$/);
      if (tree !== undefined) {
        trees += 1;
        checkTree(tree);
      }
      const codes = tree === undefined ? /^(XML_\w+|UTF8_INVALID)$/ : /^MESSAGE_INVALID$/;
      const message = attempt(() => parseMessage(source), codes);
      if (message !== undefined) {
        messages += 1;
        checkMessage({ ...message });
      }
      if (tree !== undefined && run % 8 === 0) {
        assert.deepEqual(
          attempt(() => parseMessage(tree), codes),
          message,
        );
      }
    } catch (error) {
      throw new Error(`Run ${run} of seed ${SEED} with ${JSON.stringify(source.toString())}`, {
        cause: error,
      });
    }
  }
  // Both ways out have to be taken often, else the mutants teach nothing.
  if (RUNS >= 1_000) {
    assert.ok(trees > RUNS / 50 && trees < RUNS, `${trees} of ${RUNS} were well formed`);
    assert.ok(messages > RUNS / 100, `${messages} of ${RUNS} were messages`);
  }
});
