import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import type { TestContext } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { fileURLToPath } from "node:url";
import type { OpenStoreOptions } from "../../src/store/open-store.ts";
import { parseRedisAddress } from "../../src/store/redis-address.ts";
import { RedisConnection } from "../../src/store/redis-connection.ts";
import { RedisStore } from "../../src/store/redis.ts";
import type { Store } from "../../src/store/store.ts";
import { freePort, startRedis, withoutRedis } from "../support/redis.ts";
import { storeContract } from "./contract.ts";
import { openStore } from "./watched-store.ts";

const SKIP = withoutRedis();

/** A loaded machine may be slow to answer, which is not what is tested where this is used. */
const PATIENT = { commandTimeoutMs: 10_000, connectTimeoutMs: 10_000 };

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function connectTo(test: TestContext, url: string): RedisStore {
  const store = new RedisStore(new RedisConnection(parseRedisAddress(url), PATIENT));
  test.after(() => store.close());
  return store;
}

/** The store as a bot has it, and what it said. A call that fails inside shows as a notice. */
function openAt(
  test: TestContext,
  url: string,
  options: OpenStoreOptions["redis"] = {},
): [Store, string[]] {
  const notices: string[] = [];
  const onNotice = (message: string): void => void notices.push(message);
  const store = openStore(url, { onNotice, redis: { ...PATIENT, ...options } });
  test.after(() => store.close());
  return [store, notices];
}

storeContract("The Redis store", SKIP, async (test) => {
  const { url } = await startRedis((end) => test.after(end));
  return { store: connectTo(test, url), other: connectTo(test, url), pass: wait };
});

storeContract("The Redis store with memory to fall back on", SKIP, async (test) => {
  const { url } = await startRedis((end) => test.after(end));
  return { store: openAt(test, url)[0], other: openAt(test, url)[0], pass: wait };
});

storeContract("The Redis store without any Redis", false, async (test) => {
  const [store] = openAt(test, `redis://127.0.0.1:${await freePort()}`);
  return { store, pass: wait };
});

describe("Redis: who we are and where", { skip: SKIP }, () => {
  it("keys begin with echostr:, claims and values apart, and expire in Redis", async (test) => {
    const redis = await startRedis((end) => test.after(end));
    const [store] = openAt(test, redis.url);
    await store.set("key", "value", 60_000);
    await store.claim("key", "anna", 60_000);
    assert.match(await redis.tell("GET echostr:v:key"), /value/);
    assert.match(await redis.tell("GET echostr:c:key"), /anna/);
    const [, left = "0"] = /:(\d+)/.exec(await redis.tell("PTTL echostr:c:key")) ?? [];
    assert.ok(Number(left) > 50_000 && Number(left) <= 60_000);
  });

  it("another prefix keeps two bots in one database apart", async (test) => {
    const redis = await startRedis((end) => test.after(end));
    const [one] = openAt(test, redis.url, { prefix: "one:" });
    const [two] = openAt(test, redis.url, { prefix: "two:" });
    await one.set("key", "value", 60_000);
    assert.equal(await two.get("key"), undefined);
    assert.match(await redis.tell("GET one:v:key"), /value/);
  });

  it("a password, percent-encoded where it has to be", async (test) => {
    const redis = await startRedis((end) => test.after(end), ["--requirepass", "p@ss/w:rd#%汉"]);
    const password = encodeURIComponent("p@ss/w:rd#%汉");
    const [store, notices] = openAt(test, `redis://:${password}@127.0.0.1:${redis.port}`);
    await store.set("key", "value", 60_000);
    const [other] = openAt(test, `redis://:${password}@127.0.0.1:${redis.port}/0`);
    assert.equal(await other.get("key"), "value");
    assert.deepEqual(notices, []);
  });

  it("a user of the access list, who may touch only these keys", async (test) => {
    const rule = ["--user", "bot", "on", ">secret", "~echostr:*", "+@all"];
    const redis = await startRedis((end) => test.after(end), rule);
    const [store, notices] = openAt(test, `redis://bot:secret@127.0.0.1:${redis.port}`);
    await store.set("key", "value", 60_000);
    assert.equal(await store.claim("work", "anna", 60_000), true);
    assert.equal(await store.claim("work", "anna", 60_000), true);
    assert.match(await redis.tell("GET echostr:v:key"), /value/);
    assert.deepEqual(notices, []);
  });

  it("a database", async (test) => {
    const redis = await startRedis((end) => test.after(end));
    const [store] = openAt(test, `${redis.url}/7`);
    await store.set("key", "value", 60_000);
    assert.match(await redis.tell("SELECT 7", "GET echostr:v:key"), /value/);
    assert.doesNotMatch(await redis.tell("GET echostr:v:key"), /value/);
  });

  it("a server that quotes what it does not know: the notice has no key", async (test) => {
    const redis = await startRedis((end) => test.after(end), ["--rename-command", "GET", ""]);
    const [store, notices] = openAt(test, redis.url);
    assert.equal(await store.get("session\ngh_1\noYQ2-5b_8Zk3mWn6JxT0aPcVdR1s"), undefined);
    assert.equal(notices.length, 1);
    assert.match(notices[0] ?? "", /Redis refused GET: ERR unknown command [`']GET[`'];/);
  });

  const REFUSED: readonly (readonly [title: string, who: string, path: string, said: RegExp])[] = [
    ["a wrong password", ":wrong-secret@", "", /AUTH was refused: WRONGPASS/],
    ["a wrong user", "anna:wrong-secret@", "", /AUTH was refused: WRONGPASS/],
    ["no password where one is due", "", "", /PING was refused: NOAUTH/],
    ["a database that is not there", ":right-secret@", "/99", /SELECT was refused: ERR DB index/],
  ];
  for (const [title, who, path, said] of REFUSED) {
    it(`${title}: memory goes on, and the notice names the cause and no password`, async (test) => {
      const redis = await startRedis((end) => test.after(end), ["--requirepass", "right-secret"]);
      const [store, notices] = openAt(test, `redis://${who}127.0.0.1:${redis.port}${path}`);
      await store.set("key", "value", 60_000);
      assert.equal(await store.get("key"), "value");
      assert.equal(notices.length, 1);
      assert.match(notices[0] ?? "", said);
      assert.doesNotMatch(notices[0] ?? "", /secret/);
    });
  }
});

describe("Redis over TLS (rediss:)", { skip: SKIP }, () => {
  const pem = new URL("tls.pem", import.meta.url);
  const file = fileURLToPath(pem);

  async function startTls(test: TestContext): Promise<string> {
    const port = await freePort();
    const files = ["cert", "key", "ca-cert"].flatMap((what) => [`--tls-${what}-file`, file]);
    const settings = ["--tls-port", String(port), ...files, "--tls-auth-clients", "no"];
    await startRedis((end) => test.after(end), settings);
    return `:${port}`;
  }

  for (const host of ["localhost", "127.0.0.1"]) {
    it(`speaks with a server whose certificate is for ${host}`, async (test) => {
      const port = await startTls(test);
      const ca = readFileSync(pem, "utf8");
      const [store, notices] = openAt(test, `rediss://${host}${port}`, { ca });
      await store.set("key", "value".repeat(50_000), 60_000);
      assert.equal(await store.get("key"), "value".repeat(50_000));
      assert.equal(await store.claim("work", "anna", 60_000), true);
      await store.close();
      assert.deepEqual(notices, []);
    });
  }

  it("says which host it means, where that is a name", async (test) => {
    const pair = readFileSync(pem, "utf8");
    const names: (string | false | null)[] = [];
    const server = createTlsServer({ cert: pair, key: pair }, (socket) => {
      names.push(socket.servername);
      socket.on("error", () => {});
      // Each command has an answer: who waits for one in vain does so for ten seconds.
      socket.on("data", (bytes) => {
        for (const _command of String(bytes).matchAll(/^\*\d+\r$/gm)) socket.write("$-1\r\n");
      });
    }).listen(0, "127.0.0.1");
    test.after(() => server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    for (const host of ["localhost", "127.0.0.1"]) {
      const [store] = openAt(test, `rediss://${host}:${port}`, { ca: pair });
      await store.get("key");
      await store.close();
    }
    assert.deepEqual(names, ["localhost", false]);
  });

  it("and not with one that nobody it trusts has signed", async (test) => {
    const port = await startTls(test);
    const [store, notices] = openAt(test, `rediss://localhost${port}`);
    await store.set("key", "value", 60_000);
    assert.equal(await store.get("key"), "value");
    assert.equal(notices.length, 1);
    assert.match(notices[0] ?? "", /cannot be reached: self-signed certificate.*; continuing in the memory/);
  });

  it("nor with one that does not speak TLS at all", async (test) => {
    const redis = await startRedis((end) => test.after(end));
    const [store, notices] = openAt(test, redis.url.replace("redis:", "rediss:"), {
      commandTimeoutMs: 50,
    });
    await store.set("key", "value", 60_000);
    assert.equal(await store.get("key"), "value");
    assert.equal(notices.length, 1);
  });
});
