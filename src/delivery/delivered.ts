/**
 * What a delivery is answered with, and the two answers of which no run knows.
 *
 * @module
 */
import type { Reply } from "../protocol/reply.ts";

/** What a delivery is answered with, and what there is to tell of it. */
export interface Delivered {
  /** `lapsed`: nothing at all, the connection stays open until the peer drops it. */
  readonly outcome: "answered" | "nothing" | "failed" | "lapsed";
  readonly reply: Reply | undefined;
  readonly error: unknown;
  /** The how manieth delivery of this message it was. */
  readonly attempt: number;
  /** The handler had been started by an earlier one. */
  readonly joined: boolean;
}

/** For a delivery for which there is no room now: WeChat sends it again in 5 seconds. */
export const POSTPONED: Delivered = {
  outcome: "lapsed",
  reply: undefined,
  error: undefined,
  attempt: 1,
  joined: false,
};

/** For a delivery of a message that is known, and of which nothing else is remembered. */
export const REPEATED: Delivered = {
  outcome: "nothing",
  reply: undefined,
  error: undefined,
  attempt: 2,
  joined: true,
};
