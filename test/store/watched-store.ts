/**
 * `openStore` of the source, for tests that look behind it: what it says is under the watch for
 * secrets.
 *
 * @module
 */
import * as source from "../../src/store/open-store.ts";
import { watched } from "../support/watched-library.ts";

export const openStore: typeof source.openStore = watched(source).openStore;
