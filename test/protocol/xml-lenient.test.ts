import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refusesXml } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";

const { parseXml } = echostr;

/** All that XML 1.0 forbids below the blank, and the three that it allows. */
const forbidden = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).filter(
  (character) => !"\t\n\r".includes(character),
);

describe("first lenient rule: control characters in text and CDATA are kept as they came", () => {
  for (const character of [
    ...forbidden,
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\n\r",
    "\x7f",
    "\x85",
    "\u2028",
  ]) {
    const shown = JSON.stringify(character);
    it(`: ${shown}`, () => {
      for (const content of [`a${character}b`, `a${character}${character}b`]) {
        for (const source of [`<x>${content}</x>`, `<x><![CDATA[${content}]]></x>`]) {
          assert.equal(parseXml(source).text, content);
          assert.equal(parseXml(Buffer.from(source)).text, content);
        }
      }
      const cdata = `<x><![CDATA[${character}]]></x>`;
      assert.equal(parseXml(cdata).text, character, "alone in CDATA");
    });
  }

  it("so line ends are not made alike", () => {
    const content = "one\r\ntwo\rthree\nfour\r\r\n";
    assert.equal(parseXml(`<x><![CDATA[${content}]]></x>`).text, content);
  });

  it("also beside references, children and pieces of CDATA", () => {
    assert.equal(
      parseXml("<x>\u0001&amp;\u0002<![CDATA[\u0003]]>\u0000</x>").text,
      "\u0001&\u0002\u0003\u0000",
    );
    assert.equal(parseXml("<x><y>\u0000</y></x>").children[0]?.text, "\u0000");
  });
});

describe("second lenient rule: a bare ]]> in text is kept as text", () => {
  for (const content of [
    "]]>",
    "a]]>b",
    "]]>]]>",
    "]]]>",
    "]]]]>>",
    "![CDATA[x]]>",
    "]] >",
    "]]",
  ]) {
    it(`: ${content}`, () => {
      assert.equal(parseXml(`<x>${content}</x>`).text, content);
    });
  }

  it("also after CDATA", () => {
    assert.equal(parseXml("<x><![CDATA[a]]>]]></x>").text, "a]]>");
  });
});

describe("the first rule holds nowhere else", () => {
  const places: Record<string, (character: string) => string> = {
    "the name of an element": (character) => `<a${character}b/>`,
    "the start of a name": (character) => `<${character}b/>`,
    "an end tag": (character) => `<a></a${character}>`,
    "the name of an attribute": (character) => `<a b${character}="1"/>`,
    "the value of an attribute": (character) => `<a b="1${character}2"/>`,
    "the value of an attribute in single quotes": (character) => `<a b='${character}'/>`,
    "the space between attributes": (character) => `<a b="1"${character}c="2"/>`,
    "the space before the end of a tag": (character) => `<a${character}>x</a>`,
    "a comment": (character) => `<!-- ${character} --><a/>`,
    "a comment inside of the root": (character) => `<a><!--${character}--></a>`,
    "an instruction": (character) => `<a><?p ${character}?></a>`,
    "the name of an instruction": (character) => `<?p${character}?><a/>`,
    "the declaration": (character) => `<?xml version="1.0"${character}?><a/>`,
    "a reference": (character) => `<a>&amp${character};</a>`,
    "a numeric reference": (character) => `<a>&#6${character}5;</a>`,
    "the document before its root": (character) => `${character}<a/>`,
    "the document after its root": (character) => `<a/>${character}`,
    "the start of CDATA": (character) => `<a><![CDATA${character}[x]]></a>`,
  };
  for (const [place, make] of Object.entries(places)) {
    it(`: no control character in ${place}`, () => {
      for (const character of forbidden) refusesXml(make(character));
    });
  }

  it(": characters that are not control characters and that XML does not know stay refused", () => {
    for (const character of ["\uFFFE", "\uFFFF", "\uD800", "\uDC00", "\uDC00\uD800"]) {
      refusesXml(`<a b="${character}"/>`);
      refusesXml(`<!--${character}--><a/>`);
      refusesXml(`<a${character}/>`);
      refusesXml(`<a>${character}</a>`);
      refusesXml(`<a><![CDATA[${character}]]></a>`);
    }
  });
});

describe("the second rule holds nowhere else", () => {
  it(": outside of the root ]]> is refused like any text", () => {
    refusesXml("]]><a/>");
    refusesXml("<a/>]]>");
  });
});
