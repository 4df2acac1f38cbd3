/**
 * What goes wrong with calls on purpose: how often, for which, and whether they have had an effect.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createTestPlatform } from "../../../lab/index.ts";
import { echostr } from "../../support/subject.ts";
import { ApiBench } from "./api-bench.ts";

const SEND = "/cgi-bin/message/custom/send";
const CLEAR = "/cgi-bin/clear_quota";

describe("A call that is refused on purpose", () => {
  test("is one, on the path that is meant, and has no effect", async () => {
    const bench = new ApiBench();
    bench.note("oA");
    bench.api.faults.failNext({ path: SEND, errcode: 45047 });
    assert.equal(await bench.code("menu/get"), 46003);
    assert.equal(await bench.text("oA"), 45047);
    assert.equal(bench.api.sent.length, 0);
    assert.equal(await bench.text("oA"), 0);
  });

  test("is as many as asked for, after as many as may pass", async () => {
    const bench = new ApiBench();
    bench.note("oA");
    bench.api.faults.failNext({ path: SEND, errcode: -1, times: 2, skip: 1 });
    const codes: unknown[] = [];
    for (let count = 0; count < 4; count += 1) codes.push(await bench.text("oA"));
    assert.deepEqual(codes, [0, -1, -1, 0]);
  });

  test("is of any path where none is named, those for tokens too", async () => {
    const bench = new ApiBench();
    bench.api.faults.failNext({ errcode: 45009 });
    assert.equal((await bench.stable())["errcode"], 45009);
    assert.equal((await bench.stable())["errcode"], undefined);
  });

  test("says what WeChat says with the code, or what is told, with a rid", async () => {
    const bench = new ApiBench();
    const path = "/cgi-bin/stable_token";
    bench.api.faults.failNext({ path, errcode: 40164, errmsg: "invalid ip 1.2.3.4" });
    bench.api.faults.failNext({ path, errcode: 45009 });
    bench.api.faults.failNext({ path, errcode: 12345 });
    const said: string[] = [];
    for (let count = 0; count < 3; count += 1) said.push(String((await bench.stable())["errmsg"]));
    const rid = / rid: \w{8}-\w{8}-\w{8}$/;
    assert.ok(said.every((each) => rid.test(each)));
    assert.deepEqual(
      said.map((each) => each.replace(rid, "")),
      ["invalid ip 1.2.3.4", "reach max api daily quota limit", "refused"],
    );
  });

  test("is told to those who watch, with its code", async () => {
    const bench = new ApiBench();
    const codes: number[] = [];
    bench.api.onChange((change) => {
      if (change.what === "called") codes.push(change.call.errcode);
    });
    bench.api.faults.failNext({ path: "/cgi-bin/menu/get", errcode: 48001 });
    await bench.code("menu/get");
    assert.deepEqual(codes, [0, 48001]);
  });
});

describe("An answer that is not WeChat's", () => {
  test("comes as it is told, byte for byte", async () => {
    const bench = new ApiBench();
    const headers = { "X-From": "proxy" };
    const body = Buffer.from([0x3c, 0xff]);
    bench.api.faults.answerNext({ path: "/cgi-bin/menu/get", status: 502, headers, body });
    const answer = await bench.download("menu/get");
    assert.equal(answer.status, 502);
    assert.equal(answer.headers.get("x-from"), "proxy");
    assert.equal(answer.headers.get("content-type"), null);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), body);
    bench.api.faults.answerNext({ path: "/cgi-bin/menu/get", status: 204 });
    assert.equal((await bench.download("menu/get")).status, 204);
  });
});

describe("A connection that breaks", () => {
  for (const [when, times] of [["before", 0], ["after", 1]] as const) {
    test(`${when} a call has had its effect rejects as fetch does`, async () => {
      const bench = new ApiBench();
      bench.api.faults.dropNext({ path: CLEAR, when });
      const calling = bench.code("clear_quota", { appid: bench.account.appId });
      await assert.rejects(calling, (error: unknown) => {
        assert.ok(error instanceof TypeError);
        assert.equal(error.message, "fetch failed");
        return true;
      });
      assert.equal(bench.api.network.clearings, times);
    });
  }
});

describe("Calls that are held", () => {
  test("wait before they have an effect, until the gate is opened; others pass", async () => {
    const bench = new ApiBench();
    bench.note("oA");
    const gate = bench.api.faults.hold({ path: SEND });
    const sending = bench.text("oA");
    while (gate.arrived === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await bench.code("menu/get"), 46003);
    assert.equal(bench.api.sent.length, 0);
    gate.open();
    assert.equal(await sending, 0);
    assert.equal(await bench.text("oA"), 0, "what still comes is not held");
    assert.equal(gate.arrived, 2);
  });

  test("are as many as asked for", async () => {
    const bench = new ApiBench();
    const gate = bench.api.faults.hold({ path: "/cgi-bin/menu/get", times: 1 });
    const held = bench.code("menu/get");
    while (gate.arrived === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await bench.code("menu/get"), 46003);
    bench.api.faults.clear();
    assert.equal(await held, 46003, "and go on when nothing is to go wrong any more");
  });

  test("and refusals are gone when they are cleared", async () => {
    const bench = new ApiBench();
    bench.api.faults.failNext({ errcode: -1, times: Infinity });
    bench.api.faults.clear();
    assert.equal(await bench.code("menu/get"), 46003);
  });
});

test("A test's platform has faults too: a late answer that may not be pushed is kept", async () => {
  const platform = createTestPlatform(
    ({ account, api }) => {
      const { token, appId } = account;
      const log = (): void => {};
      const appSecret = "anyIsRight0123456789";
      const bot = echostr.createBot({
        token,
        api: echostr.createApi({ appId, appSecret, fetch: api.fetch, log }),
        delivery: { late: { push: "customer-service" } },
        log,
      });
      bot.on("text", async ({ Content }) => {
        if (Content === "慢") await new Promise((resolve) => setTimeout(resolve, 20_000));
        return `${Content}答`;
      });
      return bot;
    },
    { account: { mode: "plain" } },
  );
  platform.api.faults.failNext({ path: SEND, errcode: 45047 });
  const alice = platform.follower();
  await alice.says("慢");
  await platform.passes(60_000);
  assert.equal(platform.sent.length, 0);
  assert.match((await alice.says("在吗")).text ?? "", /慢答/);
});
