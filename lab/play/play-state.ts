/**
 * The state of the play, and who is told of its changes.
 *
 * Lists are bounded: a play that runs for a week, or a bot that logs without end, must neither fill
 * the memory nor make the page slow. What is oldest goes first, and the pages are told.
 *
 * @module
 */
import type {
  Change,
  DeliveryView,
  EntryView,
  FollowerView,
  ListName,
  LogView,
  PlayState,
  WholeName,
} from "./view.ts";

/** How many items of each list are kept. */
const MOST: Readonly<Record<ListName, number>> = {
  followers: 30,
  entries: 600,
  deliveries: 200,
  log: 500,
};

/** The items of each list. */
interface Lists {
  readonly followers: Map<string, FollowerView>;
  readonly entries: Map<string, EntryView>;
  readonly deliveries: Map<string, DeliveryView>;
  readonly log: Map<string, LogView>;
}

type Wholes = Pick<PlayState, WholeName>;

export class Playing {
  #wholes: Wholes;
  readonly #lists: Lists = {
    followers: new Map(),
    entries: new Map(),
    deliveries: new Map(),
    log: new Map(),
  };
  readonly #listeners = new Set<(change: Change) => void>();
  #lastId = 0;

  constructor(wholes: Wholes) {
    this.#wholes = wholes;
  }

  /** A name for a new item. */
  nextId(prefix: string): string {
    this.#lastId += 1;
    return `${prefix}${this.#lastId}`;
  }

  get<N extends WholeName>(name: N): PlayState[N] {
    return this.#wholes[name] as PlayState[N];
  }

  set<N extends WholeName>(name: N, value: PlayState[N]): void {
    this.#wholes = { ...this.#wholes, [name]: value };
    this.#tell({ change: "set", name, value } as Change);
  }

  list<N extends ListName>(name: N): PlayState[N][number][] {
    return [...this.#lists[name].values()] as PlayState[N][number][];
  }

  find<N extends ListName>(name: N, id: string): PlayState[N][number] | undefined {
    return this.#lists[name].get(id) as PlayState[N][number] | undefined;
  }

  /** A new item at the end of its list, or a new value for the one with its id. */
  put<N extends ListName>(name: N, item: PlayState[N][number]): void {
    const items = this.#lists[name] as Map<string, PlayState[N][number]>;
    items.set(item.id, item);
    this.#tell({ change: "put", name, item } as Change);
    if (items.size <= MOST[name]) return;
    const [oldest] = items.keys();
    if (oldest === undefined) return;
    items.delete(oldest);
    this.#tell({ change: "drop", name, id: oldest });
  }

  /** Empties a list. */
  clear(name: ListName): void {
    this.#lists[name].clear();
    this.#tell({ change: "all", state: this.snapshot() });
  }

  snapshot(): PlayState {
    return {
      ...this.#wholes,
      followers: this.list("followers"),
      entries: this.list("entries"),
      deliveries: this.list("deliveries"),
      log: this.list("log"),
    };
  }

  /** @returns ends the listening */
  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}
