/**
 * Trees and messages: what comes is read or refused with a code, within the limits, and takes no
 * more room than it took on the wire.
 *
 * @module
 */
import assert from "node:assert/strict";
import { payloads } from "../support/payloads.ts";
import { echostr } from "../support/subject.ts";
import { stringsIn } from "../support/fields.ts";
import { mutate, XML_FRAGMENTS } from "./mutate.ts";
import { attempt } from "./target.ts";
import type { Target } from "./target.ts";

const { parseMessage, parseXml } = echostr;

const FRAGMENTS = XML_FRAGMENTS.filter((fragment) => fragment !== "\uD800");
const LONE = ["\uD800", "\uDC00", "a\uDFFF", "\uDBFF"];

/** Marks an input that is to be read as text with half a pair, which bytes cannot hold. */
const AS_TEXT = 0xff;

export const message: Target = {
  name: "message",
  due: { message: 20, MESSAGE_INVALID: 200, XML_INVALID: 10, UTF8_INVALID: 100, XML_LIMIT: 5_000 },
  dictionary: FRAGMENTS,
  make(random) {
    const one = (): Buffer => random.pick(payloads).bytes;
    const bytes = mutate(one(), random, FRAGMENTS, one);
    return random.below(20) === 0 ? Buffer.concat([Buffer.of(AS_TEXT), bytes]) : bytes;
  },
  check(input) {
    const source = input[0] === AS_TEXT ? lone(input) : input;
    const parsed = attempt(() => parseXml(source), /^(XML_(INVALID|DOCTYPE|LIMIT)|UTF8_INVALID)$/);
    if ("value" in parsed) checkTree(parsed.value);
    const codes = "value" in parsed ? /^MESSAGE_INVALID$/ : new RegExp(`^${parsed.code}$`);
    const found = attempt(() => parseMessage(source), codes);
    if ("code" in found) return found.code;
    if ("value" in parsed) assert.deepEqual(parseMessage(parsed.value), found.value);
    const size = stringsIn(found.value).reduce((sum, text) => sum + text.length, 0);
    // `kind` is a second name for `MsgType` and `Event`, and `scene` a part of `EventKey`.
    assert.ok(size <= input.length * 2 + 100, `${size} characters out of ${input.length} bytes`);
    const fields: Readonly<Record<string, unknown>> = { ...found.value };
    for (const name of ["kind", "ToUserName", "FromUserName", "CreateTime", "MsgType"]) {
      assert.equal(typeof fields[name], "string", name);
      assert.notEqual(fields[name], "", name);
    }
    return "message";
  },
};

function lone(input: Uint8Array): string {
  const text = Buffer.from(input.subarray(1)).toString("utf8");
  const at = text.length >> 1;
  return text.slice(0, at) + (LONE[at % LONE.length] ?? "") + text.slice(at);
}

type Element = ReturnType<typeof parseXml>;

function checkTree(root: Element): void {
  let level: Element[] = [root];
  let depth = 0;
  let count = 0;
  while (level.length > 0) {
    depth += 1;
    count += level.length;
    for (const { name, text } of level) {
      assert.ok(name.length > 0 && typeof text === "string");
    }
    level = level.flatMap(({ children }) => children);
  }
  assert.ok(depth <= 32 && count <= 10_000, `${count} elements, ${depth} deep`);
}
