/**
 * The faults that `plants.ts` plants. Each was in the source once, or is one that somebody could make.
 *
 * @module
 */

export interface Plant {
  /** What is wrong then. */
  readonly name: string;
  readonly file: string;
  /** Stands once in the file. */
  readonly find: string;
  readonly replace: string;
}

export const PLANTS: readonly Plant[] = [];
