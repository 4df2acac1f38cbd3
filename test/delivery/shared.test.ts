/** Two processes and one real Redis: once per message, also when one of them is killed. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { textMessage } from "../server/platform.ts";
import { until } from "../support/http.ts";
import { seeded } from "../support/random.ts";
import { startRedis, withoutRedis } from "../support/redis.ts";
import type { RunningRedis } from "../support/redis.ts";
import { FAILURE_NOTICE, PlatformStandIn } from "./platform-stand-in.ts";
import type { Outcome } from "./platform-stand-in.ts";
import { tellFault } from "../faults/tell.ts";
import { startServers } from "./shared-processes.ts";
import type { Notes } from "./shared-processes.ts";

const skip = withoutRedis();

function redisFor(context: TestContext): Promise<RunningRedis> {
  return startRedis((end) => context.after(end));
}

/** A text that takes so long, but for ever in the process `stuckIn`; from a follower of its own. */
function message(ms: number, id: string, stuckIn?: number): string {
  const text = stuckIn === undefined ? `${ms} ${id}` : `${ms} ${id} ${stuckIn}`;
  return textMessage(text, { FromUserName: `oFollower${id}` });
}

/** So many messages are on their way: a machine that is slow then takes longer, and is not late. */
const AT_ONCE = 200;

async function fewAtOnce<Item, Result>(
  atOnce: number,
  items: readonly Item[],
  run: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const runOneByOne = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await run(item, index);
  };
  await Promise.all(Array.from({ length: atOnce }, runOneByOne));
  return results;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe("Two processes that share one Redis", { skip }, () => {
  test("answer 1,000 followers, each once, though one is killed with kill -9", async (context) => {
    const redis = await redisFor(context);
    const { servers, notes } = await startServers(context, 2, redis.url, {
      // Each message comes three times at once, and each of these is repeated as WeChat repeats.
      delivery: { deliveries: 9 },
      // On a small machine that plays all the parts, a Redis that is slow is not away.
      redis: { commandTimeoutMs: 2000 },
    });
    const [first, second] = servers;
    assert.ok(first !== undefined && second !== undefined);
    const ports = [first.port, second.port, second.port];
    const platform = new PlatformStandIn({ ports, limitMs: 4900 });
    const random = seeded(20_260_801);

    // Where this process stands still for a second, all other handlers may have ended before it
    // gets to the kill. These do not end while the first process lives, and it alone gets them now.
    const stuck = 20;
    const bodies = Array.from({ length: 1000 }, (_none, index) => {
      return message(50 + random.below(700), String(index), index < stuck ? first.pid : undefined);
    });

    let answered = 0;
    let killed: Promise<void> | undefined;
    let killedAt = 0;
    const deliver = async (body: string, lane: number): Promise<Outcome> => {
      const outcome = await platform.deliver(body, lane);
      answered += 1;
      if (answered === 900) {
        killedAt = Date.now();
        killed = first.kill();
      }
      return outcome;
    };
    const begun = bodies.slice(0, stuck).map((body) => deliver(body, 0));
    await until("the first process to be stuck", () => notes().begins.size === stuck);
    const outcomes = await fewAtOnce(AT_ONCE, bodies, (body, index) => {
      const lanes = [index % 2, 1 - (index % 2), 2];
      const early = begun[index];
      if (early === undefined) return Promise.all(lanes.map((lane) => deliver(body, lane)));
      return Promise.all([early, deliver(body, 1), deliver(body, 2)]);
    });
    await killed;

    const counts = count(notes(), outcomes, { pid: first.pid, at: killedAt });
    tellFault(context, "Redis, kill -9 under load: messages", {
      messages: 1000,
      answered: counts.messagesAnswered,
      "taken over": counts.takenOver,
      "finished twice": counts.finishedTwice,
      "finished as it was killed": counts.finishedAtKill,
      lost: 1000 - counts.messagesAnswered,
    });
    assert.equal(counts.messagesAnswered, 1000, "every message is answered");
    assert.equal(counts.wrong, 0, "and by its own answer");
    const said = JSON.stringify(servers.map(({ notices }) => [...new Set(notices)].slice(0, 5)));
    assert.equal(counts.finishedTwice, 0, `no handler that finished ran twice; the processes said ${said}`);
    assert.equal(counts.deliveriesAnswered, 3000, "and on each of its deliveries");
    assert.ok(counts.takenOver >= stuck, "the kill was in the middle of something");
  });

  test("answer all deliveries while Redis is stopped and started", async (context) => {
    const redis = await redisFor(context);
    const { servers, notes } = await startServers(context, 2, redis.url);
    const ports = servers.map(({ port }) => port);
    const platform = new PlatformStandIn({ ports, limitMs: 4900, deliveries: 1 });

    const sending: Promise<readonly [id: string, outcome: Outcome]>[] = [];
    let running = true;
    const load = async (): Promise<void> => {
      for (let id = 0; running; id += 1) {
        const body = message(5 + (id % 20), String(id));
        const deliver = async (): Promise<readonly [string, Outcome]> => {
          return [String(id), await platform.deliver(body, id % 2)] as const;
        };
        sending.push(deliver());
        // Some come again, to the same process: it knows the answer without Redis as well.
        if (id % 5 === 0) sending.push(sleep(30).then(deliver));
        await sleep(5);
      }
    };
    const loading = load();
    await sleep(400);
    await redis.stop("SIGKILL");
    const stoppedAt = Date.now();
    await sleep(800);
    await redis.start();
    const startedAt = Date.now();
    await sleep(1200);
    running = false;
    await loading;

    const all = await Promise.all(sending);
    const { begins } = notes();
    const attempts = all.flatMap(([, { attempts: made }]) => made);
    const during = attempts.filter(({ startedAt: at }) => at >= stoppedAt && at < startedAt);
    const counts = {
      deliveries: all.length,
      answered: all.filter(([id, { seen }]) => seen === `${id}：答`).length,
      duringOutage: during.length,
      slowestMs: Math.max(...attempts.map(({ ms }) => ms)),
      messages: begins.size,
      ranTwice: [...begins.values()].filter((pids) => pids.length > 1).length,
    };
    console.log(JSON.stringify(counts));
    assert.equal(counts.answered, counts.deliveries, "no delivery fails");
    assert.equal(counts.ranTwice, 0);
    assert.ok(during.length > 50, "the outage was under load");
    assert.ok(counts.slowestMs < 2000, "nothing waits for Redis");
    for (const { notices } of servers) {
      assert.equal(notices.length, 2, notices.join("\n"));
      assert.match(notices[0] ?? "", /cannot be reached/);
      assert.match(notices[1] ?? "", /is back/);
    }
  });

  test("answer on the one what the other is running", async (context) => {
    const redis = await redisFor(context);
    const options = { delivery: { deadlineMs: 450 } };
    const { servers, notes } = await startServers(context, 2, redis.url, options);
    const ports = servers.map(({ port }) => port);
    const platform = new PlatformStandIn({ ports, limitMs: 500 });
    const { attempts, seen } = await platform.deliver(message(700, "a"));
    assert.equal(seen, "a：答");
    assert.deepEqual(attempts.map(({ port, end }) => [port, end]), [
      [ports[0], "dropped"],
      [ports[1], "answered"],
    ]);
    assert.deepEqual(notes().begins.get("a"), [servers[0]?.pid]);
  });

  test("hand over a late answer of the one with a message to the other", async (context) => {
    const redis = await redisFor(context);
    const options = { delivery: { deadlineMs: 600, late: { notice: "稍等" } } };
    const { servers, notes } = await startServers(context, 2, redis.url, options);
    const ports = servers.map(({ port }) => port);
    const platform = new PlatformStandIn({ ports, limitMs: 800 });
    const follower = { FromUserName: "oLate" };
    const { seen } = await platform.deliver(textMessage("2600 a", follower));
    assert.equal(seen, "稍等");
    await sleep(1000);
    assert.equal((await platform.deliver(textMessage("1", follower), 1)).seen, "a：答");
    assert.equal((await platform.deliver(textMessage("0 c", follower), 0)).seen, "c：答");
    assert.deepEqual([...notes().begins.keys()], ["a", "c"]);
  });

  test("take over what a kill has left undone, within the repeats", async (context) => {
    const redis = await redisFor(context);
    // The lease of a claim is 3 s, whatever the scale: so these are seconds nearly as WeChat's.
    const options = { delivery: { deadlineMs: 1900 } };
    const { servers, notes } = await startServers(context, 2, redis.url, options);
    const [first, second] = servers;
    assert.ok(first !== undefined && second !== undefined);
    const ports = [first.port, second.port, second.port];
    const platform = new PlatformStandIn({ ports, limitMs: 2000 });
    const delivering = platform.deliver(message(400, "a"));
    await sleep(200);
    await first.kill();
    const { attempts, seen } = await delivering;
    assert.equal(seen, "a：答");
    assert.deepEqual(attempts.map(({ end }) => end), ["broken", "dropped", "answered"]);
    const { begins, ends } = notes();
    assert.deepEqual(begins.get("a"), [first.pid, second.pid]);
    assert.deepEqual(ends.get("a"), [second.pid]);
  });
});

interface Counts {
  readonly messagesAnswered: number;
  readonly deliveriesAnswered: number;
  readonly wrong: number;
  /** Attempts that the kill broke. */
  readonly broken: number;
  readonly handlersBegun: number;
  readonly handlersFinished: number;
  /** Begun by the killed process, and run again by the other one. */
  readonly takenOver: number;
  readonly finishedTwice: number;
  /** The same, but the killed one may have had no time to tell Redis of its answer. */
  readonly finishedAtKill: number;
}

/** So long may an answer be on its way to a Redis that has the cores of everybody to share. */
const ON_ITS_WAY_MS = 1000;

interface Killed {
  readonly pid: number;
  readonly at: number;
}

function count({ begins, ends, endedAt }: Notes, outcomes: readonly Outcome[][], killed: Killed): Counts {
  const all = outcomes.flatMap((lanes, id) => lanes.map((lane) => ({ id, ...lane })));
  const right = all.filter(({ id, seen }) => seen === `${id}：答`);
  const failed = all.filter(({ seen }) => seen === FAILURE_NOTICE || seen === undefined);
  const runs = [...begins.values()];
  const twice = [...ends].filter(([, pids]) => pids.length > 1).map(([id]) => id);
  const isAtKill = (id: string): boolean => {
    return killed.at - (endedAt.get(`${id} ${killed.pid}`) ?? -Infinity) < ON_ITS_WAY_MS;
  };
  return {
    messagesAnswered: new Set(right.map(({ id }) => id)).size,
    deliveriesAnswered: right.length,
    wrong: all.length - right.length - failed.length,
    broken: all.flatMap(({ attempts }) => attempts).filter(({ end }) => end === "broken").length,
    handlersBegun: runs.flat().length,
    handlersFinished: [...ends.values()].flat().length,
    takenOver: runs.filter((pids) => pids.length > 1 && pids[0] === killed.pid).length,
    finishedTwice: twice.filter((id) => !isAtKill(id)).length,
    finishedAtKill: twice.filter(isAtKill).length,
  };
}
