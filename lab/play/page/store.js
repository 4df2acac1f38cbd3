/**
 * The page's copy of the state, and who wants to hear of its changes.
 *
 * The server decides, the page draws: changes come over one stream of events, and whatever the
 * reader does goes out as a command and comes back as a change.
 *
 * @module
 */

/** @typedef {import("../view.ts").PlayState} PlayState */
/** @typedef {import("../view.ts").Change} Change */
/** @typedef {import("../view.ts").ListName} ListName */
/** @typedef {import("../view.ts").WholeName} WholeName */
/** @typedef {{ id: string }} Item */
/**
 * What a listener is told: nothing for a part that changed as a whole.
 * @typedef {{ kind: "new" | "changed" | "dropped", id: string } | undefined} News
 */

export class Store {
  /** @type {PlayState} */
  state;
  /** @type {Map<string, Set<(news: News) => void>>} */
  #listeners = new Map();

  /** @param {PlayState} state */
  constructor(state) {
    this.state = state;
  }

  /** @param {Change} change */
  apply(change) {
    switch (change.change) {
      case "all":
        this.state = change.state;
        for (const name of this.#listeners.keys()) this.#tell(name, undefined);
        return;
      case "set":
        this.state = { ...this.state, [change.name]: change.value };
        this.#tell(change.name, undefined);
        return;
      case "put":
        this.#put(change.name, change.item);
        return;
      case "drop":
        this.#setList(change.name, (items) => items.filter((item) => item.id !== change.id));
        this.#tell(change.name, { kind: "dropped", id: change.id });
    }
  }

  /**
   * @param {ListName | WholeName} name
   * @param {(news: News) => void} listener
   */
  on(name, listener) {
    const listeners = this.#listeners.get(name) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(name, listeners);
  }

  /** Forgets all listeners, before the page is drawn again. */
  forget() {
    this.#listeners.clear();
  }

  /**
   * @param {ListName} name
   * @param {Item} item
   */
  #put(name, item) {
    let kind = /** @type {"new" | "changed"} */ ("new");
    this.#setList(name, (items) => {
      // What changes is nearly always near the end.
      const at = items.findLastIndex((other) => other.id === item.id);
      if (at === -1) return [...items, item];
      kind = "changed";
      return items.with(at, item);
    });
    this.#tell(name, { kind, id: item.id });
  }

  /**
   * @param {ListName} name
   * @param {(items: readonly Item[]) => readonly Item[]} change
   */
  #setList(name, change) {
    this.state = { ...this.state, [name]: change(this.state[name]) };
  }

  /**
   * @param {string} name
   * @param {News} news
   */
  #tell(name, news) {
    for (const listener of this.#listeners.get(name) ?? []) {
      // What one part of the page cannot take, the others are told all the same.
      try {
        listener(news);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
