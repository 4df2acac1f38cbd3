/**
 * A clock that stands still until it is turned.
 *
 * @module
 */

export interface TurnedClock {
  readonly clock: () => number;
  turn(ms: number): void;
}

export function turnedClock(): TurnedClock {
  let now = 1_700_000_000_000;
  return {
    clock: () => now,
    turn: (ms) => {
      now += ms;
    },
  };
}
