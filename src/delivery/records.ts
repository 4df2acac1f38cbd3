/**
 * The records of messages in the store.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { changeValue } from "../store/change.ts";
import type { Store } from "../store/store.ts";
import { readRecord } from "./record.ts";
import type { MessageRecord } from "./record.ts";

/** Decides what a record becomes; `undefined` leaves it as it is. May be asked more than once. */
export type Step = (
  record: MessageRecord | undefined,
  now: number,
) => MessageRecord | undefined;

/** The result of a change, with the record as it is now. */
export interface Changed {
  readonly changed: boolean;
  readonly record: MessageRecord | undefined;
}

export class Records {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async get(key: string): Promise<MessageRecord | undefined> {
    return readRecord(await this.#store.get(nameOf(key)));
  }

  /**
   * Changes a record in one step.
   *
   * @param guess the probable current value; saves a read if it is right
   * @throws EchostrError as the store does
   */
  async change(
    key: string,
    step: Step,
    guess?: { readonly record: MessageRecord | undefined },
  ): Promise<Changed> {
    let record: MessageRecord | undefined;
    const changed = await changeValue(
      this.#store,
      nameOf(key),
      (text) => {
        const now = this.#clock.now();
        const before = readRecord(text);
        const after = step(before, now);
        record = after ?? before;
        if (after === undefined) return undefined;
        const ttlMs = Math.max(1, Math.ceil(after.expires - now));
        return { value: JSON.stringify(after), ttlMs };
      },
      guess && { text: guess.record && JSON.stringify(guess.record) },
    );
    return { changed, record };
  }
}

function nameOf(key: string): string {
  return `run\n${key}`;
}
