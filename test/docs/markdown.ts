/** Reads the project's documents: headings, tables, fenced blocks, links. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

/** A fenced block. */
export interface Block {
  readonly language: string;
  readonly code: string;
}

/** Rows of cells, the head first; the line under the head is left out. */
export type Table = readonly (readonly string[])[];

export interface Document {
  readonly text: string;
  /** The text without the fenced blocks. */
  readonly prose: string;
  /** `## Limits` and so on. */
  readonly headings: readonly string[];
  readonly blocks: readonly Block[];
  readonly tables: readonly Table[];
  /** Where links lead to. */
  readonly links: readonly string[];
}

/** @param path from the root of the project */
export function readDocument(path: string): Document {
  const text = readText(path);
  const prose: string[] = [];
  const blocks: Block[] = [];
  let code: string[] | undefined;
  let language = "";
  for (const line of text.split("\n")) {
    const fence = /^```(\w*)$/.exec(line);
    if (fence === null) (code ?? prose).push(line);
    else if (code === undefined) {
      code = [];
      language = fence[1] ?? "";
    } else {
      blocks.push({ language, code: `${code.join("\n")}\n` });
      code = undefined;
      prose.push("");
    }
  }
  if (code !== undefined) throw new Error(`${path}: a fenced block does not end`);
  return {
    text,
    prose: prose.join("\n"),
    headings: prose.filter((line) => /^#+ /.test(line)),
    blocks,
    tables: tablesOf(prose),
    links: [...prose.join("\n").matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target),
  };
}

export function readText(path: string): string {
  return readFileSync(new URL(path, new URL("../../", import.meta.url)), "utf8");
}

/** What stands in backticks in a cell or a line. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
}

/** The one table whose first column has such a cell. */
export function tableWith(document: Document, cell: string): Table {
  const found = document.tables.filter((table) => table.some(([first]) => first === cell));
  const [table, ...more] = found;
  if (table === undefined || more.length > 0) {
    throw new Error(`One table with ${cell} expected, got ${found.length}`);
  }
  return table;
}

/** The one table whose first columns have such heads. */
export function tableUnder(document: Document, ...heads: readonly string[]): Table {
  const found = document.tables.filter(([first]) => heads.every((head, at) => first?.[at] === head));
  const [table, ...more] = found;
  if (table === undefined || more.length > 0) {
    throw new Error(`One table under ${heads.join(", ")} expected, got ${found.length}`);
  }
  return table;
}

/** The code in the first column, without the head. */
export function firstColumn(table: Table): string[] {
  return table.slice(1).flatMap(([first = ""]) => codeIn(first));
}

function tablesOf(lines: readonly string[]): Table[] {
  const tables: string[][][] = [];
  let rows: string[][] = [];
  for (const line of [...lines, ""]) {
    if (line.startsWith("|")) rows.push(cellsOf(line));
    else if (rows.length > 0) {
      tables.push(rows.filter((cells) => !cells.every((cell) => /^:?-+:?$/.test(cell))));
      rows = [];
    }
  }
  return tables;
}

function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\||\|$/g, "");
  return inner.split("|").map((cell) => cell.trim());
}
