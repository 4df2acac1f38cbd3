/**
 * The kind that a handler is added for: which are refused, and which are hardly meant. A kind that no
 * table knows is allowed, since WeChat adds some.
 *
 * @module
 */
import { kindOf, settingInvalid } from "../errors.ts";
import { notMeant } from "../options.ts";
import { EVENTS, MESSAGES } from "../protocol/message.ts";

/**
 * @returns the kind in lower case
 * @throws EchostrError `SETTING_INVALID` for what cannot be a kind
 */
export function readKind(kind: string): string {
  if (typeof kind !== "string" || kind === "") throw notMeant("Kind", "a text", kind, gotOf(kind));
  const pattern = kind.toLowerCase();
  const [prefix = "", name] = pattern.split(":");
  if (name !== undefined && prefix !== "event") {
    throw settingInvalid(`Kind must begin with "event:" when it has a colon, got "${kind}"`);
  }
  if (name === "") throw settingInvalid(`Kind must name its event after "event:", got "${kind}"`);
  if (EVENTS.has(pattern) && !MESSAGES.has(pattern)) {
    throw settingInvalid(`Kind of an event must be written "event:${pattern}", got "${kind}"`);
  }
  return pattern;
}

/**
 * What to say of a kind that no table knows: most likely it is a slip, and its handler never runs.
 *
 * @param pattern the kind in lower case
 * @param kind the kind as it was written
 */
export function hintForKind(pattern: string, kind: string): string | undefined {
  if (pattern === "*" || pattern === "event") return undefined;
  const events = [...EVENTS.values()].map((event) => event.kind);
  const known = [...MESSAGES.keys(), ...events];
  if (known.includes(pattern)) return undefined;
  const short = pattern.slice(0, 80);
  const likely = pattern.startsWith("event:") ? events : known;
  const [nearest] = likely.toSorted((a, b) => distance(short, a) - distance(short, b));
  return (
    `Kind "${kind.slice(0, 80)}" is not known, so its handler may never run; the nearest known one is ` +
    `"${nearest}"`
  );
}

/** What came in the place of one word. Several are an array in other libraries. */
export function gotOf(value: unknown): string {
  if (Array.isArray(value)) return "an array: add a handler for each";
  return value === "" ? "an empty one" : kindOf(value);
}

/** How many letters have to be changed, left out or put in to make one word of the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const letter of from) {
    let best = (row[0] ?? 0) + 1;
    const next = [best];
    for (let index = 0; index < to.length; index += 1) {
      const kept = (row[index] ?? 0) + (letter === to[index] ? 0 : 1);
      best = Math.min(kept, (row[index + 1] ?? 0) + 1, best + 1);
      next.push(best);
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
