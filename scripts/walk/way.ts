/**
 * The way of a message through the source: which functions it enters, in order, and how often it
 * changes from one file to another.
 *
 * @module
 */

/** A function that was called, and how often. */
export interface Called {
  readonly url: string;
  readonly name: string;
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/** A function on the stack. */
export interface Place {
  readonly url: string;
  readonly name: string;
  /** Where it begins: another place for each function. */
  readonly at: string;
}

/** A function that was entered. */
export interface Stop {
  /** Its number among the functions that were called. */
  readonly called: number;
  /** Itself, and what had called it, the latest first. */
  readonly stack: readonly Place[];
}

/** A function that was entered. */
export interface Step {
  /** Empty for a function without a name. */
  readonly name: string;
  /** From the folder `src`. */
  readonly file: string;
  /** How many functions of the source called each other to come here. */
  readonly depth: number;
}

export interface Way {
  readonly steps: readonly Step[];
  /** How many files and functions there are, and how often the file changes, there and back. */
  readonly files: number;
  readonly functions: number;
  readonly changes: number;
}

/**
 * @param source the address of the folder `src`
 * @param called the functions that were called
 * @param stops in the order in which the debugger made them
 */
export function wayOf(source: string, called: readonly Called[], stops: readonly Stop[]): Way {
  const entered = withoutRounds(called, stops);
  let changes = 0;
  let before: readonly Place[] = [];
  for (const { stack } of entered) {
    changes += changesBetween(before, stack);
    before = stack;
  }
  const steps = entered.map(({ stack: [place, ...callers] }) => ({
    name: place?.name ?? "",
    file: (place?.url ?? "").slice(source.length),
    depth: callers.length,
  }));
  const files = new Set(steps.map(({ file }) => file)).size;
  const functions = new Set(entered.map((stop) => stop.called)).size;
  return { steps, files, functions, changes };
}

/** In a function that begins with a loop the debugger stops at each round: only calls count. */
function withoutRounds(called: readonly Called[], stops: readonly Stop[]): readonly Stop[] {
  const left = called.map(({ count }) => count);
  return stops.filter((stop) => {
    const rest = left[stop.called] ?? 0;
    left[stop.called] = rest - 1;
    return rest > 0;
  });
}

/**
 * How often the file changes from the beginning of one function to the beginning of the next: back
 * through the callers up to the one that both have, and forth from there.
 */
function changesBetween(from: readonly Place[], to: readonly Place[]): number {
  const back = from.toReversed();
  const forth = to.toReversed();
  let shared = 0;
  // The last of them was entered just now, though it may be the function that was entered before.
  while (shared < forth.length - 1 && back[shared]?.at === forth[shared]?.at) shared += 1;
  const path = [...back.slice(Math.max(0, shared - 1)).reverse(), ...forth.slice(shared)];
  return path.filter(({ url }, index) => index > 0 && url !== path[index - 1]?.url).length;
}
