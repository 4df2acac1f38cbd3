/** What a client of the API shares with the bot that it is handed to, and what it keeps to itself. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import type { Api, ApiOptions, BotOptions, LogEntry, Store } from "../../src/index.ts";
import { TurnedClock } from "../delivery/turned-clock.ts";
import { TurnedPlatform } from "../delivery/turned-platform.ts";
import { fails as throws } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";
import { pass } from "./stage.ts";
import { APP_ID, SECRET, startStandIn } from "./stand-in.ts";
import type { ApiStandIn } from "./stand-in.ts";

interface Scene {
  readonly standIn: ApiStandIn;
  readonly clock: TurnedClock;
  /** A client of the account, with nothing of its own unless given. */
  client(options?: Partial<ApiOptions>): Api;
}

async function setScene(context: TestContext): Promise<Scene> {
  const clock = new TurnedClock();
  const standIn = await startStandIn((end) => context.after(end), { now: () => clock.now() });
  const app = { appId: APP_ID, appSecret: SECRET, base: standIn.base };
  return { standIn, clock, client: (options = {}) => echostr.createApi({ ...app, ...options }) };
}

/** A store that notes what is asked of it. */
function notingStore(): { readonly store: Store; readonly asked: string[] } {
  const asked: string[] = [];
  const memory = echostr.openStore("memory");
  const store = new Proxy(memory, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...words: unknown[]): unknown => {
        asked.push(`${String(name)} ${String(words[0])}`);
        return Reflect.apply(value, target, words) as unknown;
      };
    },
  });
  return { store, asked };
}

const bytes = (drawn: number[]) => (size: number): Uint8Array => {
  drawn.push(size);
  return new Uint8Array(size).fill(7);
};

describe("A client that was given nothing else", { timeout: 60_000 }, () => {
  test("keeps its token in the store of its bot", async (context) => {
    const { client, clock } = await setScene(context);
    const { store, asked } = notingStore();
    const { bot } = new TurnedPlatform({ store, api: client() }, clock);
    await pass(clock, bot.api.callbackIps());
    assert.deepEqual([...new Set(asked.map((call) => call.split(" ")[0]))].sort(), [
      "claim",
      "get",
      "release",
      "set",
    ]);
    assert.ok(asked.every((call) => call.includes("access_token")), asked.join());
  });

  test("goes by the clock of its bot, tells its log, draws its random bytes", async (context) => {
    const { client, standIn, clock } = await setScene(context);
    const drawn: number[] = [];
    const wechat = new TurnedPlatform({ api: client({ timeoutMs: 3000 }), random: bytes(drawn) }, clock);
    const { api } = wechat.bot;
    await pass(clock, api.callbackIps());
    standIn.faults.hold({ path: "/cgi-bin/menu/get" });
    const start = clock.now();
    await assert.rejects(pass(clock, api.menu.get()), { code: "API_UNREACHABLE" });
    assert.ok(clock.now() - start >= 3000, "the turned clock ended it");
    // The name of the process, and the pause before the repeat.
    assert.deepEqual([...new Set(drawn)].sort(), [1, 12]);

    standIn.faults.hold({ path: "/cgi-bin/stable_token" });
    await clock.turn(7_000_000);
    await pass(clock, api.callbackIps());
    await clock.turn(30_000);
    await pass(clock, new Promise<void>((resolve) => setTimeout(resolve, 5)));
    assert.match(wechat.sentences.join(), /warn: The access_token could not be renewed yet/);
  });

  test("does so from then on where it was used before the bot was made", async (context) => {
    const { client, standIn, clock } = await setScene(context);
    const api = client();
    await api.callbackIps();
    const { store, asked } = notingStore();
    echostr.createBot({ token: "t", store, api, clock, log: () => {} });
    assert.equal(standIn.tokens.all.length, 1);
    standIn.killToken();
    await pass(clock, api.callbackIps());
    assert.ok(asked.some((call) => call.startsWith("set access_token")), asked.join());
  });

  test("stays with the first of two bots", async (context) => {
    const { client, clock } = await setScene(context);
    const api = client();
    const [first, second] = [notingStore(), notingStore()];
    for (const { store } of [first, second]) echostr.createBot({ token: "t", store, api, clock });
    await pass(clock, api.callbackIps());
    assert.ok(first.asked.length > 0);
    assert.deepEqual(second.asked, []);
  });

  test("works alone, with a store, a clock and a log of its own", async (context) => {
    const { client, standIn } = await setScene(context);
    const api = client();
    await api.callbackIps();
    await api.callbackIps();
    assert.equal(standIn.tokenRequests, 1);
  });
});

test("What a client was given stays its own, whatever its bot has", async (context) => {
  const { client, clock } = await setScene(context);
  const [own, others] = [notingStore(), notingStore()];
  const [ownBytes, othersBytes]: [number[], number[]] = [[], []];
  const entries: LogEntry[] = [];
  const api = client({
    store: own.store,
    clock,
    random: bytes(ownBytes),
    log: (entry) => void entries.push(entry),
  });
  const options: BotOptions = { token: "t", store: others.store, random: bytes(othersBytes), api };
  const stopped = { now: () => 0, setTimeout: () => 0, clearTimeout: () => {} };
  const bot = echostr.createBot({ ...options, clock: stopped, log: () => assert.fail() });
  await pass(clock, bot.api.callbackIps());
  assert.equal(bot.api, api);
  assert.ok(own.asked.length > 0);
  assert.deepEqual(others.asked, []);
});

describe("A bot and its client", () => {
  const api = (appId = APP_ID): Api => echostr.createApi({ appId, appSecret: SECRET });

  test("have one appId: the bot's is the client's unless given", async () => {
    let accountId = "";
    const wechat = new TurnedPlatform({ api: api() });
    wechat.bot.on("text", (_message, context) => {
      accountId = context.accountId;
      return undefined;
    });
    await wechat.ask("好");
    assert.equal(accountId, APP_ID);
    const key = "x".repeat(43);
    assert.ok(echostr.createBot({ token: "t", encodingAesKey: key, api: api() }));
  });

  test("must be of one account", () => {
    const make = (): unknown => echostr.createBot({ token: "t", appId: "wx1", api: api("wx2") });
    const error = throws(make, "SETTING_INVALID");
    assert.equal(error.message, "Option api must be for the bot's account wx1, got one for wx2");
    assert.ok(echostr.createBot({ token: "t", appId: "wx1", api: api("wx1") }));
  });
});
