/**
 * Where and how a server listens.
 *
 * @module
 */
import { settingInvalid } from "../errors.ts";
import type { Log } from "../log.ts";
import { count, fn, notMeant, readOptions, someText, timerMs } from "../options.ts";
import type { Check, Filled, Table } from "../options.ts";

interface Tls {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

/** Where and how to listen. */
export interface ListenOptions {
  /** Default 80, or 443 with `tls`; 0 takes a free one. */
  readonly port?: number | undefined;
  /** Default: all addresses. */
  readonly host?: string | undefined;
  /** PEM. With it the server speaks https. */
  readonly tls?: Tls | undefined;
  /** How long the head of a request may take. Default 10,000. */
  readonly headersTimeoutMs?: number | undefined;
  /** How long a whole request may take. Default 15,000. */
  readonly requestTimeoutMs?: number | undefined;
  /** How long a connection may rest between requests. Default 65,000. */
  readonly keepAliveTimeoutMs?: number | undefined;
  /**
   * How many connections may be open. Default 10,000, with `tls` 1,000; of them 3,000, with `tls` 500,
   * may wait for no answer. For each one more another is closed: the oldest that has asked and waits
   * for no answer, else the oldest that has asked nothing yet.
   */
  readonly maxConnections?: number | undefined;
  /** How long `close` waits for answers in the making. Default 6,000. */
  readonly shutdownTimeoutMs?: number | undefined;
  readonly log?: Log | undefined;
}

/** The options with their defaults. */
export type ListenSettings = Filled<ListenOptions, "host" | "tls" | "log">;

const pem: Check<string | Buffer> = (value, name) => {
  if (typeof value === "string" || Buffer.isBuffer(value)) return value;
  throw notMeant(name, "a PEM as text or Buffer", value);
};

const PAIR = { cert: { check: pem }, key: { check: pem } } satisfies Table<Tls>;

/** A missing half does not mean http. */
const tls: Check<Tls> = (value, name) => {
  const { cert, key } = readOptions(PAIR, value as object, `${name}.`);
  if (cert !== undefined && key !== undefined) return { cert, key };
  const got = cert === undefined && key === undefined ? "neither" : "one of them";
  throw settingInvalid(`${name} must have cert and key, got ${got}`);
};

const LISTEN = {
  port: { check: count({ least: 0, most: 65_535 }) },
  host: { check: someText },
  tls: { check: tls },
  headersTimeoutMs: { check: timerMs, default: 10_000 },
  requestTimeoutMs: { check: timerMs, default: 15_000 },
  keepAliveTimeoutMs: { check: timerMs, default: 65_000 },
  maxConnections: { check: count() },
  shutdownTimeoutMs: { check: count({ least: 0, most: 2_147_483_647 }), default: 6000 },
  log: { check: fn<Log>() },
} satisfies Table<ListenOptions>;
export const LISTEN_OPTIONS: Table<ListenOptions> = LISTEN;

/** @throws EchostrError `SETTING_INVALID` */
export function prepareListen(options: ListenOptions): ListenSettings {
  const given = readOptions(LISTEN, options);
  const [port, maxConnections] = given.tls === undefined ? [80, 10_000] : [443, 1000];
  return {
    ...given,
    port: given.port ?? port,
    maxConnections: given.maxConnections ?? maxConnections,
    // The head is a part of the request, and Node refuses a limit for it that is never reached.
    headersTimeoutMs: Math.min(given.headersTimeoutMs, given.requestTimeoutMs),
  };
}
