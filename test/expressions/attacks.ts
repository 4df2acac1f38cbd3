/**
 * Texts on which an expression may take long, made from its own source: a beginning that it
 * matches, something that one of its parts can match in many ways repeated, and an end on which it
 * fails.
 *
 * @module
 */

/** One text for each size. */
export interface Attack {
  readonly start: string;
  readonly pump: string;
  readonly end: string;
}

export function textOf({ start, pump, end }: Attack, length: number): string {
  return start + pump.repeat(Math.max(1, Math.floor(length / pump.length))) + end;
}

/** More for each expression says no more, and takes its time. */
const MOST_ATTACKS = 8000;

/** From which the characters are taken that tell the parts of an expression apart. */
const POOL: readonly string[] = [
  ...Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index)),
  ..." \t\n\r\u0000\u001b\u0085\u00a0\u00e9\u200b\u2028\ufeff\u4f60\u202e\ufffe",
  "\ud83d\ude00",
  "\ud800",
];

/** What may follow as one: an escape with its number, a class, or any other character. */
const ATOM =
  /\\u\{[0-9a-f]+\}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[pP]\{[^}]*\}|\\[^]|\[(?:\\[^]|[^\]\\])*\]|\(\?(?:[:=!]|<[=!]|<\w+>)|\{\d+,?\d*\}|[^]/giu;
/** What stands for no character, or for a place: `\b`, `\1`, anchors, groups, quantifiers. */
const NO_CHARACTER = /^(?:\\[bBk1-9]|[\^$()|?*+]|\(\?.*|\{\d.*)$/u;

/** All attacks on an expression, the likeliest first. */
export function attacksOn(source: string, flags: string): Attack[] {
  const atoms = [...source.matchAll(ATOM)].map(([atom]) => atom);
  const parts = atoms.filter((atom) => !NO_CHARACTER.test(atom));
  const letters = alphabetOf(parts, flags);
  const samples = parts.map((part) => letters.find((letter) => isOf(part, letter, flags)) ?? "");
  // The beginning up to each part, and what stands between any two parts.
  const runs = new Set<string>();
  for (let from = 0; from < samples.length; from += 1) {
    for (let to = from + 1; to <= Math.min(samples.length, from + 12); to += 1) {
      runs.add(samples.slice(from, to).join(""));
    }
  }
  // Behind a strange character, where `^` no longer takes the pump.
  const starts = new Set(["", "\u0001", ...samples.map((_, index) => samples.slice(0, index + 1).join(""))]);
  const pairs = letters.flatMap((one) => letters.map((two) => one + two));
  const pumps = [...new Set([...letters, ...pairs, ...runs])].filter((pump) => pump !== "");
  const ends = [...new Set(["", "\u0001", ...letters, ...pairs])];
  return thinned([...starts], pumps, ends);
}

/** Each letter stands for all that the same parts match. */
function alphabetOf(parts: readonly string[], flags: string): string[] {
  const own = parts.map((part) => /^\\(\W)$/.exec(part)?.[1] ?? part).filter((part) => part.length === 1);
  const byParts = new Map<string, string>();
  const kinds = [...new Set(parts)];
  for (const letter of [...own, ...POOL]) {
    const matched = kinds.map((part) => (isOf(part, letter, flags) ? "1" : "0")).join("");
    if (!byParts.has(matched)) byParts.set(matched, letter);
  }
  return [...byParts.values()];
}

const known = new Map<string, RegExp>();

function isOf(part: string, letter: string, flags: string): boolean {
  const key = `${flags} ${part}`;
  let expression = known.get(key);
  if (expression === undefined) {
    expression = new RegExp(`^${part}$`, `${flags.replace(/[gym]/g, "").replace("s", "")}s`);
    if (part === "." && !flags.includes("s")) expression = /^.$/u;
    known.set(key, expression);
  }
  return expression.test(letter);
}

/** All combinations where they are few, else as many, evenly spread and the same each time. */
function thinned(
  starts: readonly string[],
  pumps: readonly string[],
  ends: readonly string[],
): Attack[] {
  const attacks: Attack[] = [];
  const all = starts.length * pumps.length * ends.length;
  // No common factor with the lengths, so that each list is gone through in full.
  const step = all <= MOST_ATTACKS ? 1 : Math.floor(all / MOST_ATTACKS) | 1;
  for (let index = 0; index < all; index += step) {
    const pump = pumps[index % pumps.length] ?? "";
    const rest = Math.floor(index / pumps.length);
    attacks.push({ start: starts[Math.floor(rest / ends.length)] ?? "", pump, end: ends[rest % ends.length] ?? "" });
  }
  // Whatever is left out above: each pump with no beginning and each of the plain ends.
  for (const pump of pumps) for (const end of ["", "\u0001"]) attacks.push({ start: "", pump, end });
  return attacks;
}
