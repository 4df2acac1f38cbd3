/**
 * Keys as numbers: what a process remembers a message by, in eight bytes.
 *
 * @module
 */

const LINE_END = 0x0a;

/** How many bytes of a seed are used. */
export const SEED_BYTES = 8;

/**
 * Makes the function that gives equal numbers of 53 bits for equal keys, and never 0. Two keys that
 * meet are not to be expected.
 *
 * The hash is HalfSipHash-1-3 over the parts of the key. A hash without a seed, or one as simple
 * as FNV-1a with one, can be met on purpose: keys that differ only in the high bits of their code
 * units fall into the same slot of a table, and a table of which all keys are in one slot takes a
 * search through all of them.
 *
 * @param seed random bytes, at least `SEED_BYTES`; fingerprints of two seeds have nothing in common
 *
 * @example
 * const fingerprintOf = seedFingerprints(random(SEED_BYTES));
 */
export function seedFingerprints(seed: Uint8Array): (parts: readonly string[]) => number {
  const view = new DataView(seed.buffer, seed.byteOffset, seed.byteLength);
  const [k0, k1] = [view.getInt32(0, true), view.getInt32(4, true)];
  const written = new KeyBytes();
  return (parts) => {
    const length = written.write(parts);
    return halfSipHash(written.words, length, k0, k1);
  };
}

/**
 * The bytes of a key: its parts as lines of UTF-8, each half of a surrogate pair like any other character. A text
 * that is put together for this, or a function of Node's, would cost more than the hash.
 */
class KeyBytes {
  words = new Int32Array(256);
  #bytes = new Uint8Array(this.words.buffer);

  /** @returns how many there are, without the last line's end */
  write(parts: readonly string[]): number {
    let at = 0;
    for (const part of parts) {
      this.#makeRoom(at + 3 * part.length + 1);
      const bytes = this.#bytes;
      for (let index = 0; index < part.length; index += 1) {
        const unit = part.charCodeAt(index);
        if (unit < 0x80) {
          bytes[at++] = unit;
          continue;
        }
        if (unit < 0x800) {
          bytes[at++] = 0xc0 | (unit >> 6);
        } else {
          bytes[at++] = 0xe0 | (unit >> 12);
          bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
        }
        bytes[at++] = 0x80 | (unit & 0x3f);
      }
      bytes[at++] = LINE_END;
    }
    return at - 1;
  }

  #makeRoom(size: number): void {
    if (size <= this.#bytes.length) return;
    this.words = new Int32Array(size);
    const bytes = new Uint8Array(this.words.buffer);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}

function halfSipHash(bytes: Int32Array, length: number, k0: number, k1: number): number {
  let v0 = k0;
  let v1 = k1 ^ 0xee;
  let v2 = k0 ^ 0x6c796765;
  let v3 = k1 ^ 0x74656462;
  const words = length >> 2;
  const tail = (bytes[words] ?? 0) & ((1 << (8 * (length & 3))) - 1);
  // Each word once, then the last with the length in it, then three rounds for each half.
  for (let at = 0; at <= words; at += 1) {
    const word = at === words ? tail | (length << 24) : (bytes[at] ?? 0);
    v3 ^= word;
    v0 = (v0 + v1) | 0; v1 = (v1 << 5) | (v1 >>> 27); v1 ^= v0; v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0; v3 = (v3 << 8) | (v3 >>> 24); v3 ^= v2;
    v0 = (v0 + v3) | 0; v3 = (v3 << 7) | (v3 >>> 25); v3 ^= v0;
    v2 = (v2 + v1) | 0; v1 = (v1 << 13) | (v1 >>> 19); v1 ^= v2; v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  v2 ^= 0xee;
  let low = 0;
  for (let round = 0; round < 6; round += 1) {
    if (round === 3) {
      low = v1 ^ v3;
      v1 ^= 0xdd;
    }
    v0 = (v0 + v1) | 0; v1 = (v1 << 5) | (v1 >>> 27); v1 ^= v0; v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0; v3 = (v3 << 8) | (v3 >>> 24); v3 ^= v2;
    v0 = (v0 + v3) | 0; v3 = (v3 << 7) | (v3 >>> 25); v3 ^= v0;
    v2 = (v2 + v1) | 0; v1 = (v1 << 13) | (v1 >>> 19); v1 ^= v2; v2 = (v2 << 16) | (v2 >>> 16);
  }
  // A double holds 53 of the 64 bits. One is always set, for a slot that is 0 is free.
  const high = ((v1 ^ v3) >>> 11) | 1;
  return high * 2 ** 32 + (low >>> 0);
}
