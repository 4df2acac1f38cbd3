/** What a refusal of a document says, word by word: people search for these sentences. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseXml } from "../../src/protocol/xml.ts";
import { fails, refusesXml } from "../support/expect.ts";

const REFUSED: readonly (readonly [source: string, column: number, sentence: string])[] = [
  ["<a>\uFFFE</a>", 4, "U+FFFE is not allowed in XML"],
  ["<a>\ud800</a>", 4, "U+D800 is not allowed in XML"],
  ["<a x", 5, "\"=\" expected after attribute x, got the end of the document"],
  ["<a x='1' x='2'/>", 10, "Attribute x occurs twice"],
  ["<a x='1'y='2'/>", 9, "Space or \">\" expected in <a>, got \"y\""],
  ["<a x 1/>", 6, "\"=\" expected after attribute x, got \"1\""],
  ["<a x=1/>", 6, "Quote expected before the value of x"],
  ["<a x='1", 6, "The value of x does not end"],
  ["<a x=\"<\"/>", 7, "\"<\" in an attribute value"],
  ["<a x='<b<'/>", 7, "\"<\" in an attribute value"],
  ["<a x='\u0001'/>", 7, "U+0001 is not allowed here"],
  ["<a x='&y;'/>", 7, "\"&\" does not start a valid reference"],
  ["<a / >", 5, "\">\" expected in <a>, got U+0020"],
  ["<a/b>", 4, "\">\" expected in <a>, got \"b\""],
  ["<a", 3, "\">\" expected in <a>, got the end of the document"],
  ["<a ", 4, "\">\" expected in <a>, got the end of the document"],
  ["<a/", 4, "\">\" expected in <a>, got the end of the document"],
  ["< a/>", 2, "Element name expected, got U+0020"],
  ["<a 1='2'/>", 4, "Attribute name expected, got \"1\""],
  ["</ a>", 3, "Element name expected, got U+0020"],
  ["<a></a b>", 8, "\">\" expected in </a>, got \"b\""],
  ["<a></a", 7, "\">\" expected in </a>, got the end of the document"],
  ["<a></a x", 8, "\">\" expected in </a>, got \"x\""],
  ["<a><![CDATA[x]></a>", 4, "CDATA section does not end"],
  ["<a><!-- x", 4, "Comment does not end"],
  ["<a><!-- x -- y --></a>", 11, "\"--\" in a comment"],
  ["<a><!--\u0002--></a>", 8, "U+0002 is not allowed here"],
  ["<!DOCTYPE x>", 1, "DOCTYPE is not accepted"],
  ["<!doctype", 1, "DOCTYPE is not accepted"],
  ["<!x>", 1, "Comment or CDATA section expected after \"<!\""],
  ["<!doctypex", 1, "DOCTYPE is not accepted"],
  ["<a><!ELEMENT></a>", 4, "Comment or CDATA section expected after \"<!\""],
  ["<?", 3, "Target of a processing instruction expected, got the end of the document"],
  ["<? x?>", 3, "Target of a processing instruction expected, got U+0020"],
  ["<?x y", 1, "Processing instruction does not end"],
  ["<?x!?><a/>", 4, "Space expected after <?x"],
  ["<?x \u0003?><a/>", 5, "U+0003 is not allowed here"],
  [" <?xml version='1.0'?><a/>", 2, "XML declaration must stand at the very start"],
  ["<a/><?xml version='1.0'?>", 5, "XML declaration must stand at the very start"],
  ["<?xml?><a/>", 1, "XML declaration is malformed"],
  ["<?xml version='1.0' encoding='gbk'?><a/>", 1, "Encoding must be UTF-8, got gbk"],
  ["<?XML version='1.0'?><a/>", 1, "XML declaration is malformed"],
  ["<a/><b/>", 5, "One root element expected, got <b> too"],
  ["<a></b>", 4, "End tag </a> expected, got </b>"],
  ["</a>", 1, "No end tag expected, got </a>"],
  ["<a/></a>", 5, "No end tag expected, got </a>"],
  ["<a>", 4, "End tag </a> expected, got the end of the document"],
  ["<a><b></b>", 11, "End tag </a> expected, got the end of the document"],
  ["", 1, "Root element expected, got none"],
  ["  ", 3, "Root element expected, got none"],
  ["x<a/>", 1, "Text outside of the root element"],
  ["<a/> &#32;", 6, "Text outside of the root element"],
  ["<a/>]]>x", 5, "Text outside of the root element"],
  ["<![CDATA[x]]><a/>", 1, "CDATA outside of the root element"],
  ["<a>& b</a>", 4, "\"&\" does not start a valid reference"],
  ["<a>&x;</a>", 4, "\"&\" does not start a valid reference"],
  ["<a>&#0;</a>", 4, "\"&\" does not start a valid reference"],
  ["<é", 3, "\">\" expected in <é>, got the end of the document"],
];

describe("a refusal says in a sentence what was expected and what came", () => {
  for (const [source, column, sentence] of REFUSED) {
    it(`${JSON.stringify(source)}: ${sentence}`, () => {
      const code = /^<!doctype/i.test(source) ? "XML_DOCTYPE" : "XML_INVALID";
      const { message } = refusesXml(source, code);
      const [first] = message.split(" (line ");
      assert.equal(first, sentence);
      assert.ok(message.startsWith(`${sentence} (line 1, column ${column})\n\n  `), message);
    });
  }

  it("with a dot for what cannot be shown", () => {
    const { excerpt } = refusesXml("<a x='1\t\u0001\u2028'/>");
    assert.equal(excerpt, "  <a x='1···'/>\n          ^");
  });

  it("and of bytes that are no UTF-8 that they are not", () => {
    const error = fails(() => parseXml(Uint8Array.of(0x3c, 0xff)), "UTF8_INVALID");
    assert.equal(error.message, "Body must be UTF-8, got other bytes");
  });

  it("and calls itself XmlError", () => {
    assert.equal(refusesXml("<a>").name, "XmlError");
  });

  it("shows of a long name and of a long line the parts around the place", () => {
    const error = refusesXml(`<${"a".repeat(300)}>`);
    assert.equal(
      error.message,
      `End tag </${"a".repeat(90)}…${"a".repeat(11)}> expected, got the end of the document ` +
        `(line 1, column 303)\n\n  …${"a".repeat(39)}>\n${" ".repeat(43)}^`,
    );
    // A problem of 160 characters is shown whole, one of 161 is not.
    const sentence = (letters: number): string =>
      refusesXml(`<${"a".repeat(letters)}>`).message.split(" (line")[0] ?? "";
    const around = "End tag </> expected, got the end of the document".length;
    assert.equal(sentence(160 - around).length, 160);
    assert.doesNotMatch(sentence(160 - around), /…/);
    assert.equal(sentence(161 - around).length, 151);
  });

  it("shows forty characters on each side, and dots where there is more", () => {
    const drawn = (before: number, after: number): string[] => {
      const source = `${"<a>"}${"b".repeat(before - 3)}&${"c".repeat(after - 1)}`;
      return refusesXml(source).message.split("\n").slice(2);
    };
    assert.deepEqual(drawn(40, 40), [
      `  <a>${"b".repeat(37)}&${"c".repeat(39)}`,
      `  ${" ".repeat(40)}^`,
    ]);
    assert.deepEqual(drawn(41, 41), [
      `  …a>${"b".repeat(38)}&${"c".repeat(39)}…`,
      `  ${" ".repeat(41)}^`,
    ]);
  });

  it("names characters that cannot be shown, and shows those that can", () => {
    const got = (source: string): string | undefined =>
      /, got (.*) \(line/.exec(refusesXml(source).message)?.[1];
    assert.deepEqual(
      ["</\u0020", "</\u0021", "</~", "</\u007f", "</×","</\t", "</"].map(got),
      ["U+0020", '"!"', '"~"', "U+007F", "U+00D7", "U+0009", "the end of the document"],
    );
  });
});

describe("a document that is too large says so", () => {
  const nodes = (count: number): string => `<a>${"<b/>".repeat(count - 1)}</a>`;
  const deep = (count: number): string => "<a>".repeat(count) + "</a>".repeat(count);

  it("from 10,001 nodes on, attributes and texts among them", () => {
    parseXml(nodes(10_000));
    parseXml(`<a x="1" y="2">t${"<b/>".repeat(9996)}</a>`);
    for (const source of [nodes(10_001), `<a x="1" y="2">t${"<b/>".repeat(9997)}</a>`]) {
      const error = refusesXml(source, "XML_LIMIT");
      assert.match(error.message, /^Document must have at most 10000 nodes \(/);
    }
  });

  it("from 33 elements within each other on", () => {
    parseXml(deep(32));
    const error = refusesXml(deep(33), "XML_LIMIT");
    assert.match(error.message, /^Elements must be at most 32 deep \(line 1, column 97\)/);
    parseXml(`${"<a>".repeat(31)}<a/>${"</a>".repeat(31)}`);
    refusesXml(`${"<a>".repeat(32)}<a/>${"</a>".repeat(32)}`, "XML_LIMIT");
  });
});
