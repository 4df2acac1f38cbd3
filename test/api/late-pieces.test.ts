/** A long late answer of which WeChat takes some pieces: the rest comes later, all of it, once. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import type { Bot } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { OPEN_ID } from "./stage.ts";
import { FOLLOWER, SEND, setLate } from "./late-stage.ts";
import type { LateStage } from "./late-stage.ts";
import { APP_ID, SECRET } from "./stand-in.ts";

const ALL = Array.from({ length: 110 }, (_, nth) => nth);
const MORE = "（回复“继续”查看更多）";

/** Each line is recognised, so that nothing can be missing or come twice unseen. */
function numbered(lines: number): string {
  return Array.from({ length: lines }, (_, nth) => `【${nth}】${"长".repeat(20)}`).join("\n");
}

function numbersIn(text: string): number[] {
  return [...text.matchAll(/【(\d+)】/g)].map((match) => Number(match[1]));
}

/** What the answers and the messages say together, without what asks for the next. */
function joined(parts: readonly string[]): string {
  return parts.map((part) => part.replace(MORE, "")).join("").replaceAll(/\s/g, "");
}

function answering(stage: LateStage, long: string): void {
  stage.wechat.bot.hears("长", async () => {
    await stage.clock.sleep(20_000);
    return long;
  });
}

/** Fetches until nothing more comes. */
async function fetchRest(stage: LateStage): Promise<string[]> {
  const parts: string[] = [];
  for (let nth = 0; nth < 10; nth += 1) {
    const answer = await stage.wechat.ask("继续");
    if (answer === "success") return parts;
    parts.push(answer);
  }
  throw new Error("There is no end of it");
}

describe("A long late answer", { timeout: 300_000 }, () => {
  test("goes in several messages, none of which asks to write", async (context) => {
    const stage = await setLate(context);
    const long = numbered(110);
    answering(stage, long);
    await stage.sayLate("长");
    const contents = stage.contents();
    assert.equal(contents.length, 5);
    assert.equal(joined(contents), joined([long]));
    assert.ok(contents.every((part) => !part.includes(MORE)));
    assert.equal(stage.wechat.sentences.length, 1);
    assert.deepEqual(await fetchRest(stage), []);
  });

  test("of nine thousand bytes goes in five messages, as many as are let through", async (context) => {
    const stage = await setLate(context);
    const long = "一二三四五六七八九十".repeat(300);
    answering(stage, long);
    await stage.sayLate("长");
    assert.equal(Buffer.byteLength(long), 9_000);
    assert.equal(stage.contents().length, 5);
    assert.equal(stage.contents().join(""), long);
    assert.deepEqual(await fetchRest(stage), []);
  });

  for (const taken of [0, 1, 2, 3, 4]) {
    test(`of which ${taken} of 5 pieces are taken gives the rest later`, async (context) => {
      const stage = await setLate(context);
      const long = numbered(110);
      answering(stage, long);
      // Others have been sent before: so many may still follow.
      for (let nth = taken; nth < 5; nth += 1) {
        await stage.wechat.bot.api.customerService.send(FOLLOWER, "before");
      }
      stage.standIn.forgetSent();
      await stage.sayLate("长");
      assert.equal(stage.contents().length, taken);
      assert.equal(stage.wechat.sentences.length, 1, stage.wechat.sentences.join("\n"));
      assert.match(stage.wechat.sentences[0] ?? "", /^warn: .*45047/);
      const rest = await fetchRest(stage);
      const all = [...stage.contents(), ...rest];
      assert.deepEqual(numbersIn(all.join("")), ALL);
      assert.equal(joined(all), joined([long]));
      assert.equal(rest.length, 5 - taken);
      assert.equal(stage.standIn.sent.length, taken, "no second push");
    });
  }

  test("whose third piece is refused gives the rest when the follower asks for more", async (context) => {
    for (const errcode of [48001, 45015, 45047, 45002, 50002]) {
      const stage = await setLate(context, { notice: "想一想" });
      const long = numbered(110);
      answering(stage, long);
      stage.standIn.faults.failNext({ path: SEND, errcode, skip: 2 });
      await stage.sayLate("长");
      assert.equal(stage.contents().length, 2);
      const all = [...stage.contents(), ...(await fetchRest(stage))];
      assert.equal(joined(all), joined([long]), `${errcode}`);
      assert.deepEqual(numbersIn(all.join("")), ALL);
    }
  });

  test("whose third piece may have arrived or not is not lost", async (context) => {
    for (const when of ["before", "after"] as const) {
      const stage = await setLate(context);
      answering(stage, numbered(110));
      stage.standIn.faults.dropNext({ path: SEND, when, skip: 2 });
      await stage.sayLate("长");
      assert.equal(stage.contents().length, when === "before" ? 2 : 3);
      const all = [...stage.contents(), ...(await fetchRest(stage))];
      // Nobody can know: once too often is better than never.
      assert.deepEqual([...new Set(numbersIn(all.join("")))], ALL);
    }
  });

  test("is not lost where a delivery comes after some pieces were sent", async (context) => {
    const stage = await setLate(context);
    const long = numbered(110);
    answering(stage, long);
    for (let nth = 0; nth < 3; nth += 1) {
      await stage.wechat.bot.api.customerService.send(FOLLOWER, "before");
    }
    stage.standIn.forgetSent();
    const sent = await stage.sayLate("长");
    assert.equal(stage.contents().length, 2);
    sent.again();
    await stage.clock.turn(0);
    const fourth = sent.told[3] ?? "";
    const all = [...stage.contents(), ...(fourth === "success" ? [] : [fourth])];
    all.push(...(await fetchRest(stage)));
    assert.equal(joined(all), joined([long]), "nothing twice, nothing lost");
  });

  test("of one follower does not go to another, whose own is parked as well", async (context) => {
    const stage = await setLate(context);
    answering(stage, numbered(110));
    stage.standIn.heard(OPEN_ID, "unfollow");
    stage.wechat.say("长");
    stage.wechat.say("慢", { FromUserName: OPEN_ID });
    await stage.clock.turn(20_000);
    await stage.pushed();
    assert.equal(stage.contents().length, 5);
    assert.equal(await stage.wechat.ask("好", { FromUserName: OPEN_ID }), "慢答\n\n好!");
    assert.equal(await stage.wechat.ask("好"), "好!");
  });

  test("whose pieces are longer than a message may be comes whole, and once", async (context) => {
    // A piece of the bot's is then sent as two messages, of which the second may be refused.
    const stage = await setLate(context, {}, { textLimitBytes: 3000 });
    const long = numbered(110);
    answering(stage, long);
    for (let nth = 0; nth < 2; nth += 1) {
      await stage.wechat.bot.api.customerService.send(FOLLOWER, "before");
    }
    stage.standIn.forgetSent();
    await stage.sayLate("长");
    const all = [...stage.contents(), ...(await fetchRest(stage))];
    assert.equal(joined(all), joined([long]));
  });

  test("is given once though the process stops in between", async (context) => {
    const stage = await setLate(context);
    const { wechat, standIn, clock } = stage;
    const long = numbered(110);
    answering(stage, long);
    await wechat.bot.api.accessToken();
    const gate = standIn.faults.hold({ path: SEND });
    wechat.say("长");
    await clock.turn(20_000);
    await stage.pushed(500);
    const closing = wechat.bot.close();
    gate.open();
    await stage.pass(closing);
    await stage.pushed();
    const all = [...stage.contents(), ...(await fetchRest(stage))];
    assert.equal(joined(all), joined([long]));
  });
});

describe("A late answer of two processes that share a store", { timeout: 300_000 }, () => {
  /** Two bots with what a shared store is to them, and deliveries that go to both in turn. */
  async function setTwo(context: TestContext): Promise<{
    readonly stage: LateStage;
    readonly bots: readonly [Bot, Bot];
    runs(): number;
  }> {
    const memory = echostr.openStore("memory", { clock: () => stage.clock.now() });
    const store = new Proxy(memory, {
      get: (target, name) => {
        if (name === "shared") return true;
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const stage: LateStage = await setLate(context, {}, { store });
    const { wechat, clock, standIn } = stage;
    const api = echostr.createApi({ appId: APP_ID, appSecret: SECRET, base: standIn.base });
    const late = { push: "customer-service" } as const;
    const other = wechat.createBot({ api, store, delivery: { late } });
    context.after(() => other.close());
    let runs = 0;
    for (const bot of [wechat.bot, other]) {
      bot.hears("长", async () => {
        runs += 1;
        await clock.sleep(20_000);
        return numbered(110);
      });
    }
    other.hears("好", () => "好!");
    return { stage, bots: [wechat.bot, other], runs: () => runs };
  }

  for (const taken of [5, 2]) {
    test(`is pushed once, and ${5 - taken} pieces are given later`, async (context) => {
      const { stage, bots, runs } = await setTwo(context);
      const { wechat, clock, standIn } = stage;
      const [one, other] = bots;
      if (taken < 5) standIn.faults.failNext({ path: SEND, errcode: 45047, skip: taken });
      const sent = wechat.say("长", {}, { to: [one, other, one] });
      await clock.turn(20_000);
      await stage.pushed();
      assert.deepEqual(sent.told, ["lapsed", "lapsed", "success"]);
      assert.equal(runs(), 1);
      assert.equal(stage.contents().length, taken);
      const parts = [...stage.contents()];
      for (let nth = taken; nth < 5; nth += 1) {
        const next = wechat.say("继续", {}, { to: [other] });
        await clock.turn(0);
        parts.push(next.told[0] ?? "");
      }
      assert.deepEqual(numbersIn(parts.join("")), ALL);
      assert.equal(standIn.tokenRequests, 1);
    });
  }
});
