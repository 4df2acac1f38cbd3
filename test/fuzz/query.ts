/**
 * The query: a parameter has the value that `URLSearchParams` gives it, or the query is refused,
 * and that for no other reason than those that there are. An input is the query, in UTF-8.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parseCallbackQuery } from "../../src/protocol/query.ts";
import { EchostrError } from "../../src/errors.ts";
import type { Random } from "../support/random.ts";
import { anyText, mutate } from "./mutate.ts";
import type { Target } from "./target.ts";

const NAMES = [
  ...["signature", "timestamp", "nonce", "echostr", "openid", "encrypt_type", "msg_signature"],
] as const;

const FRAGMENTS: readonly string[] = [
  ..."&=%+[];#?/\0 中",
  ...["&&", "==", "%00", "%2", "%zz", "%E4%BD%A0", "%E4%BD", "%ff", "%26", "%3D", "%5B", "nonce"],
  ...["&nonce=1", "&nonce", "&nonce[]=1", "&nonce[0]=1", "&%6eonce=1", "&__proto__=1", "&a[b]=1"],
  ...["&msg.signature=1", ";nonce=1", "&nonce;", "&+nonce=1", "&Nonce=1"],
];

export const query: Target = {
  name: "query",
  due: { read: 4, twice: 20, "badly encoded": 20, spelling: 50, semicolon: 50 },
  dictionary: FRAGMENTS,
  make(random) {
    const names = NAMES.filter(() => random.below(3) > 0);
    const pairs = names.map((name) => `${name}=${aValue(random)}`);
    const text = Buffer.from(pairs.join("&"));
    return random.below(3) === 0 ? text : mutate(text, random, FRAGMENTS);
  },
  check(input) {
    const text = Buffer.from(input).toString("utf8");
    const reason = reasonToRefuse(text);
    let found: ReturnType<typeof parseCallbackQuery>;
    try {
      found = parseCallbackQuery(text);
    } catch (error) {
      assert.ok(error instanceof EchostrError && error.code === "QUERY_INVALID", String(error));
      assert.notEqual(reason, undefined, "there is a reason to refuse it");
      return reason ?? "";
    }
    assert.equal(reason, undefined, "it was to be refused");
    assert.deepEqual(Object.keys(found).toSorted(), NAMES.toSorted(), "and nothing else is in it");
    for (const name of NAMES) {
      const [value] = rawValues(text, name);
      const wanted = value === undefined ? null : new URLSearchParams(`x=${value}`).get("x");
      assert.equal(found[name] ?? null, wanted, name);
    }
    return "read";
  },
};

function aValue(random: Random): string {
  switch (random.below(5)) {
    case 0:
      return encodeURIComponent(anyText(random, 12).toWellFormed());
    case 1:
      return random.pick(["", "a+b", "%E4%BD%A0", "a%20b", "=", "a=b", "%2B"]);
    default:
      return String(random.below(2 ** 31));
  }
}

function rawValues(text: string, name: string): string[] {
  const own = text.split("&").filter((each) => each === name || each.startsWith(`${name}=`));
  return own.map((each) => each.slice(name.length + 1));
}

/** In other words than the reader's: a name twice, in another spelling, or bytes that are none. */
function reasonToRefuse(text: string): string | undefined {
  for (const behind of text.split(";").slice(1)) {
    if (isMeant(behind.replace(/[&=][^]*/, ""))) return "semicolon";
  }
  for (const [, name = ""] of text.matchAll(/(?<![^&])([^&;=]*);/g)) {
    if (isMeant(name)) return "semicolon";
  }
  for (const name of NAMES) {
    const values = rawValues(text, name);
    if (values.some((value) => !isEncoded(value))) return "badly encoded";
    if (values.length > 1) return "twice";
  }
  const names = text.split("&").map((each) => each.replace(/=[^]*/, ""));
  const isOther = (name: string): boolean => isMeant(name) && !NAMES.some((each) => each === name);
  return names.some(isOther) ? "spelling" : undefined;
}

/** Whether some reader takes a name for a known one, tried with two expressions for each of these. */
function isMeant(name: string): boolean {
  const bytes = name.replaceAll("+", " ").replace(/%([0-9a-f]{2})/gi, (_, hex: string) => {
    return String.fromCharCode(Number.parseInt(hex, 16));
  });
  const text = bytes.replace(/\0[^]*/, "").replace(/^[\s[\]]+/, "");
  return MEANT[text.includes("]") ? "list" : "text"].some((expression) => expression.test(text));
}

/** A bracket that is not closed is an underscore to PHP, one that is closed makes a list. */
const MEANT = {
  list: NAMES.map((name) => new RegExp(`^${name.replace("_", "[_.\\s]")}\\s*[[\\]]`, "i")),
  text: NAMES.map((name) => new RegExp(`^${name.replace("_", "[_.\\s[]")}\\s*\\[?\\s*$`, "i")),
} as const;

function isEncoded(value: string): boolean {
  if (/%(?![0-9a-f]{2})/i.test(value)) return false;
  const bytes = Buffer.from(
    value.replace(/%(..)|([^%]+)/g, (_, hex: string | undefined, plain: string | undefined) => {
      return hex ?? Buffer.from(plain ?? "").toString("hex");
    }),
    "hex",
  );
  return bytes.equals(Buffer.from(bytes.toString("utf8")));
}
