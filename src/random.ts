/**
 * Random bytes drawn in blocks: a call of node:crypto costs more than the sixteen bytes that each
 * encrypted reply needs of it.
 *
 * @module
 */
import { randomFillSync } from "./crypto.ts";

const BLOCK_BYTES = 4096;

/** @returns a source of random bytes; each byte is returned only once */
export function createRandom(): (size: number) => Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  let used = BLOCK_BYTES;
  return (size) => {
    if (size > BLOCK_BYTES) return randomFillSync(new Uint8Array(size));
    if (used + size > BLOCK_BYTES) {
      randomFillSync(block);
      used = 0;
    }
    const bytes = block.slice(used, used + size);
    block.fill(0, used, used + size);
    used += size;
    return bytes;
  };
}

/**
 * Names of processes differ, so that one's claim is not taken for another's.
 *
 * @returns gives the name, which is drawn at its first call: some runtimes have no random bytes while
 *   a module is loaded
 */
export function processName(random: (size: number) => Uint8Array): () => string {
  let name: string | undefined;
  return () => (name ??= Buffer.from(random(12)).toString("base64url"));
}
