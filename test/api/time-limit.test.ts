/** How long a call may take, and who may stop it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { OPEN_ID, arrive, setStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

const IPS = "/cgi-bin/getcallbackip";
const SEND = "/cgi-bin/message/custom/send";

const PNG = Buffer.from("89504e470d0a1a0a", "hex");

describe("The time limit", { timeout: 120_000 }, () => {
  async function timeOf(stage: Stage, work: Promise<unknown>): Promise<number> {
    const start = stage.clock.now();
    const error = await stage.fails(work, "API_UNREACHABLE");
    assert.match(error.message, /time|within/i);
    return stage.clock.now() - start;
  }
  /** The steps in which the clock is turned, and a little. */
  function isAbout(ms: number, expected: number): void {
    assert.ok(Math.abs(ms - expected) <= 300, `${ms} ms instead of ${expected}`);
  }

  test("is 10 s for a call", async (context) => {
    const stage = await setStage(context);
    stage.standIn.faults.hold({ path: IPS });
    isAbout(await timeOf(stage, stage.api.callbackIps()), 10_000);
  });

  test("holds for the token and the call together", async (context) => {
    const stage = await setStage(context);
    const { api, standIn, clock } = stage;
    const start = clock.now();
    const gate = standIn.faults.hold({ path: "/cgi-bin/stable_token" });
    standIn.faults.hold({ path: IPS });
    const calling = stage.fails(api.callbackIps(), "API_UNREACHABLE");
    await arrive();
    await clock.turn(4000);
    gate.open();
    await calling;
    isAbout(clock.now() - start, 10_000);
    standIn.faults.clear();
    standIn.killToken();
    standIn.faults.hold({ path: "/cgi-bin/stable_token" });
    const again = clock.now();
    await stage.fails(api.callbackIps(), "API_UNREACHABLE");
    assert.ok(clock.now() - again <= 10_300);
  });

  test("is what the options say, those of the call before those of the client", async (context) => {
    const stage = await setStage(context, { api: { timeoutMs: 3000 } });
    stage.standIn.faults.hold({ path: IPS });
    isAbout(await timeOf(stage, stage.api.callbackIps()), 3000);
    isAbout(await timeOf(stage, stage.api.call(IPS, undefined, {}, { timeoutMs: 1000 })), 1000);
  });

  test("is 60 s for uploads and downloads", async (context) => {
    const stage = await setStage(context);
    const { api, standIn } = stage;
    standIn.faults.hold({ path: "/cgi-bin/media/upload" });
    standIn.faults.hold({ path: "/cgi-bin/media/get" });
    await api.accessToken();
    isAbout(await timeOf(stage, api.media.upload("image", PNG, { filename: "a.png" })), 60_000);
    isAbout(await timeOf(stage, api.media.get("m")), 60_000);
  });

  test("holds for all repeats together", async (context) => {
    const stage = await setStage(context);
    const start = stage.clock.now();
    stage.standIn.faults.dropNext({ path: IPS, when: "before", times: 1000 });
    await stage.fails(stage.api.callbackIps(), "API_UNREACHABLE");
    assert.ok(stage.clock.now() - start <= 10_300);
  });

  test("of one who waits for a token is not that of another", async (context) => {
    const stage = await setStage(context);
    const { api, standIn, clock, pass } = stage;
    const gate = standIn.faults.hold({ path: "/cgi-bin/stable_token" });
    const patient = api.call(IPS, undefined, {}, { timeoutMs: 30_000 });
    const hasty = api.call(IPS, undefined, {}, { timeoutMs: 1000 });
    await timeOf(stage, hasty);
    await clock.turn(2000);
    gate.open();
    await pass(patient);
    assert.equal(standIn.tokenRequests, 1);
  });
});

describe("A caller's signal", { timeout: 120_000 }, () => {
  const reason = new Error("enough");

  test("that is aborted already lets nothing be sent", async (context) => {
    const { api, standIn, pass } = await setStage(context);
    const options = { signal: AbortSignal.abort(reason) };
    await assert.rejects(pass(api.call(IPS, undefined, {}, options)), reason);
    await assert.rejects(pass(api.customerService.send(OPEN_ID, "你好", options)), reason);
    assert.equal(standIn.requests.length, 0);
  });

  for (const path of [IPS, "/cgi-bin/stable_token"]) {
    test(`stops a call that waits for ${path}`, async (context) => {
      const { api, standIn, pass } = await setStage(context);
      standIn.faults.hold({ path });
      const controller = new AbortController();
      const calling = api.call(IPS, undefined, {}, { signal: controller.signal });
      await arrive();
      controller.abort(reason);
      await assert.rejects(pass(calling), reason);
    });
  }

  test("stops a call between two repeats", async (context) => {
    const { api, standIn, clock } = await setStage(context);
    await api.accessToken();
    standIn.faults.answerNext({ path: IPS, status: 503, times: 1000 });
    const controller = new AbortController();
    const calling = api.call(IPS, undefined, {}, { signal: controller.signal });
    calling.catch(() => {});
    await arrive();
    controller.abort(reason);
    await assert.rejects(calling, reason);
    const count = standIn.requests.length;
    await clock.turn(10_000);
    await arrive();
    assert.equal(standIn.requests.length, count);
  });

  test("of one does not cost another the token that both wait for", async (context) => {
    const { api, standIn, pass } = await setStage(context);
    const gate = standIn.faults.hold({ path: "/cgi-bin/stable_token" });
    const controller = new AbortController();
    const leaving = api.accessToken({ signal: controller.signal });
    const staying = api.callbackIps();
    await arrive();
    controller.abort(reason);
    await assert.rejects(pass(leaving), reason);
    gate.open();
    await pass(staying);
    assert.equal(standIn.tokenRequests, 1);
  });

  test("ends a long text after the piece that was under way", async (context) => {
    const { api, standIn, pass } = await setStage(context);
    await api.accessToken();
    const gate = standIn.faults.hold({ path: SEND });
    const controller = new AbortController();
    const { signal } = controller;
    const sending = api.customerService.send(OPEN_ID, "长".repeat(1500), { signal });
    await arrive();
    controller.abort(reason);
    await assert.rejects(pass(sending), reason);
    gate.open();
    await arrive();
    assert.ok(standIn.requestsFor(SEND).length <= 1);
  });
});
