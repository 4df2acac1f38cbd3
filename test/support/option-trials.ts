/**
 * What options of each kind take and refuse, for a test that tries all of them.
 *
 * @module
 */

/** What one option takes, and what it refuses. */
export interface Trial {
  /** Each of these is taken. */
  readonly takes: readonly unknown[];
  /**
   * Each of these is refused in a sentence, behind the name of the option unless it begins with a
   * capital letter; with the code `SETTING_INVALID` unless it has another.
   */
  readonly refuses: readonly Refused[];
}

type Refused = readonly [value: unknown, sentence: string, code?: string];

/** A row for each option: one without does not compile. */
export type Trials<Options> = { readonly [Name in keyof Options]-?: Trial };

/** A secret that came under a wrong name; no sentence may hold it. */
export const SECRET = "s3cretOfTheOptions0123456789abcdef";

/** What no option is. */
const STRANGE: readonly unknown[] = [null, Symbol("s"), 1n];

/** Of values that are not shown a sentence tells the type. */
export function untold(expected: string, values: readonly unknown[]): Refused[] {
  const kind = (value: unknown): string => (value === null ? "null" : typeof value);
  return [...values, ...STRANGE].map((value) => [value, `${expected}, got ${kind(value)}`]);
}

/** What is told is not the type, such as for want of a space. */
export function told(sentence: string, values: readonly unknown[]): Refused[] {
  return values.map((value) => [value, sentence]);
}

export function whole(least: number, most?: number): Trial {
  const range = most === undefined ? `of at least ${least}` : `from ${least} to ${most}`;
  const expected = `must be a whole number ${range}`;
  const outside = [least - 1, -1, 0.5, NaN, Infinity, ...(most === undefined ? [] : [most + 1])];
  return {
    takes: [least, most ?? 1000],
    refuses: [
      ...outside.map((value): Refused => [value, `${expected}, got ${value}`]),
      ...untold(expected, ["80", SECRET, true, {}, [1], () => 1]),
    ],
  };
}

/** A time for one of Node's timers. */
export const timerMs: Trial = whole(1, 2 ** 31 - 1);

export function aText(...takes: readonly unknown[]): Trial {
  return { takes, refuses: untold("must be a text", [7, NaN, true, {}, [SECRET], () => "a"]) };
}

export function aFunction(...takes: readonly unknown[]): Trial {
  return {
    takes: [() => 1, ...takes],
    refuses: untold("must be a function", [1, SECRET, true, {}, []]),
  };
}

export const trueOrFalse: Trial = {
  takes: [true, false],
  refuses: untold("must be true or false", [1, 0, "no", SECRET, {}, () => true]),
};

export function aWord(...words: readonly string[]): Trial {
  const expected = `must be ${words.join(" or ")}`;
  const misspelled = ["pigeon", ...words.map((word) => word.toUpperCase()), `${words[0]} `];
  return {
    takes: words,
    refuses: [
      ...misspelled.map((word): Refused => [word, `${expected}, got "${word}"`]),
      ...untold(expected, [1, SECRET, true, {}, words]),
    ],
  };
}

/** Options inside of options. */
export function someOptions(takes: object): Trial {
  const values = [7, SECRET, true, () => ({})];
  return { takes: [{}, takes], refuses: untold("must be an object", values) };
}

/** An object with methods, such as a store. */
export function withMethods(takes: Readonly<Record<string, unknown>>): Trial {
  const names = Object.keys(takes);
  const others = names.map((name) => ({ ...takes, [name]: SECRET }));
  const expected = `must be an object with ${names.join(", ")}`;
  return { takes: [takes], refuses: untold(expected, [7, SECRET, true, {}, [], ...others]) };
}
