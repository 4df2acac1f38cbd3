/**
 * The tables by which the source reads options, with the names that the manual has.
 *
 * @module
 */
import { prepareAccount } from "../../src/account.ts";
import { API_OPTIONS } from "../../src/api/api-options.ts";
import { BOT_OPTIONS } from "../../src/bot-options.ts";
import { LIMIT_OPTIONS } from "../../src/bot/limit.ts";
import { MERGE_OPTIONS } from "../../src/bot/merge.ts";
import { SESSION_OPTIONS } from "../../src/bot/session.ts";
import { TYPING_OPTIONS } from "../../src/bot/typing.ts";
import { DELIVERY_OPTIONS, LATE_OPTIONS, prepareDelivery } from "../../src/delivery/delivery-options.ts";
import type { Rows } from "../../src/options.ts";
import { LISTEN_OPTIONS, prepareListen } from "../../src/server/listen-options.ts";
import { MEMORY_BOUNDS } from "../../src/store/memory-table.ts";
import { OPEN_STORE_OPTIONS, REDIS_OPTIONS } from "../../src/store/open-store.ts";
import { SQLITE_OPTIONS } from "../../src/store/sqlite.ts";
import { account } from "../support/option-rows.ts";

/** By the name of a row that no other table of the manual has. */
export const OPTION_TABLES: Readonly<Record<string, Rows>> = {
  clockSkewMs: BOT_OPTIONS,
  base: API_OPTIONS,
  deadlineMs: flat(DELIVERY_OPTIONS, { late: LATE_OPTIONS }),
  headersTimeoutMs: LISTEN_OPTIONS,
  onNotice: flat(OPEN_STORE_OPTIONS, {
    memory: MEMORY_BOUNDS,
    sqlite: SQLITE_OPTIONS,
    redis: REDIS_OPTIONS,
  }),
  ttlMs: SESSION_OPTIONS,
  windowMs: MERGE_OPTIONS,
  afterMs: TYPING_OPTIONS,
  perMs: LIMIT_OPTIONS,
};

const tls = { cert: "c", key: "k" };
const encodingAesKey = String(account.encodingAesKey.takes[0]);

/** Defaults that follow from other options, in the order in which the manual tells them. */
export const COMPUTED: Readonly<Record<string, readonly (string | number)[]>> = {
  port: [prepareListen({}).port, prepareListen({ tls }).port],
  maxConnections: [prepareListen({}).maxConnections, prepareListen({ tls }).maxConnections],
  mode: [
    prepareAccount({ token: "t", encodingAesKey, appId: "wx1" }).mode,
    prepareAccount({ token: "t" }).mode,
  ],
  more: [prepareDelivery({}, 1800, false).fetched.more],
  "late.pickup": prepareDelivery({}, 1800, false).pickups,
};

/** Options inside of options stand in one table: `late.hold`. */
function flat(rows: Rows, inside: Readonly<Record<string, Rows>>): Rows {
  const all = Object.entries(rows).flatMap(([name, row]) => {
    const nested = inside[name];
    if (nested === undefined) return [[name, row] as const];
    return Object.entries(nested).map(([inner, each]) => [`${name}.${inner}`, each] as const);
  });
  return Object.fromEntries(all);
}
