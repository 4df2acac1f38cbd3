import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { fails } from "../support/expect.ts";
import { fieldAt, stringsIn } from "../support/fields.ts";
import { inboundPayloads, payload, payloads } from "../support/payloads.ts";
import { readWire, type WireNode } from "../support/reader.ts";
import { echostr } from "../support/subject.ts";

const { parseMessage, parseXml } = echostr;

/** Spellings seen on the wire, and the documented name under which they are to be found. */
const SPELLINGS: Readonly<Record<string, string>> = {
  openid: "OpenID",
  appid: "AppID",
  SubscribeMsgPopupEvent: "SubscribeMsgChangeEvent",
};

/** `msg:voice+recognition` is a voice, `event:SCAN` an event:scan. */
function kindOf(indexed: string): string {
  const [kind = ""] = indexed.split("+");
  if (kind === "unknown-kind") return "unknown";
  if (kind === "encrypted-compat-body") return "text";
  if (kind.startsWith("msg:")) return kind.slice(4);
  if (kind.startsWith("device_event:")) return "device_event";
  return kind.toLowerCase();
}

function group(nodes: readonly WireNode[]): Map<string, WireNode[]> {
  const groups = new Map<string, WireNode[]>();
  for (const node of nodes) groups.set(node.name, [...(groups.get(node.name) ?? []), node]);
  return groups;
}

/** Everything on the wire is in the value, under its name or its documented one. */
function assertHolds(value: unknown, node: WireNode, path: string): void {
  for (const [name, nodes] of group(node.children)) {
    const here = `${path}/${name}`;
    const field = fieldAt(value, name) ?? fieldAt(value, SPELLINGS[name] ?? name);
    if (Array.isArray(field)) {
      assert.equal(field.length, nodes.length, here);
      nodes.forEach((each, index) => assertField(field[index], each, `${here}[${index}]`));
    } else {
      const [first] = nodes;
      assert.ok(first);
      assertField(field, first, here);
    }
  }
}

function assertField(field: unknown, node: WireNode, path: string): void {
  if (node.children.length > 0) {
    assert.equal(typeof field, "object", path);
    assertHolds(field, node, path);
  } else if (typeof field === "object") {
    assert.equal(node.text, "", path);
    assert.deepEqual(stringsIn(field), [], `${path} came empty`);
  } else assert.equal(field, node.text, path);
}

/** Nothing in the message that was not on the wire, but for what is derived from it. */
function assertNothingElse(message: object, root: WireNode): void {
  const names = new Set(root.children.flatMap(({ name }) => [name, SPELLINGS[name] ?? name]));
  for (const [name, value] of Object.entries(message)) {
    if (name === "kind" || name === "scene" || names.has(name)) continue;
    assert.deepEqual(stringsIn(value), [], `${name} was not on the wire`);
  }
}

describe("each inbound body of the corpus", () => {
  for (const { name, kind, bytes, text } of inboundPayloads) {
    it(`${name} is a message of the kind ${kindOf(kind)} with the fields on the wire`, () => {
      const message = parseMessage(bytes);
      const root = readWire(text);
      assert.equal(message.kind, kindOf(kind));
      assertHolds(message, root, "xml");
      assertNothingElse(message, root);
    });

    it(`${name} is the same from bytes, from a string and from a tree`, () => {
      const message = parseMessage(bytes);
      assert.deepEqual(parseMessage(text), message);
      assert.deepEqual(parseMessage(parseXml(bytes)), message);
    });
  }

  it("has a row of its own in INDEX.tsv", () => {
    const files = readdirSync(new URL("../fixtures/payloads/", import.meta.url));
    const named = files.filter((file) => file.endsWith(".xml")).map((file) => file.slice(0, -4));
    assert.deepEqual(payloads.map(({ name }) => name).sort(), named.sort());
  });

  it("are 148, and no known one is taken for unknown", () => {
    assert.equal(payloads.length, 158);
    assert.equal(inboundPayloads.length, 158 - 7 - 3);
    const unknown = inboundPayloads.filter(({ bytes }) => parseMessage(bytes).kind === "unknown");
    assert.deepEqual(unknown.map(({ name }) => name).sort(), [
      "unknown-kind.WeRoBot",
      "unknown-kind.wechatpy",
    ]);
  });

  it("that holds nothing but ciphertext is not a message", () => {
    for (const { kind, bytes } of payloads) {
      if (kind === "encrypted-safe-body") fails(() => parseMessage(bytes), "MESSAGE_INVALID");
    }
  });
});

describe("what single bodies are known for", () => {
  function fieldsOf(name: string): object {
    return parseMessage(payload(name).bytes);
  }
  function expectField(name: string, path: string, value: unknown): void {
    assert.deepEqual(fieldAt(fieldsOf(name), path), value, `${name} ${path}`);
  }

  it("a MsgId above 2^53 is a string with all its digits", () => {
    expectField("msg-voice-recognition-empty.real", "MsgId", "7250021412600020992");
    expectField("msg-text-tutorial.doc", "MsgId", "6272960105994287618");
  });

  it("a CreateTime is the string on the wire", () => {
    expectField("msg-text-tutorial.doc", "CreateTime", "1460537339");
  });

  it("a Recognition that came empty is empty, and CDATA on its own line is its content", () => {
    const name = "msg-voice-recognition-empty.real";
    expectField(name, "Recognition", "");
    expectField(name, "ToUserName", "gh_3e7f4bc6f4da");
    expectField(name, "MsgType", "voice");
  });

  it("the order of the fields does not matter", () => {
    expectField("msg-image-tutorial.doc", "MsgType", "image");
    assert.equal(typeof fieldAt(fieldsOf("msg-image-tutorial.doc"), "MediaId"), "string");
  });

  it("an empty list beside a full one is a list of none", () => {
    const name = "event-MASSSENDJOBFINISH-success.real";
    expectField(name, "CopyrightCheckResult/ResultList/item", []);
    expectField(name, "CopyrightCheckResult/CheckState", "0");
    const items = fieldAt(fieldsOf(name), "ArticleUrlResult/ResultList/item");
    assert.ok(Array.isArray(items));
    assert.equal(items.length, 1);
    const url = "http://mp.weixin.qq.com/s/8yzT20EvmDg37Jso9nsIIw";
    assert.deepEqual({ ...items[0] }, { ArticleIdx: "1", ArticleUrl: url });
  });

  it("a broken CDATA of the documentation is the text that it is", () => {
    expectField("event-guide_qrcode_scan_event.SKIT", "GuideScanEvent/openid", "![CDATA[xxx]]");
  });

  it("the old event names of a published article stay apart", () => {
    assert.equal(
      parseMessage(payload("event-PUBLISHJOBFINISH.real").bytes).kind,
      "event:publishjobfinish",
    );
    const name = "event-FREEPUBLISHJOBFINISH.SKIT";
    assert.equal(parseMessage(payload(name).bytes).kind, "event:freepublishjobfinish");
    expectField(name, "PublishEventInfo/fail_idx", ["1", "2"]);
    expectField(name, "PublishEventInfo/article_id", "b5O2OUs25HBxRceL7hfReg-U9QGeq9zQjiDvyWP4Hq4");
  });
});
