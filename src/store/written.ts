/**
 * Values in a store. Another version or another program may have written them: a value without
 * the expected form is ignored, so that no follower loses an answer.
 *
 * @module
 */

/** @returns `undefined` if it is not JSON */
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
