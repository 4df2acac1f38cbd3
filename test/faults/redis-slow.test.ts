/** Redis is there, but slow: at first within the time that a command may take, then beyond it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { startServers } from "../delivery/shared-processes.ts";
import type { ServerProcess } from "../delivery/shared-processes.ts";
import { startRedis, withoutRedis } from "../support/redis.ts";
import { idsFrom, sayAll } from "./followers.ts";
import { startSlowProxy } from "./slow-proxy.ts";
import type { SlowProxy } from "./slow-proxy.ts";
import { tellFault } from "./tell.ts";

const FOLLOWERS = 60;

interface Scene {
  readonly proxy: SlowProxy;
  readonly servers: readonly ServerProcess[];
  readonly ports: readonly number[];
}

async function scene(context: TestContext): Promise<Scene> {
  const redis = await startRedis((end) => context.after(end));
  const proxy = await startSlowProxy(context, redis.port);
  const url = `redis://127.0.0.1:${proxy.port}`;
  const options = { redis: { commandTimeoutMs: 600 } };
  const { servers } = await startServers(context, 2, url, options);
  return { proxy, servers, ports: servers.map(({ port }) => port) };
}

/** Each is sent the first piece of a long answer; how many got it. */
async function park(ports: readonly number[], ids: readonly string[]): Promise<number> {
  let answered = 0;
  await sayAll(ports, ids, (id) => `0 ${id} long`, ({ seen }, id) => {
    answered += Number(seen?.startsWith(`${id}：答`));
  });
  return answered;
}

/** Each asks for the second piece; how many got it. */
async function take(ports: readonly number[], ids: readonly string[]): Promise<number> {
  let given = 0;
  await sayAll(ports, ids, () => "1", ({ seen }) => {
    given += Number(seen?.startsWith("长"));
  });
  return given;
}

describe("While Redis is slow", { skip: withoutRedis() }, () => {
  test("within the time of a command, all is answered and given", async (context) => {
    const { proxy, servers, ports } = await scene(context);
    proxy.delayMs = 60;
    const ids = idsFrom(0, FOLLOWERS);
    const answered = await park(ports, ids);
    // By the other of the two processes.
    const given = await take([...ports].reverse(), ids);
    tellFault(context, "Redis slow, 120 ms for an answer", {
      messages: 2 * FOLLOWERS,
      unanswered: FOLLOWERS - answered,
      parked: FOLLOWERS,
      given,
      lost: FOLLOWERS - given,
    });
    assert.deepEqual([answered, given], [FOLLOWERS, FOLLOWERS]);
    assert.deepEqual(servers.flatMap(({ notices }) => notices), []);
  });

  test("beyond it, all is answered from memory, and Redis gets it later", async (context) => {
    const { proxy, servers, ports } = await scene(context);
    const early = idsFrom(0, FOLLOWERS);
    assert.equal(await park(ports, early), FOLLOWERS);
    proxy.delayMs = 1500;
    const during = idsFrom(FOLLOWERS, FOLLOWERS);
    const answered = await park(ports, during);
    assert.ok(servers.some(({ notices }) => notices.some((notice) => /cannot be reached/.test(notice))));
    proxy.delayMs = 0;
    const back = (server: ServerProcess): boolean => /is back/.test(server.notices.at(-1) ?? "");
    const deadline = Date.now() + 20_000;
    while (!servers.every(back) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // It is back when it is connected; the missed writes are sent then.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const given = await take([...ports].reverse(), [...early, ...during]);
    tellFault(context, "Redis slow, 3 s for an answer", {
      messages: 4 * FOLLOWERS,
      unanswered: FOLLOWERS - answered,
      parked: 2 * FOLLOWERS,
      given,
      lost: 2 * FOLLOWERS - given,
    });
    assert.deepEqual([answered, given], [FOLLOWERS, 2 * FOLLOWERS]);
  });
});
