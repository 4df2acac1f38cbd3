/** Late answers as customer-service messages, and what becomes of those that cannot be sent. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { OPEN_ID, setStage } from "./stage.ts";
import { FOLLOWER, SEND, setLate } from "./late-stage.ts";
import { echostr } from "../support/subject.ts";

const HOUR_MS = 3_600_000;

describe("A late answer, where answers are pushed", { timeout: 300_000 }, () => {
  test("arrives as a customer-service message, and the log says so in a line", async (context) => {
    const { wechat, standIn, sayLate, contents } = await setLate(context);
    const sent = await sayLate("慢");
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "success"]);
    assert.deepEqual(contents(), ["慢答"]);
    assert.equal(standIn.sent[0]?.touser, FOLLOWER);
    assert.equal(wechat.sentences.length, 1);
    assert.match(wechat.sentences[0] ?? "", /^info: .*customer-service/);
    assert.equal(wechat.entries[0]?.openId, "o9Ag…3bGY");
    assert.equal(await wechat.ask("好"), "好!", "nothing is parked");
  });

  test("is not given once more to a delivery that comes all the same", async (context) => {
    const { sayLate, clock, contents } = await setLate(context);
    const sent = await sayLate("慢");
    sent.again();
    await clock.turn(0);
    assert.equal(sent.told[3], "success");
    assert.deepEqual(contents(), ["慢答"]);
  });

  test("follows a notice, which has not asked for a message", async (context) => {
    const { wechat, sayLate, contents, standIn } = await setLate(context, { notice: "想一想" });
    const sent = await sayLate("慢");
    assert.deepEqual(sent.told, ["lapsed", "lapsed", "想一想"]);
    assert.deepEqual(contents(), ["慢答"]);
    standIn.faults.failNext({ path: SEND, errcode: 45015 });
    await sayLate("慢二");
    assert.equal(await wechat.ask("好"), "慢二答\n\n好!", "the next message is handled as well");
  });

  test("comes at once with hold: false, after success", async (context) => {
    const { wechat, clock, pushed, contents } = await setLate(context, { hold: false });
    const sent = wechat.say("慢");
    await clock.turn(4500);
    assert.deepEqual(sent.told, ["success"]);
    await clock.turn(15_500);
    await pushed();
    assert.deepEqual(contents(), ["慢答"]);
  });

  test("of another kind is sent as that kind", async (context) => {
    const { wechat, standIn, sayLate } = await setLate(context);
    standIn.knows("m-1");
    wechat.bot.hears("图", async () => {
      await wechat.clock.sleep(20_000);
      return echostr.image("m-1");
    });
    await sayLate("图");
    assert.deepEqual(standIn.sent, [
      { touser: FOLLOWER, msgtype: "image", image: { media_id: "m-1" } },
    ]);
  });

  test("that is in time is not pushed", async (context) => {
    const { wechat, standIn, pushed } = await setLate(context);
    assert.equal(await wechat.ask("好"), "好!");
    await pushed();
    assert.equal(standIn.requests.length, 0);
  });

  test("goes to its own follower", async (context) => {
    const { wechat, clock, pushed, standIn } = await setLate(context);
    wechat.say("慢一");
    wechat.say("慢二", { FromUserName: OPEN_ID });
    await clock.turn(20_000);
    await pushed();
    const told = standIn.sent.map(({ touser, text }) => [touser, text]);
    assert.deepEqual(new Map(told as [string, unknown][]), new Map([
      [FOLLOWER, { content: "慢一答" }],
      [OPEN_ID, { content: "慢二答" }],
    ]));
  });

  test("is not given twice while it is on its way and the follower writes", async (context) => {
    const { wechat, clock, standIn, pushed, contents } = await setLate(context);
    await wechat.bot.api.accessToken();
    const gate = standIn.faults.hold({ path: SEND });
    wechat.say("慢");
    await clock.turn(20_000);
    await pushed();
    assert.equal(gate.arrived, 1);
    assert.equal(await wechat.ask("好"), "好!");
    gate.open();
    await pushed();
    assert.deepEqual(contents(), ["慢答"]);
    assert.equal(await wechat.ask("好"), "好!");
  });

  test("is handed to onLate where there is one", async (context) => {
    const late: string[] = [];
    const onLate = (): void => void late.push("handed");
    const { sayLate, standIn } = await setLate(context, { onLate });
    await sayLate("慢");
    assert.deepEqual(late, ["handed"]);
    assert.equal(standIn.requests.length, 0);
  });
});

describe("A late answer that WeChat does not take", { timeout: 300_000 }, () => {
  const reasons: readonly (readonly [string, RegExp, errcode: number | undefined])[] = [
    ["48001", /48001/, 48001],
    ["45015", /45015/, 45015],
    ["45047", /45047/, 45047],
    ["40003", /40003/, 40003],
    ["no answer at all", /No answer/, undefined],
  ];
  for (const [what, said, errcode] of reasons) {
    test(`(${what}) comes with the next message, and the log says why`, async (context) => {
      const { wechat, standIn, sayLate, clock } = await setLate(context);
      await wechat.bot.api.accessToken();
      if (errcode === undefined) standIn.faults.dropNext({ path: SEND, when: "before" });
      else standIn.faults.failNext({ path: SEND, errcode });
      const sent = await sayLate("慢");
      assert.equal(standIn.requestsFor(SEND).length, 1);
      assert.equal(wechat.sentences.length, 1, wechat.sentences.join("\n"));
      const [sentence = ""] = wechat.sentences;
      assert.match(sentence, /^warn: /);
      assert.match(sentence, /parked/);
      assert.match(sentence, said);
      for (const secret of [...standIn.tokens.all, FOLLOWER]) assert.ok(!sentence.includes(secret));
      sent.again();
      await clock.turn(0);
      assert.equal(sent.told[3], "success", "the last delivery was answered without it");
      assert.equal(await wechat.ask("好"), "慢答\n\n好!");
    });

    test(`(${what}) is given once`, async (context) => {
      const { wechat, standIn, sayLate } = await setLate(context);
      await wechat.bot.api.accessToken();
      if (errcode === undefined) standIn.faults.dropNext({ path: SEND, when: "before" });
      else standIn.faults.failNext({ path: SEND, errcode });
      await sayLate("慢");
      assert.equal(await wechat.ask("好"), "慢答\n\n好!");
      assert.equal(await wechat.ask("好"), "好!");
    });
  }

  test("since nobody can be reached is not lost", async (context) => {
    const { wechat, standIn, sayLate } = await setLate(context);
    await standIn.close();
    await sayLate("慢", 15_000);
    assert.equal(wechat.sentences.length, 1, wechat.sentences.join("\n"));
    assert.equal(await wechat.ask("好"), "慢答\n\n好!");
  });

  test("since the secret is wrong is not lost, and the log has no secret", async (context) => {
    const { wechat, standIn, sayLate } = await setLate(context);
    standIn.faults.failNext({ path: "/cgi-bin/stable_token", errcode: 40125, times: 100 });
    await sayLate("慢");
    assert.match(wechat.sentences.join("\n"), /40125/);
    assert.equal(await wechat.ask("好"), "慢答\n\n好!");
  });

  test("that cannot be one (two articles) comes with the next message", async (context) => {
    const { wechat, standIn, sayLate } = await setLate(context);
    const article = { title: "t", description: "d", picUrl: "p", url: "u" };
    wechat.bot.hears("新闻", async () => {
      await wechat.clock.sleep(20_000);
      return echostr.news([article, article]);
    });
    await sayLate("新闻");
    assert.equal(standIn.requestsFor(SEND).length, 0);
    assert.equal(wechat.sentences.length, 1);
    assert.equal(await wechat.ask("好"), "[news]");
  });

  test("for 48001 is not tried again for an hour", async (context) => {
    const { wechat, standIn, sayLate, clock } = await setLate(context);
    standIn.faults.failNext({ path: SEND, errcode: 48001, times: Infinity });
    await sayLate("慢一");
    assert.equal(await wechat.ask("好"), "慢一答\n\n好!");
    await sayLate("慢二");
    assert.equal(await wechat.ask("好"), "慢二答\n\n好!");
    assert.equal(standIn.requestsFor(SEND).length, 1);
    assert.equal(wechat.sentences.filter((each) => each.startsWith("warn: ")).length, 2);
    await clock.turn(HOUR_MS);
    standIn.faults.clear();
    standIn.heard(FOLLOWER);
    await sayLate("慢三");
    assert.equal(standIn.requestsFor(SEND).length, 2);
    assert.equal(await wechat.ask("好"), "好!");
  });

  test("for 48001 is tried again at once when the clock was set back meanwhile", async (context) => {
    const { api, standIn, clock, pass } = await setStage(context);
    standIn.faults.failNext({ path: SEND, errcode: 48001 });
    const replies = [echostr.text("答")];
    assert.deepEqual((await pass(api.pushLate(OPEN_ID, replies))).left, replies);
    clock.setBack(HOUR_MS / 2);
    assert.deepEqual(await pass(api.pushLate(OPEN_ID, replies)), { left: [], problem: undefined });
  });

  test("for 45047 is tried again with the next late answer", async (context) => {
    const { wechat, standIn, sayLate, contents } = await setLate(context);
    standIn.faults.failNext({ path: SEND, errcode: 45047 });
    await sayLate("慢一");
    assert.equal(await wechat.ask("好"), "慢一答\n\n好!");
    await sayLate("慢二");
    assert.deepEqual(contents(), ["慢二答"]);
  });
});
