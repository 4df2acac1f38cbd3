/** Tables of input and output in docs/protocol.md: what stands there is what our code does. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import type { XmlElement } from "../../src/index.ts";
import { statusOf } from "../../src/server/status.ts";
import { echostr } from "../support/subject.ts";
import { codeIn, readDocument, tableUnder } from "./markdown.ts";

const ENGLISH = readDocument("docs/protocol.md");

/** What a table writes as `\u0002`, `\r` or `\n`. */
function unescaped(code: string): string {
  return code.replace(/\\(?:u[0-9a-f]{4}|[rn])/g, (escape) => JSON.parse(`"${escape}"`) as string);
}

/** The rows of a table: the codes of each cell, and its text where it has none. */
function casesUnder(head: string): string[][][] {
  const [, ...rows] = tableUnder(ENGLISH, head);
  return rows.map((cells) => cells.map((cell) => (cell.includes("`") ? codeIn(cell) : [cell])));
}

/** A child of the root, or the status of the refusal. */
function readField(body: string): string {
  try {
    const fields = echostr.parseXml(body).children;
    return JSON.stringify(fields.find(({ name }) => name === "f")?.text ?? null);
  } catch (error) {
    return String(statusOf(error));
  }
}

describe("The table of bodies in docs/protocol.md", () => {
  const cases = casesUnder("Body").map(([body, results]) => ({
    body: unescaped(body?.[0] ?? ""),
    results: results ?? [],
  }));

  for (const { body, results } of cases) {
    test(`says what our parser makes of ${JSON.stringify(body)}`, () => {
      assert.equal(readField(body), results[0]);
    });
  }

  test("holds for the program in Python too", { skip: withoutPython() }, () => {
    const read = readInPython(cases.map(({ body }) => body));
    for (const [index, { body, results }] of cases.entries()) {
      const root = read[index];
      const field = root?.children.find(({ name }) => name === "f")?.text;
      assert.equal(root === null ? "400" : JSON.stringify(field), results.at(-1), body);
    }
  });
});

test("The program in Python reads and refuses what our parser does", { skip: withoutPython() }, () => {
  const bodies = Array.from({ length: 4000 }, (_, index) => madeUp(index));
  const read = readInPython(bodies);
  let accepted = 0;
  for (const [index, body] of bodies.entries()) {
    let ours: Tree | null = null;
    try {
      ours = plain(echostr.parseXml(body));
      accepted += 1;
    } catch {
      // Refused, as it must be there.
    }
    assert.deepEqual(read[index], ours, JSON.stringify(body));
  }
  assert.ok(accepted > 400, `only ${accepted} of them can be read at all`);
});

interface Tree {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Tree[];
}

/** The program takes control characters out, which ours keeps. */
function plain({ name, text, children }: XmlElement): Tree {
  const without = text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, "");
  return { name, text: without, children: children.map(plain) };
}

const PIECES: readonly string[] = [
  "<xml>", "</xml>", "<f>", "</f>", '<f x="', '">', '"', "'", "<g/>", "</f ", "=", 'x="1" ',
  "<f a=\"1\" b='2'>", "<![CDATA[", "]]>", "]]", "<![CDATA[y]]>", "<![CDATA[]]>", " <![CDATA[ x ]]> ",
  "<", ">", "&", "lt;", "&lt;", "&#13;", "&#32;", "&#2;", "&#xD800;", "&#x110000;", "\r\n", "\r",
  "\n", " ", "\u0002", "a", "你", "<!--", "-->", "--", "<?p ", "?>", '<?xml version="1.0"?>',
  '<?xml version="1.0" encoding="gbk"?>', "<!DOCTYPE xml>", "\ufeff", "\uffff",
];

/** A document of pieces that mean something; the same for the same number. */
function madeUp(seed: number): string {
  let state = (seed + 1) * 2654435761;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  const some = Array.from({ length: draw(8) }, () => PIECES[draw(PIECES.length)]).join("");
  return [some, `<xml>${some}</xml>`, `<xml><f>${some}</f></xml>`][draw(3)] ?? "";
}

function withoutPython(): string | false {
  if (spawnSync("python3", ["--version"]).status === 0) return false;
  if (process.env["CI"] === "true") throw new Error("CI needs python3: install it");
  return "install python3 to run this";
}

/** What the program of the document makes of each body; `null` where it refuses. */
function readInPython(bodies: readonly string[]): readonly (Tree | null)[] {
  const program = ENGLISH.blocks.find(({ language }) => language === "py")?.code ?? "";
  const frame = `
import json, sys
def tree(element):
    return {"name": element[0], "text": element[1], "children": [tree(each) for each in element[2]]}
def read(body):
    try:
        return tree(read_xml(body.encode()))
    except (ValueError, expat.ExpatError):
        return None
json.dump([read(body) for body in json.load(sys.stdin)], sys.stdout)
`;
  const input = JSON.stringify(bodies);
  const { stdout, stderr, status } = spawnSync("python3", ["-c", program + frame], {
    input,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as (Tree | null)[];
}
