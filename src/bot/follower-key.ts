/**
 * The names under which a store keeps what belongs to a follower.
 *
 * A name begins with the configured account and never with what came in: `ToUserName` is written by
 * whoever sends the message, and with several accounts on one store the owner of one would read the
 * answers and sessions of another by writing its name there.
 *
 * @module
 */
import { hash } from "node:crypto";

/** Ids of WeChat have 16 to 28 characters. What is longer is nobody's, and stands as a digest. */
const LONGEST_PART = 64;

/** A field as one line of a key: as it came, or a digest of what is too long or has several lines. */
export function keyPart(field: string): string {
  if (field.length <= LONGEST_PART && !field.includes("\n")) return field;
  return `#${hash("sha256", field, "hex")}`;
}

/**
 * @param accountId the account as it is configured; holds no line end
 * @returns three lines, at most 64 characters each beside the account's
 *
 * @example
 * followerKey("wx1", "gh_1", "oF"); // "wx1\ngh_1\noF"
 */
export function followerKey(accountId: string, toUserName: string, fromUserName: string): string {
  return `${accountId}\n${keyPart(toUserName)}\n${keyPart(fromUserName)}`;
}
