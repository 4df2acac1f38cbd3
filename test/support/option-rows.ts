/**
 * What each option of every object takes and refuses.
 *
 * @module
 */
import type { BotFileOptions } from "../../src/cli/load-bot.ts";
import type {
  AccountOptions,
  ApiOptions,
  ApiSettings,
  BotOptions,
  DeliveryOptions,
  LateOptions,
  LimitOptions,
  ListenOptions,
  OpenStoreOptions,
  MergeOptions,
  SessionOptions,
  TypingOptions,
} from "../../src/index.ts";
import { CERTIFICATE } from "../server/serving.ts";
import * as trial from "./option-trials.ts";
import { SECRET } from "./option-trials.ts";
import type { Trials } from "./option-trials.ts";
import { echostr } from "./subject.ts";

export const TOKEN = "t0kenOfTheOptions";
const KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
export const APP: { readonly appId: string; readonly appSecret: string } = {
  appId: "wx1",
  appSecret: "5ecretOfTheOptions",
};

const wholeClock = { now: () => 0, setTimeout: () => 0, clearTimeout: () => {} };
const resolves = async (): Promise<undefined> => undefined;
const aStore = {
  get: resolves,
  set: resolves,
  delete: resolves,
  swap: resolves,
  claim: resolves,
  release: resolves,
  close: resolves,
};

const QUOTED =
  "must not stand in quotation marks, got some: docker's --env-file keeps those of the file";

export const account: Trials<AccountOptions> = {
  token: {
    takes: [TOKEN, [TOKEN], [TOKEN, "another0ne"]],
    refuses: [
      ["", "Token must be a text, got an empty one", "TOKEN_INVALID"],
      [[TOKEN, ""], "Token must be a text, got an empty one", "TOKEN_INVALID"],
      [7, "Token must be a text, got number", "TOKEN_INVALID"],
      [[null], "Token must be a text, got null", "TOKEN_INVALID"],
      [`${SECRET} `, "Token must not hold space or hidden characters, got some", "TOKEN_INVALID"],
      ["\u200btok3n", "Token must not hold space or hidden characters, got some", "TOKEN_INVALID"],
      [`"${SECRET}"`, `Token ${QUOTED}`, "TOKEN_INVALID"],
      [[TOKEN, `'${SECRET}'`], `Token ${QUOTED}`, "TOKEN_INVALID"],
      [[], "Token expected, got none", "TOKEN_INVALID"],
    ],
  },
  encodingAesKey: {
    takes: [KEY, [KEY], ["", KEY], [""], []],
    refuses: [
      ...trial.untold("must be a text", [7, true, {}]),
      [[KEY, 7], "must be a text, got number"],
      [SECRET, "EncodingAESKey must be 43 characters, got 34", "AES_KEY_INVALID"],
      [[KEY, SECRET], "EncodingAESKey must be 43 characters, got 34", "AES_KEY_INVALID"],
    ],
  },
  appId: {
    takes: ["wx1"],
    refuses: [
      ...trial.untold("must be a text", [7, {}]),
      [`${SECRET}\n`, "must not hold space or hidden characters, got some"],
      ["wx1\u200b", "must not hold space or hidden characters, got some"],
      ['"wx1"', QUOTED],
      ["gh_0123456789ab", "must be the AppID, wx…, got the original id, gh_…"],
    ],
  },
  mode: {
    takes: ["plain", "compat", "safe"],
    refuses: [
      ["Safe", 'Mode must be plain, compat or safe, got "Safe"', "MODE_INVALID"],
      [SECRET, "Mode must be plain, compat or safe, got string", "MODE_INVALID"],
      [7, "Mode must be plain, compat or safe, got number", "MODE_INVALID"],
      [null, "Mode must be plain, compat or safe, got null", "MODE_INVALID"],
    ],
  },
  clockSkewMs: {
    takes: [0, 1000, Infinity],
    refuses: trial.whole(0).refuses.filter(([value]) => value !== Infinity),
  },
  textLimitBytes: trial.whole(4),
  format: trial.aWord("xml", "json", "auto"),
  cloudRun: trial.trueOrFalse,
};

export const bot: Trials<Omit<BotOptions, keyof AccountOptions>> = {
  path: {
    takes: ["/", "/wx", "*"],
    refuses: [
      ...trial.untold("must be a text", [7, true, {}]),
      ["wx", 'Path must start with a slash, got "wx"'],
      ["/a b", 'Path must not hold ?, # or space, got "/a b"'],
    ],
  },
  bodyLimitBytes: trial.whole(1),
  bodyTimeoutMs: trial.timerMs,
  clock: { ...trial.withMethods(wholeClock), takes: [() => 0, wholeClock] },
  delivery: {
    takes: [false, {}, { deliveries: 4 }],
    refuses: trial.someOptions({}).refuses,
  },
  api: {
    takes: [echostr.createApi({ ...APP, log: () => {} })],
    refuses: [7, SECRET, {}, null].map((value) => [
      value,
      `Option api must come from createApi, got another ${typeof value}: ` +
        "write api: createApi({ appId, appSecret })",
    ]),
  },
  store: trial.withMethods(aStore),
  random: trial.aFunction((size: number) => Buffer.alloc(size)),
  log: trial.aFunction(),
};

const settings: Trials<ApiSettings> = {
  base: {
    takes: ["https://a.example/wx", "http://127.0.0.1:80"],
    refuses: [
      ...trial.untold("must be a text", [7, true, {}]),
      [SECRET, "must be an http or https URL without a query, got something else"],
      [
        `https://u:${SECRET}@a.example/${SECRET}?a=${SECRET}`,
        "must be an http or https URL without a query, got one of https://a.example",
      ],
    ],
  },
  token: {
    takes: ["stable", "classic", async () => "t"],
    refuses: trial.told("must be stable or classic or a function, got something else", [
      ...[SECRET, "Stable", 7, null, {}],
    ]),
  },
  timeoutMs: trial.timerMs,
  fetch: trial.aFunction(),
};

const { fetch, timeoutMs, base, token } = settings;
export const api: Trials<ApiOptions> = {
  ...{ base, token, timeoutMs, fetch },
  appId: trial.aText("wx1"),
  appSecret: trial.aText("s"),
  store: trial.withMethods(aStore),
  clock: trial.withMethods(wholeClock),
  random: trial.aFunction(),
  log: trial.aFunction(),
};

export const botFile: Trials<BotFileOptions> = {
  clockSkewMs: account.clockSkewMs,
  textLimitBytes: account.textLimitBytes,
  bodyLimitBytes: bot.bodyLimitBytes,
  bodyTimeoutMs: bot.bodyTimeoutMs,
  clock: bot.clock,
  delivery: bot.delivery,
  random: bot.random,
  api: trial.someOptions({ timeoutMs: 1000 }),
};

export const delivery: Trials<DeliveryOptions> = {
  deadlineMs: trial.whole(1),
  deliveries: trial.whole(1),
  handlerMs: trial.timerMs,
  hardCapMs: trial.whole(1),
  more: trial.aText("", "…"),
  late: trial.someOptions({ keepMs: 1000 }),
};

const aNotice: trial.Trial = {
  takes: ["稍等", echostr.image("m")],
  refuses: trial.untold("must be a text or a reply", [
    ...[7, true, () => "a", {}, ["a"], { Content: SECRET }],
  ]),
};

export const late: Trials<LateOptions> = {
  hold: trial.trueOrFalse,
  notice: aNotice,
  keepMs: trial.whole(1),
  pickup: {
    takes: ["继续", ["1", "２"], [" N "], "1".repeat(32)],
    refuses: trial.untold("must be words of 1 to 32 characters", [
      ...[7, true, {}, [], [""], ["1", "。"], ["1", 7], " ", "1".repeat(33), () => "a"],
    ]),
  },
  push: trial.aWord("next-message", "customer-service"),
  onLate: trial.aFunction(),
};

const pem = { key: Buffer.from(CERTIFICATE.key), cert: Buffer.from(CERTIFICATE.cert) };
export const listen: Trials<ListenOptions> = {
  port: trial.whole(0, 65_535),
  host: trial.aText("127.0.0.1", "localhost"),
  tls: {
    takes: [CERTIFICATE, pem],
    refuses: [
      ...trial.someOptions({}).refuses,
      [{}, "must have cert and key, got neither"],
      [{ cert: "", key: "" }, "must have cert and key, got neither"],
      [{ ...CERTIFICATE, key: undefined }, "must have cert and key, got one of them"],
      [{ ...CERTIFICATE, cert: "" }, "must have cert and key, got one of them"],
    ],
  },
  headersTimeoutMs: trial.timerMs,
  requestTimeoutMs: trial.timerMs,
  keepAliveTimeoutMs: trial.timerMs,
  maxConnections: trial.whole(1),
  shutdownTimeoutMs: trial.whole(0, 2 ** 31 - 1),
  log: trial.aFunction(),
};

export const openStore: Trials<OpenStoreOptions> = {
  onNotice: trial.aFunction(),
  clock: trial.aFunction(),
  memory: trial.someOptions({ maxBytes: 1000 }),
  sqlite: trial.someOptions({ busyTimeoutMs: 10 }),
  redis: trial.someOptions({ prefix: "a:" }),
};

export const memory: Trials<NonNullable<OpenStoreOptions["memory"]>> = {
  maxEntries: trial.whole(1),
  maxBytes: trial.whole(1),
};

export const sqlite: Trials<NonNullable<OpenStoreOptions["sqlite"]>> = {
  busyTimeoutMs: trial.whole(0, 2 ** 31 - 1),
};

export const redis: Trials<NonNullable<OpenStoreOptions["redis"]>> = {
  prefix: trial.aText("a:"),
  commandTimeoutMs: trial.timerMs,
  connectTimeoutMs: trial.timerMs,
  firstPauseMs: trial.timerMs,
  longestPauseMs: trial.timerMs,
  random: trial.aFunction(),
  ca: trial.aText(CERTIFICATE.cert),
};

export const limit: Trials<LimitOptions> = {
  count: trial.whole(1),
  perMs: trial.whole(1),
  notice: aNotice,
};
export const merge: Trials<MergeOptions> = { windowMs: trial.whole(1, 4000) };
export const session: Trials<SessionOptions> = { ttlMs: trial.whole(1) };
export const typing: Trials<TypingOptions> = { afterMs: trial.whole(0, 30_000) };
