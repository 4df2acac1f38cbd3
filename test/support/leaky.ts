/**
 * A test file that leaks on purpose, for `test/secrets.test.ts`, to be run alone:
 *
 *     node --import tsx test/support/leaky.ts [log] [stderr] [process]
 *
 * Each word is a place that gets a secret or an openid. Without any it logs as much, and leaks
 * nothing. At its end it says what the watch has looked at, as JSON.
 *
 * @module
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { start, stop } from "../cli/started.ts";
import { ACCOUNT, FOLLOWER, plainDelivery, textMessage } from "../server/platform.ts";
import { exchange } from "./http.ts";
import { echostr } from "./subject.ts";
import { watch } from "./watch.ts";

const places = process.argv.slice(2);

/** What a handler throws is logged as it is. */
function thrown(place: string, secret: string): Error {
  return new Error(`It failed for ${places.includes(place) ? secret : "somebody"} today`);
}

async function deliver(port: number): Promise<void> {
  const { status } = await exchange(port, plainDelivery(ACCOUNT, textMessage("x")));
  assert.equal(status, 200);
}

test("logs an entry", async (context) => {
  const bot = echostr.createBot({ token: ACCOUNT.token, log: () => {} }).on("text", () => {
    throw thrown("log", FOLLOWER);
  });
  const server = await echostr.startServer(bot, { port: 0, host: "127.0.0.1" });
  context.after(() => server.close());
  await deliver(server.port);
});

test("writes to the standard error", async (context) => {
  const bot = echostr.createBot({ token: ACCOUNT.token }).on("text", () => {
    throw thrown("stderr", ACCOUNT.token);
  });
  const server = await echostr.startServer(bot, { port: 0, host: "127.0.0.1" });
  context.after(() => server.close());
  await deliver(server.port);
});

test("starts a process that logs", async (context) => {
  const throws = `throw new Error(${JSON.stringify(thrown("process", ACCOUNT.token).message)})`;
  const source = `export default (bot) => void bot.on("text", () => { ${throws}; });\n`;
  const { program, port } = await start(context, {}, { name: "bot.mjs", source });
  await deliver(port);
  await stop(program);
});

process.on("exit", () => console.log(JSON.stringify(watch.inspected)));
