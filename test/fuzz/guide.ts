/**
 * Finds the inputs that reach a block which none before has reached.
 *
 * A look at the coverage costs as much as a hundred runs. So it is taken behind a batch of inputs;
 * when the batch has reached something new, its halves are run again, and the half that did it is
 * halved, down to the inputs. The first batches are of one input, while nearly everything is new.
 *
 * @module
 */
import { isNews } from "./coverage.ts";
import type { Coverage, Sight } from "./coverage.ts";

/** Runs an input again; what comes of it was told the first time. */
export type RunAgain = (input: Uint8Array) => Promise<unknown>;

/** Inputs that are longer are not kept: they would make all later ones slow. */
const MOST_BYTES = 8192;

export class Guide {
  readonly #coverage: Coverage;
  readonly #runAgain: RunAgain;
  readonly #largest: number;
  #size = 1;
  #batch: Uint8Array[] = [];

  /** @param largest how many inputs a batch may have */
  constructor(coverage: Coverage, runAgain: RunAgain, largest: number) {
    this.#coverage = coverage;
    this.#runAgain = runAgain;
    this.#largest = largest;
  }

  /**
   * Takes note of an input that has been run.
   *
   * @returns the inputs that are worth keeping; none while the batch is not full
   */
  async ran(input: Uint8Array): Promise<Uint8Array[]> {
    this.#batch.push(input);
    return this.#batch.length < this.#size ? [] : this.finish();
  }

  /** Looks at the batch though it may not be full. */
  async finish(): Promise<Uint8Array[]> {
    const batch = this.#batch;
    this.#batch = [];
    if (batch.length === 0) return [];
    const sight = this.#coverage.look();
    if (!isNews(sight)) {
      // Only while nothing is new: finding one input costs as much as the batch.
      this.#size = Math.min(this.#largest, this.#size * 2);
      return [];
    }
    const found = await this.#find(batch, sight);
    // What does not happen again, such as the first answer of a server, is reached all the same.
    this.#coverage.note(sight);
    return found.filter(({ length }) => length <= MOST_BYTES);
  }

  /** @param sight what running them has shown */
  async #find(inputs: readonly Uint8Array[], sight: Sight): Promise<Uint8Array[]> {
    if (inputs.length === 1) {
      this.#coverage.note(sight);
      return [...inputs];
    }
    const found: Uint8Array[] = [];
    const middle = inputs.length >> 1;
    for (const half of [inputs.slice(0, middle), inputs.slice(middle)]) {
      for (const input of half) await this.#runAgain(input);
      const shown = this.#coverage.look();
      if (isNews(shown)) found.push(...(await this.#find(half, shown)));
    }
    return found;
  }
}
