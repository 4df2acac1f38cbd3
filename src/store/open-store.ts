/**
 * From a setting to a store: `memory`, `sqlite:FILE`,
 * `redis://[user][:password@]host[:port][/database]` or `rediss://…`, as they stand in the
 * environment variable `STORE`.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import { FallbackStore } from "./fallback.ts";
import { MemoryTable } from "./memory-table.ts";
import type { MemoryOptions } from "./memory-table.ts";
import { MemoryStore } from "./memory.ts";
import { nameOf, parseRedisAddress } from "./redis-address.ts";
import { RedisConnection } from "./redis-connection.ts";
import type { RedisConnectionOptions } from "./redis-connection.ts";
import { RedisStore } from "./redis.ts";
import { SqliteStore } from "./sqlite.ts";
import type { Store } from "./store.ts";

export interface OpenStoreOptions {
  /**
   * Told in a sentence when Redis is gone, when it is back, and when memory is full. Default:
   * nobody.
   */
  readonly onNotice?: (message: string) => void;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly clock?: () => number;
  /** Bounds of the memory store, and of the memory that stands in for Redis. */
  readonly memory?: Pick<MemoryOptions, "maxEntries" | "maxBytes">;
  readonly sqlite?: { readonly busyTimeoutMs?: number };
  readonly redis?: RedisConnectionOptions & {
    /** What all keys begin with. Default `echostr:`. */
    readonly prefix?: string;
  };
}

const EXPECTED =
  '"memory", "sqlite:FILE", "redis://[user][:password@]host[:port][/database]" or "rediss://…"';

/**
 * The store that the setting names; `memory` where it is empty.
 *
 * @throws EchostrError STORE_INVALID for a setting that cannot be read; the message never holds a
 *   password
 * @throws EchostrError STORE_UNAVAILABLE for a file that cannot be opened, or a Node without
 *   SQLite. A Redis that is away is no error: the store goes on in memory, says so, and takes Redis
 *   up when it is there.
 */
export function openStore(setting: string | undefined, options: OpenStoreOptions = {}): Store {
  const text = setting?.trim() ?? "";
  if (text === "" || text === "memory") return new MemoryStore(memoryOptions(options));
  const scheme = /^([a-z][a-z0-9+.-]{0,15}):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === "sqlite") return openSqlite(text.slice("sqlite:".length), options);
  if (scheme === "redis" || scheme === "rediss") return openRedis(text, options);
  // What stands before the first colon is the most that is safe to repeat.
  const got = scheme === undefined ? "something else" : `"${scheme}:…"`;
  throw new EchostrError("STORE_INVALID", `Store must be ${EXPECTED}, got ${got}`);
}

function openSqlite(file: string, { clock, sqlite = {} }: OpenStoreOptions): Store {
  if (file !== "") {
    return new SqliteStore(file, { ...sqlite, ...(clock === undefined ? {} : { clock }) });
  }
  throw new EchostrError("STORE_INVALID", 'Store "sqlite:" names no file, expected "sqlite:FILE"');
}

function openRedis(setting: string, options: OpenStoreOptions): Store {
  const address = parseRedisAddress(setting);
  const { prefix, ...connectionOptions } = options.redis ?? {};
  const connection = new RedisConnection(address, connectionOptions);
  return new FallbackStore({
    primary: new RedisStore(connection, prefix),
    connection,
    memory: new MemoryTable(memoryOptions(options)),
    name: `Redis at ${nameOf(address)}`,
    onNotice: options.onNotice ?? (() => {}),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
}

function memoryOptions({ memory = {}, clock, onNotice }: OpenStoreOptions): MemoryOptions {
  return {
    ...memory,
    ...(clock === undefined ? {} : { clock }),
    ...(onNotice === undefined ? {} : { onNotice }),
  };
}
