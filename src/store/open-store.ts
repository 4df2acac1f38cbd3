/**
 * From a setting to a store: `memory`, `sqlite:FILE`, `redis://[user][:password@]host[:port][/database]` or
 * `rediss://…`, as in the environment variable `STORE`.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import { fn, nested, readOptions, someText } from "../options.ts";
import type { Read, Table } from "../options.ts";
import { FallbackStore } from "./fallback.ts";
import type { Watched } from "./fallback.ts";
import { MEMORY_BOUNDS, MemoryTable } from "./memory-table.ts";
import type { MemoryBounds } from "./memory-table.ts";
import { MemoryStore } from "./memory.ts";
import { nameOf, parseRedisAddress } from "./redis-address.ts";
import { CONNECTION_OPTIONS, RedisConnection } from "./redis-connection.ts";
import type { RedisConnectionOptions } from "./redis-connection.ts";
import { probesOf, REDIS_PREFIX, RedisStore } from "./redis.ts";
import { SQLITE_OPTIONS, SqliteStore } from "./sqlite.ts";
import type { SqliteOptions } from "./sqlite.ts";
import type { Store } from "./store.ts";

export interface OpenStoreOptions {
  /**
   * Gets a sentence when Redis or the file cannot be reached, when it is back, and when memory is full.
   * Default: none.
   */
  readonly onNotice?: ((message: string) => void) | undefined;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly clock?: (() => number) | undefined;
  /** Limits of the memory store, and of the memory that replaces Redis or a file. */
  readonly memory?: MemoryBounds | undefined;
  readonly sqlite?: SqliteOptions | undefined;
  readonly redis?: RedisOptions | undefined;
}

interface RedisOptions extends RedisConnectionOptions {
  /** What all keys begin with. Default `echostr:`. */
  readonly prefix?: string | undefined;
}

export const REDIS_OPTIONS: Table<RedisOptions> = /* @__PURE__ */ Object.assign(
  { prefix: { check: someText, default: REDIS_PREFIX } },
  CONNECTION_OPTIONS,
);

const OPEN_STORE = {
  onNotice: { check: fn<(message: string) => void>(), default: () => {} },
  clock: { check: fn<() => number>(), default: () => Date.now() },
  memory: { check: nested(MEMORY_BOUNDS), default: {} },
  sqlite: { check: nested(SQLITE_OPTIONS), default: {} },
  redis: { check: nested(REDIS_OPTIONS), default: {} },
} satisfies Table<OpenStoreOptions>;
export const OPEN_STORE_OPTIONS: Table<OpenStoreOptions> = OPEN_STORE;

const EXPECTED =
  '"memory", "sqlite:FILE", "redis://[user][:password@]host[:port][/database]" or "rediss://…"';

/**
 * The store that the setting names; `memory` where it is empty.
 *
 * @throws EchostrError SETTING_INVALID for an option that cannot be meant
 * @throws EchostrError STORE_INVALID for a setting that cannot be read; the message never holds a
 *   password
 * @throws EchostrError STORE_UNAVAILABLE for a file that cannot be opened, or a Node without
 *   SQLite. A Redis that is away is no error: the store goes on in memory, says so, and takes Redis
 *   up when it is there. One that can never do, a node of a cluster, fails the first call, with
 *   STORE_INVALID.
 */
export function openStore(setting: string | undefined, options: OpenStoreOptions = {}): Store {
  const settings = readOptions(OPEN_STORE, options);
  const { memory, sqlite, clock, onNotice } = settings;
  const wanted = String(setting ?? "").trim();
  if (wanted === "" || wanted === "memory") {
    return new MemoryStore({ ...memory, clock, onNotice });
  }
  const scheme = /^([a-z][a-z0-9+.-]{0,15}):/i.exec(wanted)?.[1]?.toLowerCase();
  if (scheme === "sqlite") {
    const primary = new SqliteStore(fileOf(wanted), { ...sqlite, clock });
    return withFallback(primary, primary, primary.name, settings);
  }
  if (scheme === "redis" || scheme === "rediss") return openRedis(wanted, settings);
  // Only the part before the first colon is safe to repeat.
  const got = scheme === undefined ? "something else" : `"${scheme}:…"`;
  throw new EchostrError("STORE_INVALID", `Store must be ${EXPECTED}, got ${got}`);
}

function fileOf(setting: string): string {
  const file = setting.slice("sqlite:".length);
  if (file !== "") return file;
  throw new EchostrError("STORE_INVALID", 'Store "sqlite:" names no file, expected "sqlite:FILE"');
}

function openRedis(setting: string, settings: Read<typeof OPEN_STORE>): Store {
  const { prefix = REDIS_PREFIX, ...connectionOptions } = settings.redis;
  const address = parseRedisAddress(setting);
  const connection = new RedisConnection(address, connectionOptions, probesOf(prefix));
  const primary = new RedisStore(connection, prefix);
  return withFallback(primary, connection, `Redis at ${nameOf(address)}`, settings);
}

function withFallback(
  primary: Store,
  connection: Watched,
  name: string,
  { memory, clock, onNotice }: Read<typeof OPEN_STORE>,
): Store {
  const table = new MemoryTable({ ...memory, clock, onNotice });
  return new FallbackStore({ primary, connection, memory: table, name, onNotice, clock });
}
