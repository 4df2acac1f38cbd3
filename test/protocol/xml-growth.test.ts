/** What a hostile document costs: measured, and so by the clock of the machine. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { growth, LINEAR } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";

const { parseMessage, parseXml } = echostr;

const ENVELOPE =
  "<ToUserName>a</ToUserName><FromUserName>b</FromUserName>" +
  "<CreateTime>1</CreateTime><MsgType>text</MsgType>";

/** Documents that cost the square of their size where a reader goes back or copies too much. */
const hostile: Record<string, (size: number) => string> = {
  text: (size) => `<a>${"x".repeat(size)}</a>`,
  "text without an end": (size) => `<a>${"x".repeat(size)}`,
  blanks: (size) => `<a>${" ".repeat(size)}x${" ".repeat(size)}</a>`,
  "blanks and letters in turn": (size) => `<a>${" x".repeat(size / 2)}</a>`,
  "blanks before the root": (size) => `${" ".repeat(size)}<a/>`,
  "blanks in a tag": (size) => `<a${" ".repeat(size)}`,
  "line feeds before the fault": (size) => `<a>${"\n".repeat(size)}&</a>`,
  "CR LF before the fault": (size) => `<a>${"\r\n".repeat(size / 2)}&</a>`,
  "Chinese before the fault": (size) => `<a>${"中".repeat(size)}&</a>`,
  CDATA: (size) => `<a><![CDATA[${"x".repeat(size)}]]></a>`,
  "CDATA without an end": (size) => `<a><![CDATA[${"x".repeat(size)}`,
  "CDATA of brackets": (size) => `<a><![CDATA[${"]".repeat(size)}]]></a>`,
  "CDATA of brackets without an end": (size) => `<a><![CDATA[${"]]".repeat(size / 2)}`,
  "pieces of CDATA": (size) => `<a>${"<![CDATA[x]]>".repeat(size / 13)}</a>`,
  "pieces of CDATA and text": (size) => `<a>${"<![CDATA[]]> ".repeat(size / 13)}</a>`,
  "starts of CDATA": (size) => `<a>${"<![CDATA[".repeat(size / 9)}`,
  "bare ]]>": (size) => `<a>${"]]>".repeat(size / 3)}</a>`,
  references: (size) => `<a>${"&amp;".repeat(size / 5)}</a>`,
  "numeric references": (size) => `<a>${"&#65;".repeat(size / 5)}</a>`,
  "a long reference": (size) => `<a>&${"a".repeat(size)}</a>`,
  "a long numeric reference": (size) => `<a>&#${"1".repeat(size)};</a>`,
  "zeros in a numeric reference": (size) => `<a>&#${"0".repeat(size)}65;</a>`,
  "a long comment": (size) => `<!--${" -".repeat(size / 2)}--><a/>`,
  "a comment without an end": (size) => `<!--${" -".repeat(size / 2)}`,
  "many comments": (size) => `<a>${"<!---->".repeat(size / 7)}</a>`,
  "comments between letters": (size) => `<a>${"x<!---->".repeat(size / 8)}</a>`,
  "a long instruction": (size) => `<?p ${"? ".repeat(size / 2)}?><a/>`,
  "an instruction without an end": (size) => `<?p ${"?".repeat(size)}`,
  "many instructions": (size) => `<a>${"<?p?>".repeat(size / 5)}</a>`,
  "a long name": (size) => `<${"n".repeat(size)}/>`,
  "a long name that is not closed": (size) => `<${"n".repeat(size)}></${"n".repeat(size - 1)}>`,
  "a long value": (size) => `<a b="${"x".repeat(size)}"/>`,
  "a value without an end": (size) => `<a b="${"x".repeat(size)}`,
  "references in a value": (size) => `<a b="${"&lt;".repeat(size / 4)}"/>`,
  "many attributes": (size) => {
    return `<a ${Array.from({ length: size / 10 }, (_, index) => `b${index}=""`).join(" ")}/>`;
  },
  "many attributes without values": (size) => `<a ${"b ".repeat(size / 2)}/>`,
  "control characters": (size) => `<a>${"\u0000\r".repeat(size / 2)}</a>`,
};

describe("time grows with the size, and not with its square", () => {
  for (const [what, make] of Object.entries(hostile)) {
    it(`for ${what}`, () => {
      const ratio = growth((size) => {
        const source = make(size);
        return () => parseXml(source);
      }, 32_768);
      assert.ok(
        ratio < LINEAR,
        `a byte costs ${ratio.toFixed(1)} times as much in a large document`,
      );
    });
  }

  const messages: Record<string, (size: number) => string> = {
    "fields of different names": (size) => {
      return Array.from({ length: size }, (_, index) => `<f${index}>x</f${index}>`).join("");
    },
    "fields of one name": (size) => "<f>x</f>".repeat(size),
    "repeated FromUserName": (size) => "<FromUserName>x</FromUserName>".repeat(size),
    "items of a list": (size) => {
      const items = "<item><PicMd5Sum>x</PicMd5Sum></item>".repeat(size / 2);
      return `<SendPicsInfo><PicList>${items}</PicList></SendPicsInfo>`;
    },
    "a long content": (size) => `<Content>${" ".repeat(size * 50)}x</Content>`,
    "a content of blanks around CDATA": (size) => {
      const blanks = " ".repeat(size * 50);
      return `<Content>${blanks}<![CDATA[x]]>${blanks}</Content>`;
    },
  };
  for (const [what, make] of Object.entries(messages)) {
    it(`for a message of ${what}`, () => {
      const ratio = growth((size) => {
        const source = `<xml>${ENVELOPE}${make(size)}</xml>`;
        return () => parseMessage(source);
      }, 560);
      assert.ok(
        ratio < LINEAR,
        `a byte costs ${ratio.toFixed(1)} times as much in a large document`,
      );
    });
  }
});

it("What stands behind a wrong reference is not looked at", () => {
  const cost = (unit: string): number => {
    const source = `<a>&${unit.repeat(1024 * 1024)}</a>`;
    const times = Array.from({ length: 10 }, () => {
      const before = process.cpuUsage();
      assert.throws(() => parseXml(source), { code: "XML_INVALID" });
      const { user, system } = process.cpuUsage(before);
      return user + system;
    });
    return Math.min(...times);
  };
  assert.ok(cost("&") < 20 * cost("x"), "a megabyte of & costs more than 20 times a megabyte of text");
});
