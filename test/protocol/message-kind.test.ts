import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isFailure } from "../support/expect.ts";
import { fieldAt, stringsIn } from "../support/fields.ts";
import { echostr } from "../support/subject.ts";
import { raw, wireEnvelope, wireXml, type WireRecord } from "../support/wire.ts";

const { parseMessage } = echostr;

type Message = ReturnType<typeof parseMessage>;

function read(fields: WireRecord): Message {
  return parseMessage(wireXml(wireEnvelope(fields)));
}

function readEvent(name: string, fields: WireRecord = {}): Message {
  return read({ MsgType: "event", Event: name, ...fields });
}

describe("the kind of a message", () => {
  it("is its MsgType, or the name of its event in lower case", () => {
    const known = [
      "text",
      "image",
      "voice",
      "video",
      "shortvideo",
      "location",
      "link",
      "miniprogrampage",
    ];
    for (const kind of [...known, "device_text", "device_event"]) {
      assert.equal(read({ MsgType: kind }).kind, kind);
    }
  });

  it("of an event does not depend on the case of its name, which stays as it came", () => {
    const names = [
      "subscribe",
      "SCAN",
      "LOCATION",
      "CLICK",
      "MASSSENDJOBFINISH",
      "ShakearoundUserShake",
    ];
    for (const name of names) {
      for (const spelled of [name, name.toLowerCase(), name.toUpperCase(), mixed(name)]) {
        const message = readEvent(spelled, { EventKey: "k" });
        assert.equal(message.kind, `event:${name.toLowerCase()}`);
        assert.equal(fieldAt(message, "Event"), spelled);
      }
    }
  });

  it("tells the location message from the location event", () => {
    assert.equal(read({ MsgType: "location" }).kind, "location");
    assert.equal(readEvent("LOCATION").kind, "event:location");
  });

  it("that nobody knows is unknown, and all its fields are kept", () => {
    const message = read({
      MsgType: "hologram",
      MsgId: raw("9"),
      Depth: "3",
      Nested: { Inner: "x" },
    });
    assert.equal(message.kind, "unknown");
    assert.equal(message.MsgType, "hologram");
    assert.equal(fieldAt(message, "Depth"), "3");
    assert.equal(fieldAt(message, "MsgId"), "9");
    assert.deepEqual(stringsIn(fieldAt(message, "Nested")), ["x"]);
  });

  it("of an event that nobody knows is unknown as well, and all its fields are kept", () => {
    const message = readEvent("Some_New_Event", { EventKey: "k", Extra: "x" });
    assert.equal(message.kind, "unknown");
    assert.equal(fieldAt(message, "Event"), "Some_New_Event");
    assert.equal(fieldAt(message, "EventKey"), "k");
    assert.equal(fieldAt(message, "Extra"), "x");
  });

  it("cannot be set by what is on the wire", () => {
    assert.equal(read({ kind: "event:subscribe", Content: "x" }).kind, "text");
    for (const type of [
      "event:subscribe",
      "*",
      "",
      "constructor",
      "__proto__",
      "toString",
      "hasOwnProperty",
    ]) {
      let kind = "unknown";
      try {
        kind = read({ MsgType: type }).kind;
      } catch (error) {
        // An empty MsgType may also count as none.
        assert.ok(isFailure(error) && error.code === "MESSAGE_INVALID", String(error));
      }
      assert.equal(kind, "unknown", type);
    }
    for (const name of ["constructor", "__proto__", "toString"]) {
      assert.equal(readEvent(name).kind, "unknown");
      assert.equal(fieldAt(readEvent(name), "Event"), name);
    }
  });

  it("needs MsgType event: an Event beside another MsgType is only a field", () => {
    const message = read({ MsgType: "text", Content: "x", Event: "subscribe" });
    assert.equal(message.kind, "text");
    assert.equal(fieldAt(message, "Event"), "subscribe");
  });
});

describe("the scene of a code with parameters", () => {
  it("is the EventKey of a subscription without its prefix; the EventKey stays", () => {
    for (const scene of ["123123", "0", "a_b", "qrscene_x", "中文", " x "]) {
      const message = readEvent("subscribe", { EventKey: `qrscene_${scene}`, Ticket: "T" });
      assert.equal(fieldAt(message, "scene"), scene);
      assert.equal(fieldAt(message, "EventKey"), `qrscene_${scene}`);
    }
  });

  it("is the EventKey of a scan", () => {
    assert.equal(
      fieldAt(readEvent("SCAN", { EventKey: "123123", Ticket: "T" }), "scene"),
      "123123",
    );
    assert.equal(fieldAt(readEvent("scan", { EventKey: "0", Ticket: "T" }), "scene"), "0");
  });

  it("is missing where there was no code", () => {
    assert.equal(fieldAt(readEvent("subscribe"), "scene"), undefined);
    assert.equal(fieldAt(readEvent("subscribe", { EventKey: "" }), "scene"), undefined);
    const paid = readEvent("subscribe", { EventKey: "last_trade_no_4008072001201701105817415015" });
    assert.equal(fieldAt(paid, "scene"), undefined);
    assert.equal(fieldAt(readEvent("CLICK", { EventKey: "qrscene_1" }), "scene"), undefined);
    assert.equal(fieldAt(read({ Content: "x", EventKey: "qrscene_1" }), "scene"), undefined);
  });
});

function mixed(name: string): string {
  return [...name]
    .map((letter, index) => (index % 2 ? letter.toUpperCase() : letter.toLowerCase()))
    .join("");
}
