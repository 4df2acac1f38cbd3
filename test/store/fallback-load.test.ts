import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startRedis, withoutRedis } from "../support/redis.ts";
import { openStore } from "./watched-store.ts";

const LONG = 600_000;

describe("A real Redis that is stopped and started under load", { skip: withoutRedis() }, () => {
  for (const way of ["stopped", "frozen"] as const) {
    it(`${way}: no operation fails, none waits beyond the command timeout`, async (test) => {
      const redis = await startRedis((end) => test.after(end));
      const notices: string[] = [];
      const store = openStore(redis.url, {
        onNotice: (message) => void notices.push(message),
        redis: {
          commandTimeoutMs: 250,
          connectTimeoutMs: 250,
          firstPauseMs: 10,
          longestPauseMs: 50,
        },
      });
      test.after(() => store.close());

      const count = { answered: 0, wrong: 0, failed: 0 };
      let slowest = 0;
      let running = true;
      const follower = async (name: string): Promise<void> => {
        for (let index = 0; running; index += 1) {
          const start = performance.now();
          const key = `${name} ${index}`;
          try {
            const first = await store.claim(key, `${key} first`, LONG);
            const second = await store.claim(key, `${key} second`, LONG);
            await store.set(key, key, LONG);
            const found = await store.get(key);
            await store.release(key, `${key} first`);
            if (first && !second && found === key) count.answered += 1;
            else count.wrong += 1;
          } catch {
            count.failed += 1;
          }
          slowest = Math.max(slowest, performance.now() - start);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      };
      const followers = Array.from({ length: 50 }, (_, index) => follower(`follower ${index}`));
      const moment = (ms: number): Promise<void> =>
        new Promise((resolve) => setTimeout(resolve, ms));
      await moment(150);
      for (let round = 1; round <= 2; round += 1) {
        if (way === "stopped") await redis.stop("SIGKILL");
        else redis.freeze();
        await moment(400);
        if (way === "stopped") await redis.start();
        else redis.thaw();
        for (let tries = 0; tries < 500 && notices.length < 2 * round; tries += 1) await moment(10);
      }
      await moment(100);
      running = false;
      await Promise.all(followers);

      test.diagnostic(
        `${JSON.stringify(count)}, slowest round of five operations ${slowest.toFixed(0)} ms`,
      );
      assert.equal(count.failed, 0);
      assert.equal(count.wrong, 0);
      assert.ok(count.answered > 100);
      // Only the first to meet the silence waits for it; the rest of a slow round is this
      // machine's.
      assert.ok(slowest < 1250, `${slowest} ms`);
      // A loaded machine may add an outage of its own; each is told once when it begins and ends.
      assert.ok(notices.length >= 4 && notices.length % 2 === 0, notices.join("\n"));
      for (const [index, notice] of notices.entries()) {
        assert.match(notice, index % 2 === 0 ? /cannot be reached: / : /is back after/);
      }
      const last = "follower 0 0";
      assert.equal(await store.get(last), way === "stopped" ? undefined : last);
    });
  }
});
