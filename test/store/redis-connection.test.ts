import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TestContext } from "node:test";
import { freePort, startRedis, withoutRedis } from "../support/redis.ts";
import { connectTo, fakeServer, POLL_MS, until, wait } from "./fake-redis.ts";

const SKIP = withoutRedis();

const AWAY = { code: "STORE_UNAVAILABLE" };

describe("A connection to Redis that is there", { skip: SKIP }, () => {
  it("takes commands before it stands, and answers each with its own answer", async (test) => {
    const redis = await startRedis((end) => test.after(end));
    const [connection, told] = connectTo(test, redis.url, { commandTimeoutMs: 10_000 });
    const numbers = Array.from({ length: 5000 }, (_, index) => String(index));
    const echoes = await Promise.all(numbers.map((number) => connection.send(["ECHO", number])));
    assert.deepEqual(echoes, numbers);
    const later = await Promise.all(numbers.map((number) => connection.send(["ECHO", number])));
    assert.deepEqual(later, numbers);
    assert.deepEqual(told, ["back"]);
  });

  it("dials again when Redis was started anew, and says so once each way", async (test) => {
    const redis = await startRedis((end) => test.after(end));
    const [connection, told] = connectTo(test, redis.url);
    assert.equal(await connection.send(["PING"]), "PONG");
    await redis.stop();
    await until(() => told.length === 2);
    assert.match(told[1] ?? "", /ECONNREFUSED/);
    await assert.rejects(connection.send(["PING"]), {
      code: "STORE_UNAVAILABLE",
      message: /^Redis at 127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED/,
    });
    await wait(100);
    assert.equal(told.length, 2, "away is told once, however often it dials");
    await redis.start();
    await until(() => told.length === 3);
    assert.equal(told[2], "back");
    assert.equal(await connection.send(["PING"]), "PONG");
  });

  it("an idle one that the server hangs up on is dialled again without a word", async (test) => {
    const redis = await startRedis((end) => test.after(end));
    const [connection, told] = connectTo(test, redis.url, { commandTimeoutMs: 10_000 });
    for (let round = 0; round < 5; round += 1) {
      assert.equal(await connection.send(["PING"]), "PONG");
      await redis.tell("CLIENT KILL TYPE normal SKIPME yes");
      await until(() => told.length === round + 2);
    }
    assert.equal(await connection.send(["PING"]), "PONG");
    assert.deepEqual(new Set(told), new Set(["back"]));
  });

  it("a frozen Redis costs one command timeout, and after that nothing", async (test) => {
    const redis = await startRedis((end) => test.after(end));
    const [connection, told] = connectTo(test, redis.url, {
      commandTimeoutMs: 60,
      connectTimeoutMs: 100,
    });
    assert.equal(await connection.send(["PING"]), "PONG");
    redis.freeze();
    const start = performance.now();
    const first = Array.from({ length: 50 }, () => connection.send(["PING"]));
    const results = await Promise.allSettled(first);
    const waited = performance.now() - start;
    assert.ok(results.every(({ status }) => status === "rejected"));
    assert.ok(waited >= 55 && waited < 1000, `${waited} ms`);
    const second = performance.now();
    for (let index = 0; index < 100; index += 1)
      await assert.rejects(connection.send(["PING"]), AWAY);
    assert.ok(performance.now() - second < 1000, "refused at once, not after 60 ms each");
    assert.deepEqual(told, ["back", "no answer within 60 ms"]);
    redis.thaw();
    await until(() => told.length === 3);
    assert.equal(await connection.send(["PING"]), "PONG");
  });

  it("closing waits for the answers to what was sent", async (test) => {
    const redis = await startRedis((end) => test.after(end));
    const [connection] = connectTo(test, redis.url, { commandTimeoutMs: 10_000 });
    assert.equal(await connection.send(["PING"]), "PONG");
    const answers = Array.from({ length: 1000 }, () => connection.send(["INCR", "count"]));
    const closed = connection.close();
    await assert.rejects(connection.send(["PING"]), { ...AWAY, message: "Redis store is closed" });
    assert.deepEqual(
      await Promise.all(answers),
      Array.from({ length: 1000 }, (_, index) => index + 1),
    );
    await closed;
    assert.match(await redis.tell("INFO clients"), /connected_clients:1\r\n/, "only the asker");
  });
});

describe("A connection to what is no Redis", () => {
  it("a server that never answers costs one command timeout, and then nothing", async (test) => {
    const { url } = await fakeServer(test, () => {});
    const [connection, told] = connectTo(test, url, {
      commandTimeoutMs: 50,
      connectTimeoutMs: 5000,
    });
    const start = performance.now();
    await assert.rejects(connection.send(["PING"]), {
      ...AWAY,
      message: /cannot be reached: no connection within 50 ms$/,
    });
    const waited = performance.now() - start;
    assert.ok(waited >= 45 && waited < 1000, `${waited} ms`);
    const second = performance.now();
    for (let index = 0; index < 100; index += 1)
      await assert.rejects(connection.send(["PING"]), AWAY);
    assert.ok(performance.now() - second < 1000, "refused at once, not after 50 ms each");
    assert.deepEqual(told, ["no connection within 50 ms"]);
  });

  it("a process that is itself too slow does not take the server for silent", async (test) => {
    const { url } = await fakeServer(test, (socket) => {
      socket.write("+PONG\r\n");
      // The answer is on its way, and then this process does nothing for two command timeouts.
      const end = performance.now() + 100;
      while (performance.now() < end);
    });
    const [connection, told] = connectTo(test, url, { commandTimeoutMs: 50 });
    await until(() => told.length > 0);
    for (let round = 0; round < 3; round += 1)
      assert.equal(await connection.send(["PING"]), "PONG");
    assert.deepEqual(told, ["back"]);
  });

  it("a dial that is not answered is given up and tried again", async (test) => {
    const { url, sockets } = await fakeServer(test, () => {});
    const [, told] = connectTo(test, url, { connectTimeoutMs: 20 });
    await until(() => sockets.length >= 3);
    assert.deepEqual(told, ["no connection within 20 ms"]);
  });

  it("a web server is recognised by its first byte", async (test) => {
    const { url } = await fakeServer(test, (socket) =>
      socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"),
    );
    const [connection] = connectTo(test, url);
    await assert.rejects(connection.send(["PING"]), {
      ...AWAY,
      message: /cannot be reached: Reply is not valid Redis protocol: it begins with "H"$/,
    });
  });

  it("an answer to nothing ends the connection: whose would the next one be", async (test) => {
    const { url, sockets } = await fakeServer(test, (socket) => socket.write("+PONG\r\n+MORE\r\n"));
    const [, told] = connectTo(test, url);
    await until(() => sockets.length >= 3);
    assert.ok(
      told.every((word) => word === "back" || /an answer to nothing/.test(word)),
      told.join(),
    );
  });

  it("a server that quotes the password in its error does not bring it into ours", async (test) => {
    const quoting =
      "-ERR unknown command 'AUTH', with args beginning with: 'hush-hush'\r\n+PONG\r\n";
    const { url } = await fakeServer(test, (socket) => socket.write(quoting));
    const [connection] = connectTo(test, url.replace("//", "//:hush-hush@"));
    await assert.rejects(connection.send(["PING"]), (error: Error) => {
      assert.match(error.message, /AUTH was refused: ERR unknown command .*'\*\*\*'/);
      assert.doesNotMatch(JSON.stringify(error) + error.stack, /hush/);
      return true;
    });
  });

  it("a name with no address is away like any other", async (test) => {
    const [connection] = connectTo(test, "redis://no-such-host.invalid", {
      commandTimeoutMs: 20_000,
    });
    await assert.rejects(connection.send(["PING"]), { ...AWAY, message: /no-such-host\.invalid/ });
  });

  it("closing while dialling and while away ends soon, and leaves nothing behind", async (test) => {
    const silent = await fakeServer(test, () => {});
    const [idle] = connectTo(test, silent.url, { connectTimeoutMs: 60_000 });
    await idle.close();
    const [dialling] = connectTo(test, silent.url, {
      commandTimeoutMs: 30,
      connectTimeoutMs: 60_000,
    });
    const waiting = assert.rejects(dialling.send(["PING"]), {
      ...AWAY,
      message: /no connection within 30 ms/,
    });
    await dialling.close();
    await waiting;
    const [away] = connectTo(test, `redis://127.0.0.1:${await freePort()}`, {
      firstPauseMs: 60_000,
    });
    await assert.rejects(away.send(["PING"]), AWAY);
    await away.close();
  });
});

describe("A connection says what it has to", () => {
  it("AUTH, SELECT and PING in one piece, the commands of a turn in another", async (test) => {
    const { url, pieces } = await fakeServer(test, (socket, text) => {
      for (const _ of text.matchAll(/^\*/gm)) socket.write("+OK\r\n");
    });
    const [connection] = connectTo(test, `${url.replace("//", "//anna:pass@")}/3`, {
      commandTimeoutMs: 10_000,
    });
    assert.equal(await connection.send(["PING"]), "OK");
    await Promise.all([connection.send(["A"]), connection.send(["B"]), connection.send(["C"])]);
    assert.deepEqual(pieces, [
      "*3\r\n$4\r\nAUTH\r\n$4\r\nanna\r\n$4\r\npass\r\n" +
        "*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n*1\r\n$4\r\nPING\r\n",
      "*1\r\n$4\r\nPING\r\n",
      "*1\r\n$1\r\nA\r\n*1\r\n$1\r\nB\r\n*1\r\n$1\r\nC\r\n",
    ]);
  });

  it("doubles the pause before it dials again, less up to half by chance", async (test) => {
    const pauses = watchPauses(test);
    const chance = [0, 1, 0.5, 0, 0, 0];
    connectTo(test, `redis://127.0.0.1:${await freePort()}`, {
      ...DISTINCT,
      firstPauseMs: 8,
      longestPauseMs: 50,
      random: () => chance.shift() ?? 0,
    });
    await until(() => pauses().length >= 6);
    assert.deepEqual(pauses().slice(0, 6), [4, 16, 24, 25, 25, 25]);
  });

  it("and begins with the first pause again when it was there in between", async (test) => {
    let connections = 0;
    const { url } = await fakeServer(test, (socket) => {
      connections += 1;
      if (connections % 4 === 0) socket.end("+PONG\r\n");
      else socket.destroy();
    });
    const pauses = watchPauses(test);
    const [, told] = connectTo(test, url, { ...DISTINCT, firstPauseMs: 8, random: () => 0 });
    await until(() => pauses().length >= 8);
    assert.deepEqual(pauses().slice(0, 8), [4, 8, 16, 4, 8, 16, 20, 4]);
    assert.equal(told[1], "back");
  });
});

/** Timeouts that are not mistaken for a pause. */
const DISTINCT = { connectTimeoutMs: 7777, commandTimeoutMs: 6666 };

/** The pauses between dials so far, out of all the timers that are set. */
function watchPauses(test: TestContext): () => number[] {
  const timers = test.mock.method(globalThis, "setTimeout");
  const others: readonly unknown[] = [...Object.values(DISTINCT), POLL_MS];
  return () => {
    const waits = timers.mock.calls.map((call) => call.arguments[1]);
    return waits.filter((ms) => !others.includes(ms)).map(Number);
  };
}
