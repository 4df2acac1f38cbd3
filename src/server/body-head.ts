/**
 * What a body is refused for by its head: a length, an encoding, a query that WeChat did not sign.
 *
 * @module
 */
import type { Account } from "../account.ts";
import { Admitted } from "../admit.ts";
import type { CallbackHead } from "../admit.ts";
import { UNSIGNED_BODY_BYTES } from "./body-budget.ts";
import { bodyTooLarge, checkEncoding, unsignedTooLarge } from "./refusals.ts";

/** What the head says of a body; `null` and `undefined` where it says nothing. */
export interface AnnouncedBody {
  readonly encoding: string | null | undefined;
  readonly length: string | null | undefined;
}

/**
 * Admits a POST by its head, so that a body which would be refused need not be read.
 *
 * @throws EchostrError `BODY_COMPRESSED`, `BODY_TOO_LARGE`, and what `Admitted` throws
 */
export function admitBody(
  account: Account,
  head: CallbackHead,
  { encoding, length }: AnnouncedBody,
  limitBytes: number,
): Admitted {
  checkEncoding(encoding);
  // A length that is not a number does not get past Node's parser.
  const size = Number(length ?? 0);
  const got = String(length);
  if (size > limitBytes) throw bodyTooLarge(limitBytes, got);
  const admitted = new Admitted(account, head);
  requireSize(size, got, limitBytes, admitted);
  return admitted;
}

/** An announced length that `admitBody` has let pass. */
export function numberOf(length: string | null | undefined): number | undefined {
  return length === null || length === undefined ? undefined : Number(length) || 0;
}

/**
 * Refuses a body for its size, announced or reached.
 *
 * @throws EchostrError `BODY_TOO_LARGE`
 */
export function requireSize(
  size: number,
  got: string,
  limitBytes: number,
  admitted: Admitted,
): void {
  if (size > limitBytes) throw bodyTooLarge(limitBytes, got);
  if (size > UNSIGNED_BODY_BYTES && !admitted.isSigned()) {
    throw unsignedTooLarge(UNSIGNED_BODY_BYTES, got);
  }
}
