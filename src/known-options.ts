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
  if (options === null || typeof options !== "object") {
    const what = within === "" ? "Options" : `Option ${within.slice(0, -1)}`;
    const got = options === null ? "null" : typeof options;
    throw new EchostrError("SETTING_INVALID", `${what} must be an object, got ${got}`);
  }
  const names = Object.keys(known);
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue;
    const meant = names.find((each) => each.toLowerCase() === name.toLowerCase());
    const hint = meant === undefined ? `known are ${names.join(", ")}` : `${within}${meant} is meant`;
    const shown = `${within}${name}`.slice(0, 80);
    throw new EchostrError("SETTING_INVALID", `Option ${shown} is not known, ${hint}`);
  }
}
