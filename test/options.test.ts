/**
 * Every option of every object is tried: misspelled, of another type, out of its range, empty, not
 * given. None can be forgotten: each has a row in `test/support/option-rows.ts`, which the compiler
 * sees to, and each is in the table by which the source reads it.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { API_OPTIONS } from "../src/api/api-options.ts";
import { BOT_OPTIONS } from "../src/bot-options.ts";
import { LIMIT_OPTIONS } from "../src/bot/limit.ts";
import { MERGE_OPTIONS } from "../src/bot/merge.ts";
import { SESSION_OPTIONS } from "../src/bot/session.ts";
import { TYPING_OPTIONS } from "../src/bot/typing.ts";
import { BOT_FILE_OPTIONS } from "../src/cli/load-bot.ts";
import { DELIVERY_OPTIONS, LATE_OPTIONS } from "../src/delivery/delivery-options.ts";
import { readOptions, readValues } from "../src/options.ts";
import type { Rows } from "../src/options.ts";
import { LISTEN_OPTIONS } from "../src/server/listen-options.ts";
import { MEMORY_BOUNDS } from "../src/store/memory-table.ts";
import { OPEN_STORE_OPTIONS, REDIS_OPTIONS } from "../src/store/open-store.ts";
import { SQLITE_OPTIONS } from "../src/store/sqlite.ts";
import { isFailure } from "./support/expect.ts";
import type { Failure } from "./support/expect.ts";
import * as rows from "./support/option-rows.ts";
import { APP, TOKEN } from "./support/option-rows.ts";
import { SECRET } from "./support/option-trials.ts";
import type { Trial } from "./support/option-trials.ts";
import { echostr } from "./support/subject.ts";

/** Options that one function reads. */
interface Tried {
  /** The table by which the source reads them. */
  readonly table: Rows;
  readonly trials: Readonly<Record<string, Trial>>;
  /** Hands the options to whoever reads them, and ends what that starts. */
  use(options: object): unknown;
  /** What stands before their names. */
  readonly within?: string;
  /** An object with more in it may be handed on as it is. */
  readonly holdsMore?: true;
  /** Those that must be there, with the code of the refusal without. */
  readonly missing?: Readonly<Record<string, string>>;
}

const quiet = { token: TOKEN, log: () => {} };

/** A mode needs a key, a key an appId, and the shortest texts have no room for `more`. */
const makeBot = (options: object): unknown => {
  const [encodingAesKey] = "mode" in options ? rows.account.encodingAesKey.takes : [];
  const beside = { ...quiet, appId: "wx1", delivery: { more: "" }, ...Object({ encodingAesKey }) };
  return echostr.createBot({ ...beside, ...options });
};

/** Who pushes late answers must have a way to, and who has one must push. */
const makeLate = (late: object): unknown => {
  const pushed = { push: "customer-service", onLate: () => {} };
  const isPushed = Object.values(late).some((value) => value === pushed.push || isFunction(value));
  return makeBot({ delivery: { late: { ...(isPushed && pushed), ...late } } });
};
const isFunction = (value: unknown): boolean => typeof value === "function";

const open = (options: object): unknown => echostr.openStore("memory", options);

async function serve(options: object): Promise<void> {
  const bot = echostr.createBot(quiet);
  const server = await echostr.startServer(bot, { port: 0, host: "127.0.0.1", ...options });
  await server.close();
}
const ALL: Readonly<Record<string, Tried>> = {
  createBot: {
    table: BOT_OPTIONS,
    trials: { ...rows.account, ...rows.bot },
    use: makeBot,
    holdsMore: true,
    missing: { token: "TOKEN_INVALID" },
  },
  "delivery in createBot": {
    table: DELIVERY_OPTIONS,
    trials: rows.delivery,
    within: "delivery.",
    use: (options) => makeBot({ delivery: options }),
  },
  "late in delivery": {
    table: LATE_OPTIONS,
    trials: rows.late,
    within: "delivery.late.",
    use: makeLate,
  },
  createApi: {
    table: API_OPTIONS,
    trials: rows.api,
    use: (options) => echostr.createApi({ ...APP, log: () => {}, ...options }),
    holdsMore: true,
    missing: { appId: "APPID_MISSING", appSecret: "SETTING_INVALID" },
  },
  startServer: { table: LISTEN_OPTIONS, trials: rows.listen, use: serve },
  openStore: { table: OPEN_STORE_OPTIONS, trials: rows.openStore, use: open },
  "memory in openStore": {
    table: MEMORY_BOUNDS,
    trials: rows.memory,
    within: "memory.",
    use: (options) => open({ memory: options }),
  },
  "sqlite in openStore": {
    table: SQLITE_OPTIONS,
    trials: rows.sqlite,
    within: "sqlite.",
    use: (options) => open({ sqlite: options }),
  },
  "redis in openStore": {
    table: REDIS_OPTIONS,
    trials: rows.redis,
    within: "redis.",
    use: (options) => open({ redis: options }),
  },
  limit: {
    table: LIMIT_OPTIONS,
    trials: rows.limit,
    use: (options) => echostr.limit({ count: 1, perMs: 1, ...options }),
    missing: { count: "SETTING_INVALID", perMs: "SETTING_INVALID" },
  },
  merge: { table: MERGE_OPTIONS, trials: rows.merge, use: echostr.merge },
  session: { table: SESSION_OPTIONS, trials: rows.session, use: echostr.session },
  typing: { table: TYPING_OPTIONS, trials: rows.typing, use: echostr.typing },
  "a bot file": {
    table: BOT_FILE_OPTIONS,
    trials: rows.botFile,
    use: (options) => readOptions(BOT_FILE_OPTIONS, options),
  },
};

for (const [what, tried] of Object.entries(ALL)) {
  const { table, trials, use, within = "", holdsMore, missing = {} } = tried;
  describe(`Of the options of ${what}`, () => {
    test("each is tried, and no other is read", () => {
      assert.deepEqual(Object.keys(trials).sort(), Object.keys(table).sort());
    });

    for (const [name, { takes, refuses }] of Object.entries(trials)) {
      const path = `${within}${name}`;
      const given = (value: unknown): object => ({ [name]: value });

      test(`${path} is refused in another spelling, for it would have no effect`, async () => {
        for (const spelling of [name.toUpperCase(), name.charAt(0).toUpperCase() + name.slice(1)]) {
          const error = await failure(() => use({ [spelling]: SECRET }));
          const meant = `Option ${within}${spelling} is not known, ${path} is meant`;
          assert.equal(error?.message, meant);
        }
        const error = await failure(() => use({ [`${name}z`]: SECRET }));
        const known = `known are ${Object.keys(table).join(", ")}`;
        const message = `Option ${path}z is not known, ${known}`;
        assert.equal(error?.message, holdsMore ? undefined : message);
      });

      const [[, first = ""] = []] = refuses;
      test(`${path} ${first.replace(/,[^,]*$/, "")}; no sentence holds a secret`, async () => {
        assert.ok(refuses.length > 3);
        for (const [value, sentence, code = "SETTING_INVALID"] of refuses) {
          const error = await failure(() => use(given(value)));
          const start = sentence.startsWith("must be an object,") ? "Option " : "";
          const whole = /^[A-Z]/.test(sentence) ? sentence : `${start}${path} ${sentence}`;
          assert.equal(error?.message, whole);
          assert.equal(error.code, code);
          assert.ok(!String(error.stack).includes(SECRET));
        }
      });

      test(`${path} takes what it can mean`, async () => {
        assert.ok(takes.length > 0);
        for (const value of takes) assert.equal(await failure(() => use(given(value))), undefined);
      });

      test(`${path} counts as not given when it is undefined or an empty text`, async () => {
        for (const value of [undefined, ""]) {
          assert.equal((await failure(() => use(given(value))))?.code, missing[name]);
          if (table[name]?.empty) continue;
          assert.deepEqual(readValues(table, given(value)), readValues(table, {}));
        }
      });
    }
  });
}

test("Only token and more have a use for an empty text", () => {
  const all = Object.values(ALL).flatMap(({ table }) => Object.entries(table));
  const named = all.flatMap(([name, { empty }]) => (empty ? [name] : []));
  assert.deepEqual([...new Set(named)].sort(), ["more", "token"]);
});

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
