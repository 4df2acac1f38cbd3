/**
 * What is changed into what: the tables of the mutation check.
 *
 * @module
 */

type Turned = readonly [kind: string, ...turned: string[]];

/** Operators with two sides. */
export const OPERATORS: ReadonlyMap<string, Turned> = new Map<string, Turned>(Object.entries({
  "<": ["comparison", "<=", ">="],
  "<=": ["comparison", "<", ">"],
  ">": ["comparison", ">=", "<="],
  ">=": ["comparison", ">", "<"],
  "===": ["comparison", "!=="],
  "!==": ["comparison", "==="],
  "+": ["arithmetic", "-"],
  "-": ["arithmetic", "+"],
  "*": ["arithmetic", "/"],
  "/": ["arithmetic", "*"],
  "%": ["arithmetic", "*"],
  "**": ["arithmetic", "*"],
  "+=": ["arithmetic", "-="],
  "-=": ["arithmetic", "+="],
  "&": ["bits", "|"],
  "|": ["bits", "&"],
  "^": ["bits", "&"],
  "^=": ["bits", "|="],
  "<<": ["bits", ">>"],
  ">>": ["bits", "<<"],
  ">>>": ["bits", "<<"],
  "&&": ["logic", "||"],
  "||": ["logic", "&&"],
  "??": ["logic", "&&"],
}));

/** Methods that are easily taken for each other. */
export const METHODS: ReadonlyMap<string, string> = new Map(Object.entries({
  max: "min",
  min: "max",
  some: "every",
  every: "some",
  startsWith: "endsWith",
  endsWith: "startsWith",
  floor: "ceil",
  ceil: "floor",
  trunc: "ceil",
  indexOf: "lastIndexOf",
  lastIndexOf: "indexOf",
  trimEnd: "trimStart",
  trimStart: "trimEnd",
  toLowerCase: "toUpperCase",
  toUpperCase: "toLowerCase",
}));

/** A number in the source becomes its neighbour. */
export function nextNumber(text: string): string {
  const value = Number(text.replaceAll("_", ""));
  if (!Number.isFinite(value)) return `${text} + 1n`;
  return /^0x/i.test(text) ? `0x${(value + 1).toString(16)}` : String(value + 1);
}

/** Looser and stricter forms of a regular expression of the source. */
export function otherExpressions(text: string): string[] {
  const end = text.lastIndexOf("/");
  const pattern = text.slice(1, end);
  const flags = text.slice(end + 1);
  const others = [
    [pattern.replace(/^\^/, ""), flags],
    [pattern.replace(/(?<!\\)\$$/, ""), flags],
    [pattern.replace("[^", "["), flags],
    [pattern.replace(/(?<!\\)\+/, "*"), flags],
    [pattern.replace(/(?<!\\)\*/, "+"), flags],
    [pattern, flags.replace("i", "")],
    [pattern, flags.replace("g", "")],
  ] as const;
  return others
    .map(([other, otherFlags]) => `/${other}/${otherFlags}`)
    .filter((other) => other !== text && !other.startsWith("//"));
}
