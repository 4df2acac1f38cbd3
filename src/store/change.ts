/**
 * Changes a value that other processes change too: read it, decide, and write the new one only if it has not
 * changed; otherwise decide again. There are no locks, and no change is lost.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import type { Store } from "./store.ts";

/** The new value; `undefined` deletes it. */
export interface Next {
  readonly value: string | undefined;
  readonly ttlMs: number;
}

/** Each try that fails is somebody else's that succeeded: so many in a row are a broken store. */
const MOST_TRIES = 100;

/**
 * Changes a value.
 *
 * @param next decides what follows on a value; `undefined` leaves it as it is. It may be asked more
 *   than once
 * @param guess the probable current value; saves a read if it is right
 * @returns whether the value was changed
 * @throws EchostrError as the store does, and `STORE_FAILED` when it refuses every try
 *
 * @example
 * await changeValue(store, "visits", (text = "0") => ({ value: `${Number(text) + 1}`, ttlMs: 60_000 }));
 */
export async function changeValue(
  store: Pick<Store, "get" | "swap">,
  key: string,
  next: (text: string | undefined) => Next | undefined,
  guess?: { readonly text: string | undefined },
): Promise<boolean> {
  let text = guess === undefined ? await store.get(key) : guess.text;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const wanted = next(text);
    if (wanted === undefined) {
      if (guess === undefined || tries > 0) return false;
      // Decided on a guess: look before it is final.
      text = await store.get(key);
      guess = undefined;
      continue;
    }
    const { done, value } = await store.swap(key, text, wanted.value, wanted.ttlMs);
    if (done) return true;
    text = value;
  }
  throw new EchostrError("STORE_FAILED", `Value could not be changed in ${MOST_TRIES} tries`);
}
