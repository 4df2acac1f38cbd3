/**
 * The tokenizer: tokens cover the document without a gap and without an overlap, so it never stands
 * still and never looks back; what it refuses has a place inside of the document.
 *
 * @module
 */
import assert from "node:assert/strict";
import { XmlError } from "../../src/protocol/xml-error.ts";
import { decodeUtf8, XmlTokenizer } from "../../src/protocol/xml.ts";
import { MARKUP_FRAGMENTS, makeDocument } from "./documents.ts";
import type { Target } from "./target.ts";

export const tokenizer: Target = {
  name: "tokenizer",
  due: { read: 20, refused: 4 },
  dictionary: MARKUP_FRAGMENTS,
  make: makeDocument,
  check(input) {
    let source: string;
    try {
      source = decodeUtf8(input);
    } catch {
      return "no UTF-8";
    }
    let end = source.startsWith("\uFEFF") ? 1 : 0;
    try {
      const tokens = new XmlTokenizer(source);
      while (tokens.next()) {
        assert.equal(tokens.start, end, "a token starts where the one before it ends");
        assert.ok(tokens.end > tokens.start, "a token is not empty");
        // The shortest attribute is a space, a letter, "=" and two quotes.
        const size = tokens.name.length + tokens.text.length + 5 * tokens.attributes;
        assert.ok(size <= tokens.end - tokens.start, "a token says no more than stands there");
        end = tokens.end;
      }
    } catch (error) {
      // In the single files it is another class, but this one is asked for the tokenizer of src.
      assert.ok(error instanceof XmlError, `an XmlError was due, got ${String(error)}`);
      checkPlace(error, source);
      return "refused";
    }
    assert.equal(end, source.length, "the last token ends where the document does");
    return "read";
  },
};

function checkPlace(error: XmlError, source: string): void {
  const { line, column, message } = error;
  const lines = source.split("\n");
  assert.ok(Number.isInteger(line) && line >= 1 && line <= lines.length, `line ${line}`);
  const width = (lines[line - 1] ?? "").length;
  assert.ok(Number.isInteger(column) && column >= 1 && column <= width + 2, `column ${column}`);
  assert.match(message, /\n[ \t\u3000]*\^$/);
  assert.ok(message.length < 1_000, "a message stays short");
}
