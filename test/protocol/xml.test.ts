import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readWire, type WireNode } from "../support/reader.ts";
import { payloads } from "../support/payloads.ts";
import { echostr } from "../support/subject.ts";

const { parseXml } = echostr;

type Element = ReturnType<typeof parseXml>;

/** The text of the root. */
function textOf(source: string | Uint8Array): string {
  return parseXml(source).text;
}

describe("elements", () => {
  it("have a name, text and children in the order in which they came", () => {
    const root = parseXml("<xml><a>1</a><b><c>2</c></b><a>3</a></xml>");
    assert.equal(root.name, "xml");
    assert.deepEqual(
      root.children.map(({ name }) => name),
      ["a", "b", "a"],
    );
    assert.deepEqual(
      root.children.map(({ text }) => text),
      ["1", "", "3"],
    );
    assert.equal(root.children[1]?.children[0]?.text, "2");
    assert.deepEqual(Object.keys(root).sort(), ["children", "name", "text"]);
  });

  it("may be empty in both notations, with blanks where XML allows them", () => {
    for (const source of ["<a/>", "<a />", "<a\n/>", "<a></a>", "<a ></a >", "<a\t></a\r\n>"]) {
      const root = parseXml(source);
      assert.equal(root.name, "a", source);
      assert.equal(root.text, "", source);
      assert.equal(root.children.length, 0, source);
    }
  });

  it("may have names of any letters, digits, and the four marks", () => {
    const names = [
      "Location_X",
      "a-b",
      "a.b",
      "_a",
      "x1",
      "a:b",
      "名字",
      "élan",
      "𠀀",
      "MediaId16K",
    ];
    for (const name of names) {
      assert.equal(parseXml(`<${name}></${name}>`).name, name);
      assert.equal(parseXml(`<${name}/>`).name, name);
    }
  });

  it("may have names of just the characters that XML 1.0, fifth edition, lists", () => {
    // NameStartChar, then what NameChar adds: first and last code point of each range.
    const start =
      "3A-3A 41-5A 5F-5F 61-7A C0-D6 D8-F6 F8-2FF 370-37D 37F-1FFF 200C-200D 2070-218F " +
      "2C00-2FEF 3001-D7FF F900-FDCF FDF0-FFFD 10000-EFFFF";
    const inside = "2D-2E 30-39 B7-B7 300-36F 203F-2040";
    const within = (ranges: string, point: number): boolean =>
      edges(ranges).some(([first, last]) => point >= first && point <= last);
    for (const [first, last] of [...edges(start), ...edges(inside)]) {
      for (const point of [first - 1, first, last, last + 1]) {
        const character = String.fromCodePoint(point);
        const [starts, continues] = [within(start, point), within(inside, point)];
        const name = point.toString(16);
        assert.equal(isRead(`<${character}/>`), starts, name);
        assert.equal(isRead(`<a${character}/>`), starts || continues, name);
        assert.equal(isRead(`<x a${character}="1"/>`), starts || continues, name);
      }
    }
  });

  it("are told apart by case", () => {
    assert.deepEqual(
      parseXml("<x><a/><A/></x>").children.map(({ name }) => name),
      ["a", "A"],
    );
  });

  it("may have the names of properties that every object has", () => {
    const names = [
      "__proto__",
      "constructor",
      "toString",
      "hasOwnProperty",
      "valueOf",
      "prototype",
    ];
    const root = parseXml(`<xml>${names.map((name) => `<${name}>v</${name}>`).join("")}</xml>`);
    assert.deepEqual(
      root.children.map(({ name }) => name),
      names,
    );
    assert.ok(root.children.every(({ text }) => text === "v"));
    for (const name of names) {
      assert.equal(parseXml(`<${name}/>`).name, name);
      assert.equal(parseXml(`<a ${name}="v">t</a>`).text, "t");
    }
    assert.equal(({} as Record<string, unknown>)["v"], undefined);
  });

  it("keep the text between their children", () => {
    assert.equal(textOf("<a>x<b>inner</b>y</a>").replace(/\s/g, ""), "xy");
  });
});

function edges(ranges: string): (readonly [number, number])[] {
  return ranges.split(" ").map((range) => {
    const [first = NaN, last = NaN] = range.split("-").map((point) => Number.parseInt(point, 16));
    return [first, last];
  });
}

function isRead(source: string): boolean {
  try {
    parseXml(source);
    return true;
  } catch {
    return false;
  }
}

describe("attributes", () => {
  it("are passed over, with either quote, and with blanks around the sign", () => {
    const source = `<a one="1" two = '2'\n\tthree="a'b" four='a"b' five="">t</a>`;
    assert.deepEqual({ ...parseXml(source) }, { name: "a", children: [], text: "t" });
  });

  it("may contain references and >", () => {
    assert.equal(parseXml(`<a x="&lt;&amp;&quot;&apos;&#x4e2d;&#65;>]]>">t</a>`).text, "t");
  });
});

describe("text and CDATA", () => {
  it("are taken as they are, blanks and line breaks included", () => {
    assert.equal(textOf("<a>one two</a>"), "one two");
    assert.equal(textOf("<a><![CDATA[  one\n two ]]></a>"), "  one\n two ");
    assert.equal(textOf("<a>中文😀</a>"), "中文😀");
    assert.equal(textOf("<a><![CDATA[]]></a>"), "");
  });

  it("of CDATA is not markup", () => {
    const inside = `<b>&amp;&#65;<!-- x --><?p?></a><![CDATA[ <!DOCTYPE x> ]] ] > ]>`;
    assert.equal(textOf(`<a><![CDATA[${inside}]]></a>`), inside);
    assert.equal(parseXml(`<a><![CDATA[${inside}]]></a>`).children.length, 0);
  });

  it("in pieces are joined", () => {
    assert.equal(textOf("<a><![CDATA[one]]><![CDATA[two]]></a>"), "onetwo");
    assert.equal(textOf("<a><![CDATA[]]]]><![CDATA[>]]></a>"), "]]>");
    assert.equal(textOf("<a><![CDATA[x]]><![CDATA[]]><![CDATA[y]]></a>"), "xy");
    assert.equal(textOf("<a>1<![CDATA[2]]>3<![CDATA[4]]></a>"), "1234");
    assert.equal(textOf(`<a>${"<![CDATA[中]]>".repeat(500)}</a>`), "中".repeat(500));
  });

  it("may end in brackets", () => {
    assert.equal(textOf("<a><![CDATA[x]]]></a>"), "x]");
    assert.equal(textOf("<a><![CDATA[x]]]]></a>"), "x]]");
    assert.equal(textOf("<a><![CDATA[]]]></a>"), "]");
  });

  it("may contain a > alone", () => {
    assert.equal(textOf("<a>1 > 0</a>"), "1 > 0");
  });
});

describe("references", () => {
  it("are known for the five entities", () => {
    assert.equal(textOf("<a>&lt;&gt;&amp;&quot;&apos;</a>"), `<>&"'`);
    assert.equal(textOf("<a>x&amp;lt;y</a>"), "x&lt;y");
  });

  it("name characters in decimal and hexadecimal", () => {
    assert.equal(textOf("<a>&#65;&#x41;&#x4E2D;&#x4e2d;&#20013;&#x1F600;</a>"), "AA中中中😀");
    assert.equal(textOf("<a>&#00065;&#x000041;</a>"), "AA");
  });

  it("reach the edges of what XML knows", () => {
    const points = [0x9, 0xa, 0xd, 0x20, 0x7f, 0x85, 0xd7ff, 0xe000, 0xfffd, 0x10000, 0x10ffff];
    for (const point of points) {
      assert.equal(textOf(`<a>&#${point};</a>`), String.fromCodePoint(point), `${point}`);
      assert.equal(textOf(`<a>&#x${point.toString(16)};</a>`), String.fromCodePoint(point));
    }
  });
});

describe("what is skipped", () => {
  it("comments, wherever they stand, without parting the text", () => {
    const source = "<!-- 1 --><a>x<!-- <b> & ]]> -->y<!----></a><!-- 2 -->\n<!---->";
    assert.equal(textOf(source), "xy");
    assert.equal(parseXml(source).children.length, 0);
  });

  it("processing instructions, wherever they stand", () => {
    const source = "<?php echo 1 ?><a>x<?p?>y<?p <b> & ? > ?></a><?end ?>";
    assert.equal(textOf(source), "xy");
    assert.equal(parseXml(source).children.length, 0);
  });

  it("the declaration, in the forms that XML has", () => {
    const declarations = [
      `<?xml version="1.0"?>`,
      `<?xml version='1.0' ?>`,
      `<?xml version="1.0" encoding="UTF-8"?>`,
      `<?xml version="1.0" encoding='utf-8' standalone="yes"?>`,
      `<?xml version="1.0" standalone='no' ?>`,
      `<?xml\n version = "1.0"\n encoding = "UTF-8" ?>`,
    ];
    for (const declaration of declarations) {
      for (const between of ["", "\n", "\n<!-- x -->\n"]) {
        assert.equal(textOf(`${declaration}${between}<a>x</a>`), "x", declaration);
        assert.equal(textOf(`\uFEFF${declaration}${between}<a>x</a>`), "x", declaration);
      }
    }
  });

  it("blanks before and after the root", () => {
    assert.equal(textOf(" \r\n\t<a>x</a>\r\n \t"), "x");
  });
});

describe("the bodies of the corpus", () => {
  for (const { name, bytes, text } of payloads) {
    it(`${name} is read as another reader reads it, from bytes and from a string`, () => {
      const expected = shapeOfWire(readWire(text));
      assert.deepEqual(shapeOf(parseXml(bytes)), expected);
      assert.deepEqual(parseXml(text), parseXml(bytes));
    });
  }
});

/** Names and text without layout, which the two readers treat in their own ways. */
type Shape = readonly [name: string, value: string | readonly Shape[]];

function shapeOf({ name, children, text }: Element): Shape {
  return [name, children.length > 0 ? children.map(shapeOf) : text.trim()];
}

function shapeOfWire({ name, children, text }: WireNode): Shape {
  return [name, children.length > 0 ? children.map(shapeOfWire) : text.trim()];
}
