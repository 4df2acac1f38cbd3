import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fails } from "../support/expect.ts";
import { jsonTwin } from "../support/json-twins.ts";
import { inboundPayloads } from "../support/payloads.ts";
import { readWire } from "../support/reader.ts";
import { echostr } from "../support/subject.ts";

const { parseJsonBody, parseMessage } = echostr;

describe("each inbound body of the corpus, as JSON", () => {
  for (const { name, text } of inboundPayloads) {
    for (const lists of ["items", "arrays"] as const) {
      it(`${name} is the same message, with its lists as ${lists}`, () => {
        const json = jsonTwin(readWire(text), lists);
        JSON.parse(json);
        assert.deepEqual(parseMessage(parseJsonBody(json)), parseMessage(text));
      });
    }
  }
});

const ENVELOPE = `"ToUserName":"gh_1","FromUserName":"o1","CreateTime":1482048670`;

describe("A message in JSON", () => {
  it("keeps ids of 64 bits and other numbers as they were written", () => {
    const message = parseMessage(
      parseJsonBody(`{${ENVELOPE},"MsgType":"location","Location_X":23.134500,"Scale":2e1,"MsgId":7287429385930260481}`),
    );
    assert.ok(message.kind === "location");
    assert.equal(message.MsgId, "7287429385930260481");
    assert.equal(message.Location_X, "23.134500");
    assert.equal(message.Scale, "2e1");
    assert.equal(message.CreateTime, "1482048670");
  });

  // 小程序客服 → 接收消息和事件: the sample of user_enter_tempsession.
  it("of a mini program's customer service is known by no table and kept whole", () => {
    const message = parseMessage(
      parseJsonBody(`{${ENVELOPE},"MsgType":"event","Event":"user_enter_tempsession","SessionFrom":"sessionFrom"}`),
    );
    assert.equal(message["SessionFrom" as keyof typeof message], "sessionFrom");
  });

  // The document of subscription messages of mini programs: List is an object for one, an array for several.
  for (const [what, list] of [
    ["one", `{"TemplateId":"t1","SubscribeStatusString":"accept","PopupScene":"0"}`],
    ["an array of one", `[{"TemplateId":"t1","SubscribeStatusString":"accept","PopupScene":"0"}]`],
  ] as const) {
    it(`has the list of subscription messages without its wrapper: ${what}`, () => {
      const message = parseMessage(
        parseJsonBody(`{${ENVELOPE},"MsgType":"event","Event":"subscribe_msg_popup_event","List":${list}}`),
      );
      assert.ok(message.kind === "event:subscribe_msg_popup_event");
      const { List } = message.SubscribeMsgPopupEvent;
      assert.deepEqual(List.map((item) => ({ ...item })), [
        { TemplateId: "t1", SubscribeStatusString: "accept", PopupScene: "0" },
      ]);
    });
  }

  it("takes null for a field that did not come, and true and false for words", () => {
    const message = parseMessage(
      parseJsonBody(`{${ENVELOPE},"MsgType":"text","Content":null,"MsgId":1,"New":[true,false,[null,"x"]]}`),
    );
    assert.ok(message.kind === "text");
    assert.equal(message.Content, "");
    assert.deepEqual(message["New" as keyof typeof message], ["true", "false", "x"]);
  });

  it("lets the first of two fields of a name win, as XML does", () => {
    const message = parseMessage(parseJsonBody(`{${ENVELOPE},"MsgType":"text","FromUserName":"o2","Content":"a"}`));
    assert.equal(message.FromUserName, "o1");
  });

  it("may have any name for a field", () => {
    const message = parseMessage(
      parseJsonBody(`{${ENVELOPE},"MsgType":"new","__proto__":{"admin":1},"constructor":"c","kind":"text"}`),
    );
    assert.equal(message.kind, "unknown");
    assert.equal(({} as { admin?: string }).admin, undefined);
    assert.equal(Object.getPrototypeOf(message)?.admin, undefined);
  });

  it("reads every escape, and keeps control characters that came raw", () => {
    const text = parseJsonBody(`{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u4f60\\ud83d\\ude00\u0002\n"}`).children[0]?.text;
    assert.equal(text, "\"\\/\b\f\n\r\t你😀\u0002\n");
  });

  it("may begin with a byte order mark and with space", () => {
    assert.equal(parseJsonBody(`\ufeff \r\n\t{ "a" : 1 } \n`).children[0]?.text, "1");
  });
});

describe("What is no JSON object is refused, with its place", () => {
  for (const [body, message] of [
    ["[]", "An object expected in JSON, got another character at 0"],
    ["", "An object expected in JSON, got the end of the body"],
    ["{", "A name in quotation marks expected in JSON, got the end of the body"],
    ['{"a"', "A colon expected in JSON, got the end of the body"],
    ['{"a":', "A value expected in JSON, got the end of the body"],
    ['{"a":}', "A value expected in JSON, got another character at 5"],
    ['{"a":01}', "A comma or } expected in JSON, got another character at 6"],
    ['{"a":-}', "A value expected in JSON, got another character at 5"],
    ['{"a":nul}', "A value expected in JSON, got another character at 5"],
    ['{"a":1,}', "A name in quotation marks expected in JSON, got another character at 7"],
    ['{,"a":1}', "A name in quotation marks expected in JSON, got another character at 1"],
    ['{"a":[1,]}', "A value expected in JSON, got another character at 8"],
    ['{"a":1 "b":2}', "A comma or } expected in JSON, got another character at 7"],
    ["{'a':1}", "A name in quotation marks expected in JSON, got another character at 1"],
    ['{"a":"\\x"}', "An escape of JSON expected in JSON, got another character at 6"],
    ['{"a":"\\u12"}', "An escape of JSON expected in JSON, got another character at 6"],
    ['{"a":"b', "The end of a string expected in JSON, got the end of the body"],
    ['{"a":1}{}', "The end expected in JSON, got another character at 7"],
    ['{"a":NaN}', "A value expected in JSON, got another character at 5"],
    ['{"a":1/*c*/}', "A comma or } expected in JSON, got another character at 6"],
  ] as const) {
    it(JSON.stringify(body), () => {
      assert.equal(fails(() => parseJsonBody(body), "JSON_INVALID").message, message);
    });
  }

  it("and so is what is deeper than 32 values, or has more than 10,000", () => {
    const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
    parseJsonBody(deep(31));
    for (const body of [deep(32), `{"a":${"[".repeat(100_000)}`]) {
      assert.match(fails(() => parseJsonBody(body), "JSON_INVALID").message, /at most 32 deep/);
    }
    const wide = (count: number): string => `{"a":[${Array(count).fill("1").join(",")}]}`;
    parseJsonBody(wide(9_999));
    const { message } = fails(() => parseJsonBody(wide(10_000)), "JSON_INVALID");
    assert.match(message, /At most 10000 values/);
  });

  it("agrees with JSON.parse on what is JSON, whatever is broken in a body", () => {
    const body = `{"a":[1,-2.5e+3,{"b":"c\\n\\u0041"},null,true],"d":{}}`;
    const inserted = ["", '"', "\\", "{", "}", "[", "]", ",", ":", "1", " ", "e", "-", "."];
    for (let at = 0; at <= body.length; at += 1) {
      for (const each of inserted) {
        for (const removed of [0, 1]) {
          const broken = body.slice(0, at) + each + body.slice(at + removed);
          assert.equal(isRead(broken, parseJsonBody), isRead(broken, parseObject), broken);
        }
      }
    }
  });
});

function isRead(body: string, read: (body: string) => unknown): boolean {
  try {
    read(body);
    return true;
  } catch {
    return false;
  }
}

function parseObject(body: string): unknown {
  if (!body.trimStart().startsWith("{")) throw new Error("no object");
  return JSON.parse(body);
}
