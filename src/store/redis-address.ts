/**
 * Where a Redis is and who we are to it, read from
 * `redis://[user][:password@]host[:port][/database]`, or `rediss://…` for TLS.
 *
 * The password is part of the setting, so no sentence here quotes any piece of it: where the
 * password holds a `/`, `#` or `@` that was not percent-encoded, any piece may be one of the
 * password.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
}

const DEFAULT_PORT = 6379;

/** @throws EchostrError STORE_INVALID */
export function parseRedisAddress(setting: string): RedisAddress {
  const url = readUrl(setting);
  const user = decode(url.username);
  const password = decode(url.password);
  if (user !== undefined && password === undefined) {
    throw invalid("a user needs a password, as in redis://user:password@host");
  }
  if (url.hostname === "") throw invalid("no host is named");
  if (url.search !== "" || url.hash !== "") throw invalid(`nothing is read after "?" or "#"`);
  if (url.port === "0") throw invalid("the port cannot be 0");
  const [, database] = /^\/?(\d{0,6})$/.exec(url.pathname) ?? [];
  if (database === undefined) {
    throw invalid("after the host only a database is read, a whole number");
  }
  return {
    // An IPv6 address is in brackets in a URL only.
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? DEFAULT_PORT : Number(url.port),
    tls: url.protocol === "rediss:",
    user,
    password,
    database: Number(database),
  };
}

/** The address for the log. */
export function nameOf({ host, port }: RedisAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function readUrl(setting: string): URL {
  let url: URL;
  try {
    url = new URL(setting);
  } catch {
    // The URL's own error is not kept as a cause: it quotes its input.
    throw invalid("it is not a URL; in a password / ? # @ : % have to be percent-encoded");
  }
  if (url.protocol === "redis:" || url.protocol === "rediss:") return url;
  throw invalid("it does not begin with redis:// or rediss://");
}

function decode(text: string): string | undefined {
  if (text === "") return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid("a % in user or password does not begin a percent-encoded character");
  }
}

function invalid(reason: string): EchostrError {
  return new EchostrError("STORE_INVALID", `Redis address cannot be read: ${reason}`);
}
