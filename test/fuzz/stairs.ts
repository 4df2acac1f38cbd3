/**
 * Something to be explored: each letter that is right leads one step up.
 *
 * @module
 */

/** @returns how many steps were taken; 6 is the top */
export function climb(input: Uint8Array): number {
  const [a, b, c, d, e, f] = Buffer.from(input).toString("latin1");
  if (a !== "u") return 0;
  if (b !== "p") return 1;
  if (c !== "s") return 2;
  if (d !== "t") return 3;
  if (e !== "a") return 4;
  if (f !== "i") return 5;
  return 6;
}
