/**
 * Values that stand in a store. Another version or another program may have written them: what has not
 * the form counts as nothing, so that it costs no follower an answer.
 *
 * @module
 */

/** @returns `undefined` for what is no JSON */
export function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

/** Whether a value has fields. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
