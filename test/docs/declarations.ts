/**
 * Finds the declarations that the documents link to. A link such as
 * [`sign`](../src/protocol/signature.ts) names a file and what it declares; editors and GitHub find
 * the line by the name, and nothing has to be renumbered when lines move.
 *
 * @module
 */
import { dirname, join } from "node:path/posix";

/** A link to a declaration. */
export interface SourceLink {
  /** `sign`, or `Router.answer` for a method. */
  readonly name: string;
  /** From the root of the project. */
  readonly path: string;
}

/** Lines of a file, counted from 0. */
export interface Lines {
  readonly first: number;
  readonly last: number;
}

const LINK = /\[`([\w.#]+)`\]\(([^)\s]+\.ts)\)/g;

/** The links to declarations in a document, in their order. */
export function sourceLinks(document: string, text: string): SourceLink[] {
  return [...text.matchAll(LINK)].map(([, name = "", target = ""]) => ({
    name,
    path: join(dirname(document), target),
  }));
}

/**
 * Where a declaration stands.
 *
 * @returns `undefined` when there is none of that name
 */
export function linesOf(source: string, name: string): Lines | undefined {
  const lines = source.split("\n");
  let first = 0;
  let last = lines.length - 1;
  for (const [depth, part] of name.split(".").entries()) {
    const begin = findDeclaration(lines, part, depth, first, last);
    if (begin === undefined) return undefined;
    last = endOfDeclaration(lines, begin);
    first = begin;
  }
  return { first, last };
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
