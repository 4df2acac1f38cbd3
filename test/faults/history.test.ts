/**
 * The history of an account whose three processes share a store, while something goes wrong: each
 * message is written down, each handler, and each reply that was read; then it is looked for what may
 * not have happened. `HISTORY=5000` for more messages in each row.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { temporaryFolder } from "../cli/process.ts";
import { startRedis, withoutRedis } from "../support/redis.ts";
import { startBots, sleep } from "./history-bots.ts";
import { Followers, NOTICE, SECOND_MS } from "./history-platform.ts";
import { disturb } from "./history-rows.ts";
import type { Fault } from "./history-rows.ts";
import { tellHistories } from "./history-words.ts";
import { byId, isBeyondPromise, isBeyondStore, judge } from "./history.ts";
import type { History, Still } from "./history.ts";
import { withoutSqlite } from "./sqlite.ts";
import { tellFault } from "./tell.ts";

const MESSAGES = Number(process.env["HISTORY"] ?? 300);
const FOLLOWERS = Math.min(200, Math.ceil(MESSAGES / 8));
const PAUSE_MS = Number(process.env["HISTORY_PAUSE"] ?? 2500);
const SEED = Number(process.env["SEED"] ?? 20_261_128);

/** Longer than a lease, and than a piece that is being handed out is kept from others. */
const REST_MS = 3500;

/** What handlers that began in a process that lives have not ended yet. */
function isRunning({ handled, endings }: Pick<History, "handled" | "endings">): boolean {
  const over = new Set(handled.filter(({ what }) => what !== "begin").map(({ id, pid }) => `${id} ${pid}`));
  const dead = new Set(endings.map(({ pid }) => pid));
  return handled.some(({ what, id, pid }) => what === "begin" && !dead.has(pid) && !over.has(`${id} ${pid}`));
}

async function historyOf(context: TestContext, kind: "redis" | "sqlite", fault: Fault): Promise<History> {
  const redis = kind === "redis" ? await startRedis((end) => context.after(end)) : undefined;
  const file = kind === "sqlite" ? join(temporaryFolder(context), "store.db") : undefined;
  const delivery = { deadlineMs: 4.5 * SECOND_MS, late: { notice: NOTICE } };
  const bots = await startBots(context, 3, redis?.url ?? `sqlite:${file}`, { delivery });
  const followers = new Followers({
    bots: bots.places,
    followers: FOLLOWERS,
    messages: MESSAGES,
    seed: SEED,
    pauseMs: PAUSE_MS,
  });
  const outages: Still[] = [];
  await disturb({ bots, redis, file, outages }, fault, SEED, followers.write());
  for (let tries = 0; tries < 50 && isRunning(bots.notes()); tries += 1) await sleep(200);
  await sleep(REST_MS);
  await followers.fetchAll(30);
  const { handled, endings, still } = bots.notes();
  return { written: followers.written, handled, endings, still: [...still, ...outages] };
}

/** Beside each other, for they wait most of the time: a row takes a sixth of a core. */
const AT_ONCE = 2;

function rows(kind: "redis" | "sqlite", faults: readonly Fault[], skip: string | false): void {
  describe(`Of an account with three processes on one ${kind}`, { skip, concurrency: AT_ONCE }, () => {
    for (const fault of faults) {
      test(`nothing is lost, doubled or swapped: ${fault}`, async (context) => {
        const history = await historyOf(context, kind, fault);
        const found = judge(history);
        const lost = found.unread.filter((id) => !isBeyondPromise(history, id));
        const twice = found.twice.filter((id) => !isBeyondStore(history, id));
        const wrong = found.wrong.filter((id) => !isBeyondStore(history, id));
        const { written, handled } = history;
        tellFault(context, `${kind}, ${fault}`, {
          messages: written.length,
          finished: byId(handled, "end").size,
          unanswered: found.unanswered.length,
          "ran twice": found.begunTwice.length,
          "finished twice": found.endedTwice.length,
          "never ran": found.neverRan.length,
          "words that ran": found.swallowed.length,
          "cut off": found.unread.length - lost.length,
          "beyond the store": found.twice.length - twice.length + found.wrong.length - wrong.length,
          "answered wrongly": wrong.length,
          "read twice": twice.length,
          lost: lost.length,
        });
        tellHistories(history, { lost, twice, wrong });
        assert.deepEqual({ wrong, twice, lost }, { wrong: [], twice: [], lost: [] });
        if (fault === "no fault") assert.deepEqual(found.begunTwice, [], "no handler runs twice");
      });
    }
  });
}

rows("redis", ["no fault", "kill -9", "SIGTERM", "paused within the lease", "paused beyond the lease", "store paused", "connections cut"], withoutRedis());
rows("sqlite", ["no fault", "kill -9", "paused within the lease", "paused beyond the lease", "file held"], withoutSqlite());
