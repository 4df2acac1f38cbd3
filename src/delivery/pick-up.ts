/**
 * Words with which a follower fetches what waits for them.
 *
 * @module
 */
import type { Message } from "../protocol/message.ts";

/** A longer text is not a word, whatever it contains. */
const LONGEST = 32;

/**
 * A word as it is compared: full-width digits and letters as ordinary ones, in lower case, without
 * what people put around it, such as `“继续”。`, `１！` or the digit of a key, 1️⃣.
 *
 * @returns `""` for a text of nothing else, or one that is not a word
 *
 * @example
 * plainWord(" １！"); // "1"
 */
export function plainWord(text: string): string {
  if (text.length > LONGEST) return "";
  return text.normalize("NFKC").replace(/[\s\p{P}\p{S}\p{C}\p{Me}\uFE0F]/gu, "").toLowerCase();
}

/**
 * Whether a message is written to fetch something.
 *
 * @param words as `plainWord` gives them
 */
export function isPickUp(message: Message, words: readonly string[]): boolean {
  return message.kind === "text" && words.includes(plainWord(message.Content));
}
