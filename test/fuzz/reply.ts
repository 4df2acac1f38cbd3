/**
 * Replies: any reply is refused, or rendered so that an independent reader and our own find in it
 * what was put in, in XML that XML 1.0 allows. An input is the reply as JSON.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Reply } from "../../src/index.ts";
import type { Random } from "../support/random.ts";
import { readWire } from "../support/reader.ts";
import type { WireNode } from "../support/reader.ts";
import { echostr } from "../support/subject.ts";
import { anyText } from "./mutate.ts";
import { attempt } from "./target.ts";
import type { Target } from "./target.ts";

const { formatReply, parseXml } = echostr;

const ENVELOPE = { ToUserName: "oFollower", FromUserName: "gh_1", CreateTime: 1_714_112_445 };
const KINDS = [
  ...["text", "text", "image", "voice", "video", "music", "news", "transfer_customer_service"],
] as const;

export const reply: Target = {
  name: "reply",
  due: { rendered: 2, "rendered in parts": 100, REPLY_INVALID: 100 },
  make: (random) => Buffer.from(JSON.stringify(aReply(random))),
  check(input) {
    const wanted = JSON.parse(Buffer.from(input).toString("utf8")) as Reply;
    const found = attempt(() => formatReply(wanted, ENVELOPE), /^REPLY_INVALID$/);
    if ("code" in found) {
      assert.ok(hasEmpty(wanted), "only what would be empty is refused");
      return found.code;
    }
    const { xml, rest } = found.value;
    checkAgree(xml);
    if (wanted.MsgType !== "text") {
      const { MsgType, ...fields } = wanted;
      assert.deepEqual(leaves(readWire(xml)).slice(4), expected(MsgType, fields));
      return "rendered";
    }
    const parts = [contentOf(xml)];
    for (let left = rest; left !== undefined; ) {
      const next = formatReply(left, ENVELOPE);
      checkAgree(next.xml);
      parts.push(contentOf(next.xml));
      assert.ok(parts.length < 1_000, "the rest gets shorter");
      left = next.rest;
    }
    assert.ok(parts.every((part) => part !== "" && Buffer.byteLength(part) <= 1800));
    assert.equal(parts.join(""), allowed(wanted.Content));
    return parts.length === 1 ? "rendered" : "rendered in parts";
  },
};

/** A reply of any kind with any text. */
export function aReply(random: Random): Reply {
  const any = (): string => anyText(random, 20);
  const some = (): string => any() || "x";
  const maybe = (): { readonly [name: string]: string } => ({});
  const kind = random.pick(KINDS);
  switch (kind) {
    case "text":
      return echostr.text(anyText(random, random.below(5) === 0 ? 4_000 : 40));
    case "image":
      return echostr.image(any());
    case "voice":
      return echostr.voice(some());
    case "video":
      return echostr.video(some(), random.below(2) === 0 ? maybe() : { title: any() });
    case "music":
      return echostr.music({ title: any(), musicUrl: any(), thumbMediaId: some() });
    case "news": {
      const article = (): { title: string; description: string; picUrl: string; url: string } => {
        return { title: any(), description: any(), picUrl: any(), url: any() };
      };
      return echostr.news(Array.from({ length: 1 + random.below(8) }, article));
    }
    case "transfer_customer_service":
      return echostr.transferToCustomerService(random.below(2) === 0 ? undefined : some());
  }
}

/** What XML 1.0 allows of a text, character by character. */
function allowed(text: string): string {
  const isAllowed = (code: number): boolean =>
    [9, 10, 13].includes(code) ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    code >= 0x10000;
  return [...text].filter((each) => isAllowed(each.codePointAt(0) ?? 0)).join("");
}

function contentOf(xml: string): string {
  return readWire(xml).children.find(({ name }) => name === "Content")?.text ?? "";
}

/** The two readers find the same, and nothing is in it that XML would not allow. */
function checkAgree(xml: string): void {
  assert.equal(xml, allowed(xml));
  const ours = parseXml(xml);
  assert.deepEqual(leaves(ours), leaves(readWire(xml)));
  const [to, from, time] = leaves(ours).map(([, text]) => text);
  assert.deepEqual([to, from, time], ["oFollower", "gh_1", "1714112445"]);
}

type Leaf = readonly [name: string, text: string];

function leaves(node: Pick<WireNode, "name" | "text" | "children">): Leaf[] {
  if (node.children.length === 0) return [[node.name, node.text]];
  return node.children.flatMap(leaves);
}

/** The leaves that a reply has behind its four common ones: those that would be empty are left out. */
function expected(kind: string, fields: object): Leaf[] {
  const found = filled(fields).filter(([name, text]) => name === "Title" && kind === "news" || text !== "");
  const count = found.filter(([name]) => name === "Title").length;
  return kind === "news" ? [["ArticleCount", String(count)], ...found] : found;
}

function filled(fields: object): Leaf[] {
  const inside = (name: string, value: unknown): Leaf[] => {
    if (typeof value === "string") return [[name, allowed(value)]];
    if (Array.isArray(value)) return value.flatMap((each) => inside("item", each));
    return Object.entries(value ?? {}).flatMap(([key, each]) => inside(key, each));
  };
  return Object.entries(fields).flatMap(([name, value]) => inside(name, value));
}

function hasEmpty(wanted: Reply): boolean {
  if (wanted.MsgType === "text") return allowed(wanted.Content) === "";
  const leaves = filled({ ...wanted, MsgType: undefined });
  if (wanted.MsgType === "music") return leaves.every(([, text]) => text === "");
  return leaves.some(([name, text]) => name === "MediaId" && text === "");
}
