/** Keys as numbers: apart for all keys, and not to be met by anybody who does not know the seed. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { seedFingerprints } from "../../src/bot/keys.ts";

const SEED = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);

/** 53 bits of HalfSipHash-1-3 by the book, over bytes, in whole numbers. */
function byTheBook(seed: Uint8Array, bytes: Uint8Array): number {
  const u32 = (value: bigint): bigint => BigInt.asUintN(32, value);
  const turned = (value: bigint, by: bigint): bigint => u32((value << by) | (value >> (32n - by)));
  const word = (from: Uint8Array, at: number): bigint => BigInt(Buffer.from(from).readUInt32LE(at));
  const [k0, k1] = [word(seed, 0), word(seed, 4)];
  const v = [k0, k1 ^ 0xeen, k0 ^ 0x6c796765n, k1 ^ 0x74656462n] as [bigint, bigint, bigint, bigint];
  const round = (): void => {
    v[0] = u32(v[0] + v[1]); v[1] = turned(v[1], 5n) ^ v[0]; v[0] = turned(v[0], 16n);
    v[2] = u32(v[2] + v[3]); v[3] = turned(v[3], 8n) ^ v[2];
    v[0] = u32(v[0] + v[3]); v[3] = turned(v[3], 7n) ^ v[0];
    v[2] = u32(v[2] + v[1]); v[1] = turned(v[1], 13n) ^ v[2]; v[2] = turned(v[2], 16n);
  };
  const padded = Buffer.alloc(Math.floor(bytes.length / 4) * 4 + 4);
  padded.set(bytes);
  padded[padded.length - 1] = bytes.length & 0xff;
  for (let at = 0; at < padded.length; at += 4) {
    v[3] ^= word(padded, at);
    round();
    v[0] ^= word(padded, at);
  }
  v[2] ^= 0xeen;
  for (let count = 0; count < 3; count += 1) round();
  const low = v[1] ^ v[3];
  v[1] ^= 0xddn;
  for (let count = 0; count < 3; count += 1) round();
  return Number(((((v[1] ^ v[3]) >> 11n) | 1n) << 32n) | low);
}

/** Of each text its length, in 32 bits, and its code units, filled up to 32 bits; a number in 32 bits. */
function bytesOf(parts: readonly (string | number)[]): Uint8Array {
  const each = parts.map((part) => {
    if (typeof part === "number") return Uint8Array.from([part, part >>> 8, part >>> 16, part >>> 24]);
    const bytes = Buffer.alloc(4 + 4 * Math.ceil(part.length / 2));
    bytes.writeUInt32LE(part.length);
    bytes.write(part, 4, "utf16le");
    return bytes;
  });
  return Buffer.concat(each);
}

describe("A fingerprint", () => {
  test("is HalfSipHash-1-3 of the parts, with 53 of its 64 bits, one of them set", () => {
    const keys = ["", "a", "ab", "abc", "abcd", "gh_1\noF\n17\n7", "\n\nthird", "é", "你好吗", "\uffff", "k".repeat(300)];
    for (const seed of [SEED, new Uint8Array(8), Uint8Array.from(SEED, (byte) => 255 - byte)]) {
      const fingerprintOf = seedFingerprints(seed);
      for (const key of keys) {
        const parts = key.split("\n");
        const fingerprint = fingerprintOf(parts);
        assert.equal(fingerprint, byTheBook(seed, bytesOf(parts)), key);
        assert.ok(Number.isSafeInteger(fingerprint) && fingerprint > 0, key);
      }
    }
  });

  test("is that of the whole key, however long its parts are", () => {
    for (const lengths of [[1023], [1024], [1025], [700, 701], [64, 341, 1], [340, 3], [5000, 20_000, 1]]) {
      const fingerprintOf = seedFingerprints(SEED);
      for (const character of ["k", "é", "问"]) {
        const parts = lengths.map((length) => character.repeat(length));
        for (const each of [parts, [...parts, ""], ["short"]]) {
          assert.equal(fingerprintOf(each), byTheBook(SEED, bytesOf(each)), `${lengths} ${character}`);
        }
      }
    }
  });

  test("takes numbers below 2^32 into it", () => {
    for (const parts of [[0], [0xffffffff], ["a", 0x80000001, "b"], [1, 2]]) {
      assert.equal(seedFingerprints(SEED)(parts), byTheBook(SEED, bytesOf(parts)), `${parts}`);
    }
  });

  test("tells surrogates apart, alone and in pairs", () => {
    const parts = ["\ud83d", "\ud83e", "\ude00", "\ud83d\ude00", "\ud83d\ude01", "\ufffd"];
    const fingerprints = parts.map((part) => seedFingerprints(SEED)([part]));
    assert.equal(new Set(fingerprints).size, parts.length);
  });

  test("tells where one part ends and the next begins", () => {
    const keys = [["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["", "abc"], ["", "", "abc"], ["abc\0"], ["abc", "\0"]];
    assert.equal(new Set(keys.map(seedFingerprints(SEED))).size, keys.length);
  });

  test("reads its seed where it stands, for random bytes come out of blocks", () => {
    const block = Uint8Array.from([9, 9, 9, ...SEED, 9]);
    assert.equal(seedFingerprints(block.subarray(3, 11))(["k"]), seedFingerprints(SEED)(["k"]));
  });

  test("tells 200,000 keys apart", () => {
    const fingerprintOf = seedFingerprints(SEED);
    const seen = new Set<number>();
    for (let id = 0; id < 200_000; id += 1) {
      seen.add(fingerprintOf(["gh_1", "oFollower", "1714112445", `${id}`, "text", "0"]));
    }
    assert.equal(seen.size, 200_000);
  });

  test("has other neighbours under each seed", () => {
    const keys = Array.from({ length: 2000 }, (_none, id) => `follower ${id}`);
    const slotsUnder = (seed: number): number[] => {
      const fingerprintOf = seedFingerprints(new Uint8Array(8).fill(seed));
      return keys.map((key) => fingerprintOf([key]) & 1023);
    };
    const [one, two] = [slotsUnder(1), slotsUnder(2)];
    const same = one.filter((slot, index) => slot === two[index]).length;
    assert.ok(same < 20, `${same} of 2,000 keys are in the same slot of 1,024`);
  });

  test("spreads keys that differ in the high bits of their code units alone", () => {
    // Multiplying carries upwards only: under FNV-1a these are in one slot, whatever its seed.
    const fingerprintOf = seedFingerprints(SEED);
    const slots = new Set<number>();
    for (let id = 0; id < 4096; id += 1) {
      const units = Array.from({ length: 12 }, (_none, bit) => 0x0100 | (((id >> bit) & 1) << 14));
      slots.add(fingerprintOf([String.fromCharCode(...units)]) & 8191);
    }
    assert.ok(slots.size > 3000, `4,096 keys are in ${slots.size} slots of 8,192`);
  });
});
