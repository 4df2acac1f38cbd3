/**
 * What a delivery is answered with, and the two answers of which no run knows.
 *
 * @module
 */
import type { Reply } from "../protocol/reply.ts";

/** Which delivery of its message one is. */
export interface Attempt {
  /** The number of this delivery, 1 to 3. */
  readonly nth: number;
  /** The handler had been started by an earlier one. */
  readonly joined: boolean;
}

/** What a delivery is answered with, and what there is to tell of it. */
export interface Delivered {
  /** `lapsed`: nothing at all, the connection stays open until the peer drops it. */
  readonly outcome: "answered" | "nothing" | "failed" | "lapsed";
  readonly reply: Reply | undefined;
  readonly error: unknown;
  readonly attempt: Attempt;
}

/** The first delivery of a message, which nearly every one is. */
export const FIRST: Attempt = { nth: 1, joined: false };

/** For a delivery that there is no room for now: WeChat sends it again after 5 seconds. */
export const POSTPONED: Delivered = {
  outcome: "lapsed",
  reply: undefined,
  error: undefined,
  attempt: FIRST,
};

/** For a delivery of a message that is known, and of which nothing else is remembered. */
export const REPEATED: Delivered = {
  outcome: "nothing",
  reply: undefined,
  error: undefined,
  attempt: { nth: 2, joined: true },
};
