/**
 * What a bot needs of its process before its first message: nothing. Some runtimes, Cloudflare's workerd for one,
 * forbid random bytes and timers while a module is loaded, and have no sockets and files at all.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { plainDelivery, ACCOUNT, textMessage } from "./server/platform.ts";
import { builtProgram } from "./support/programs.ts";

const library = pathToFileURL(builtProgram("src/index.ts")).href;

/** Runs a module in a process of its own. What it prints is JSON. */
function run(source: string): unknown {
  const args = ["--input-type=module", "--eval", source];
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  return JSON.parse(execFileSync(process.execPath, args, { cwd, encoding: "utf8" })) as unknown;
}

/** Makes what a forbidding runtime forbids throw, and counts what was asked for all the same. */
const FORBIDDING = `
  import crypto from "node:crypto";
  import { syncBuiltinESMExports } from "node:module";
  let forbidden = true;
  const asked = [];
  const guard = (owner, name) => {
    const real = owner[name];
    owner[name] = (...words) => {
      if (forbidden) {
        asked.push(name);
        throw new Error(name + " is forbidden here");
      }
      return real.apply(owner, words);
    };
  };
  for (const name of ["setTimeout", "setInterval", "setImmediate", "fetch"]) guard(globalThis, name);
  for (const name of ["randomBytes", "randomFillSync", "randomInt", "randomUUID"]) guard(crypto, name);
  guard(globalThis.crypto, "getRandomValues");
  guard(globalThis.crypto, "randomUUID");
  const { getBuiltinModule } = process;
  if (getBuiltinModule) {
    guard(process, "getBuiltinModule");
    const guarded = process.getBuiltinModule;
    // Hashes and keys are no randomness, and all of these runtimes have them.
    process.getBuiltinModule = (name) => (name === "node:crypto" ? getBuiltinModule : guarded)(name);
  }
  syncBuiltinESMExports();
`;

describe("At the top of a module", () => {
  test("a bot, its client and its sessions are made without random bytes, timers and modules but node:crypto", () => {
    const { target, body } = plainDelivery(ACCOUNT, textMessage("好"));
    const said = run(`${FORBIDDING}
      const { createApi, createBot, openStore, session } = await import(${JSON.stringify(library)});
      const bot = createBot({
        token: ${JSON.stringify(ACCOUNT.token)},
        encodingAesKey: undefined,
        api: createApi({ appId: "wx1", appSecret: "5ecretAtRest" }),
        store: openStore("memory"),
        delivery: { late: { push: "customer-service" } },
      });
      bot.use(session());
      bot.on("text", () => "答");
      const other = createBot({ token: "t", encodingAesKey: "x".repeat(43), appId: "wx1" });
      const made = [...asked];
      forbidden = false;
      const request = new Request(${JSON.stringify(`http://localhost${target}`)}, { method: "POST", body: ${JSON.stringify(String(body))} });
      const answer = await (await bot.fetch(request)).text();
      console.log(JSON.stringify([made, answer.includes("<![CDATA[答]]>"), typeof other.fetch]));
      process.exit(0);
    `);
    assert.deepEqual(said, [[], true, "function"]);
  });
});

describe("A program with no socket that waits for an answer", () => {
  // A runtime of functions holds the process itself; a script or a test of the bot's owner does not.
  for (const [what, options, answer, outcome] of [
    ["that never comes, is told after the deadline", "delivery: { deadlineMs: 50 }", "new Promise(() => {})", "lapsed"],
    ["of merged texts, gets it", "delivery: false", "'答'", "answered"],
  ] as const) {
    test(`${what}, and does not end before`, () => {
      const { target, body } = plainDelivery(ACCOUNT, textMessage("好"));
      const query = target.slice(target.indexOf("?") + 1);
      const said = run(`
        const { createBot, merge } = await import(${JSON.stringify(library)});
        const bot = createBot({ token: ${JSON.stringify(ACCOUNT.token)}, log: () => {}, ${options} });
        bot.use(merge({ windowMs: 50 }));
        bot.on("text", () => ${answer});
        const request = { method: "POST", query: ${JSON.stringify(query)}, body: ${JSON.stringify(String(body))}, receivedAt: Date.now() };
        const { outcome } = await bot.callback(request);
        console.log(JSON.stringify(outcome));
      `);
      assert.equal(said, outcome);
    });
  }
});

describe("Importing the library", () => {
  test("loads no module of Node that takes long, not even node:crypto", () => {
    const loaded = run(`
      const before = new Set(process.moduleLoadList);
      const { sign } = await import(${JSON.stringify(library)});
      const after = process.moduleLoadList.filter((name) => !before.has(name));
      const slow = after.filter((name) => /^NativeModule (?:crypto|stream|net|https?|fs\\/promises)$/.test(name));
      const signature = sign("AAAAA", "1714036504", "1514711492");
      const isLoaded = process.moduleLoadList.includes("NativeModule crypto");
      console.log(JSON.stringify([slow, signature, isLoaded]));
    `);
    assert.deepEqual(loaded, [[], "f464b24fc39322e44b38aa78f5edd27bd1441696", true]);
  });
});

describe("Node 20.12 to 20.15, which have no process.getBuiltinModule,", () => {
  test("load node:http and node:net all the same", () => {
    const said = run(`
      delete process.getBuiltinModule;
      const { createBot, openStore, startServer } = await import(${JSON.stringify(library)});
      const bot = createBot({ token: "t" });
      const server = await startServer(bot, { port: 0, host: "127.0.0.1" });
      const health = await (await fetch(server.url + "/healthz")).text();
      await server.close();
      const notices = [];
      const store = openStore("redis://127.0.0.1:1", { onNotice: (notice) => notices.push(notice) });
      await store.set("k", "v", 1000);
      const value = await store.get("k");
      await store.close();
      console.log(JSON.stringify([health, value, /ECONNREFUSED/.test(notices[0])]));
      process.exit(0);
    `);
    assert.deepEqual(said, ["ok", "v", true]);
  });
});
