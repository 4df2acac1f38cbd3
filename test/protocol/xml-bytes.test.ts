import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fails } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";

const { parseXml } = echostr;

describe("bytes", () => {
  it("are UTF-8, with or without a byte order mark, with or without blanks before the root", () => {
    for (const start of ["", "\uFEFF", " \n", "\uFEFF \r\n\t"]) {
      const source = `${start}<xml><a>中文😀é</a></xml>`;
      for (const input of [source, Buffer.from(source), new Uint8Array(Buffer.from(source))]) {
        assert.equal(parseXml(input).children[0]?.text, "中文😀é", JSON.stringify(start));
      }
    }
  });

  it("are taken from the part of the memory that was given, and left as they were", () => {
    const memory = Buffer.from("<junk><a>x</a></junk>");
    const before = memory.toString();
    assert.equal(parseXml(memory.subarray(6, 14)).text, "x");
    assert.equal(memory.toString(), before);
  });

  it("of a byte order mark inside of the text are a character", () => {
    assert.equal(parseXml(Buffer.from("<a>x\uFEFFy</a>")).text, "x\uFEFFy");
    assert.equal(parseXml("<a>\uFEFF</a>").text, "\uFEFF");
  });

  const invalid: Record<string, readonly number[]> = {
    "a byte that UTF-8 does not have": [0xff],
    "a continuation without a start": [0x80],
    "a start without its continuation": [0xe4, 0xbd],
    "an overlong NUL": [0xc0, 0x80],
    "an overlong slash": [0xe0, 0x80, 0xaf],
    "a surrogate": [0xed, 0xa0, 0x80],
    "a pair of surrogates": [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
    "a code point above 10FFFF": [0xf4, 0x90, 0x80, 0x80],
    "a sequence of five bytes": [0xf8, 0x88, 0x80, 0x80, 0x80],
    "你 in GBK": [0xc4, 0xe3],
  };
  for (const [what, bytes] of Object.entries(invalid)) {
    it(`that are not UTF-8 are refused as UTF8_INVALID: ${what}`, () => {
      const odd = Buffer.from(bytes);
      for (const [before, after] of [
        ["<a>", "</a>"],
        ["<a><![CDATA[", "]]></a>"],
        ["<a x='", "'/>"],
        ["<a/><!--", "-->"],
        ["", "<a/>"],
        ["<a/>", ""],
      ] as const) {
        const source = Buffer.concat([Buffer.from(before), odd, Buffer.from(after)]);
        fails(() => parseXml(source), "UTF8_INVALID", before);
      }
    });
  }

  it("of UTF-16 are refused as UTF8_INVALID", () => {
    const little = Buffer.from("\uFEFF<a/>", "utf16le");
    fails(() => parseXml(little), "UTF8_INVALID");
    fails(() => parseXml(Buffer.from(little).swap16()), "UTF8_INVALID");
  });
});
