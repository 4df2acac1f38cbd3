/**
 * Turned time: what is replaced while something runs under it, in which order things happen, and
 * that everything is put back.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import timers, { scheduler, setInterval as ticks, setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { underTurnedTime } from "../../../lab/turned-time/turned-time.ts";

const HOUR = 3_600_000;
const REAL = { setTimeout, setInterval, clearTimeout, clearInterval, Date };
const REAL_SIGNAL = AbortSignal.timeout;
const REAL_SLEEP = timers.setTimeout;

/** How long something took by the machine's clock. */
async function realMs(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function assertAllIsBack(): void {
  for (const [name, value] of Object.entries(REAL)) {
    assert.equal(Reflect.get(globalThis, name), value, name);
  }
  assert.equal(AbortSignal.timeout, REAL_SIGNAL);
  assert.equal(timers.setTimeout, REAL_SLEEP);
  assert.equal(sleep, REAL_SLEEP);
  assert.ok(!Object.hasOwn(scheduler, "wait"));
}

describe("Under turned time", () => {
  const waits: Readonly<Record<string, () => Promise<unknown>>> = {
    setTimeout: () => new Promise((resolve) => setTimeout(resolve, HOUR)),
    "promisify(setTimeout)": () => promisify(setTimeout)(HOUR),
    "node:timers/promises": () => sleep(HOUR),
    "scheduler.wait": () => scheduler.wait(HOUR),
    "AbortSignal.timeout": () =>
      new Promise((resolve) => AbortSignal.timeout(HOUR).addEventListener("abort", resolve)),
    setInterval: () =>
      new Promise<void>((resolve) => {
        let rounds = 0;
        const timer = setInterval(() => {
          rounds += 1;
          if (rounds < 4) return;
          clearInterval(timer);
          resolve();
        }, HOUR / 4);
      }),
    "setInterval of node:timers/promises": async () => {
      let rounds = 0;
      for await (const _tick of ticks(HOUR / 4)) {
        rounds += 1;
        if (rounds === 4) return;
      }
    },
  };
  for (const [name, wait] of Object.entries(waits)) {
    test(`an hour of ${name} is over at once, and Date says that it was an hour`, async () => {
      let elapsed = 0;
      const took = await realMs(() =>
        underTurnedTime(async () => {
          const [start, first] = [Date.now(), new Date()];
          await wait();
          elapsed = Date.now() - start;
          assert.equal(new Date().getTime() - first.getTime(), HOUR);
        }),
      );
      assert.equal(elapsed, HOUR);
      assert.ok(took < 2000, `${took} ms`);
      assertAllIsBack();
    });
  }

  test("timers ring in order of time, and of being set; arguments are handed on", async () => {
    const rung: string[] = [];
    await underTurnedTime(async () => {
      setTimeout((name: string) => rung.push(name), 20, "c");
      setTimeout((name: string) => rung.push(name), 10, "a");
      setTimeout((name: string) => rung.push(name), 10, "b");
      const cleared = setTimeout(() => rung.push("never"), 15);
      clearTimeout(cleared);
      const byNumber = setTimeout(() => rung.push("never"), 15);
      clearTimeout(Number(byNumber));
      const refreshed = setTimeout(() => rung.push("d"), 15);
      await sleep(10);
      refreshed.refresh();
      assert.equal(refreshed.unref().hasRef(), false);
      await sleep(30);
    });
    assert.deepEqual(rung, ["a", "b", "c", "d"]);
  });

  test("what a promise does between two timers is done before the second", async () => {
    const done: string[] = [];
    await underTurnedTime(async () => {
      setTimeout(() => {
        void Promise.resolve()
          .then(() => new Promise((resolve) => setImmediate(resolve)))
          .then(() => done.push("promise"));
      }, 10);
      setTimeout(() => done.push("timer"), 11);
      await sleep(20);
    });
    assert.deepEqual(done, ["promise", "timer"]);
  });

  test("what takes several rounds of the event loop is through before time jumps", async () => {
    const done: string[] = [];
    const busyRounds = async (): Promise<void> => {
      for (let round = 0; round < 6; round += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        const end = performance.now() + 3;
        while (performance.now() < end);
      }
      done.push("rounds");
    };
    await underTurnedTime(async () => {
      setTimeout(() => done.push("timer"), 10);
      await Promise.all([busyRounds(), sleep(20)]);
    });
    assert.deepEqual(done, ["rounds", "timer"]);
  });

  test("a wait can be given up, with the error that Node has for it", async () => {
    await underTurnedTime(async () => {
      const signal = AbortSignal.timeout(100);
      await assert.rejects(
        sleep(HOUR, undefined, { signal }),
        (error: Error & { code?: string }) => {
          assert.equal(error.name, "AbortError");
          assert.equal(error.code, "ABORT_ERR");
          assert.equal((error.cause as Error).name, "TimeoutError");
          return true;
        },
      );
      const aborted = AbortSignal.abort();
      await assert.rejects(sleep(HOUR, undefined, { signal: aborted }), { name: "AbortError" });
    });
  });

  test("dates with arguments are as ever", async () => {
    await underTurnedTime(async () => {
      assert.equal(new Date(0).toISOString(), "1970-01-01T00:00:00.000Z");
      assert.equal(Date.UTC(1970, 0), 0);
      assert.ok(new Date() instanceof Date);
      assert.equal(typeof Date(), "string");
    });
  });

  test("an answer over a real socket is waited for, and Node's own timers are left alone", async (context) => {
    const server = createServer((_request, response) => {
      REAL.setTimeout(() => response.end("late"), 20);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    context.after(() => server.close().closeAllConnections());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await underTurnedTime(async () => {
      const start = Date.now();
      const hurry = setTimeout(() => assert.fail("time jumped although an answer was due"), 1000);
      assert.equal(await (await fetch(url)).text(), "late");
      clearTimeout(hurry);
      assert.equal(Date.now(), start);
      // On a busy machine the answer takes longer than it says.
    }, 5000);
  });
});

describe("What is no timer of the program", () => {
  test("keeps the machine's time: fetch does not give up after minutes that never were", async (context) => {
    let answer = (): void => {};
    const server = createServer((_request, response) => {
      answer = () => response.end("at last");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    context.after(() => server.close().closeAllConnections());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const text = await underTurnedTime(async () => {
      const asked = fetch(url).then((response) => response.text());
      await sleep(HOUR);
      answer();
      return asked;
    }, 20);
    assert.equal(text, "at last");
  });
});

describe("Afterwards", () => {
  test("everything is put back, also when something failed", async () => {
    await assert.rejects(
      underTurnedTime(async () => {
        await sleep(10);
        throw new Error("on purpose");
      }),
      /on purpose/,
    );
    assertAllIsBack();
    await assert.rejects(
      underTurnedTime(() => {
        throw new Error("at once");
      }),
      /at once/,
    );
    assertAllIsBack();
  });

  test("it is put back when the last of several is over", async () => {
    let isFirstOver = false;
    const first = underTurnedTime(() => sleep(10)).then(() => (isFirstOver = true));
    const second = underTurnedTime(async () => {
      await sleep(HOUR);
      assert.ok(isFirstOver);
      assert.notEqual(globalThis.setTimeout, REAL.setTimeout);
    });
    await Promise.all([first, second]);
    assertAllIsBack();
  });

  test("a timer that is left rings the next time, and time has not run back", async () => {
    const rung: number[] = [];
    let before = 0;
    await underTurnedTime(async () => {
      before = Date.now();
      setTimeout(() => rung.push(Date.now() - before), HOUR);
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(rung, []);
    await underTurnedTime(() => sleep(2 * HOUR));
    assert.deepEqual(rung, [HOUR]);
  });

  test("what a timer throws ends in the process, as ever", async () => {
    const thrown: unknown[] = [];
    const before = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", (error) => thrown.push(error));
    try {
      await underTurnedTime(async () => {
        setTimeout(() => {
          throw new Error("in a timer");
        }, 10);
        await sleep(20);
      });
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.removeAllListeners("uncaughtException");
      for (const listener of before) process.on("uncaughtException", listener);
    }
    assert.match(String(thrown), /in a timer/);
  });
});
