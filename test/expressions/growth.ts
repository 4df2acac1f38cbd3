/**
 * Whether an expression takes more than linear time on a text. A quick look at a text of eight
 * thousand characters finds who is suspect; how the time grows from size to size decides.
 *
 * @module
 */
import { textOf } from "./attacks.ts";
import type { Attack } from "./attacks.ts";

/** Small sizes first: what grows exponentially must be seen before it never ends. */
const SHORT = [10, 14, 20, 32, 64] as const;
/** A thousand times what so short a text may take. */
const SHORT_MS = 3;
const LONG = 8192;

/** A linear expression takes a tenth of it for so many characters, a quadratic one several times it. */
const SUSPECT_MS = 0.3;
/** Sizes that are compared; linear time is 4 times as much, quadratic 16 times. */
const SIZES = [
  [4096, 16_384],
  [16_384, 65_536],
] as const;
const MOST_GROWTH = 8;
/** Below it a time says nothing: a quadratic one takes more for the largest size. */
const LEAST_MS = 4;

/** The way the source uses it: all matches with `g`, else the first one. */
function run(expression: RegExp, text: string): number {
  const before = performance.now();
  expression.lastIndex = 0;
  if (expression.global) text.replace(expression, "");
  else expression.exec(text);
  return performance.now() - before;
}

/** Says how the time grows, if it does so more than linearly. */
export function growthOn(expression: RegExp, attack: Attack): string | undefined {
  for (const size of SHORT) {
    const short = textOf(attack, size);
    if (run(expression, short) < SHORT_MS) continue;
    const ms = Math.min(fastest(expression, short), fastest(expression, short));
    if (ms > SHORT_MS) return `${ms.toFixed(1)} ms for ${short.length} characters`;
  }
  const text = textOf(attack, LONG);
  if (run(expression, text) < SUSPECT_MS || run(expression, text) < SUSPECT_MS) return undefined;
  // The machine may be busy: only what grows each time does so by itself.
  let told: string | undefined;
  for (const [less, more] of [...SIZES, ...SIZES]) {
    const small = fastest(expression, textOf(attack, less));
    const large = fastest(expression, textOf(attack, more));
    if (large < LEAST_MS || large < small * MOST_GROWTH) return undefined;
    told = `${small.toFixed(2)} ms for ${less} characters, ${large.toFixed(1)} ms for ${more}`;
    // No pause of a machine takes so long.
    if (large > 100) return told;
  }
  return told;
}

function fastest(expression: RegExp, text: string): number {
  return Math.min(run(expression, text), run(expression, text));
}
