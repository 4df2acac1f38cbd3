/**
 * A table of Markdown as lines. On a phone its columns would not stand below each other, so each row
 * names what it holds: `方案: 甲 | 价格: 10 元`.
 *
 * @module
 */
import { plainSpans } from "./plain-spans.ts";

/** A column with a longer name: the names have a line of their own, or a small text becomes one of gigabytes. */
const LONGEST_NAME = 40;

/** `|---|:-:|` */
export function isDividingLine(line: string): boolean {
  return line.includes("|") && tableCells(line).every((cell) => /^:?-+:?$/.test(cell));
}

/** What stands between the bars of a line; `\|` is a bar within a cell, also in code. */
export function tableCells(line: string): readonly string[] {
  const cells = line.trim().split(/(?<!\\)\|/);
  if (cells[0] === "") cells.shift();
  if (cells.at(-1) === "") cells.pop();
  return cells.map((cell) => cell.trim().replaceAll("\\|", "|"));
}

export function plainTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const names = header.map(plainCell);
  const isRepeated = rows.length > 0 && names.every(({ length }) => length <= LONGEST_NAME);
  const lines = rows.map((row) =>
    joined(
      row.map((cell, column) => {
        const [name = "", value] = [isRepeated ? names[column] : "", plainCell(cell)];
        return name === "" || value === "" ? value : `${name}: ${value}`;
      }),
    ),
  );
  return isRepeated ? lines : [joined(names), ...lines];
}

function joined(cells: readonly string[]): string {
  return cells.filter((cell) => cell !== "").join(" | ");
}

/** One line, though Markdown breaks it by a tag. */
function plainCell(cell: string): string {
  return plainSpans(cell).replaceAll("\n", " ").trim();
}
