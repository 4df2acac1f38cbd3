/**
 * An answer as a follower reads it who fetches one piece after the other.
 *
 * @module
 */
import { firstPiece } from "../../src/delivery/pieces.ts";
import type { PieceLimits } from "../../src/delivery/pieces.ts";
import type { Reply } from "../../src/protocol/reply.ts";

export function fetchedPieces(replies: readonly Reply[], limits: PieceLimits): readonly Reply[] {
  const [piece, rest] = firstPiece(replies, limits);
  return piece === undefined ? [] : [piece, ...fetchedPieces(rest, limits)];
}
