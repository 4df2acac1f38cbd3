/** What a connection makes of the errors that Redis answers with. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { TestContext } from "node:test";
import { parseRedisAddress } from "../../src/store/redis-address.ts";
import { RedisConnection } from "../../src/store/redis-connection.ts";
import { probesOf } from "../../src/store/redis.ts";
import { RespError } from "../../src/store/resp.ts";
import type { Store } from "../../src/store/store.ts";
import { freePort, startRedis, withoutRedis } from "../support/redis.ts";
import type { RunningRedis } from "../support/redis.ts";
import { connectTo, fakeServer, until, wait } from "./fake-redis.ts";
import { openStore } from "./watched-store.ts";

const SKIP = withoutRedis();
const LONG = 600_000;
const AWAY = { code: "STORE_UNAVAILABLE" };
const NO_REDIS = { code: "STORE_INVALID", message: /is a node of a cluster .*: use a single Redis/ };

/** A server that answers the commands of each connection as it is told. */
function answering(
  test: TestContext,
  answer: (command: string, connection: number) => string,
): Promise<{ url: string; sockets: Socket[] }> {
  const seen: Socket[] = [];
  return fakeServer(test, (socket, text) => {
    if (!seen.includes(socket)) seen.push(socket);
    const replies = text.split(/^(?=\*)/m).map((word) => answer(word, seen.indexOf(socket)));
    socket.write(replies.map((reply) => `${reply}\r\n`).join(""));
  });
}

/** The store as a bot has it, with short pauses, and what it said. */
function openAt(test: TestContext, url: string): [Store, string[]] {
  const notices: string[] = [];
  const redis = { firstPauseMs: 10, longestPauseMs: 40, commandTimeoutMs: 10_000 };
  const store = openStore(url, { onNotice: (message) => void notices.push(message), redis });
  test.after(() => store.close());
  return [store, notices];
}

describe("An error that says that the server cannot be used now", () => {
  const SCRIPT = "ERR Error running script (call to f_0a1b): @user_script:2: -";
  const ERRORS: readonly (readonly [said: string, rest: string, before?: string])[] = [
    ["READONLY You can't write against a read only replica", "."],
    ["READONLY You can't write against a read only replica", ".", SCRIPT],
    ["READONLY You can't write", ". script: 0a1b, on @user_script:2."],
    ["LOADING Redis is loading the dataset in memory", ""],
    ["CLUSTERDOWN The cluster is down", ""],
    ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'", "."],
    ["NOAUTH Authentication required", "."],
    ["WRONGPASS invalid username-password pair or user is disabled", "."],
  ];
  for (const [said, rest, before = ""] of ERRORS) {
    const error = `${before}${said}${rest}`;
    it(`ends the connection, and another is dialled: ${error}`, async (test) => {
      const { url, sockets } = await answering(test, (command, connection) =>
        command.includes("GET") && connection === 0 ? `-${error}` : "+OK",
      );
      const [connection, told] = connectTo(test, url, { commandTimeoutMs: 10_000 });
      const answers = await Promise.allSettled([
        connection.send(["PING"]),
        connection.send(["GET", "key"]),
        connection.send(["PING"]),
      ]);
      assert.deepEqual(
        answers.map((answer) => answer.status),
        ["fulfilled", "rejected", "rejected"],
        "what was asked behind it has no answer",
      );
      const message = new RegExp(` cannot be reached: ${said}$`);
      await assert.rejects(connection.send(["PING"]), { ...AWAY, message });
      await until(() => told.length === 3);
      assert.deepEqual(told, ["back", said, "back"]);
      assert.equal(await connection.send(["GET", "key"]), "OK");
      assert.equal(sockets.length, 2);
    });
  }

  for (const error of [
    "OOM command not allowed when used memory > 'maxmemory'.",
    "NOPERM this user has no permissions to run the 'eval' command",
    "ERR unknown command 'X', with args beginning with: 'READONLY ' 'MOVED 1 h:1'",
    "READONLYX is another word",
    "",
  ]) {
    it(`any other is the answer to its command: ${error}`, async (test) => {
      const { url, sockets } = await answering(test, (command) =>
        command.includes("GET") ? `-${error}` : "+OK",
      );
      const [connection, told] = connectTo(test, url, { commandTimeoutMs: 10_000 });
      assert.deepEqual(await connection.send(["GET", "key"]), new RespError(error));
      assert.equal(await connection.send(["PING"]), "OK");
      assert.deepEqual([told, sockets.length], [["back"], 1]);
    });
  }
});

describe("A server is tried at each dial", () => {
  it("with writes that change nothing: where they fail it stays away", async (test) => {
    let isReplica = true;
    const { url, sockets } = await answering(test, (command) =>
      command.includes("DEL") && isReplica ? "-READONLY You can't write." : "+OK",
    );
    const [store, notices] = openAt(test, url);
    await store.set("key", "value", LONG);
    assert.equal(await store.get("key"), "value");
    await until(() => sockets.length >= 3);
    assert.equal(notices.length, 1);
    assert.match(notices[0] ?? "", /cannot be reached: READONLY You can't write; continuing in the memory/);
    isReplica = false;
    await until(() => notices.length === 2);
    assert.match(notices[1] ?? "", /is back after 0 s; missed writes to send: 1/);
  });

  it("with a server that forbids it for another reason it goes on", async (test) => {
    const { url } = await answering(test, (command) =>
      command.includes("DEL") ? "-NOPERM this user has no permissions" : "$-1",
    );
    const [store, notices] = openAt(test, url);
    assert.equal(await store.get("key"), undefined);
    assert.deepEqual(notices, []);
  });
});

describe("A node of a cluster", () => {
  for (const error of ["MOVED 1234 10.0.0.1:6379", "ASK 1234 10.0.0.1:6379"]) {
    it(`is recognised at the dial, and every call says so, by ${error.split(" ")[0]}`, async (test) => {
      const { url } = await answering(test, (command) =>
        command.includes("probe:15") ? `-${error}` : "$-1",
      );
      const [store, notices] = openAt(test, url);
      await assert.rejects(store.get("key"), NO_REDIS);
      await assert.rejects(store.set("key", "value", LONG), NO_REDIS);
      await assert.rejects(store.delete("key"), NO_REDIS);
      await assert.rejects(store.swap("key", undefined, "value", LONG), NO_REDIS);
      await assert.rejects(store.claim("work", "anna", LONG), NO_REDIS);
      await assert.rejects(store.claim("work", "bert", LONG), NO_REDIS);
      await assert.rejects(store.release("work", "anna"), NO_REDIS);
      assert.equal(notices.length, 1);
      assert.match(notices[0] ?? "", NO_REDIS.message);
      assert.doesNotMatch(notices[0] ?? "", /continuing in the memory/);
    });
  }

  it("that shows itself later is never taken for one without the key", async (test) => {
    const { url } = await answering(test, (command) =>
      command.includes("GET") ? "-MOVED 1234 10.0.0.1:6379" : "+OK",
    );
    const [store, notices] = openAt(test, url);
    await store.set("key", "value", LONG);
    await assert.rejects(store.get("key"), NO_REDIS);
    assert.match(notices[0] ?? "", NO_REDIS.message);
  });

  it("that a proxy has taken the place of is a Redis like any other", async (test) => {
    let isNode = true;
    const { url } = await answering(test, (command) => {
      if (command.includes("DEL")) return isNode ? "-MOVED 1234 10.0.0.1:6379" : ":0";
      return command.includes("GET") ? "$-1" : "+OK";
    });
    const [store, notices] = openAt(test, url);
    await assert.rejects(store.get("key"), NO_REDIS);
    isNode = false;
    await until(() => notices.length === 2);
    assert.equal(await store.get("key"), undefined);
    assert.match(notices[1] ?? "", /is back/);
  });
});

describe("A real Redis", { skip: SKIP }, () => {
  it("that is demoted is dialled anew, and is given what it missed when it is master", async (test) => {
    const redis = await startRedis((end) => test.after(end));
    const [store, notices] = openAt(test, redis.url);
    await store.set("key", "before", LONG);
    assert.equal(await store.claim("work", "anna", LONG), true);
    assert.match(await redis.tell(`REPLICAOF 127.0.0.1 ${await freePort()}`), /OK/);
    assert.equal((await store.swap("key", "before", "since", LONG)).done, true);
    assert.equal(await store.claim("work", "bert", LONG), false);
    assert.equal(await store.get("key"), "since");
    assert.equal(notices.length, 1);
    assert.match(notices[0] ?? "", /cannot be reached: READONLY .*; continuing in the memory of this process$/);
    assert.match(await redis.tell("REPLICAOF NO ONE"), /OK/);
    await until(() => notices.length === 2);
    await says(redis, "GET echostr:v:key", /since/);
    assert.equal(notices.length, 2, notices.join("\n"));
  });

  it("whose clients have to say a new password is away, and says why", async (test) => {
    const redis = await startRedis((end) => test.after(end));
    const [store, notices] = openAt(test, redis.url);
    await store.set("key", "value", LONG);
    await redis.tell("CONFIG SET requirepass changed", "CLIENT KILL TYPE normal");
    await until(() => notices.length === 1);
    assert.match(notices[0] ?? "", /cannot be reached: PING was refused: NOAUTH/);
    assert.equal(await store.get("key"), "value");
  });

  it("that is a node of a cluster stops the first call", async (test) => {
    const nodes = await startCluster(test);
    for (const { url } of nodes) {
      const [store, notices] = openAt(test, url);
      await assert.rejects(store.get("key"), NO_REDIS);
      assert.match(notices[0] ?? "", NO_REDIS.message);
    }
  });

  it("does not know the keys of the probes afterwards", async (test) => {
    const redis = await startRedis((end) => test.after(end));
    const connection = new RedisConnection(parseRedisAddress(redis.url), {}, probesOf("bot:"));
    test.after(() => connection.close());
    assert.equal(await connection.send(["PING"]), "PONG");
    assert.match(await redis.tell("DBSIZE"), /:0\r\n/);
  });
});

/** Asks on until the answer is the awaited one. */
async function says(redis: RunningRedis, line: string, awaited: RegExp): Promise<void> {
  for (let tries = 0; tries < 500 && !awaited.test(await redis.tell(line)); tries += 1) await wait(10);
  assert.match(await redis.tell(line), awaited);
}

/** Two nodes that share the keys out between them. */
async function startCluster(test: TestContext): Promise<RunningRedis[]> {
  const folder = mkdtempSync(join(tmpdir(), "echostr-cluster-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  const start = async (slots: string): Promise<[RunningRedis, bus: number]> => {
    const bus = await freePort();
    const cluster = ["--cluster-enabled", "yes", "--cluster-port", String(bus), "--dir", folder];
    const file = ["--cluster-config-file", `${bus}.conf`];
    const node = await startRedis((end) => test.after(end), [...cluster, ...file]);
    await node.tell(`CLUSTER ADDSLOTSRANGE ${slots}`);
    return [node, bus];
  };
  const [[one], [two, bus]] = [await start("0 8191"), await start("8192 16383")];
  await one.tell(`CLUSTER MEET 127.0.0.1 ${two.port} ${bus}`);
  for (const node of [one, two]) await says(node, "CLUSTER INFO", /cluster_state:ok/);
  return [one, two];
}
