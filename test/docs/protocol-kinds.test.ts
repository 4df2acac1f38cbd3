/** The tables of docs/protocol.md that list kinds, fields and limits agree with the source. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EVENT_KINDS } from "../../src/protocol/event-kinds.ts";
import type { Shape } from "../../src/protocol/fields.ts";
import { MESSAGE_KINDS } from "../../src/protocol/message-kinds.ts";
import { NEWS_LIMIT, TEXT_LIMIT_BYTES } from "../../src/protocol/reply.ts";
import { MAX_XML_DEPTH, MAX_XML_NODES } from "../../src/protocol/xml.ts";
import { codeIn, readDocument, tableWith } from "./markdown.ts";

const ENGLISH = readDocument("docs/protocol.md");

describe("The tables of kinds agree with the source", () => {
  const names = (cell: string): string[] =>
    codeIn(cell).flatMap((code) => code.match(/\w+/g) ?? []);
  const common = ["MsgId", "MsgDataId", "Idx"];

  test("on the messages and their fields", () => {
    const [, ...rows] = tableWith(ENGLISH, "`shortvideo`");
    assert.deepEqual(rows.flatMap(([kind = ""]) => codeIn(kind)), Object.keys(MESSAGE_KINDS));
    for (const [kind = "", fields = ""] of rows) {
      const shape = MESSAGE_KINDS[codeIn(kind)[0] as keyof typeof MESSAGE_KINDS];
      const own = fieldsIn(shape).filter((field) => !common.includes(field));
      assert.deepEqual(names(fields).sort(), own.sort(), kind);
    }
  });

  test("on the events and their fields", () => {
    const [, ...rows] = tableWith(ENGLISH, "`CLICK`");
    const documented = rows.flatMap(([kind = "", fields = ""]) =>
      codeIn(kind).map((event) => [event.toLowerCase(), names(fields).sort()] as const),
    );
    const source = Object.entries(EVENT_KINDS).map(
      ([event, shape]) => [event, fieldsIn(shape).sort()] as const,
    );
    const missing = source.filter(([event]) => !documented.some(([other]) => other === event));
    assert.deepEqual(missing.map(([event]) => event), []);
    for (const [event, fields] of documented) {
      assert.deepEqual(fields, source.find(([other]) => other === event)?.[1], event);
    }
  });

  test("on the limits", () => {
    const prose = ENGLISH.prose.replace(/\s+/g, " ");
    const says = (number: number, words: string): void =>
      assert.ok(prose.includes(`${number.toLocaleString("en-US")} ${words}`), words);
    says(TEXT_LIMIT_BYTES, "bytes of UTF-8");
    says(MAX_XML_DEPTH, "elements deep");
    says(MAX_XML_NODES, "nodes");
    assert.equal(NEWS_LIMIT, 8);
  });
});

/** The names of all fields of a shape, however deep; a list has the fields of its items. */
function fieldsIn(shape: Shape): string[] {
  const { texts = "", ...elements } = typeof shape === "string" ? { texts: shape } : shape;
  const inner = Object.entries(elements).flatMap(([name, element]) => {
    return [name, ...[element].flat().flatMap((item) => fieldsIn(item as Shape))];
  });
  return [...(String(texts).match(/\w+/g) ?? []), ...inner];
}
