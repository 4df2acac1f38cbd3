/**
 * What the fuzzer is pointed at. An input is bytes, so that one that fails can be kept in a file
 * and be run again by `fuzz.test.ts` for ever after.
 *
 * @module
 */
import assert from "node:assert/strict";
import { isFailure } from "../support/expect.ts";
import type { Random } from "../support/random.ts";
import { seeded } from "../support/random.ts";

/** One thing that must stand whatever comes. */
export interface Target {
  readonly name: string;
  /** The ways out that inputs must take, else they teach nothing: each at least once in so many. */
  readonly due: Readonly<Record<string, number>>;
  /** Words that mean something to it, put into what is spoiled. Without them nothing is spoiled. */
  readonly dictionary?: readonly string[];
  /** How many inputs are run between two looks at the coverage, where the usual 512 are too many. */
  readonly batch?: number;
  make(random: Random): Uint8Array;
  /**
   * Throws when something does not hold.
   *
   * @returns the way out that the input took
   */
  check(input: Uint8Array): string | Promise<string>;
  /** Lets go of servers. */
  close?(): Promise<void>;
}

/** Every run has a generator of its own, so that one run can be repeated without those before. */
export function randomOf(seed: number, run: number): Random {
  const random = seeded(Math.imul(seed ^ Math.imul(run + 1, 0x9e3779b1), 0x85ebca6b));
  // Seeds that are near give first numbers that are near.
  for (let round = 0; round < 4; round += 1) random.below(2);
  return random;
}

/** Runs it; every exception has to be one of ours, with a code that fits, which is then given. */
export function attempt<T>(run: () => T, codes: RegExp): { value: T } | { code: string } {
  try {
    return { value: run() };
  } catch (error) {
    assert.ok(isFailure(error), `an EchostrError was due, got ${String(error)}`);
    assert.match(error.code, codes);
    assert.ok(error.message.length < 1_000, "a message stays short");
    return { code: error.code };
  }
}
