/**
 * A key as 63 bits, under a seed that nobody outside knows.
 *
 * The hash is HalfSipHash-1-3 with 64 bits of output, over the code units of the key. A hash without
 * a seed, or one as simple as FNV-1a with one, can be met on purpose: keys that differ only in the
 * high bits of their code units fall into the same slot of a table whatever FNV begins with, and a
 * table of which all keys are in one slot takes a search through all of them.
 *
 * @module
 */

/** Two keys that meet in both halves are not to be expected. */
export interface Fingerprint {
  readonly low: number;
  /** Never 0. */
  readonly high: number;
}

/** Gives equal fingerprints for equal keys. */
export type FingerprintOf = (key: string) => Fingerprint;

/** How many bytes of a seed are used. */
export const SEED_BYTES = 8;

/**
 * @param seed random bytes, at least `SEED_BYTES`; fingerprints of two seeds have nothing in common
 *
 * @example
 * const fingerprintOf = seedFingerprints(random(SEED_BYTES));
 */
export function seedFingerprints(seed: Uint8Array): FingerprintOf {
  const view = new DataView(seed.buffer, seed.byteOffset, seed.byteLength);
  const [k0, k1] = [view.getInt32(0, true), view.getInt32(4, true)];
  return (key) => hash(key, k0, k1);
}

function hash(key: string, k0: number, k1: number): Fingerprint {
  let v0 = k0;
  let v1 = k1 ^ 0xee;
  let v2 = k0 ^ 0x6c796765;
  let v3 = k1 ^ 0x74656462;
  const { length } = key;
  const last = (length << 25) | (length & 1 ? key.charCodeAt(length - 1) : 0);
  let words = length >> 1;
  // Each word once, then the last with the length in it, then three rounds for each half.
  for (let at = 0; words >= 0; at += 2, words -= 1) {
    const word = words === 0 ? last : key.charCodeAt(at) | (key.charCodeAt(at + 1) << 16);
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
  // A slot of which the second half is 0 is free: no key may have that.
  return { low, high: (v1 ^ v3) | 1 };
}
