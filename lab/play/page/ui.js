/**
 * What only this window knows: whose phone is in the hand, which delivery is unfolded, which tab is
 * open. Kept for the session of the window, so that a reload changes nothing.
 *
 * @module
 */

/**
 * @typedef {object} UiState
 * @property {string} follower the openid
 * @property {string} delivery its id; empty: the newest
 * @property {"phone" | "inspector"} side which half a narrow window shows
 * @property {"deliveries" | "transcript" | "log"} tab
 * @property {string} draft what is written and not yet sent
 */

const KEY = "echostr-play";

export class Ui {
  /** @type {UiState} */
  #state = { follower: "", delivery: "", side: "phone", tab: "deliveries", draft: "" };
  /** @type {Map<keyof UiState, Set<() => void>>} */
  #listeners = new Map();

  constructor() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
      for (const name of /** @type {(keyof UiState)[]} */ (Object.keys(this.#state))) {
        if (typeof kept[name] === "string") this.#state = { ...this.#state, [name]: kept[name] };
      }
    } catch {
      // A window that keeps nothing starts from the beginning.
    }
  }

  /**
   * @template {keyof UiState} N
   * @param {N} name
   * @returns {UiState[N]}
   */
  get(name) {
    return this.#state[name];
  }

  /**
   * @template {keyof UiState} N
   * @param {N} name
   * @param {UiState[N]} value
   */
  set(name, value) {
    if (this.#state[name] === value) return;
    this.#state = { ...this.#state, [name]: value };
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.#state));
    } catch {
      // As above.
    }
    for (const listener of this.#listeners.get(name) ?? []) listener();
  }

  /**
   * @param {keyof UiState} name
   * @param {() => void} listener
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
}
