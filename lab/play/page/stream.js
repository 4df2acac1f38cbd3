/**
 * The stream of changes from the server, one for all windows of a browser.
 *
 * A stream holds a connection, and a browser makes six to a server: with one for each window the
 * seventh could not even load. So the window that has the lock reads the stream and hands on what
 * comes to the others; when it is closed, the next one gets the lock.
 *
 * The browser connects again by itself when the server is away, but gives up when it is turned away.
 * That happens when `make play` was started again: its key is new, and so is the path of its page.
 * Then there is nothing to wait for, and the reader is told what to do.
 *
 * @module
 */

/** @typedef {import("../view.ts").Change} Change */
/** @typedef {import("../view.ts").PlayState} PlayState */
/** @typedef {"open" | "lost" | "full" | "replaced"} Connection */

/**
 * What windows say to each other.
 * @typedef {{ what: "hello", from: string }
 *   | { what: "welcome", to: string, state: PlayState, connection: Connection }
 *   | { what: "change", change: Change }
 *   | { what: "connection", connection: Connection }} Word
 */

/** Those of one start of the server: each start has a new path. */
const NAME = `echostr-play ${location.pathname}`;

/** When the server has no room for another window. */
const AGAIN_MS = 3000;

/**
 * Listens for as long as the page lives.
 *
 * @param {object} listener
 * @param {(change: Change) => void} listener.onChange
 * @param {(connection: Connection) => void} listener.onConnection
 * @param {() => PlayState | undefined} listener.stateNow for a window that was opened later
 */
export function listen({ onChange, onConnection, stateNow }) {
  const windows = new BroadcastChannel(NAME);
  const from = crypto.randomUUID();
  /** @param {Word} word */
  const say = (word) => windows.postMessage(word);
  /** @type {Connection} */
  let connection = "lost";
  let reads = false;

  windows.addEventListener("message", ({ data }) => {
    const word = /** @type {Word} */ (data);
    const state = stateNow();
    if (word.what === "hello" && reads && state !== undefined) {
      say({ what: "welcome", to: word.from, state, connection });
    } else if (word.what === "welcome" && word.to === from) {
      onChange({ change: "all", state: word.state });
      onConnection(word.connection);
    } else if (word.what === "change") {
      onChange(word.change);
    } else if (word.what === "connection") {
      onConnection(word.connection);
    }
  });
  say({ what: "hello", from });

  // Held until the window is closed.
  void navigator.locks.request(NAME, () => {
    reads = true;
    readStream(
      (change) => {
        onChange(change);
        say({ what: "change", change });
      },
      (now) => {
        connection = now;
        onConnection(now);
        say({ what: "connection", connection });
      },
    );
    return new Promise(() => {});
  });
}

/**
 * @param {(change: Change) => void} onChange
 * @param {(connection: Connection) => void} onConnection
 */
function readStream(onChange, onConnection) {
  const events = new EventSource("events");
  events.addEventListener("open", () => onConnection("open"));
  events.addEventListener("message", (event) => {
    onChange(/** @type {Change} */ (JSON.parse(event.data)));
  });
  events.addEventListener("error", async () => {
    if (events.readyState !== EventSource.CLOSED) return onConnection("lost");
    // Turned away. An answer of the page itself says whether there is no room, or no such page.
    const now = await stateOfPage();
    onConnection(now);
    if (now !== "replaced") setTimeout(readStream, AGAIN_MS, onChange, onConnection);
  });
}

/** @returns {Promise<Connection>} */
async function stateOfPage() {
  try {
    const { ok } = await fetch(location.pathname, { method: "HEAD" });
    return ok ? "full" : "replaced";
  } catch {
    return "lost";
  }
}
