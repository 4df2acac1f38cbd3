/** A process that stood still - stopped and continued, or busy - does not blame Redis for it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";
import { fairTimer } from "../../src/store/fair-timer.ts";
import { startRedis, withoutRedis } from "../support/redis.ts";
import { watchProcess } from "../support/watched-process.ts";
import { connectTo, fakeServer, until, wait } from "./fake-redis.ts";

/** Neither timers nor sockets are looked at meanwhile. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe("A process that stands still for longer than Redis may take", () => {
  it("while it dials, finds Redis there", async (test) => {
    const { url } = await fakeServer(test, (socket) => socket.write("+PONG\r\n"));
    const [, told] = connectTo(test, url, { connectTimeoutMs: 60 });
    standStill(400);
    await until(() => told.length > 0);
    assert.deepEqual(told, ["back"]);
  });

  it("while commands wait for the connection, has their answers", async (test) => {
    const { url } = await fakeServer(test, (socket) => socket.write("+PONG\r\n"));
    const [connection, told] = connectTo(test, url, { commandTimeoutMs: 60 });
    const answer = connection.send(["PING"]);
    standStill(400);
    assert.equal(await answer, "PONG");
    assert.deepEqual(told, ["back"]);
  });

  it("while an answer is on its way that takes more than a turn to arrive", async (test) => {
    let answer = (): void => {};
    const { url } = await fakeServer(test, (socket, text) => {
      if (text.includes("PING")) socket.write("+PONG\r\n");
      else answer = () => void setTimeout(() => socket.write("+LATE\r\n"), 20);
    });
    const [connection, told] = connectTo(test, url, { commandTimeoutMs: 200 });
    assert.equal(await connection.send(["PING"]), "PONG");
    const late = connection.send(["GET", "key"]);
    await wait(20);
    standStill(600);
    answer();
    assert.equal(await late, "LATE");
    assert.deepEqual(told, ["back"]);
  });

  it("waits once more, not for ever", async (test) => {
    const { url } = await fakeServer(test, (socket, text) => {
      if (text.includes("PING")) socket.write("+PONG\r\n");
    });
    const [connection, told] = connectTo(test, url, { commandTimeoutMs: 50 });
    assert.equal(await connection.send(["PING"]), "PONG");
    const never = connection.send(["GET", "key"]);
    standStill(300);
    await assert.rejects(never, { code: "STORE_UNAVAILABLE", message: /no answer within 50 ms$/ });
    assert.deepEqual(told, ["back", "no answer within 50 ms"]);
  });
});

describe("A timer that is fair", () => {
  it("is over after its time, and not when it was called off", async () => {
    let over = 0;
    const start = performance.now();
    const stop = fairTimer(10, () => (over += 1));
    fairTimer(20, () => (over += 10));
    stop();
    await until(() => over > 0);
    assert.ok(performance.now() - start >= 19);
    assert.equal(over, 10);
  });

  it("can be called off while it waits once more, and before the sockets are read", async () => {
    let over = 0;
    const stops = [fairTimer(5, () => (over += 1)), fairTimer(1, () => (over += 1), 30)];
    standStill(150);
    await wait(0);
    for (const stop of stops) stop();
    await wait(60);
    assert.equal(over, 0);
  });
});

describe("A process that is stopped and continued", { skip: withoutRedis() }, () => {
  it("goes on with Redis as if nothing had been", async (test) => {
    const redis = await startRedis((end) => test.after(end));
    const loader = process.features.typescript ? [] : ["--import", "tsx"];
    const path = new URL("thawed-child.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, [...loader, path, redis.url], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    watchProcess(child, { isShown: false });
    test.after(() => child.kill("SIGKILL"));
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    // Redis itself may wait for a processor for a few hundred milliseconds where all tests run.
    for (let round = 1; round <= 3; round += 1) {
      await until(() => said.split("\n").length > round * 5);
      child.kill("SIGSTOP");
      await wait(1000);
      child.kill("SIGCONT");
    }
    child.kill("SIGTERM");
    await once(child, "exit");
    assert.doesNotMatch(said, /away|wrong/);
  });
});
