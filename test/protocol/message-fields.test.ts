import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fails, isFailure } from "../support/expect.ts";
import { fieldAt, stringsIn } from "../support/fields.ts";
import { echostr } from "../support/subject.ts";
import {
  raw,
  wireEnvelope,
  wireText,
  wireXml,
  type WirePairs,
  type WireRecord,
} from "../support/wire.ts";

const { parseMessage, parseXml } = echostr;

type Message = ReturnType<typeof parseMessage>;

function read(fields: WireRecord): Message {
  return parseMessage(wireXml(wireEnvelope(fields)));
}

describe("the envelope", () => {
  const names = ["ToUserName", "FromUserName", "CreateTime", "MsgType"];
  for (const name of names) {
    it(`without ${name} is no message: MESSAGE_INVALID`, () => {
      const pairs = Object.entries(wireEnvelope({ Content: "x" })).filter(([key]) => key !== name);
      const error = fails(() => parseMessage(wireXml(pairs)), "MESSAGE_INVALID");
      assert.match(error.message, new RegExp(name));
      fails(() => parseMessage(parseXml(wireXml(pairs))), "MESSAGE_INVALID");
    });

    it(`with ${name} in another place than the root is no message`, () => {
      const pairs = Object.entries(wireEnvelope({ Content: "x" })).filter(([key]) => key !== name);
      fails(() => parseMessage(wireXml([...pairs, ["Other", { [name]: "x" }]])), "MESSAGE_INVALID");
    });

    it(`with markup in ${name} never has anything but a string there`, () => {
      const source = wireXml(wireEnvelope({ [name]: raw("<a>x</a>") }));
      let message: Message | undefined;
      try {
        message = parseMessage(source);
      } catch (error) {
        assert.ok(isFailure(error) && error.code === "MESSAGE_INVALID", String(error));
      }
      if (message !== undefined) assert.equal(typeof fieldAt(message, name), "string");
    });
  }

  it("of an event without Event is no message, and the refusal names it", () => {
    for (const name of [{}, { Event: "" }]) {
      const error = fails(() => read({ MsgType: "event", ...name }), "MESSAGE_INVALID");
      assert.equal(error.message, "Field Event expected, got none");
    }
  });

  it("in another root than <xml> is no message, and the refusal names the root", () => {
    const source = wireXml(wireEnvelope({ Content: "x" })).replaceAll(/(<\/?)xml>/g, "$1html>");
    const error = fails(() => parseMessage(source), "MESSAGE_INVALID");
    assert.equal(error.message, "Root element must be <xml>, got <html>");
  });

  it("in a root whose name is long, or an openid, is refused in few words without it", () => {
    const openId = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M";
    const long = fails(() => parseMessage(`<${"a".repeat(5_000)}/>`), "MESSAGE_INVALID");
    assert.ok(long.message.length < 200, long.message);
    const named = fails(() => parseMessage(`<${openId}/>`), "MESSAGE_INVALID");
    const shown = "o6_b····················fL2M";
    assert.equal(named.message, `Root element must be <xml>, got <${shown}>`);
    const broken = `<xml><FromUserName${"😀"}${openId}]]></FromUserName></xml>`;
    const { message } = fails(() => parseMessage(broken), "XML_INVALID");
    assert.match(message, new RegExp(`^Space or ">" expected in <FromUserName😀${shown}>`));
    assert.ok(!message.includes(openId), message);
  });

  it("of another protocol is no message", () => {
    const thirdParty = { AppId: "wx1", CreateTime: 1, InfoType: "component_verify_ticket" };
    fails(() => parseMessage(wireXml(thirdParty)), "MESSAGE_INVALID");
    fails(() => parseMessage("<xml><action>CheckContainerPath</action></xml>"), "MESSAGE_INVALID");
    fails(() => parseMessage("<xml/>"), "MESSAGE_INVALID");
    fails(() => parseMessage("<xml>text</xml>"), "MESSAGE_INVALID");
  });

  it("that is not XML is refused with the code of the parser", () => {
    fails(() => parseMessage(""), "XML_INVALID");
    fails(() => parseMessage(`{"MsgType":"text"}`), "XML_INVALID");
    fails(() => parseMessage("<!DOCTYPE x><xml/>"), "XML_DOCTYPE");
    fails(() => parseMessage(Buffer.from([0xff])), "UTF8_INVALID");
  });
});

describe("of a single field that came several times the first counts", () => {
  it("so that nothing a follower wrote can take the place of the sender", () => {
    const pairs: WirePairs = [
      ["ToUserName", "gh_1"],
      ["FromUserName", "the follower"],
      ["CreateTime", 1],
      ["MsgType", "text"],
      ["Content", "one"],
      ["FromUserName", "somebody else"],
      ["ToUserName", "gh_2"],
      ["CreateTime", 2],
      ["MsgType", "event"],
      ["Event", "subscribe"],
      ["Content", "two"],
    ];
    const message = parseMessage(wireXml(pairs));
    assert.equal(message.kind, "text");
    assert.equal(message.FromUserName, "the follower");
    assert.equal(message.ToUserName, "gh_1");
    assert.equal(message.CreateTime, "1");
    assert.equal(fieldAt(message, "Content"), "one");
  });

  it("also of an event that nobody knows", () => {
    const message = parseMessage(
      wireXml([
        ["ToUserName", "gh_1"],
        ["FromUserName", "the follower"],
        ["CreateTime", 1],
        ["MsgType", "event"],
        ["Event", "some_new_event"],
        ["Event", "subscribe"],
      ]),
    );
    assert.deepEqual([message.kind, fieldAt(message, "Event")], ["unknown", "some_new_event"]);
  });

  it("also when the first is empty", () => {
    const pairs = [...Object.entries(wireEnvelope()), ["Content", ""], ["Content", "x"]] as const;
    assert.equal(fieldAt(parseMessage(wireXml(pairs)), "Content"), "");
  });

  it("also inside of a structure, and for a structure as a whole", () => {
    const info = (value: string): WirePairs => [
      ["ScanType", value],
      ["ScanResult", value],
    ];
    const message = parseMessage(
      wireXml([
        ...Object.entries(
          wireEnvelope({ MsgType: "event", Event: "scancode_push", EventKey: "k" }),
        ),
        ["ScanCodeInfo", [...info("one"), ...info("two")]],
        ["ScanCodeInfo", info("three")],
      ]),
    );
    assert.equal(fieldAt(message, "ScanCodeInfo/ScanType"), "one");
    assert.equal(fieldAt(message, "ScanCodeInfo/ScanResult"), "one");
  });

  it("and markup in CDATA is never a field", () => {
    const content = "]]></Content><FromUserName>x</FromUserName>";
    const message = parseMessage(wireText(content));
    assert.equal(fieldAt(message, "Content"), content);
    assert.equal(message.FromUserName, wireEnvelope()["FromUserName"]);
  });
});

describe("values are strings exactly as on the wire", () => {
  it("also where they look like numbers", () => {
    const fields = {
      Location_X: raw("23.13"),
      Location_Y: raw("0113.350"),
      Scale: raw("020"),
      Label: "",
    };
    const message = read({ MsgType: "location", MsgId: raw("18446744073709551615"), ...fields });
    assert.equal(fieldAt(message, "Location_X"), "23.13");
    assert.equal(fieldAt(message, "Location_Y"), "0113.350");
    assert.equal(fieldAt(message, "Scale"), "020");
    assert.equal(fieldAt(message, "Label"), "");
    assert.equal(fieldAt(message, "MsgId"), "18446744073709551615");
  });

  it("with the control characters that phones send", () => {
    const content = "a\u0000b\u0001\u0008\r\nc\r\u001b[0m\ud83d\ude00";
    assert.equal(fieldAt(parseMessage(wireText(content)), "Content"), content);
    assert.equal(fieldAt(parseMessage(Buffer.from(wireText(content))), "Content"), content);
  });

  it("blanks around CDATA are layout, blanks inside are content", () => {
    const cases: readonly (readonly [string, string])[] = [
      [" <![CDATA[x]]> ", "x"],
      ["\r\n\t<![CDATA[x]]>\n", "x"],
      ["<![CDATA[ x ]]>", " x "],
      ["\n<![CDATA[\n x\t]]>\n", "\n x\t"],
      [" <![CDATA[]]> ", ""],
      [" <![CDATA[ ]]> ", " "],
      ["<![CDATA[  ]]>", "  "],
      ["<![CDATA[\u00a0\u3000]]>", "\u00a0\u3000"],
      ["\n<![CDATA[]]]]><![CDATA[>]]>\n", "]]>"],
      ["<![CDATA[a ]]><![CDATA[ b]]>", "a  b"],
    ];
    for (const [wire, content] of cases) {
      const source = wireXml(wireEnvelope({ Content: raw(wire) }));
      assert.equal(fieldAt(parseMessage(source), "Content"), content, JSON.stringify(wire));
      assert.equal(
        fieldAt(parseMessage(parseXml(source)), "Content"),
        content,
        JSON.stringify(wire),
      );
    }
  });

  it("one that a kind always has is empty when it did not come", () => {
    assert.equal(fieldAt(read({}), "Content"), "");
    assert.equal(fieldAt(read({ MsgType: "image", MediaId: "m" }), "PicUrl"), "");
  });

  it("text beside CDATA is content as well", () => {
    const source = wireXml(wireEnvelope({ Content: raw("x<![CDATA[y]]>z&amp;") }));
    assert.equal(fieldAt(parseMessage(source), "Content"), "xyz&");
    for (const wire of [
      " x<![CDATA[y]]>",
      "x <![CDATA[y]]>",
      "<![CDATA[x]]> y",
      "<![CDATA[x]]>y ",
    ]) {
      const content = fieldAt(
        parseMessage(wireXml(wireEnvelope({ Content: raw(wire) }))),
        "Content",
      );
      assert.equal(String(content).replaceAll(" ", ""), "xy", wire);
    }
  });
});

describe("unknown fields", () => {
  it("of a known kind are kept", () => {
    const message = read({
      Content: "x",
      URL: "http://example.com",
      Extra: { A: "1", B: { C: "2" } },
    });
    assert.equal(fieldAt(message, "URL"), "http://example.com");
    assert.deepEqual(stringsIn(fieldAt(message, "Extra")), ["1", "2"]);
  });

  it("that repeat are kept all", () => {
    const message = parseMessage(
      wireXml([
        ...Object.entries(wireEnvelope({ Content: "x" })),
        ["Extra", "one"],
        ["Extra", "two"],
        ["Extra", { Part: "three" }],
        ["Extra", "four"],
      ]),
    );
    assert.deepEqual(stringsIn(fieldAt(message, "Extra")), ["one", "two", "three", "four"]);
  });

  it("that have the names of our own properties are kept beside them", () => {
    const message = read({ kind: "their kind", scene: "their scene", Content: "x" });
    assert.equal(message.kind, "text");
    assert.ok(stringsIn(message).includes("their kind"));
    assert.ok(stringsIn(message).includes("their scene"));
  });

  it("may have the names of properties that every object has", () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"]) {
      const pairs: WirePairs = [
        ...Object.entries(wireEnvelope({ Content: "x" })),
        [name, "polluted"],
      ];
      const message = parseMessage(wireXml(pairs));
      assert.equal(message.kind, "text");
      assert.equal(fieldAt(message, name), "polluted", name);
      const nested = parseMessage(
        wireXml([
          ...Object.entries(wireEnvelope({ Content: "x" })),
          [
            name,
            [
              ["admin", "yes"],
              [name, "y"],
            ],
          ],
        ]),
      );
      assert.deepEqual(stringsIn(fieldAt(nested, name)), ["yes", "y"], name);
      assert.equal(fieldAt(nested, "admin"), undefined);
      assert.equal((nested as unknown as { admin?: string }).admin, undefined);
    }
    assert.equal(({} as { admin?: string }).admin, undefined);
    assert.equal(Object.keys(Object.prototype).length, 0);
  });
});
