/**
 * Numbers that look random and can be repeated from their seed.
 *
 * @module
 */

export interface Random {
  /** 0 to below `limit`, a whole number. */
  below(limit: number): number;
  pick<T>(items: readonly T[]): T;
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  // The xorshift generator of George Marsaglia; it must not start at zero.
  if (state === 0) state = 0x9e3779b9;
  const below = (limit: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  const pick = <T>(items: readonly T[]): T => {
    const item = items[below(items.length)];
    if (item === undefined) throw new Error("Nothing to pick from");
    return item;
  };
  return { below, pick };
}
