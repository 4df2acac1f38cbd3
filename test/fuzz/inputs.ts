/**
 * Where the inputs come from: every second one is made by the target's generator, the others are
 * spoiled from those that are kept. Where none are kept, or the target has no dictionary, all are made.
 *
 * @module
 */
import type { Random } from "../support/random.ts";
import { mutate } from "./mutate.ts";
import type { Target } from "./target.ts";

export interface NextInput {
  readonly input: Uint8Array;
  /** It comes from the generator. */
  readonly made: boolean;
}

/** What is spoiled again and again may grow; it is cut off here. */
const MOST_BYTES = 65_536;

/** What was found last leads on more often than the rest. */
const LATEST = 8;

export class Inputs {
  readonly #target: Target;
  readonly #kept: Uint8Array[];

  constructor(target: Target, kept: readonly Uint8Array[]) {
    this.#target = target;
    this.#kept = [...kept];
  }

  add(inputs: readonly Uint8Array[]): void {
    this.#kept.push(...inputs);
  }

  next(random: Random): NextInput {
    const { dictionary } = this.#target;
    if (dictionary === undefined || this.#kept.length === 0 || random.below(2) === 0) {
      return { input: this.#target.make(random), made: true };
    }
    return { input: this.#spoiled(random, dictionary), made: false };
  }

  #spoiled(random: Random, dictionary: readonly string[]): Uint8Array {
    const any = (): Uint8Array => random.pick(this.#kept);
    const one = random.below(4) === 0 ? random.pick(this.#kept.slice(-LATEST)) : any();
    return mutate(one, random, dictionary, any).subarray(0, MOST_BYTES);
  }
}
