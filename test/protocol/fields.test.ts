/** How an element is read by the table of its kind, and what is said of one that is no message. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EVENT_KINDS, LEGACY_EVENT_KINDS } from "../../src/protocol/event-kinds.ts";
import { compileShape, readFields } from "../../src/protocol/fields.ts";
import type { Shape } from "../../src/protocol/fields.ts";
import { MESSAGE_KINDS } from "../../src/protocol/message-kinds.ts";
import { parseMessage } from "../../src/protocol/message.ts";
import { parseXml } from "../../src/protocol/xml.ts";
import { fails } from "../support/expect.ts";

function read(shape: Shape, inside: string): unknown {
  const fields = readFields(parseXml(`<xml>${inside}</xml>`), compileShape(shape));
  return JSON.parse(JSON.stringify(fields));
}

const SHAPE: Shape = {
  texts: "A B?",
  C: "D",
  E: ["F"],
  G: [],
};

describe("the tables of kinds", () => {
  const tables = { ...MESSAGE_KINDS, ...EVENT_KINDS, ...LEGACY_EVENT_KINDS };
  for (const [kind, shape] of Object.entries(tables)) {
    it(`name fields of ${kind} that can be names, each once`, () => checkShape(shape));
  }

  /** The types let a text stand where an element is meant. */
  function checkShape(shape: Shape): void {
    const { texts = "", ...elements } = typeof shape === "string" ? { texts: shape } : shape;
    assert.equal(typeof texts, "string");
    const words = texts === "" ? [] : String(texts).split(" ");
    for (const word of words) assert.match(word, /^\w+\??$/);
    const all = [...words.map((word) => word.replace("?", "")), ...Object.keys(elements)];
    assert.equal(new Set(all).size, all.length);
    for (const element of Object.values(elements).flat()) checkShape(element as Shape);
  }
});

describe("the fields of an element", () => {
  const cases: Readonly<Record<string, unknown>> = {
    "": { A: "", C: { D: "" }, E: [], G: [] },
    "<A>1</A><B>2</B><C><D>3</D></C>": { A: "1", B: "2", C: { D: "3" }, E: [], G: [] },
    "<A>1</A><A>2</A><C><D>3</D></C><C><D>4</D></C>": { A: "1", C: { D: "3" }, E: [], G: [] },
    "<E><F>1</F></E><E/><G>1</G><G></G>": {
      A: "",
      C: { D: "" },
      E: [{ F: "1" }, { F: "" }],
      G: ["1", ""],
    },
    "<X>1</X><Y><Z>2</Z></Y>": { A: "", C: { D: "" }, E: [], G: [], X: "1", Y: { Z: "2" } },
    "<X>1</X><X>2</X><X>3</X>": { A: "", C: { D: "" }, E: [], G: [], X: ["1", "2", "3"] },
    "<Y><item>1</item></Y><Y><List>2</List></Y>": {
      A: "",
      C: { D: "" },
      E: [],
      G: [],
      Y: [{ item: ["1"] }, { List: ["2"] }],
    },
    "<C><X>1</X></C>": { A: "", C: { D: "", X: "1" }, E: [], G: [] },
    "<A><B>1</B>2</A>": { A: "2", C: { D: "" }, E: [], G: [] },
  };
  for (const [inside, expected] of Object.entries(cases)) {
    it(`are read: ${inside}`, () => assert.deepEqual(read(SHAPE, inside), expected));
  }

  it("may be called as no field should be", () => {
    const fields = readFields(parseXml("<xml><__proto__>1</__proto__></xml>"), compileShape({}));
    assert.deepEqual(Object.keys(fields), ["__proto__"]);
    assert.equal(Object.getPrototypeOf(Object.getPrototypeOf(fields)), null);
    assert.equal("toString" in fields, false);
  });

  const spelled: readonly (readonly [documented: string, wire: string])[] = [
    ["MsgId", "MsgID"],
    ["MsgID", "MsgId"],
    ["MenuId", "MenuID"],
    ["OpenID", "openid"],
    ["OpenID", "OpenId"],
    ["AppID", "appid"],
    ["AppID", "AppId"],
    ["UnionID", "unionid"],
    ["UnionID", "UnionId"],
    ["Recognition", "Recongnition"],
    ["SubscribeMsgChangeEvent", "SubscribeMsgPopupEvent"],
  ];
  for (const [documented, wire] of spelled) {
    it(`are found under another spelling: ${wire} for ${documented}`, () => {
      const here = { [documented]: "1", [wire]: "1" };
      assert.deepEqual(read(documented, `<${wire}>1</${wire}>`), here);
      assert.deepEqual(read(`${documented}?`, `<${wire}>1</${wire}>`), here);
      const both = `<${wire}>1</${wire}><${documented}>2</${documented}>`;
      assert.deepEqual(read(documented, both), { [documented]: "2", [wire]: "1" });
      assert.deepEqual(read(`${documented}?`, ""), {});
    });
  }

  it("are found under another spelling as a structure", () => {
    const wire = "<SubscribeMsgPopupEvent><A>1</A></SubscribeMsgPopupEvent>";
    assert.deepEqual(read({ SubscribeMsgChangeEvent: "A B" }, wire), {
      SubscribeMsgChangeEvent: { A: "1", B: "" },
      SubscribeMsgPopupEvent: { A: "1" },
    });
  });
});

describe("what is no message is refused in a sentence", () => {
  const COMMON = {
    ToUserName: "gh_1",
    FromUserName: "oF",
    CreateTime: "1714112445",
    MsgType: "event",
    Event: "CLICK",
  };

  function body(fields: Readonly<Record<string, string>>, root: string = "xml"): string {
    const inside = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
    return `<${root}>${inside.join("")}</${root}>`;
  }

  it(": another root", () => {
    const error = fails(() => parseMessage(body(COMMON, "json")), "MESSAGE_INVALID");
    assert.equal(error.message, "Root element must be <xml>, got <json>");
  });

  for (const name of Object.keys(COMMON)) {
    it(`: one without ${name}, or with an empty one`, () => {
      const empty: Record<string, string> = { ...COMMON, [name]: "" };
      const { [name]: _, ...without } = empty;
      for (const fields of [empty, without]) {
        const error = fails(() => parseMessage(body(fields)), "MESSAGE_INVALID");
        assert.equal(error.message, `Field ${name} expected, got none`);
      }
    });
  }

  it("and names the first that is missing", () => {
    const error = fails(() => parseMessage("<xml/>"), "MESSAGE_INVALID");
    assert.equal(error.message, "Field ToUserName expected, got none");
  });

  it("but a message that is no event needs no Event", () => {
    assert.equal(parseMessage(body({ ...COMMON, MsgType: "pigeon", Event: "" })).kind, "unknown");
  });

  it("and kind and scene are ours: what is called so on the wire moves aside", () => {
    const scan = { ...COMMON, Event: "SCAN", EventKey: "12", kind: "text", scene: "x" };
    const read = { ...(parseMessage(body(scan)) as unknown as Record<string, unknown>) };
    assert.deepEqual(
      [read["kind"], read["kind_"], read["scene"], read["scene_"]],
      ["event:scan", "text", "12", "x"],
    );
    assert.equal(Object.keys(read)[0], "kind");
  });

  const scenes: readonly (readonly [event: string, key: string, scene: string | undefined])[] = [
    ["subscribe", "qrscene_12", "12"],
    ["subscribe", "qrscene_", ""],
    ["subscribe", "last_trade_no_1", undefined],
    ["subscribe", "", undefined],
    ["SCAN", "12", "12"],
    // A code may be made with any text: who scans it gives the same scene, following already or not.
    ["SCAN", "qrscene_12", "qrscene_12"],
    ["subscribe", "qrscene_qrscene_12", "qrscene_12"],
    ["subscribe", "scanbarcode|ean13|6901481811083|", undefined],
    ["SCAN", "", undefined],
    ["CLICK", "qrscene_12", undefined],
  ];
  for (const [Event, EventKey, scene] of scenes) {
    it(`and the scene of ${Event} with "${EventKey}" is ${scene}`, () => {
      const message = parseMessage(body({ ...COMMON, Event, EventKey }));
      assert.equal((message as { scene?: unknown }).scene, scene);
      assert.equal("scene" in message, scene !== undefined);
    });
  }
});
