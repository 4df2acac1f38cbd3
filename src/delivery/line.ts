/**
 * A line as a value of the store: references to the records of messages, in the order in which their answers
 * are sent.
 *
 * A store may hold what another version or program wrote: an entry without the expected form is left out.
 *
 * @module
 */
import type { Reply } from "../protocol/reply.ts";
import { isObject, parseJson } from "../store/written.ts";
import { LONGEST_MS } from "./record.ts";

/** The most bytes of the answers in one line. */
export const LINE_BYTES: number = 512 * 1024;

/** What a reference counts beside its answer. */
const REF_BYTES = 512;

/** A message in a line. */
export interface Ref {
  /** Its key. */
  readonly of: string;
  /** When it was written: when its first delivery came. */
  readonly since: number;
  /** Its beginning was handed out; what waits is the rest. */
  readonly begun: boolean;
  /** When it is forgotten. */
  readonly until: number;
  readonly bytes: number;
}

/**
 * What there is to say of a message that is placed. `"told"`: its follower has just been told that the
 * answer will be there, so whole answers come first. `"taken back"`: its beginning has not gone out.
 */
export type News = "told" | "taken back";

/**
 * A line with a message in its place: the rest of the answer that the follower saw last, whole answers in the
 * order of their messages, the rests of earlier ones. An answer that has been begun stays so, even if the
 * process that made it learns of that last.
 *
 * @returns `"as it was"` if nothing changes, or `"full"`
 */
export function placed(
  line: readonly Ref[],
  ref: Ref,
  news: News | undefined,
): readonly Ref[] | "as it was" | "full" {
  const others = line.filter(({ of }) => of !== ref.of);
  const hasBegun = line.some(({ of, begun }) => of === ref.of && begun);
  if (hasBegun && !ref.begun && news !== "taken back") return "as it was";
  if (others.reduce((sum, { bytes }) => sum + bytes + REF_BYTES, ref.bytes) > LINE_BYTES) return "full";
  const all = ref.begun ? [ref, ...others] : others;
  const [begun, whole] = [all.filter((each) => each.begun), others.filter((each) => !each.begun)];
  const isShownLast = (ref.begun || line[0]?.begun === true) && news !== "told";
  const written = ref.begun ? whole : [...whole, ref].sort((one, two) => one.since - two.since);
  const first = isShownLast ? begun.slice(0, 1) : [];
  return [...first, ...written, ...begun.slice(first.length)];
}

/** Whether a message was written later than another. One of the future was before the clock was set back. */
export function isLater({ since }: Ref, than: number, now: number): boolean {
  return since >= than && since <= now + LONGEST_MS;
}

/** What the pieces of an answer count for in a line. */
export function bytesOf(pieces: readonly Reply[]): number {
  return Buffer.byteLength(JSON.stringify(pieces));
}

/** @returns those that are not over, of what has the form */
export function readLine(text: string | undefined, now: number): readonly Ref[] {
  const value = parseJson(text);
  const refs = Array.isArray(value) ? (value as readonly unknown[]).filter(isRef) : [];
  return refs.filter((ref) => ref.until > now);
}

function isRef(value: unknown): value is Ref {
  if (!isObject(value)) return false;
  const { of, since, begun, until, bytes } = value;
  const numbers = [since, until, bytes];
  if (!numbers.every((each) => typeof each === "number" && Number.isFinite(each))) return false;
  return typeof of === "string" && typeof begun === "boolean";
}
