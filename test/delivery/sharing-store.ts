/**
 * A memory store that says of itself what Redis says: others may see what is in it.
 *
 * @module
 */
import type { Store } from "../../src/index.ts";

/** @param wire passes before each call, so that a call can be given a latency */
export function sharing(store: Store, wire: () => Promise<void> = async () => {}): Store {
  return {
    shared: true,
    get: (key) => wire().then(() => store.get(key)),
    set: (key, value, ttlMs) => wire().then(() => store.set(key, value, ttlMs)),
    delete: (key) => wire().then(() => store.delete(key)),
    swap: (...words) => wire().then(() => store.swap(...words)),
    claim: (key, owner, leaseMs) => wire().then(() => store.claim(key, owner, leaseMs)),
    release: (key, owner) => wire().then(() => store.release(key, owner)),
    close: () => store.close(),
  };
}
