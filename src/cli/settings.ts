/**
 * The settings of the server, from the environment, and those of the client of the API, which the
 * commands that call it need alone. Each one that is wrong gets a sentence that names the variable.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { prepareAccount } from "../account.ts";
import type { AccountOptions, Mode } from "../account.ts";
import { prepareApi } from "../api/api-options.ts";
import type { ApiSettings } from "../api/api-options.ts";
import type { TokenKind } from "../api/token-source.ts";
import { builtin } from "../builtin.ts";
import { EchostrError, messageOf, settingInvalid } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";
import { oneOf } from "../options.ts";
import { preparePath } from "../server/path.ts";
import { withoutMark } from "./text-file.ts";

/** The variables of a process: `process.env`, or a test's. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a variable: trimmed, and `undefined` when it is empty. */
export type Read = (name: string) => string | undefined;

/** Whose API is called, and how. */
export interface ApiEnvironment {
  readonly appId: string | undefined;
  readonly appSecret: string | undefined;
  readonly api: ApiSettings;
}

/** What `serve` needs. */
export interface Settings extends Omit<ApiEnvironment, "appId"> {
  readonly account: AccountOptions;
  readonly path: string;
  /** `undefined`: 80 (443 with TLS), or a port above 1024 if that is not available. */
  readonly port: number | undefined;
  readonly host: string | undefined;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  readonly log: "pretty" | "json";
  /** For `openStore`. */
  readonly store: string | undefined;
}

/**
 * Reads and checks the settings.
 *
 * @param terminal whether the log goes to a terminal, which decides how it is written
 * @throws EchostrError with the name of the variable in its message
 */
export function readSettings(environment: Environment, terminal: boolean): Settings {
  const read = readerOf(environment);
  const account = readAccount(read, environment["WECHAT_TOKEN"] === "");
  const { appSecret, api } = readApi(read);
  return {
    account,
    appSecret,
    api,
    path: named("WECHAT_PATH", () => preparePath(read("WECHAT_PATH") ?? "/wx")),
    port: readPort(read("PORT")),
    host: read("HOST"),
    tls: readTls(read("TLS_CERT"), read("TLS_KEY")),
    store: read("STORE"),
    log: readWord(read, "LOG", "pretty", "json") ?? (terminal ? "pretty" : "json"),
  };
}

/** Reads variables: trimmed, and `undefined` when they are empty. In quotation marks they are refused. */
export function readerOf(environment: Environment): Read {
  return (name) => {
    const value = environment[name]?.trim();
    if (value !== undefined && QUOTED.test(value)) {
      const got = /^["']/.test(value) ? "got some: docker's --env-file keeps those of the file" : "got typographic ones";
      throw settingInvalid(`${name} must not stand in quotation marks, ${got}`);
    }
    return value === "" ? undefined : value;
  };
}

/** Typographic ones come from documents and chats. */
const QUOTED = /^(?:(["'])[^]*\1|[“”‘’「『＂][^]*[“”‘’」』＂])$/;

/** @param isBlank the token is there and empty, as `-e WECHAT_TOKEN` and `${WECHAT_TOKEN}` of others make it */
function readAccount(read: Read, isBlank: boolean): AccountOptions {
  const token = listOf(read("WECHAT_TOKEN"));
  const encodingAesKey = listOf(read("WECHAT_AES_KEY"));
  const appId = read("WECHAT_APPID");
  const mode = read("WECHAT_MODE") as Mode | undefined;
  const format = read("WECHAT_FORMAT") as AccountOptions["format"];
  const cloudRun = readWord(read, "WECHAT_CLOUD_RUN", "on", "off") === "on";
  if (token.length === 0 && !cloudRun) {
    const got = isBlank ? "an empty one in the environment, which takes precedence over .env" : "none";
    throw new EchostrError(
      "TOKEN_INVALID",
      `WECHAT_TOKEN must be set to the token (令牌) of the account's settings, got ${got}`,
    );
  }
  if ((mode === "compat" || mode === "safe") && encodingAesKey.length === 0) {
    throw new EchostrError("MODE_INVALID", `WECHAT_MODE=${mode} needs WECHAT_AES_KEY, got none`);
  }
  const tokens = token.length === 0 ? "" : token;
  const account = { token: tokens, encodingAesKey, appId, mode, format, cloudRun };
  named(nameInAccount, () => prepareAccount(account));
  return account;
}

function nameInAccount({ code, message }: EchostrError): string {
  if (message.startsWith("format ")) return "WECHAT_FORMAT";
  return NAME_OF_CODE[code] ?? (message.startsWith("appId") ? "WECHAT_APPID" : "WECHAT_TOKEN");
}

/**
 * Reads the settings of the API. Without a secret there is no client, and the rest is not looked at.
 *
 * @throws EchostrError with the name of the variable in its message
 */
export function readApi(read: Read): ApiEnvironment {
  const appId = read("WECHAT_APPID");
  const appSecret = read("WECHAT_SECRET");
  const base = read("WECHAT_API_BASE");
  const token = read("WECHAT_API_TOKEN") as TokenKind | undefined;
  // What is not set here may be set by a bot file.
  const api: ApiSettings = {
    ...(base === undefined ? {} : { base }),
    ...(token === undefined ? {} : { token }),
  };
  if (appSecret !== undefined) named(nameInApi, () => prepareApi({ ...api, appId, appSecret }));
  return { appId, appSecret, api };
}

/** Of its own options the API names the one that is wrong at the beginning of the sentence. */
export function nameInApi({ code, message }: EchostrError): string {
  if (message.startsWith("base")) return "WECHAT_API_BASE";
  if (message.startsWith("token")) return "WECHAT_API_TOKEN";
  return NAME_OF_CODE[code] ?? "WECHAT_SECRET";
}

const NAME_OF_CODE: Partial<Record<ErrorCode, string>> = {
  TOKEN_INVALID: "WECHAT_TOKEN",
  AES_KEY_INVALID: "WECHAT_AES_KEY",
  APPID_MISSING: "WECHAT_APPID",
  MODE_INVALID: "WECHAT_MODE",
};

/** The parts of a list with commas. */
export function listOf(value: string | undefined): string[] {
  if (value === undefined) return [];
  return value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function readPort(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const port = /^[0-9]{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw settingInvalid(`PORT must be a number up to 65535, got "${value}"`);
}

function readTls(cert: string | undefined, key: string | undefined): Settings["tls"] {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    const [given, lacking] = cert === undefined ? ["TLS_KEY", "TLS_CERT"] : ["TLS_CERT", "TLS_KEY"];
    throw settingInvalid(`${given} needs ${lacking} too, got none`);
  }
  const pair = { cert: readPem("TLS_CERT", cert), key: readPem("TLS_KEY", key) };
  try {
    builtin("node:tls").createSecureContext(pair);
  } catch (cause) {
    const message = `TLS_CERT and TLS_KEY must be a certificate and its key: ${messageOf(cause)}`;
    throw settingInvalid(message, { cause });
  }
  return pair;
}

function readPem(name: string, file: string): Buffer {
  try {
    const bytes = Buffer.from(withoutMark(readFileSync(file)));
    if (!bytes.includes("-----BEGIN")) throw new Error("it holds no PEM");
    return bytes;
  } catch (cause) {
    const message = `${name} must be a readable PEM file, got "${file}": ${messageOf(cause)}`;
    throw settingInvalid(message, { cause });
  }
}

function readWord<Word extends string>(read: Read, name: string, ...words: readonly Word[]): Word | undefined {
  const value = read(name);
  return value === undefined ? undefined : oneOf(...words)(value, name);
}

/** What `read` returns; an error of it gets the name of the variable. */
export function named<T>(name: string | ((error: EchostrError) => string), read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof EchostrError)) throw cause;
    const variable = typeof name === "string" ? name : name(cause);
    throw new EchostrError(cause.code, `${variable}: ${cause.message}`, { cause });
  }
}
