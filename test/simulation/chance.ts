/**
 * All that is left to chance in a history comes from here, so that one seed gives one history.
 * `exhaust.ts` puts choices that it goes through one after the other in its place.
 *
 * @module
 */

export interface Chance {
  /** 0 to below `limit`, a whole number. */
  below(limit: number): number;
}

/** Draws by the generator "mulberry32": neighbouring seeds have nothing in common. */
export function seededChance(seed: number): Chance {
  let state = seed >>> 0;
  return {
    below: (limit) => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
    },
  };
}

/** From `least` to `most`, both included. */
export function between(chance: Chance, least: number, most: number): number {
  return least + chance.below(most - least + 1);
}

/** True so many times of a hundred. */
export function percent(chance: Chance, share: number): boolean {
  return chance.below(100) < share;
}

export function pick<T>(chance: Chance, items: readonly T[]): T {
  const item = items[chance.below(items.length)];
  if (item === undefined) throw new Error("Nothing to pick from");
  return item;
}

/** One of the names, each as often as its weight says. */
export function weighed<Name extends string>(
  chance: Chance,
  weights: Readonly<Record<Name, number>>,
): Name {
  const names = Object.keys(weights) as Name[];
  let left = chance.below(names.reduce((sum, name) => sum + weights[name], 0));
  const chosen = names.find((name) => (left -= weights[name]) < 0);
  if (chosen === undefined) throw new Error("Nothing to pick from");
  return chosen;
}
