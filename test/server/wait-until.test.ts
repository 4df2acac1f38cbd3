/** Hosts that stop a process after its response are told of the work that goes on. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TurnedClock } from "../delivery/turned-clock.ts";
import { echostr } from "../support/subject.ts";
import { wireRequest, wireText } from "../support/wire.ts";

const TOKEN = "tok3nThatWaits";

function request(clock: TurnedClock): Request {
  const timestamp = String(Math.floor(clock.now() / 1000));
  const { query, body } = wireRequest({ token: TOKEN, timestamp, body: wireText("问"), nonce: "1" });
  return new Request(`http://127.0.0.1/wx?${query}`, { method: "POST", body });
}

/** A bot whose handler takes so long, and the works of which its host is told. */
function slowBot(ms: number) {
  const clock = new TurnedClock();
  const works: Promise<unknown>[] = [];
  const told: string[] = [];
  const log = ({ message = "" }): void => void told.push(message);
  const bot = echostr.createBot({
    token: TOKEN,
    clock,
    log,
    delivery: { late: { hold: false, notice: "正在思考，回复 1 获取答案" } },
  });
  bot.on("text", async () => {
    await clock.sleep(ms);
    return "答";
  });
  const host = {
    name: "host",
    waitUntil(work: Promise<unknown>): void {
      assert.equal(this.name, "host", "waitUntil is called as a method");
      works.push(work);
    },
  };
  return { clock, bot, works, told, host };
}

describe("waitUntil of a host", () => {
  for (const [where, args] of [
    ["its second argument", (host: object) => [host]],
    ["its third, as Cloudflare Workers have it", (host: object) => [{ TOKEN: "env" }, host]],
  ] as const) {
    test(`is found in ${where}, and is told of a handler that is slower than its delivery`, async () => {
      const { clock, bot, works, told, host } = slowBot(8000);
      const response = bot.fetch(request(clock), ...args(host));
      await clock.turn(4600);
      assert.match(await (await response).text(), /正在思考/);
      const [work] = works;
      assert.equal(works.length, 1);
      let isOver = false;
      void work?.then(() => (isOver = true));
      await clock.turn(3000);
      assert.equal(isOver, false, "the handler still works");
      await clock.turn(1000);
      assert.equal(isOver, true);
      assert.ok(told.includes("Answer came late and is parked for the follower's next message"), "kept before the end");
    });
  }

  test("is not asked where the handler answers at once", async () => {
    const { clock, bot, works, host } = slowBot(0);
    bot.use(() => "即答");
    const response = await bot.fetch(request(clock), host);
    assert.match(await response.text(), /即答/);
    assert.deepEqual(works, []);
  });

  test("need not be there: what a framework hands over is no host", async () => {
    const { clock, bot } = slowBot(0);
    bot.use(() => "即答");
    for (const other of [undefined, null, {}, { waitUntil: 1 }, "text"]) {
      const response = await bot.fetch(request(clock), other);
      assert.equal(response.status, 200);
    }
  });
});
