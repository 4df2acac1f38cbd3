/** Accounts that come and go while their server runs. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { Bot, BotOptions, ListenOptions, RunningServer } from "../../src/index.ts";
import { sharing } from "../delivery/sharing-store.ts";
import { fails } from "../support/expect.ts";
import { exchange, openFor, until, withPatience } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { ACCOUNT, field, plainDelivery, textMessage, verification } from "./platform.ts";
import type { Account } from "./platform.ts";
import { readableLog } from "./serving.ts";

const SHOP: Account = { ...ACCOUNT, path: "/shop", token: "t0kenOfTheShop" };
const BLOG: Account = { ...ACCOUNT, path: "/blog", token: "t0kenOfTheBlog" };

function botOf({ path, token }: Account, answer: string, options: Partial<BotOptions> = {}): Bot {
  return echostr.createBot({ path, token, log: () => {}, ...options }).on("text", () => answer);
}

async function start(
  context: TestContext,
  bots: Bot | readonly Bot[],
  options: ListenOptions = {},
): Promise<RunningServer> {
  const server = await echostr.startServer(bots, { port: 0, host: "127.0.0.1", ...options });
  context.after(() => server.close());
  return server;
}

/** What the follower reads, or the status where there is no reply. */
async function ask({ port }: RunningServer, account: Account, text = textMessage("在吗")): Promise<string> {
  const answer = await exchange(port, plainDelivery(account, text));
  return answer.status === 200 && answer.body !== "success" ? field(answer.body, "Content") : String(answer.status);
}

async function refusal(run: () => Promise<unknown>): Promise<string> {
  const error = await run().then(() => undefined, (thrown: unknown) => thrown);
  return fails(() => {
    throw error;
  }, "SETTING_INVALID").message;
}

/** Its handlers wait until the test lets them finish. */
function waitingBot(account: Account): { bot: Bot; running: () => number; finish: () => void } {
  let running = 0;
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const bot = echostr.createBot({ ...account, encodingAesKey: "", log: () => {} }).on("text", async () => {
    running += 1;
    await finished;
    return "做完了";
  });
  return { bot, running: () => running, finish };
}

describe("An account that is mounted while the server runs", () => {
  test("is verified and answered from then on, beside the others", async (context) => {
    const server = await start(context, botOf(SHOP, "商店"));
    assert.equal(await ask(server, BLOG), "404");
    server.mount(botOf(BLOG, "博客"));
    assert.equal((await exchange(server.port, verification(BLOG, "x"))).body, "x");
    assert.deepEqual([await ask(server, SHOP), await ask(server, BLOG)], ["商店", "博客"]);
  });

  test("may be the first", async (context) => {
    const { entries, log } = readableLog();
    const server = await start(context, [], { log });
    assert.equal(await ask(server, SHOP), "404");
    assert.match(entries[0]?.message ?? "", /^Path must be that of a bot, but none is mounted, got \/shop/);
    server.mount(botOf(SHOP, "商店"));
    assert.equal(await ask(server, SHOP), "商店");
  });

  test("has a path of its own, as at the start", async (context) => {
    const server = await start(context, botOf(SHOP, "商店"));
    for (const path of ["/shop", "/shop/"]) {
      const { message } = fails(() => server.mount(botOf({ ...BLOG, path }, "博客")), "SETTING_INVALID");
      assert.equal(message, 'Each bot must have a path of its own, got "/shop" twice');
    }
    assert.equal(await ask(server, SHOP), "商店");
  });

  test("goes before one for every path, whichever came first", async (context) => {
    const server = await start(context, botOf({ ...SHOP, path: "*" }, "所有"));
    server.mount(botOf(BLOG, "博客"));
    const slash = { ...BLOG, path: "/blog/" };
    const answers = [await ask(server, BLOG), await ask(server, slash), await ask(server, { ...SHOP, path: "/blogs" })];
    assert.deepEqual(answers, ["博客", "博客", "所有"]);
  });

  test("is a bot", async (context) => {
    const server = await start(context, []);
    const { message } = fails(() => server.mount({ path: "/x" } as Bot), "SETTING_INVALID");
    assert.equal(message, "bot must be an object with handler, got object");
  });

  test("is one of many, of which a line of the log names some", async (context) => {
    const { entries, log } = readableLog();
    const server = await start(context, [], { log });
    for (let nth = 0; nth < 25; nth += 1) server.mount(botOf({ ...SHOP, path: `/a${nth}` }, "好"));
    await ask(server, BLOG);
    assert.match(entries[0]?.message ?? "", /^Path must be \/a0, .*\/a9 or one of 15 others, got \/blog/);
  });
});

describe("An account that is unmounted", () => {
  test("is nobody's from then on, and the others stay", async (context) => {
    const { entries, log } = readableLog();
    const shop = botOf(SHOP, "商店");
    const server = await start(context, [shop, botOf(BLOG, "博客")], { log });
    await server.unmount(shop);
    assert.deepEqual([await ask(server, SHOP), await ask(server, BLOG)], ["404", "博客"]);
    assert.deepEqual(entries.map(({ code }) => code), ["PATH_UNKNOWN"]);
    await server.unmount("/blog/");
    assert.equal(await ask(server, BLOG), "404");
    server.mount(shop);
    assert.equal(await ask(server, SHOP), "商店");
  });

  test("finishes its answers before it is gone, and those whose body is still coming", async (context) => {
    const { bot, running, finish } = waitingBot(SHOP);
    const server = await start(context, bot);
    const [one, two] = [await openFor(context, server.port), await openFor(context, server.port)];
    one.send(plainDelivery(SHOP, textMessage("一")));
    const late = textMessage("二");
    const { target } = plainDelivery(SHOP, "");
    two.send({ method: "POST", target, headers: { "Content-Length": String(Buffer.byteLength(late)) } });
    await until("the handler to run", () => running() === 1);
    await exchange(server.port, { target: "/healthz" });
    let isGone = false;
    const going = server.unmount(bot).then(() => (isGone = true));
    two.write(late);
    await until("the other handler to run", () => running() === 2);
    assert.equal(await ask(server, SHOP), "404");
    assert.equal(isGone, false);
    finish();
    for (const each of [one, two]) assert.equal(field((await each.answer()).body, "Content"), "做完了");
    await withPatience("the account to go", going);
  });

  test("is cut off when it takes longer than shutdownTimeoutMs, and the others are not", async (context) => {
    const [shop, blog] = [waitingBot(SHOP), waitingBot(BLOG)];
    const server = await start(context, [shop.bot, blog.bot], { shutdownTimeoutMs: 50 });
    const [one, two] = [await openFor(context, server.port), await openFor(context, server.port)];
    one.send(plainDelivery(SHOP, textMessage("一")));
    two.send(plainDelivery(BLOG, textMessage("二")));
    await until("both to run", () => shop.running() + blog.running() === 2);
    await withPatience("the account to go", server.unmount(shop.bot));
    await withPatience("the end of its connection", one.closed);
    blog.finish();
    assert.equal(field((await two.answer()).body, "Content"), "做完了");
    await shop.bot.close();
  });

  test("leaves its path to another at once, which does not hold it up", async (context) => {
    const { bot, running, finish } = waitingBot(SHOP);
    const server = await start(context, bot);
    const connection = await openFor(context, server.port);
    connection.send(plainDelivery(SHOP, textMessage("一")));
    await until("the handler to run", () => running() === 1);
    const going = server.unmount(bot);
    const second = waitingBot(SHOP);
    server.mount(second.bot);
    const other = await openFor(context, server.port);
    other.send(plainDelivery(SHOP, textMessage("二")));
    await until("the other handler to run", () => second.running() === 1);
    finish();
    await withPatience("the first to go", going);
    second.finish();
    for (const each of [connection, other]) assert.equal(field((await each.answer()).body, "Content"), "做完了");
  });

  test("must be mounted, itself and not another at its path", async (context) => {
    const shop = botOf(SHOP, "商店");
    const server = await start(context, shop);
    assert.equal(await refusal(() => server.unmount("/blog")), 'Bot must be mounted, no bot is at "/blog"');
    assert.equal(await refusal(() => server.unmount(botOf(SHOP, "另一个"))), 'Bot must be mounted, another bot is at "/shop"');
    assert.equal(await ask(server, SHOP), "商店");
    await server.unmount(shop);
    assert.equal(await refusal(() => server.unmount(shop)), 'Bot must be mounted, no bot is at "/shop"');
  });

  test("is closed as at a stop: late answers wait in the store, handlers that run are told", async (context) => {
    const store = sharing(echostr.openStore("memory"));
    const delivery = { deadlineMs: 50, deliveries: 1, late: { notice: "稍等，回复 1" } };
    let finish: (answer: string) => void = () => {};
    let isTold = false;
    const shop = botOf(SHOP, "", { store, delivery });
    shop.hears("一", () => new Promise<string>((resolve) => (finish = resolve)));
    const slow = echostr.createBot({ path: SHOP.path, token: SHOP.token, log: () => {}, store, delivery });
    slow.hears("一", () => new Promise<string>((resolve) => (finish = resolve)));
    slow.hears("二", (_message, { signal }) => {
      signal.addEventListener("abort", () => (isTold = true));
      return new Promise<string>(() => {});
    });
    const server = await start(context, slow);
    assert.equal(await ask(server, SHOP, textMessage("一")), "稍等，回复 1");
    assert.equal(await ask(server, SHOP, textMessage("二")), "稍等，回复 1");
    finish("迟到的回复");
    await server.unmount(slow);
    await slow.close();
    assert.equal(isTold, true);
    server.mount(shop);
    assert.equal(await ask(server, SHOP, textMessage("1")), "迟到的回复");
    await shop.close();
  });
});

describe("Under load", () => {
  test("accounts come and go, nothing is lost, and the others notice nothing", { timeout: 60_000 }, async (context) => {
    const stays = botOf(BLOG, "博客");
    const server = await start(context, stays);
    const answers = new Map<string, number>();
    const count = (what: string): void => void answers.set(what, (answers.get(what) ?? 0) + 1);
    let isOver = false;
    const write = async (account: Account): Promise<void> => {
      let connection = await openFor(context, server.port);
      for (let nth = 0; !isOver; nth += 1) {
        connection.send(plainDelivery(account, textMessage(`问 ${nth}`)));
        const { status, body } = await withPatience("an answer", connection.answer());
        count(`${account.path} ${status === 200 ? field(body, "Content") : status}`);
        // A body that nobody has read ends its connection.
        if (status === 404) connection = await openFor(context, server.port);
      }
    };
    const followers = [BLOG, BLOG, SHOP, SHOP, SHOP, SHOP].map(write);
    const seen = ["/blog 博客", "/shop 404", "/shop 商店"];
    while (seen.some((what) => (answers.get(what) ?? 0) < 200)) {
      const shop = botOf(SHOP, "商店");
      shop.use(async (_message, _context, next) => {
        await setImmediate();
        return next();
      });
      server.mount(shop);
      await setTimeout(8);
      await withPatience("the account to go", server.unmount(shop));
      await shop.close();
      await setTimeout(2);
    }
    isOver = true;
    await Promise.all(followers);
    assert.deepEqual([...answers.keys()].sort(), seen);
  });
});
