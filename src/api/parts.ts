/**
 * What a client of the API works with: what `createApi` was given, else what its bot has, else
 * defaults of its own. A client is made before its bot, so the bot's come later.
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
  /** A name that no other process has. */
  readonly owner: string;
}

/** What `createApi` was given of them. */
export type GivenParts = { readonly [Name in keyof ApiParts]?: ApiParts[Name] | undefined };

/** To be asked each time: a bot may come at any moment. */
export class Parts implements ApiParts {
  readonly #given: GivenParts;
  readonly #own: ApiParts;
  #bots: ApiParts | undefined;

  constructor(given: GivenParts, own: ApiParts) {
    this.#given = given;
    this.#own = own;
  }

  /** Takes a bot's in place of the defaults; those of the first bot stay. */
  adopt(bots: ApiParts): void {
    this.#bots ??= bots;
  }

  get #others(): ApiParts {
    return this.#bots ?? this.#own;
  }

  get store(): Store {
    return this.#given.store ?? this.#others.store;
  }

  get clock(): Clock {
    return this.#given.clock ?? this.#others.clock;
  }

  get log(): Log {
    return this.#given.log ?? this.#others.log;
  }

  get random(): (size: number) => Uint8Array {
    return this.#given.random ?? this.#others.random;
  }

  get owner(): string {
    return this.#given.owner ?? this.#others.owner;
  }
}
