/**
 * Every option of every object is tried: misspelled, of another type, out of its range, empty, not
 * given. None can be forgotten: each has a row, which the compiler sees to, and each is in the
 * table by which the source reads it.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SESSION_OPTIONS } from "../src/bot/session.ts";
import { DELIVERY_OPTIONS, LATE_OPTIONS } from "../src/delivery/delivery-options.ts";
import type {
  DeliveryOptions,
  LateOptions,
  ListenOptions,
  OpenStoreOptions,
  SessionOptions,
} from "../src/index.ts";
import { readOptions } from "../src/options.ts";
import type { Rows } from "../src/options.ts";
import { LISTEN_OPTIONS } from "../src/server/listen-options.ts";
import { MEMORY_BOUNDS } from "../src/store/memory-table.ts";
import { OPEN_STORE_OPTIONS, REDIS_OPTIONS } from "../src/store/open-store.ts";
import { SQLITE_OPTIONS } from "../src/store/sqlite.ts";
import { CERTIFICATE } from "./server/serving.ts";
import { isFailure } from "./support/expect.ts";
import type { Failure } from "./support/expect.ts";
import {
  aFunction,
  aText,
  aWord,
  SECRET,
  someOptions,
  time,
  trueOrFalse,
  whole,
} from "./support/option-trials.ts";
import type { Trial, Trials } from "./support/option-trials.ts";
import { echostr } from "./support/subject.ts";

/** Options that one function reads. */
interface Tried {
  /** What stands before their names. */
  readonly within: string;
  /** The table by which the source reads them. */
  readonly table: Rows;
  readonly trials: Readonly<Record<string, Trial>>;
  /** Hands the options to whoever reads them, and ends what that starts. */
  use(options: object): unknown;
}

const delivery: Trials<DeliveryOptions> = {
  deadlineMs: whole(1),
  deliveries: whole(1),
  hardCapMs: whole(1),
  more: aText("", "…"),
  late: someOptions({ keepMs: 1000 }),
};

const late: Trials<LateOptions> = {
  hold: trueOrFalse,
  notice: {
    takes: ["稍等", echostr.image("m")],
    refuses: [7, true, () => "a", {}, ["a"], { Content: SECRET }].map((value) => [
      value,
      `must be a text or a reply, got ${typeof value}`,
    ]),
  },
  keepMs: whole(1),
  give: aWord("instead", "before"),
  push: aWord("next-message", "customer-service"),
  onLate: aFunction(),
};

const pem = { key: Buffer.from(CERTIFICATE.key), cert: Buffer.from(CERTIFICATE.cert) };
const listen: Trials<ListenOptions> = {
  port: whole(0, 65_535),
  host: aText("127.0.0.1", "localhost"),
  tls: {
    takes: [CERTIFICATE, pem],
    refuses: [
      ...someOptions({}).refuses,
      [{}, "must have cert and key, got neither"],
      [{ cert: "", key: "" }, "must have cert and key, got neither"],
      [{ ...CERTIFICATE, key: undefined }, "must have cert and key, got one of them"],
      [{ ...CERTIFICATE, cert: "" }, "must have cert and key, got one of them"],
    ],
  },
  headersTimeoutMs: time,
  requestTimeoutMs: time,
  keepAliveTimeoutMs: time,
  maxConnections: whole(1),
  shutdownTimeoutMs: whole(0, 2 ** 31 - 1),
  log: aFunction(),
};

const openStore: Trials<OpenStoreOptions> = {
  onNotice: aFunction(),
  clock: aFunction(),
  memory: someOptions({ maxBytes: 1000 }),
  sqlite: someOptions({ busyTimeoutMs: 10 }),
  redis: someOptions({ prefix: "a:" }),
};

const memory: Trials<NonNullable<OpenStoreOptions["memory"]>> = {
  maxEntries: whole(1),
  maxBytes: whole(1),
};

const sqlite: Trials<NonNullable<OpenStoreOptions["sqlite"]>> = {
  busyTimeoutMs: whole(0, 2 ** 31 - 1),
};

const redis: Trials<NonNullable<OpenStoreOptions["redis"]>> = {
  prefix: aText("a:"),
  commandTimeoutMs: time,
  connectTimeoutMs: time,
  firstPauseMs: time,
  longestPauseMs: time,
  random: aFunction(),
  ca: aText(CERTIFICATE.cert),
};

const session: Trials<SessionOptions> = { ttlMs: whole(1) };

const TOKEN = "t0kenOfTheOptions";

const makeBot = (options: object): unknown =>
  echostr.createBot({ token: TOKEN, log: () => {}, ...options });

const open = (options: object): unknown => echostr.openStore("memory", options);

async function serve(options: object): Promise<void> {
  const bot = echostr.createBot({ token: TOKEN, log: () => {} });
  const server = await echostr.startServer(bot, { port: 0, host: "127.0.0.1", ...options });
  await server.close();
}

/** What an option needs beside it, so that it can be meant. */
const onLate = { onLate: () => {} };
const beside = (given: object): object => ({
  ...("push" in given && given.push === "customer-service" ? onLate : {}),
  ...("onLate" in given && given.onLate ? { push: "customer-service" } : {}),
});

const ALL: readonly Tried[] = [
  {
    within: "delivery.",
    table: DELIVERY_OPTIONS,
    trials: delivery,
    use: (options) => makeBot({ delivery: options }),
  },
  {
    within: "delivery.late.",
    table: LATE_OPTIONS,
    trials: late,
    use: (options) => makeBot({ delivery: { late: { ...beside(options), ...options } } }),
  },
  { within: "", table: LISTEN_OPTIONS, trials: listen, use: serve },
  { within: "", table: OPEN_STORE_OPTIONS, trials: openStore, use: open },
  {
    within: "memory.",
    table: MEMORY_BOUNDS,
    trials: memory,
    use: (options) => open({ memory: options }),
  },
  {
    within: "sqlite.",
    table: SQLITE_OPTIONS,
    trials: sqlite,
    use: (options) => open({ sqlite: options }),
  },
  {
    within: "redis.",
    table: REDIS_OPTIONS,
    trials: redis,
    use: (options) => open({ redis: options }),
  },
  { within: "", table: SESSION_OPTIONS, trials: session, use: echostr.session },
];

for (const { within, table, trials, use } of ALL) {
  const names = Object.keys(trials);

  describe(`Of the options ${within}${names.join(", ")}`, () => {
    test("each is tried, and no other is read", () => {
      assert.deepEqual(names, Object.keys(table));
    });

    for (const [name, { takes, refuses }] of Object.entries(trials)) {
      const path = `${within}${name}`;
      const given = (value: unknown): object => ({ [name]: value });

      test(`${path} is refused in another spelling, which had no effect`, async () => {
        for (const spelling of [name.toUpperCase(), name.charAt(0).toUpperCase() + name.slice(1)]) {
          const error = await failure(() => use({ [spelling]: SECRET }));
          const meant = `Option ${within}${spelling} is not known, ${path} is meant`;
          assert.equal(error?.message, meant);
        }
        const error = await failure(() => use({ [`${name}s`]: SECRET }));
        const known = `known are ${Object.keys(table).join(", ")}`;
        assert.equal(error?.message, `Option ${path}s is not known, ${known}`);
      });

      const [[, first = ""] = []] = refuses;
      test(`${path} ${first.replace(/,[^,]*$/, "")}; no sentence holds a secret`, async () => {
        for (const [value, sentence] of refuses) {
          const error = await failure(() => use(given(value)));
          const what = sentence.startsWith("must be an object") ? `Option ${path}` : path;
          assert.equal(error?.message, `${what} ${sentence}`);
          assert.equal(error.code, "SETTING_INVALID");
          assert.ok(!String(error.stack).includes(SECRET));
        }
      });

      test(`${path} takes what it can mean`, async () => {
        for (const value of takes) assert.equal(await failure(() => use(given(value))), undefined);
      });

      test(`${path} counts as not given when it is undefined or an empty text`, async () => {
        for (const value of [undefined, null, ""]) {
          assert.equal(await failure(() => use(given(value))), undefined);
          if (takes[0] === value) continue; // Its "" says something.
          assert.deepEqual(readOptions(table, given(value)), readOptions(table, {}));
        }
      });
    }
  });
}

/** The error with which options were refused; that a port is taken is none of theirs. */
async function failure(use: () => unknown): Promise<Failure | undefined> {
  try {
    await use();
    return undefined;
  } catch (error) {
    assert.ok(isFailure(error), String(error));
    return error.code === "LISTEN_FAILED" ? undefined : error;
  }
}
