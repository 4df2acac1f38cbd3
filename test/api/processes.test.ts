/**
 * The classic trouble: several processes of an account, each of which gets tokens, and with every
 * new one ends those of the others. Real processes, a real Redis; hours pass in seconds, since the
 * test tells each process the time.
 */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { until, withPatience } from "../support/http.ts";
import { builtProgram } from "../support/programs.ts";
import { startRedis, withoutRedis } from "../support/redis.ts";
import { watchProcess } from "../support/watched-process.ts";
import { startStandIn } from "./stand-in.ts";
import type { ApiStandIn } from "./stand-in.ts";
import type { Round, RoundResult } from "./token-process.ts";

const SKIP = withoutRedis();
const CALLS = 3;

interface Processes {
  readonly standIn: ApiStandIn;
  /** Lets so much time pass, and all processes call at the same moment; gives what came of it. */
  round(ms: number, who?: readonly number[]): Promise<string[]>;
  kill(which: number): Promise<void>;
}

interface StartOptions {
  readonly count?: number;
  readonly expiresIn?: number;
  /** Default: a Redis of their own. */
  readonly store?: string;
}

async function start(
  context: TestContext,
  kind: "stable" | "classic",
  options: StartOptions = {},
): Promise<Processes> {
  const { count = 2, expiresIn = 7200 } = options;
  const after = (end: () => Promise<void>): void => context.after(end);
  const store = options.store ?? (await startRedis(after)).url;
  let now = 1_714_112_445_000;
  const standIn = await startStandIn(after, { now: () => now, expiresIn });
  const environment = { STORE: store, BASE: standIn.base, KIND: kind };
  const children = await Promise.all(
    Array.from({ length: count }, () => startProcess(context, environment)),
  );
  const round: Processes["round"] = async (ms, who = [...children.keys()]) => {
    now += ms;
    const called = children.filter((_, place) => who.includes(place));
    const results = await Promise.all(called.map((child) => play(child, { now, calls: CALLS })));
    assert.deepEqual(results.flatMap(({ notices }) => notices), []);
    return results.flatMap(({ outcomes }) => outcomes);
  };
  const kill: Processes["kill"] = async (which) => {
    const child = children[which];
    assert.ok(child !== undefined);
    await end(child);
  };
  return { standIn, round, kill };
}

async function startProcess(
  context: TestContext,
  environment: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const child = fork(builtProgram("test/api/token-process.ts"), {
    env: { ...process.env, ...environment },
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  watchProcess(child, { environment, isShown: true });
  context.after(() => end(child));
  await withPatience("a process to be ready", once(child, "message"), 20_000);
  return child;
}

async function play(child: ChildProcess, round: Round): Promise<RoundResult> {
  const answered = once(child, "message");
  child.send(round);
  const [result] = (await withPatience("a round to end", answered, 20_000)) as [RoundResult];
  return result;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

describe("Two processes with one Redis", { skip: SKIP, timeout: 300_000 }, () => {
  for (const kind of ["classic", "stable"] as const) {
    test(`never end each other's ${kind} token, and get one for both`, async (context) => {
      const { standIn, round } = await start(context, kind);
      const outcomes: string[] = [];
      // Eleven hours, in which each calls every two and a half minutes.
      for (let nth = 0; nth < 264; nth += 1) outcomes.push(...(await round(150_000)));
      assert.deepEqual([...new Set(outcomes)], ["ok"]);
      assert.deepEqual(standIn.refusals, [], "no 40001, no 42001, nothing");
      // One at the start, and one each time that five minutes are left of the former. A stable one
      // may be asked for a moment too early, and is then given once more.
      assert.equal(standIn.tokens.all.length, 6);
      assert.ok(standIn.tokenRequests <= (kind === "stable" ? 12 : 6));
    });

    test(`of which one was away use the ${kind} token of the other`, async (context) => {
      const { standIn, round } = await start(context, kind);
      assert.ok((await round(0)).every((outcome) => outcome === "ok"));
      for (let life = 1; life <= 3; life += 1) {
        // The first goes on alone, and has a new token by the time the second comes back.
        for (let nth = 0; nth < 24; nth += 1) await round(300_000, [0]);
        const outcomes = await round(0);
        assert.deepEqual([...new Set(outcomes)], ["ok"]);
        assert.deepEqual(standIn.refusals, []);
        assert.equal(standIn.tokens.all.length, 1 + life);
      }
    });

    test(`ask for one ${kind} token when they start together`, async (context) => {
      const { standIn, round } = await start(context, kind, { count: 4 });
      assert.deepEqual([...new Set(await round(0))], ["ok"]);
      assert.equal(standIn.tokenRequests, 1);
    });
  }

  test("ask for short-lived tokens no more often than they have to", async (context) => {
    const { standIn, round } = await start(context, "classic", { expiresIn: 120 });
    for (let nth = 0; nth < 200; nth += 1) {
      assert.deepEqual([...new Set(await round(6000))], ["ok"]);
    }
    assert.deepEqual(standIn.refusals, []);
    // Twenty minutes of tokens that are renewed in the middle of their two minutes.
    assert.ok(standIn.tokenRequests <= 21, `${standIn.tokenRequests} token requests`);
  });

  test("get one token in place of one that was ended from outside", async (context) => {
    const { standIn, round } = await start(context, "stable");
    await round(0);
    standIn.killToken();
    assert.deepEqual([...new Set(await round(1000))], ["ok"]);
    assert.equal(standIn.tokenRequests, 2);
    standIn.killToken("stuck");
    assert.deepEqual([...new Set(await round(1000))], ["ok"]);
    assert.equal(standIn.tokens.calls.forced.length, 1);
  });

  test("of which one is killed leave the token to the other", async (context) => {
    const { standIn, round, kill } = await start(context, "classic");
    await round(0);
    await kill(0);
    assert.deepEqual([...new Set(await round(1000, [1]))], ["ok"]);
    assert.deepEqual([...new Set(await round(6_900_000, [1]))], ["ok"]);
    await until("the renewal", () => standIn.tokenRequests === 2);
    assert.deepEqual([...new Set(await round(295_000, [1]))], ["ok"]);
    assert.equal(standIn.tokenRequests, 2);
    assert.deepEqual(standIn.refusals, []);
  });
});

describe("Two processes without a common store", { timeout: 300_000 }, () => {
  test("do end each other's classic token, which costs a repeat each time", async (context) => {
    const { standIn, round } = await start(context, "classic", { store: "memory" });
    for (let nth = 0; nth < 40; nth += 1) {
      assert.deepEqual([...new Set(await round(150_000))], ["ok"]);
    }
    // The trouble that a common store is for: here it can be seen.
    assert.ok(standIn.refusals.length > 10);
    assert.deepEqual([...new Set(standIn.refusals)], [40001]);
  });

  test("have the same stable token all the same", async (context) => {
    const { standIn, round } = await start(context, "stable", { store: "memory" });
    for (let nth = 0; nth < 96; nth += 1) {
      assert.deepEqual([...new Set(await round(150_000))], ["ok"]);
    }
    assert.deepEqual(standIn.refusals, []);
    assert.equal(standIn.tokens.all.length, 3);
  });
});
