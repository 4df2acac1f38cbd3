/**
 * What commands say: sentences to the standard error, and what was asked for to the standard
 * output. Much of it comes from elsewhere, so control characters of it are made visible. Where the
 * standard output is no terminal, what was asked for is given exactly, to be read by a program.
 *
 * @module
 */
import { visibleLines, visibleText } from "../log.ts";

/** Sentences for people, each on a line of its own; further lines of one are indented. */
export function tell(...texts: readonly string[]): void {
  for (const text of texts) process.stderr.write(`${visibleLines(text)}\n`);
}

/** What was asked for. */
export function print(text: string): void {
  const shown = process.stdout.isTTY === true ? visibleText(text) : text;
  process.stdout.write(`${shown}\n`);
}

/** JSON for people and programs. */
export function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
