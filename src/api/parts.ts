/**
 * What a client of the API works with: what `createApi` was given, else what its bot has, else
 * defaults of its own. A client is made before its bot, so each is to be looked up when it is needed.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/store.ts";

/** What a client works with, beside its settings. */
export interface ApiParts {
  /** Where the token is kept, and who asks for it is claimed. */
  readonly store: Store;
  /** Its timers keep the process alive, for somebody waits for each call. */
  readonly clock: Clock;
  readonly log: Log;
  readonly random: (size: number) => Uint8Array;
  /** Gives a name that no other process has. */
  readonly owner: () => string;
}
