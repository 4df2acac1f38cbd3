import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fails, refusesXml } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";

const { parseXml } = echostr;

function nested(depth: number, inner = ""): string {
  return "<a>".repeat(depth) + inner + "</a>".repeat(depth);
}

describe("depth", () => {
  it("of 32 elements is read", () => {
    let deepest = parseXml(nested(32, "x"));
    for (let depth = 1; depth < 32; depth += 1) {
      const [child] = deepest.children;
      assert.ok(child, `${depth}`);
      deepest = child;
    }
    assert.equal(deepest.text, "x");
    assert.equal(parseXml(nested(31, "<a/>")).name, "a");
  });

  it("of 33 elements is refused as XML_LIMIT", () => {
    fails(() => parseXml(nested(33)), "XML_LIMIT");
    fails(() => parseXml(nested(32, "<a/>")), "XML_LIMIT");
    fails(() => parseXml(nested(32, "<b></b>")), "XML_LIMIT");
    fails(() => parseXml("<a>".repeat(33)), "XML_LIMIT");
  });

  it("of a hundred thousand elements is refused before anything overflows", () => {
    fails(() => parseXml(nested(100_000)), "XML_LIMIT");
    fails(() => parseXml("<a>".repeat(300_000)), "XML_LIMIT");
  });

  it("is left again with each end tag", () => {
    assert.equal(parseXml(`<x>${nested(31).repeat(100)}</x>`).children.length, 100);
  });
});

describe("number of elements", () => {
  it("of 10,000 with the root is read", () => {
    assert.equal(parseXml(`<x>${"<a/>".repeat(9_999)}</x>`).children.length, 9_999);
  });

  it("of 10,001 is refused as XML_LIMIT", () => {
    fails(() => parseXml(`<x>${"<a/>".repeat(10_000)}</x>`), "XML_LIMIT");
    fails(() => parseXml(`<x>${"<a></a>".repeat(10_000)}</x>`), "XML_LIMIT");
    fails(() => parseXml(`<x>${"<a><b/></a>".repeat(5_000)}</x>`), "XML_LIMIT");
  });

  it("counts attributes once, also where text follows their tag", () => {
    const attributes = Array.from({ length: 6_000 }, (_none, index) => ` a${index}=""`).join("");
    assert.equal(parseXml(`<x${attributes}>text<y/></x>`).text, "text");
    const more = `<x${attributes}>${"<y/>".repeat(4_000)}</x>`;
    fails(() => parseXml(more), "XML_LIMIT");
  });

  it("is refused as XML_LIMIT as soon as it is reached, whatever follows", () => {
    fails(() => parseXml(`<x>${"<a/>".repeat(10_000)}<<<`), "XML_LIMIT");
    fails(() => parseXml(`<x>${"<a/>".repeat(200_000)}</x>`), "XML_LIMIT");
  });
});

describe("the limits", () => {
  it("are refused with a position, as all of XML is", () => {
    const error = refusesXml(`${"<a>\n".repeat(40)}`, "XML_LIMIT");
    assert.equal(error.line, 33);
    assert.equal(error.column, 1);
    assert.match(error.message, /32/);
  });

  it("name the number that was exceeded", () => {
    const error = refusesXml(`<x>${"<a/>".repeat(10_000)}</x>`, "XML_LIMIT");
    assert.match(error.message, /10,?000/);
  });
});
