/**
 * A mutant: one small change of the source which a test should notice.
 *
 * It is known by its file, the function that it is in, its line's text and the change, not by the
 * number of its line: lines move.
 *
 * @module
 */

export interface Mutant {
  /** From the root of the repository: `src/callback.ts`. */
  readonly file: string;
  /** Where the change begins and ends in the file. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** Such as `comparison` or `constant`. */
  readonly kind: string;
  /** The first is 1. */
  readonly line: number;
  /** The text of that line. */
  readonly text: string;
  /** The function or the method that it is in; empty at the top of the file. */
  readonly within: string;
}

const SHOWN = 60;

/** What the change looks like: `< → <=`. */
export function changeOf(mutant: Mutant, source: string): string {
  const before = source.slice(mutant.start, mutant.end);
  return `${shortened(before)} → ${shortened(mutant.replacement)}`;
}

/** What it is known by, whatever line it is on. */
export function keyOf(file: string, within: string, text: string, change: string): string {
  return [file, within, text, change].join("\n");
}

export function applyMutant(mutant: Mutant, source: string): string {
  return source.slice(0, mutant.start) + mutant.replacement + source.slice(mutant.end);
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line === "") return "nothing";
  return line.length <= SHOWN ? line : `${line.slice(0, SHOWN - 1)}…`;
}
