/**
 * What became of each test file, from the events of Node's runner. A process that ends early takes
 * the rest of its files with it, and Node calls a file without tests passed: neither may go unseen.
 *
 * @module
 */

/** The part of an event that is read; those of a part come one after the other. */
export interface EndedTest {
  readonly name: string;
  /** 0 for a file, which is a suite: see `together.ts`. */
  readonly nesting: number;
  readonly details: { readonly type?: string | undefined };
  readonly skip?: string | boolean | undefined;
}

export class Outcome {
  hasFailed = false;
  readonly #expected: readonly string[];
  readonly #ended: Set<string> = new Set();
  readonly #empty: Set<string> = new Set();
  #tests = 0;

  constructor(expected: readonly string[]) {
    this.#expected = expected;
  }

  ended({ name, nesting, details, skip }: EndedTest, hasPassed: boolean): void {
    if (!hasPassed) this.hasFailed = true;
    if (nesting > 0) {
      // Of a suite that is skipped the tests are not known.
      if (details.type !== "suite" || skip !== undefined) this.#tests += 1;
      return;
    }
    this.#ended.add(name);
    if (this.#tests === 0) this.#empty.add(name);
    this.#tests = 0;
  }

  /** A sentence for each file that did not do what a test file does. */
  faults(): string[] {
    return this.#expected.flatMap((file) => {
      if (!this.#ended.has(file)) return [`${file} did not come to its end`];
      return this.#empty.has(file) ? [`${file} holds no test that was run`] : [];
    });
  }
}
