/**
 * Looks into a parsed message by path and without its type, to compare arbitrary bodies.
 *
 * @module
 */

/** The value at a path such as `SendPicsInfo/PicList/item`; own properties only. */
export function fieldAt(value: unknown, path: string): unknown {
  let current = value;
  for (const name of path.split("/")) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, name)) {
      return undefined;
    }
    current = Object.getOwnPropertyDescriptor(current, name)?.value;
  }
  return current;
}

/** All strings in a value, however deep. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}
