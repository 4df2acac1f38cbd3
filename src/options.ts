/**
 * Options are read by tables: a row for each name, with the check of its value and its default. A name without
 * a row is refused, since it would silently have no effect; so is an invalid value. A compiler reports both
 * too, but bot files run without one.
 *
 * @module
 */
import { kindOf, settingInvalid } from "./errors.ts";
import type { EchostrError } from "./errors.ts";

/** Gives the value back, ready for use, or throws what `notMeant` makes. */
export interface Check<Given, Value = Given> {
  (value: unknown, name: string): Value;
  /** Never there: with it the compiler holds the check and the documented type equal. */
  readonly given?: (value: Given) => Given;
}

/** How an option is read. */
export interface Row<Given> {
  readonly check: Check<Given, Given | undefined>;
  /** What is read when none is given. */
  readonly default?: Given;
  /** `""` is a value like others. In other rows it is an environment variable that is not set. */
  readonly empty?: true;
}

/** Exactly one row for each option. */
export type Table<Options> = {
  readonly [Name in keyof Options]-?: Row<Exclude<Options[Name], undefined>>;
};

/** Options that were read: none is missing but those that may be. */
export type Filled<Options, Open extends keyof Options> = {
  readonly [Name in keyof Options]-?: Name extends Open
    ? Options[Name]
    : Exclude<Options[Name], undefined>;
};

/** Any table. */
export type Rows = Readonly<Record<string, AnyRow>>;

interface AnyRow extends Omit<Row<unknown>, "check"> {
  check(value: unknown, name: string): unknown;
}

/** What users may write where a table is read. */
export type Given<Of> = {
  readonly [Name in keyof Of]?:
    | (Of[Name] extends { readonly check: Check<infer Value, unknown> } ? Value : never)
    | undefined;
};

/** What is read by a table: an option without a default may be missing. */
export type Read<Of> = {
  readonly [Name in keyof Of]: Of[Name] extends { readonly check: Check<infer _, infer Value> }
    ? Value | (Of[Name] extends { readonly default: unknown } ? never : undefined)
    : never;
};

/**
 * Reads options by their table, defaults included. `undefined` counts as not given, and so does
 * `""` unless the row says otherwise.
 *
 * @param within the prefix of the names, such as `delivery.`
 * @throws EchostrError `SETTING_INVALID`
 *
 * @example
 * const TABLE = {
 *   port: { check: count({ least: 0, most: 65_535 }), default: 80 },
 *   log: { check: fn<Log>() },
 * } satisfies Table<ServerOptions>;
 * const { port, log } = readOptions(TABLE, { port: 8080 });
 */
export function readOptions<Of extends Rows>(rows: Of, given: object, within = ""): Read<Of> {
  const unknown = namesOf(given, within).find((name) => !Object.hasOwn(rows, name));
  if (unknown !== undefined) throw notKnown(rows, unknown, within);
  return readValues(rows, given, within);
}

/**
 * Refuses a name that differs from a known one only in case, `_` and `-`. Other names are accepted: an object
 * with more properties, such as the whole account of a configuration, is often passed unchanged.
 *
 * @throws EchostrError `SETTING_INVALID`
 */
export function requireSpelled(rows: Rows, given: object): void {
  const misspelled = namesOf(given, "").find((name) => meantBy(rows, name) !== undefined);
  if (misspelled !== undefined) throw notKnown(rows, misspelled, "");
}

/** Reads the values alone, whatever other names there are. */
export function readValues<Of extends Rows>(rows: Of, given: object, within = ""): Read<Of> {
  const values = Object.entries(rows).map(([name, row]) => {
    const value: unknown = Reflect.get(given, name);
    const meant = value === undefined || (value === "" && !row.empty) ? row.default : value;
    return [name, meant === undefined ? undefined : row.check(meant, within + name)];
  });
  return Object.fromEntries(values) as Read<Of>;
}

function namesOf(given: object, within: string): string[] {
  if (given !== null && typeof given === "object") return Object.keys(given);
  throw notMeant(within === "" ? "Options" : `Option ${within.slice(0, -1)}`, "an object", given);
}

function notKnown(rows: Rows, name: string, within: string): EchostrError {
  const meant = meantBy(rows, name);
  const known = `known are ${Object.keys(rows).join(", ")}`;
  const hint = meant === undefined ? known : `${within}${meant} is meant`;
  const shown = `${within}${name}`.slice(0, 80);
  return settingInvalid(`Option ${shown} is not known, ${hint}`);
}

/** The known name of which this one is another spelling. */
function meantBy(rows: Rows, name: string): string | undefined {
  if (Object.hasOwn(rows, name)) return undefined;
  return Object.keys(rows).find((each) => each.toLowerCase() === bare(name));
}

/** The letters of a name, which are the same in all its spellings. */
export function bare(name: string): string {
  return name.replaceAll(/[_-]/g, "").toLowerCase();
}

/**
 * The error for an invalid value. Of the value it shows only the type, unless
 * `shown` is given: a secret may have come under the wrong name.
 */
export function notMeant(
  name: string,
  expected: string,
  value: unknown,
  shown: string = kindOf(value),
): EchostrError {
  return settingInvalid(`${name} must be ${expected}, got ${shown}`);
}

/** A number as given, and of anything else only the type. */
export function numberOf(value: unknown): string {
  return typeof value === "number" ? String(value) : kindOf(value);
}

/** A short value as given, since it may be misspelled; a longer text may be a secret. */
export function wordOf(value: unknown): string {
  return typeof value === "string" && value.length <= 20 ? `"${value}"` : kindOf(value);
}

/** @__NO_SIDE_EFFECTS__ so that bundlers leave out the tables of what is not used. */
function ofType<Type>(type: string, expected: string): Check<Type> {
  return (value, name) => {
    if (typeof value === type) return value as Type;
    throw notMeant(name, expected, value);
  };
}

export const someText: Check<string> = ofType("string", "a text");
export const flag: Check<boolean> = ofType("boolean", "true or false");

/** A function. What it takes and gives only the compiler can see. @__NO_SIDE_EFFECTS__ */
export function fn<Type>(): Check<Type> {
  return ofType("function", "a function");
}

/** A whole number, from 1 where nothing else is said. @__NO_SIDE_EFFECTS__ */
export function count(bounds: { least?: number; most?: number } = {}): Check<number> {
  return (value, name) => {
    const { least = 1, most = Infinity } = bounds;
    const number = typeof value === "number" ? value : NaN;
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
    throw notMeant(name, `a whole number ${range}`, value, numberOf(value));
  };
}

/** Milliseconds for a timer of Node's, which fires at once when they are more: it is 24 days. */
export const timerMs: Check<number> = count({ most: 2_147_483_647 });

/** One of these words. @__NO_SIDE_EFFECTS__ */
export function oneOf<const Word extends string>(...words: readonly Word[]): Check<Word> {
  return (value, name) => {
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    throw notMeant(name, words.join(" or "), value, wordOf(value));
  };
}

/** An object with methods of these names. @__NO_SIDE_EFFECTS__ */
export function having<Type>(...methods: readonly (keyof Type & string)[]): Check<Type> {
  return (value, name) => {
    const has = (each: string): boolean => typeof Reflect.get(Object(value), each) === "function";
    if (methods.every(has)) return value as Type;
    throw notMeant(name, `an object with ${methods.join(", ")}`, value);
  };
}

/** Options inside of options. @__NO_SIDE_EFFECTS__ */
export function nested<Of extends Rows>(rows: Of): Check<Given<Of>, Read<Of>> {
  return (value, name) => readOptions(rows, value as object, `${name}.`);
}
