/**
 * Options have names that are known. One that is misspelled would have no effect, and nobody would
 * know: where no compiler looks, this does.
 *
 * @module
 */
import { EchostrError } from "./errors.ts";

/** The names of a type's options: the compiler sees to it that none is missing. */
export type Names<Options> = Readonly<Record<keyof Options, true>>;

/**
 * Refuses a name that is another one's but for its case. Others may stand there: an object with
 * more in it, such as the whole account of a configuration, is often handed on as it is.
 *
 * @throws EchostrError `SETTING_INVALID`
 */
export function requireSpelled(options: object, known: Readonly<Record<string, true>>): void {
  requireObject(options);
  for (const name of Object.keys(options)) {
    if (meantBy(name, known) !== undefined) throw notKnown(name, known, "");
  }
}

/**
 * Refuses every name that is not known, where an object is made for its options alone.
 *
 * @param within what stands before the names, such as `delivery.`
 * @throws EchostrError `SETTING_INVALID`, with the name that is meant, if case alone differs
 *
 * @example
 * requireKnown({ encodingAESKey: "…" }, { encodingAesKey: true });
 * // Option encodingAESKey is not known, encodingAesKey is meant
 */
export function requireKnown(
  options: object,
  known: Readonly<Record<string, true>>,
  within = "",
): void {
  requireObject(options, within);
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(known, name)) throw notKnown(name, known, within);
  }
}

function notKnown(
  name: string,
  known: Readonly<Record<string, true>>,
  within: string,
): EchostrError {
  const meant = meantBy(name, known);
  const all = Object.keys(known).join(", ");
  const hint = meant === undefined ? `known are ${all}` : `${within}${meant} is meant`;
  const shown = `${within}${name}`.slice(0, 80);
  return new EchostrError("SETTING_INVALID", `Option ${shown} is not known, ${hint}`);
}

function requireObject(options: object, within = ""): void {
  if (options !== null && typeof options === "object") return;
  const what = within === "" ? "Options" : `Option ${within.slice(0, -1)}`;
  const got = options === null ? "null" : typeof options;
  throw new EchostrError("SETTING_INVALID", `${what} must be an object, got ${got}`);
}

/** The known name of which this one is another spelling. */
function meantBy(name: string, known: Readonly<Record<string, true>>): string | undefined {
  if (Object.hasOwn(known, name)) return undefined;
  return Object.keys(known).find((each) => each.toLowerCase() === name.toLowerCase());
}
