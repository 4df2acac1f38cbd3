/**
 * Keeps the links from the documents into the source right.
 *
 * A link such as [`sign`](../src/protocol/signature.ts#L41-L43) names a declaration, and its range
 * is that declaration's. Lines move when the source changes: this finds the names anew and writes
 * their ranges into the documents.
 *
 * ```sh
 * node --import tsx scripts/source-links.ts
 * ```
 *
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT: string = fileURLToPath(new URL("..", import.meta.url));

/** The documents whose links carry ranges of lines. */
export const LINKED_DOCUMENTS: readonly string[] = [
  "docs/protocol.md",
  "docs/protocol.zh-CN.md",
  "docs/walk.md",
];

/** A link to a declaration. */
export interface SourceLink {
  /** As it stands in the document. */
  readonly whole: string;
  /** `sign`, or `Router.answer` for a method. */
  readonly name: string;
  /** From the root of the project. */
  readonly path: string;
  /** Relative to the document. */
  readonly target: string;
  /** `#L41-L43`; empty when there is none yet. */
  readonly range: string;
}

const LINK = /\[`([\w.#]+)`\]\(([^)\s#]+\.ts)(#L\d+-L\d+)?\)/g;

/** The links to declarations in a document, in their order. */
export function sourceLinks(path: string, text: string): SourceLink[] {
  return [...text.matchAll(LINK)].map(([whole, name = "", target = "", range = ""]) => ({
    whole,
    name,
    path: relative(ROOT, join(ROOT, dirname(path), target)),
    target,
    range,
  }));
}

/**
 * Where a declaration stands.
 *
 * @returns such as `#L41-L43`; `undefined` when there is none of that name
 */
export function rangeOf(source: string, name: string): string | undefined {
  const lines = source.split("\n");
  let first = 0;
  let last = lines.length - 1;
  for (const [depth, part] of name.split(".").entries()) {
    const begin = findDeclaration(lines, part, depth, first, last);
    if (begin === undefined) return undefined;
    last = endOfDeclaration(lines, begin);
    first = begin;
  }
  return `#L${first + 1}-L${last + 1}`;
}

function findDeclaration(
  lines: readonly string[],
  name: string,
  depth: number,
  first: number,
  last: number,
): number | undefined {
  const form =
    depth === 0
      ? String.raw`^(?:export )?(?:async )?(?:function|class|interface|type|const|let) ${name}\b`
      : String.raw`^ {${depth * 2}}(?:(?:static|async|get|readonly) )*${name}[(<:?]`;
  const declaration = new RegExp(form);
  for (let at = first; at <= last; at += 1) {
    if (declaration.test(lines[at] ?? "")) return at;
  }
  return undefined;
}

/** The source is laid out evenly: what a declaration opens is closed at its own indentation. */
function endOfDeclaration(lines: readonly string[], begin: number): number {
  const line = lines[begin] ?? "";
  if (/[;}]$/.test(line)) return begin;
  const indent = /^ */.exec(line)?.[0] ?? "";
  for (let at = begin + 1; at < lines.length; at += 1) {
    const here = lines[at] ?? "";
    const closes = /^[)}\]](?:.*[^{([])?$/.test(here.slice(indent.length));
    const isClosed = closes && here.startsWith(indent);
    // `const A =` and its value on the line after: nothing was opened.
    const next = lines[at + 1] ?? "";
    const isOver = /=$/.test(line) && here.endsWith(";") && !next.startsWith(`${indent} `);
    if (isClosed || isOver) return at;
  }
  return lines.length - 1;
}

/** The document with the ranges of today. */
export function withRanges(path: string, text: string): string {
  let fresh = text;
  for (const { whole, name, path: source, target } of sourceLinks(path, text)) {
    const file = join(ROOT, source);
    const range = existsSync(file) ? rangeOf(readFileSync(file, "utf8"), name) : undefined;
    if (range === undefined) console.error(`${path}: ${source} has no ${name}, left as it is`);
    else fresh = fresh.replaceAll(whole, `[\`${name}\`](${target}${range})`);
  }
  return fresh;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of LINKED_DOCUMENTS) {
    const file = join(ROOT, path);
    const text = readFileSync(file, "utf8");
    const fresh = withRanges(path, text);
    if (fresh !== text) writeFileSync(file, fresh);
    console.log(`${path}: ${fresh === text ? "nothing to change" : "ranges renewed"}`);
  }
}
