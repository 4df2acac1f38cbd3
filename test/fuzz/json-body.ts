/**
 * Bodies in JSON: what `JSON.parse` reads is read, and holds the same texts in the same places; what
 * it refuses is refused with a code, but for control characters in strings, and for what is no object,
 * too deep or too much. Numbers are compared as numbers: how they were written is `json.ts`'s matter.
 *
 * An input is JSON, in UTF-8.
 *
 * @module
 */
import assert from "node:assert/strict";
import { jsonTwin } from "../support/json-twins.ts";
import { inboundPayloads } from "../support/payloads.ts";
import { readWire } from "../support/reader.ts";
import { echostr } from "../support/subject.ts";
import { mutate } from "./mutate.ts";
import { attempt } from "./target.ts";
import type { Target } from "./target.ts";

const { parseJsonBody, parseMessage } = echostr;

type Element = ReturnType<typeof parseJsonBody>;

const FRAGMENTS: readonly string[] = [
  ...'"\\/{}[],:-+.eE0 \n\t\r\0\u0002',
  ...["\\\\", '\\"', "\\n", "\\u0000", "\\ud800", "\\u", "\\x", '""', "null", "true", "false"],
  ...["7287429385930260481", "1e5", "-0", "01", "{}", "[]", '"item":', '"List":', '"__proto__":'],
  ...['"MsgType":"text",', '"MsgType":"event",', "[[", "\uFEFF", "😀", "//", "NaN", "[".repeat(50)],
];

const twins = inboundPayloads.flatMap(({ text }) =>
  (["items", "arrays"] as const).map((lists) => Buffer.from(jsonTwin(readWire(text), lists))),
);

export const jsonBody: Target = {
  name: "json-body",
  due: { message: 20, MESSAGE_INVALID: 200, JSON_INVALID: 4 },
  dictionary: FRAGMENTS,
  make(random) {
    const one = (): Buffer => random.pick(twins);
    return random.below(10) === 0 ? one() : mutate(one(), random, FRAGMENTS, one);
  },
  check(input) {
    const text = Buffer.from(input).toString("utf8");
    const found = attempt(() => parseJsonBody(text), /^JSON_INVALID$/);
    const wanted = tryParse(text);
    if ("code" in found) {
      assert.ok(!isObject(wanted) || depthOf(wanted) > 32 || text.length > 10_000, "to be read");
      return found.code;
    }
    assert.ok(isObject(wanted), "it was to be refused");
    const { value } = found;
    if (!hasTwins(value)) assert.deepEqual(textsOf(toValue(value)), textsOf(wanted));
    const message = attempt(() => parseMessage(value), /^MESSAGE_INVALID$/);
    return "code" in message ? message.code : "message";
  },
};

/** A control character raw in a string is read as if it had been written as an escape. */
function tryParse(text: string): unknown {
  const escaped = text.replace(/^\uFEFF/, "").replace(/"(?:[^"\\]|\\.)*"/gs, (quoted) =>
    quoted.replace(/[\0-\x1f]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
  try {
    return JSON.parse(escaped);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

/** Each text that is not empty with its path, sorted: `JSON.parse` puts names that are numbers first. */
function textsOf(value: unknown): string[] {
  const texts: string[] = [];
  const visit = (each: unknown, path: string): void => {
    if (typeof each === "object" && each !== null) {
      const inners = Object.entries(each);
      for (const [name, inner] of inners) {
        visit(inner, `${path}/${Array.isArray(each) ? "item" : name.trim()}`);
      }
    } else if (each !== null && each !== "") texts.push(`${path}=${asNumber(String(each))}`);
  };
  visit(value, "");
  return texts.sort();
}

/** Of two of a name `JSON.parse` keeps the last, and the tree both. */
function hasTwins({ children, isArray }: Element): boolean {
  const names = new Set(children.map(({ name }) => name));
  return (isArray !== true && names.size < children.length) || children.some(hasTwins);
}

function toValue({ children, text, isArray }: Element): unknown {
  if (isArray === true) return children.map(toValue);
  if (children.length === 0) return text;
  return Object.fromEntries(children.map((child) => [child.name, toValue(child)]));
}

function asNumber(text: string): string {
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? String(Number(text)) : text;
}
