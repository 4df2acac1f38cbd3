/**
 * The store of several processes on one machine: a SQLite file, through the `node:sqlite` that
 * comes with Node 22.13 and later.
 *
 * The file is in WAL mode: readers and the one writer do not wait for each other, and a process
 * that is killed in the middle of a write leaves a log that the next reader completes or drops as a
 * whole. `synchronous` is NORMAL: what was written survives the end of the process; the last
 * moments before a power cut may be lost, the file may not.
 *
 * Calls run on the main thread: some ten microseconds to read and a hundred to write. None waits
 * there for another process: `busy-file.ts` tries it again where the file is held. A claim is one
 * UPSERT: the condition and the write are one statement, so no other process can come between.
 *
 * @module
 */
import type { DatabaseSync, StatementResultingChanges, StatementSync } from "node:sqlite";
import { builtin } from "../builtin.ts";
import { EchostrError, messageOf } from "../errors.ts";
import { count, readOptions } from "../options.ts";
import type { Table } from "../options.ts";
import { BusyFile } from "./busy-file.ts";
import type { Watched, Watcher } from "./fallback.ts";
import { requireDuration } from "./store.ts";
import type { Store, Swapped } from "./store.ts";

export interface SqliteOptions {
  /** How long a call is tried while another process writes. Default 1,000. */
  readonly busyTimeoutMs?: number | undefined;
}

export interface SqliteStoreOptions extends SqliteOptions {
  /**
   * Milliseconds since 1970, the same for all processes that share the file. Default `Date.now`.
   */
  readonly clock?: (() => number) | undefined;
}

const SQLITE = {
  // It is an `int` to SQLite, which waits itself while the file is opened.
  busyTimeoutMs: { check: count({ least: 0, most: 2_147_483_647 }), default: 1000 },
} satisfies Table<SqliteOptions>;
export const SQLITE_OPTIONS: Table<SqliteOptions> = SQLITE;

/**
 * After so many writes the rows that are over are deleted, at most SWEPT_ROWS of them, so a sweep
 * is short.
 */
const WRITES_PER_SWEEP = 64;
const SWEPT_ROWS = 256;

const SQLITE_BUSY = 5;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS echostr_values
  (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS echostr_values_expires_at ON echostr_values (expires_at);
CREATE TABLE IF NOT EXISTS echostr_claims
  (key TEXT PRIMARY KEY, owner TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS echostr_claims_expires_at ON echostr_claims (expires_at);
`;

const STATEMENTS = {
  /** Read as bytes: Node 22 ends a text at its first NUL, and a follower may send one. */
  get: "SELECT CAST(value AS BLOB) AS bytes FROM echostr_values WHERE key = ? AND expires_at > ?",
  set: `INSERT INTO echostr_values (key, value, expires_at) VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`,
  delete: "DELETE FROM echostr_values WHERE key = ?",
  claim: `INSERT INTO echostr_claims (key, owner, expires_at) VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
    WHERE echostr_claims.expires_at <= ? OR echostr_claims.owner = excluded.owner`,
  release: "DELETE FROM echostr_claims WHERE key = ? AND owner = ? AND expires_at > ?",
  sweepValues: sweepOf("echostr_values"),
  sweepClaims: sweepOf("echostr_claims"),
};

type Statements = Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;

/** @__NO_SIDE_EFFECTS__ */
function sweepOf(table: "echostr_values" | "echostr_claims"): string {
  return `DELETE FROM ${table} WHERE key IN
    (SELECT key FROM ${table} WHERE expires_at <= ? ORDER BY expires_at LIMIT ${SWEPT_ROWS})`;
}

export class SqliteStore implements Store, Watched {
  readonly shared = true;
  /** How the log calls it. */
  readonly name: string;
  readonly #database: DatabaseSync;
  readonly #file: BusyFile;
  readonly #clock: () => number;
  readonly #statements: Statements;
  #writes = 0;
  #closed: Promise<void> | undefined;

  /**
   * @throws EchostrError STORE_UNAVAILABLE when this Node has no SQLite, or the file cannot be
   * opened
   */
  constructor(file: string, options: SqliteStoreOptions = {}) {
    const { clock = Date.now, ...given } = options;
    const { busyTimeoutMs } = readOptions(SQLITE, given, "sqlite.");
    const database = openDatabase(file, busyTimeoutMs);
    this.#database = database;
    this.#clock = clock;
    this.name = `Sqlite store "${file}"`;
    this.#file = new BusyFile({
      name: this.name,
      patienceMs: busyTimeoutMs,
      isBusy,
      probe: () => this.#database.exec("BEGIN IMMEDIATE; ROLLBACK"),
    });
    const prepared = Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)]);
    this.#statements = Object.fromEntries(prepared) as Statements;
  }

  watch(watcher: Watcher): void {
    this.#file.watch(watcher);
  }

  async get(key: string): Promise<string | undefined> {
    return this.#call(() => this.#read(key));
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    requireDuration("ttlMs", ttlMs);
    await this.#write((now) => this.#statements.set.run(key, value, now + ttlMs));
  }

  async delete(key: string): Promise<void> {
    await this.#write(() => this.#statements.delete.run(key));
  }

  async swap(
    key: string,
    expected: string | undefined,
    value: string | undefined,
    ttlMs: number,
  ): Promise<Swapped> {
    if (value !== undefined) requireDuration("ttlMs", ttlMs);
    return this.#alone(() => {
      const stands = this.#read(key);
      if (stands !== expected) return { done: false, value: stands };
      if (value === undefined) this.#statements.delete.run(key);
      else this.#statements.set.run(key, value, this.#clock() + ttlMs);
      return { done: true, value };
    });
  }

  async claim(key: string, owner: string, leaseMs: number): Promise<boolean> {
    requireDuration("leaseMs", leaseMs);
    return this.#write((now) => this.#statements.claim.run(key, owner, now + leaseMs, now));
  }

  async release(key: string, owner: string): Promise<boolean> {
    return this.#write((now) => this.#statements.release.run(key, owner, now));
  }

  close(): Promise<void> {
    this.#closed ??= this.#file.end().then(() => this.#database.close());
    return this.#closed;
  }

  /** A read and a write in one step: no other process writes in between. */
  #alone<Result>(operation: () => Result): Promise<Result> {
    return this.#call(() => {
      this.#database.exec("BEGIN IMMEDIATE");
      try {
        const result = operation();
        this.#database.exec("COMMIT");
        this.#noteWrite();
        return result;
      } catch (error) {
        try {
          this.#database.exec("ROLLBACK");
        } catch {
          // After some errors SQLite has done so itself.
        }
        throw error;
      }
    });
  }

  #read(key: string): string | undefined {
    const bytes = this.#statements.get.get(key, this.#clock())?.["bytes"];
    return bytes instanceof Uint8Array
      ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8")
      : undefined;
  }

  /** True when it changed a row. */
  #write(run: (now: number) => StatementResultingChanges): Promise<boolean> {
    return this.#call(() => {
      const { changes } = run(this.#clock());
      this.#noteWrite();
      return changes > 0;
    });
  }

  /** Sweeps now and then. */
  #noteWrite(): void {
    this.#writes += 1;
    if (this.#writes % WRITES_PER_SWEEP !== 0) return;
    const now = this.#clock();
    for (const statement of [this.#statements.sweepValues, this.#statements.sweepClaims]) {
      try {
        statement.run(now);
      } catch {
        // The write itself was done. What another process hinders now is swept another time.
      }
    }
  }

  async #call<Result>(operation: () => Result): Promise<Result> {
    if (this.#closed !== undefined) {
      throw new EchostrError("STORE_UNAVAILABLE", "Sqlite store is closed");
    }
    try {
      return await this.#file.call(operation);
    } catch (cause) {
      if (cause instanceof EchostrError) throw cause;
      throw new EchostrError("STORE_FAILED", `Sqlite store failed: ${messageOf(cause)}`, { cause });
    }
  }
}

/** An import at the top would stop older Nodes from starting. */
function loadSqlite(): typeof import("node:sqlite") {
  try {
    return builtin("node:sqlite");
  } catch (cause) {
    throw new EchostrError(
      "STORE_UNAVAILABLE",
      `Sqlite store needs Node 22.13 or later, this is Node ${process.versions.node}: ` +
        'use a later Node, or the store "memory" or "redis://host"',
      { cause },
    );
  }
}

function openDatabase(file: string, busyTimeoutMs: number): DatabaseSync {
  const sqlite = loadSqlite();
  const { closeSync, openSync } = builtin("node:fs");
  // An absolute path is a path: SQLite reads meaning into names such as ":memory:" and
  // "file:x?mode=ro".
  const path = builtin("node:path").resolve(file);
  try {
    // What followers write is nobody else's business; SQLite gives its side files the mode of the
    // first.
    closeSync(openSync(path, "a", 0o600));
    const database = new sqlite.DatabaseSync(path);
    prepareFile(database, busyTimeoutMs);
    return database;
  } catch (cause) {
    const message = `Cannot open the sqlite store "${file}": ${messageOf(cause)}`;
    throw new EchostrError("STORE_UNAVAILABLE", message, { cause });
  }
}

/**
 * Several processes may start at the same moment on a new file, and here each waits for the others.
 * Turning it to WAL is the one step for which SQLite does not wait by itself, so we do.
 */
function prepareFile(database: DatabaseSync, busyTimeoutMs: number): void {
  const end = performance.now() + busyTimeoutMs;
  database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  for (;;) {
    try {
      database.exec("PRAGMA journal_mode = WAL");
      database.exec("PRAGMA synchronous = NORMAL");
      database.exec(SCHEMA);
      database.exec("PRAGMA busy_timeout = 0");
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() >= end) {
        database.close();
        throw error;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function isBusy(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // Deno's errors of `exec` have the words alone.
  if (!("errcode" in error)) return error.message === "database is locked";
  // The low byte is the kind; the rest says which sort of busy.
  return typeof error.errcode === "number" && (error.errcode & 0xff) === SQLITE_BUSY;
}
