/** What a call that was stopped leaves behind, and one signal for many calls. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { arrive, setStage } from "./stage.ts";

const IPS = "/cgi-bin/getcallbackip";

describe("The signal of a call", { timeout: 120_000 }, () => {
  test("ends a pause before a repeat with its timer, which would keep the process", async (context) => {
    const { api, standIn, clock } = await setStage(context);
    await api.accessToken();
    const { waiting } = clock;
    standIn.faults.failNext({ path: IPS, errcode: -1, times: 1000 });
    const controller = new AbortController();
    const calling = api.call(IPS, undefined, {}, { signal: controller.signal });
    const failing = assert.rejects(calling, { name: "AbortError" });
    for (let nth = 0; nth < 10; nth += 1) {
      await arrive();
      await clock.turn(100);
    }
    controller.abort();
    await failing;
    assert.equal(clock.waiting, waiting);
  });

  test("may be that of many calls, without a warning", async (context) => {
    const { api, pass } = await setStage(context);
    const warnings: string[] = [];
    const note = ({ name }: Error): void => void warnings.push(name);
    process.on("warning", note);
    context.after(() => process.off("warning", note));
    const { signal } = new AbortController();
    const calls = Array.from({ length: 30 }, () => api.call(IPS, undefined, {}, { signal }));
    await pass(Promise.all(calls));
    await arrive();
    assert.deepEqual(warnings, []);
  });
});
