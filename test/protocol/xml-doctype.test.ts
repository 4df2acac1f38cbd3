import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fails, refusesXml } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";

const { parseXml } = echostr;

describe("a DOCTYPE is refused as XML_DOCTYPE", () => {
  const doctypes = [
    "<!DOCTYPE a><a/>",
    "<!DOCTYPE a []><a/>",
    `<!DOCTYPE a SYSTEM "http://example.com/a.dtd"><a/>`,
    `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`,
    `<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;">]><a>&m;</a>`,
    `<!DOCTYPE a PUBLIC "x" "y"><a/>`,
    `<?xml version="1.0"?>\n<!DOCTYPE a><a/>`,
    "\uFEFF\n<!-- x --><!DOCTYPE a><a/>",
    "<!DOCTYPE",
    "<!DOCTYPE>",
  ];
  for (const source of doctypes) {
    it(`: ${JSON.stringify(source)}`, () => {
      refusesXml(source, "XML_DOCTYPE");
      refusesXml(Buffer.from(source), "XML_DOCTYPE");
    });
  }

  it("before anything that follows is read", () => {
    const error = refusesXml("\n  <!DOCTYPE a [ &&& <", "XML_DOCTYPE");
    assert.equal(error.line, 2);
    assert.equal(error.column, 3);
  });

  it("but in CDATA, text, comment, instruction or attribute the word is only a word", () => {
    assert.equal(parseXml("<a><![CDATA[<!DOCTYPE a>]]></a>").text, "<!DOCTYPE a>");
    assert.equal(parseXml("<a>DOCTYPE &lt;!DOCTYPE a></a>").text, "DOCTYPE <!DOCTYPE a>");
    assert.equal(parseXml("<!-- <!DOCTYPE a> --><a/>").name, "a");
    assert.equal(parseXml("<?p <!DOCTYPE a> ?><a/>").name, "a");
    assert.equal(parseXml("<a b='!DOCTYPE'/>").name, "a");
    assert.equal(parseXml("<DOCTYPE/>").name, "DOCTYPE");
  });

  it("and where it cannot stand it is refused all the same", () => {
    for (const source of [
      "<a><!DOCTYPE a></a>",
      "<a/><!DOCTYPE a>",
      "<!doctype a><a/>",
      "<!Doctype a><a/>",
    ]) {
      fails(() => parseXml(source), ["XML_DOCTYPE", "XML_INVALID"], source);
    }
  });
});
