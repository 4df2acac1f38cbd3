/**
 * What a bot is made from.
 *
 * @module
 */
import { ACCOUNT_OPTIONS } from "./account.ts";
import type { AccountOptions } from "./account.ts";
import type { Api } from "./api/api.ts";
import type { Clock } from "./clock.ts";
import { DELIVERY_OPTIONS } from "./delivery/delivery-options.ts";
import type { DeliveryOptions } from "./delivery/delivery-options.ts";
import { settingInvalid } from "./errors.ts";
import { logToStderr } from "./log.ts";
import type { Log } from "./log.ts";
import { count, fn, having, readOptions, readValues, requireSpelled } from "./options.ts";
import { someText, timerMs } from "./options.ts";
import type { Check, Filled, Table } from "./options.ts";
import { preparePath } from "./server/path.ts";
import { aStore } from "./store/store.ts";
import type { Store } from "./store/store.ts";

/** What a bot is made from. Only `token` is required. */
export interface BotOptions extends AccountOptions {
  /** The path of the callback address. Default `/wx`; `"*"` answers every path. */
  readonly path?: string | undefined;
  /** The most bytes of a body. Default 1 MiB. */
  readonly bodyLimitBytes?: number | undefined;
  /** How long a body may take to arrive. Default 5,000. */
  readonly bodyTimeoutMs?: number | undefined;
  /**
   * The time: a function that tells it in milliseconds since 1970, or a whole clock, so that a test
   * can turn it. Default: the machine's.
   */
  readonly clock?: (() => number) | Clock | undefined;
  /** One run per message, answered in time; `false` runs the handler for every delivery. */
  readonly delivery?: DeliveryOptions | false | undefined;
  /**
   * The client with which the bot calls the platform's API: `createApi({ appId, appSecret })`. Where
   * it was given no `store`, `clock`, `log` or `random`, it uses the bot's.
   */
  readonly api?: Api | undefined;
  /** Where late answers, sessions, claims and the token are kept. Default: memory. */
  readonly store?: Store | undefined;
  /** Fresh random bytes. Default: those of node:crypto. */
  readonly random?: ((size: number) => Uint8Array) | undefined;
  /** Receives an entry for each request. Default: refusals and failures go to stderr. */
  readonly log?: Log | undefined;
}

type OwnOptions = Omit<BotOptions, keyof AccountOptions>;

/** The options of the bot itself, with their defaults. */
export type BotSettings = Filled<OwnOptions, "clock" | "api" | "store" | "random">;

const path: Check<string> = (value, name) => preparePath(someText(value, name));

const wholeClock: Check<Clock> = having<Clock>("now", "setTimeout", "clearTimeout");

const clock: Check<(() => number) | Clock> = (value, name) =>
  typeof value === "function" ? (value as () => number) : wholeClock(value, name);

const delivery: Check<DeliveryOptions | false> = (value, name) =>
  value === false ? false : readOptions(DELIVERY_OPTIONS, value as object, `${name}.`);

/** As other libraries call it. */
const AES_KEY = /^(?:encoding_?)?aes_?keys?$/i;

const WRITE_API = "write api: createApi({ appId, appSecret })";

/** It may come from another copy of this library, so what it can do is looked at, not its class. */
const api: Check<Api> = (value) => {
  if (typeof (value as Partial<Api> | null)?.adopt === "function") return value as Api;
  const message = `Option api must come from createApi, got another ${typeof value}: ${WRITE_API}`;
  throw settingInvalid(message);
};

const OWN = {
  path: { check: path, default: "/wx" },
  bodyLimitBytes: { check: count(), default: 1_048_576 },
  bodyTimeoutMs: { check: timerMs, default: 5000 },
  clock: { check: clock },
  delivery: { check: delivery, default: {} },
  api: { check: api },
  store: { check: aStore },
  random: { check: fn<(size: number) => Uint8Array>() },
  log: { check: fn<Log>(), default: logToStderr },
} satisfies Table<OwnOptions>;

/** How the options are read, those of the account included. */
export const BOT_OPTIONS: Table<BotOptions> = /* @__PURE__ */ Object.assign(
  {},
  ACCOUNT_OPTIONS,
  OWN,
);

/**
 * Checks all names, and the values of the bot itself; `prepareAccount` checks those of its account.
 *
 * @throws EchostrError `SETTING_INVALID`
 */
export function prepareBot(options: BotOptions): BotSettings {
  requireSpelled(BOT_OPTIONS, options);
  // It was an option once. Ignored, it would silently leave the bot without an API.
  if ("appSecret" in options && options.appSecret) {
    throw settingInvalid(`Option appSecret is not known, ${WRITE_API}`);
  }
  // Ignored, it would silently put the bot into plain mode.
  const key = Object.keys(options).find((name) => AES_KEY.test(name) && name !== "encodingAesKey");
  if (key !== undefined) {
    throw settingInvalid(`Option ${key} is not known, encodingAesKey is meant`);
  }
  const settings = readValues(OWN, options);
  const { appId } = options;
  if (settings.api !== undefined && appId && appId !== settings.api.appId) {
    const got = settings.api.appId;
    const message = `Option api must be for the bot's account ${appId}, got one for ${got}`;
    throw settingInvalid(message);
  }
  return settings;
}
