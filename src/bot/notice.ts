/**
 * An option that says what the follower reads instead of an answer.
 *
 * @module
 */
import { notMeant } from "../options.ts";
import type { Check } from "../options.ts";
import type { Reply } from "../protocol/reply.ts";
import { toReplies } from "./router.ts";

/** A text or a reply; not several. */
export const notice: Check<string | Reply, Reply | undefined> = (value, name) => {
  try {
    if (value !== null && !Array.isArray(value)) return toReplies(value as Reply)[0];
  } catch {
    // Said below.
  }
  throw notMeant(name, "a text or a reply", value);
};
