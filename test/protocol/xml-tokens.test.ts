/** The tokenizer by itself: each token with all that it says, and nothing of the one before. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseXml, XmlTokenizer } from "../../src/protocol/xml.ts";
import { refusesXml } from "../support/expect.ts";

type Token = readonly [
  type: string,
  name: string,
  text: string,
  attributes: number,
  source: string,
];

function tokensOf(source: string): Token[] {
  const tokens = new XmlTokenizer(source);
  const all: Token[] = [];
  while (tokens.next()) {
    const { type, name, text, attributes, start, end } = tokens;
    all.push([type, name, text, attributes, source.slice(start, end)]);
  }
  assert.deepEqual([tokens.start, tokens.end], [source.length, source.length]);
  return all;
}

describe("the tokenizer", () => {
  it("says before the first token that there is an empty text", () => {
    const { type, name, text, attributes, start, end } = new XmlTokenizer("<a/>");
    assert.deepEqual([type, name, text, attributes, start, end], ["text", "", "", 0, 0, 0]);
  });

  it("says of each token its type, name, text, number of attributes and place", () => {
    const source =
      '<?xml version="1.0"?><!-- c --><a x="1" y=\'2\'>t<b z="3"/>&lt;<![CDATA[d]]></a ><?p q ?> ';
    assert.deepEqual(tokensOf(source), [
      ["declaration", "xml", "", 0, '<?xml version="1.0"?>'],
      ["comment", "", "", 0, "<!-- c -->"],
      ["start", "a", "", 2, "<a x=\"1\" y='2'>"],
      ["text", "", "t", 0, "t"],
      ["empty", "b", "", 1, '<b z="3"/>'],
      ["text", "", "<", 0, "&lt;"],
      ["cdata", "", "d", 0, "<![CDATA[d]]>"],
      ["end", "a", "", 0, "</a >"],
      ["instruction", "p", "", 0, "<?p q ?>"],
      ["text", "", " ", 0, " "],
    ]);
  });

  it("ends each token at the first place where it can end", () => {
    assert.deepEqual(
      tokensOf("<a><![CDATA[]]]]><![CDATA[x]]>]]><!----><!---->x<?p?><?p ??>").map(
        ([type, , text, , source]) => [type, text, source],
      ),
      [
        ["start", "", "<a>"],
        ["cdata", "]]", "<![CDATA[]]]]>"],
        ["cdata", "x", "<![CDATA[x]]>"],
        ["text", "]]>", "]]>"],
        ["comment", "", "<!---->"],
        ["comment", "", "<!---->"],
        ["text", "x", "x"],
        ["instruction", "", "<?p?>"],
        ["instruction", "", "<?p ??>"],
      ],
    );
    assert.deepEqual(tokensOf("<a x='1' y='>'/><b c=\"'\" d='\"'/>").map((each) => each.slice(3)), [
      [2, "<a x='1' y='>'/>"],
      [2, "<b c=\"'\" d='\"'/>"],
    ]);
  });

  it("passes over space wherever it may stand in a tag", () => {
    assert.deepEqual(
      tokensOf("<a \t\r\n x \n=\t'1'\r y='2' ></a\n\t>").map(([type, name, , each]) => {
        return [type, name, each];
      }),
      [["start", "a", 2], ["end", "a", 0]],
    );
  });

  it("takes line ends, tabs and references in an attribute, and no reference that is none", () => {
    const value = "1\r\n2\n3\t4\r5&#10;6&#9;7&#x41;\n\n";
    assert.deepEqual(tokensOf(`<a x='${value}'/>`)[0]?.slice(3), [1, `<a x='${value}'/>`]);
    for (const reference of ["&", "&x;", "&#0;", "&#xD800;", "&#65", "&lt"]) {
      const { column } = refusesXml(`<a x='1\t${reference}'/>`);
      assert.equal(column, 9, reference);
    }
  });

  it("passes over a byte order mark, and over no other", () => {
    assert.deepEqual(tokensOf("\uFEFF<a/>").map(([type]) => type), ["empty"]);
    assert.deepEqual(tokensOf("<a>\uFEFF</a>")[1]?.[2], "\uFEFF");
    assert.equal(tokensOf("\uFEFF<?xml version='1.0'?>")[0]?.[0], "declaration");
  });
});

describe("a character of XML", () => {
  const edges: readonly (readonly [first: number, last: number])[] = [
    [0x09, 0x0a],
    [0x0d, 0x0d],
    [0x20, 0xd7ff],
    [0xe000, 0xfffd],
    [0x10000, 0x10ffff],
  ];
  it("is one of these, up to the very edges", () => {
    for (const [first, last] of edges) {
      for (const inside of [first, last]) {
        const text = parseXml(`<a>&#${inside};&#x${inside.toString(16)};</a>`).text;
        assert.equal(text, String.fromCodePoint(inside, inside));
      }
      for (const outside of [first - 1, last + 1]) {
        if (edges.some(([from, to]) => from <= outside && outside <= to)) continue;
        refusesXml(`<a>&#${outside};</a>`);
        refusesXml(`<a>&#x${outside.toString(16)};</a>`);
      }
    }
  });

  it("may be a letter of a name, up to the edges of what Unicode calls one", () => {
    const starts = [
      0x41, 0x5a, 0x61, 0x7a, 0x5f, 0x3a, 0xc0, 0xd6, 0xd8, 0xf6, 0xf8, 0x2ff, 0x370, 0x37d, 0x37f,
      0x1fff, 0x200c, 0x200d, 0x2070, 0x218f, 0x2c00, 0x2fef, 0x3001, 0xd7ff, 0xf900, 0xfdcf,
      0xfdf0, 0xfffd, 0x10000, 0xeffff,
    ];
    const inside = [0x2d, 0x2e, 0x30, 0x39, 0xb7, 0x300, 0x36f, 0x203f, 0x2040];
    const never = [
      0x40, 0x5b, 0x5e, 0x60, 0x7b, 0x7f, 0x80, 0xbf, 0xd7, 0xf7, 0x37e, 0x2000, 0x200b, 0x200e,
      0x203e, 0x2041, 0x206f, 0x2190, 0x2bff, 0x2ff0, 0x3000, 0xe000, 0xf8ff, 0xfdd0, 0xfdef,
      0xf0000,
    ];
    for (const point of starts) {
      const name = String.fromCodePoint(point);
      assert.equal(parseXml(`<${name}${name}/>`).name, name + name, point.toString(16));
    }
    for (const point of inside) {
      const character = String.fromCodePoint(point);
      assert.equal(parseXml(`<a${character}/>`).name, `a${character}`, point.toString(16));
      refusesXml(`<${character}/>`);
    }
    for (const point of never) {
      const character = String.fromCodePoint(point);
      refusesXml(`<${character}/>`);
      refusesXml(`<a${character}/>`);
    }
  });
});

/** What is said of a declaration of another form. */
const REFUSALS = [
  "XML declaration is malformed",
  "Processing instruction does not end",
  "Space expected after <?xmlversion",
];

/** What is said of a document that declares an encoding. */
function encodingRefused(name: string): string {
  const { message } = refusesXml(`<?xml version='1.0' encoding='${name}'?><a/>`);
  return message.slice(0, message.indexOf(" (line"));
}

describe("a declaration", () => {
  it("is read where it stands", () => {
    const text = "<?xml version='1.0' encoding=\"UTF-8\"?>";
    for (const mark of ["", "\uFEFF"]) {
      const [token] = tokensOf(`${mark}${text}<a/>`);
      assert.deepEqual(token, ["declaration", "xml", "", 0, text]);
    }
    assert.equal(refusesXml(`x${text}<a/>`).column, 1);
    assert.equal(refusesXml(`<a>${text}</a>`).column, 4);
    assert.equal(encodingRefused("a.b_c-1"), "Encoding must be UTF-8, got a.b_c-1");
    assert.equal(encodingRefused("é"), "XML declaration is malformed");
  });

  it("may have space around, one or two parts more, and either quote", () => {
    const good = [
      "<?xml version = '1.0' ?>",
      "<?xml\n\tversion\r=\t\"1.12\"  encoding\n= 'a' standalone = \"yes\"?>",
      "<?xml version='1.0' standalone='no'?>",
    ];
    for (const text of good) {
      const readable = text.replace("'a'", "'utf-8'");
      assert.deepEqual(tokensOf(`${readable}<a/>`)[0], ["declaration", "xml", "", 0, readable]);
    }
    const bad = [
      "<?xmlversion='1.0'?>",
      "<?xml version='2.0'?>",
      "<?xml version='1.'?>",
      "<?xml version='1x0'?>",
      "<?xml version='1.0\"?>",
      "<?xml version='1.0'encoding='a'?>",
      "<?xml version='1.0' encoding='1'?>",
      "<?xml version='1.0' encoding=''?>",
      "<?xml version='1.0' standalone='maybe'?>",
      "<?xml version='1.0' standalone='yes' encoding='a'?>",
      "<?xml version='1.0'",
      "<?xml version='1.0'>",
    ];
    for (const text of bad) {
      const { message } = refusesXml(text);
      const [sentence = ""] = message.split(" (line");
      assert.ok(REFUSALS.includes(sentence), `${text}: ${sentence}`);
    }
  });

  it("names an encoding that is UTF-8 or a part of it", () => {
    assert.equal(parseXml("<?xml version='1.0'?><a/>").name, "a");
    for (const name of ["utf-8", "UTF-8", "utf8", "UTF8", "us-ascii", "US-ASCII"]) {
      assert.equal(parseXml(`<?xml version='1.0' encoding='${name}'?><a/>`).name, "a", name);
    }
    for (const name of ["utf-16", "utf-80", "xutf-8", "ascii", "gbk", "utf--8"]) {
      assert.equal(encodingRefused(name), `Encoding must be UTF-8, got ${name}`);
    }
    assert.equal(encodingRefused(""), "XML declaration is malformed");
  });
});
