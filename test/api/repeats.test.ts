/** What is sent again when no answer comes, and what never is. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Api } from "../../src/index.ts";
import { OPEN_ID, arrive, setStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

const IPS = "/cgi-bin/getcallbackip";
const SEND = "/cgi-bin/message/custom/send";

const PNG = Buffer.from("89504e470d0a1a0a", "hex");

interface Call {
  readonly path: string;
  readonly run: (api: Api) => Promise<unknown>;
}

/** Sent twice they change nothing that once would not have changed. */
const REPEATED: readonly Call[] = [
  { path: IPS, run: (api) => api.callbackIps() },
  { path: "/cgi-bin/user/info", run: (api) => api.user.info(OPEN_ID) },
  { path: "/cgi-bin/menu/get", run: (api) => api.menu.get() },
  { path: "/cgi-bin/menu/create", run: (api) => api.menu.create({ button: [BUTTON] }) },
  { path: "/cgi-bin/message/custom/typing", run: (api) => api.customerService.typing(OPEN_ID) },
  { path: "/cgi-bin/qrcode/create", run: (api) => api.qrcode.create("scene") },
  { path: "/cgi-bin/callback/check", run: (api) => api.networkCheck() },
  { path: "/cgi-bin/openapi/quota/get", run: (api) => api.quota.get(IPS) },
  { path: "/cgi-bin/material/batchget_material", run: (api) => api.material.list("image") },
  {
    path: "/cgi-bin/media/upload",
    run: (api) => api.media.upload("image", PNG, { filename: "a.png" }),
  },
];

const BUTTON = { type: "click", name: "按钮", key: "k" } as const;

/** Sent twice they would do it twice. */
const SENT_ONCE: readonly Call[] = [
  { path: SEND, run: (api) => api.customerService.send(OPEN_ID, "你好") },
  {
    path: "/cgi-bin/material/add_material",
    run: (api) => api.material.add("image", PNG, { filename: "a.png" }),
  },
  { path: "/cgi-bin/clear_quota", run: (api) => api.quota.clear() },
  { path: "/cgi-bin/message/mass/send", run: (api) => api.call("/cgi-bin/message/mass/send", {}) },
  {
    path: "/cgi-bin/message/template/send",
    run: (api) => api.call("/cgi-bin/message/template/send", { touser: OPEN_ID }),
  },
  { path: "/cgi-bin/unknown", run: (api) => api.call("/cgi-bin/unknown", { a: 1 }) },
];

type Fault = (stage: Stage, path: string) => void;

const FAULTS: Readonly<Record<string, Fault>> = {
  "the connection broke": ({ standIn }, path) => standIn.faults.dropNext({ path, when: "before" }),
  "the answer was lost": ({ standIn }, path) => standIn.faults.dropNext({ path, when: "after" }),
  "a gateway answered 502": ({ standIn }, path) => standIn.faults.answerNext({ path, status: 502 }),
  "WeChat was busy (-1)": ({ standIn }, path) => standIn.faults.failNext({ path, errcode: -1 }),
};

describe("A call is repeated", { timeout: 120_000 }, () => {
  for (const [what, fault] of Object.entries(FAULTS)) {
    test(`when ${what}, if it changes nothing when sent twice`, async (context) => {
      for (const { path, run } of REPEATED) {
        const stage = await setStage(context);
        const { api, standIn, pass } = stage;
        standIn.side.setMenu([BUTTON]);
        await api.accessToken();
        fault(stage, path);
        // What the lost one has done may stand in the way of its repeat.
        if (path.endsWith("typing")) standIn.turn(16_000);
        const repeated = await pass(run(api).catch((error: unknown) => error));
        const typed = (repeated as { errcode?: number } | undefined)?.errcode === 45081;
        assert.ok(typed || !(repeated instanceof Error), `${path}: ${String(repeated)}`);
        assert.equal(standIn.requestsFor(path).length, 2, path);
      }
    });

    test(`never when ${what}, if it would do something twice`, async (context) => {
      for (const { path, run } of SENT_ONCE) {
        const stage = await setStage(context);
        const { api, standIn, pass } = stage;
        await api.accessToken();
        fault(stage, path);
        await assert.rejects(pass(run(api)), { name: /Error$/ }, path);
        assert.equal(standIn.requestsFor(path).length, 1, path);
      }
    });

    test(`when ${what} while a token was asked for`, async (context) => {
      for (const token of ["stable", "classic"] as const) {
        const stage = await setStage(context, { api: { token } });
        const { api, standIn, pass } = stage;
        const path = token === "stable" ? "/cgi-bin/stable_token" : "/cgi-bin/token";
        fault(stage, path);
        await pass(api.customerService.send(OPEN_ID, "你好"));
        assert.equal(standIn.requestsFor(path).length, 2);
        assert.equal(standIn.sent.length, 1);
      }
    });
  }

  test("whatever it does, when nobody listened and so nothing arrived", async (context) => {
    for (const { path, run } of [...REPEATED, ...SENT_ONCE]) {
      if (path.endsWith("/unknown") || /mass|template/.test(path)) continue;
      const { api, standIn, pass, clock } = await setStage(context);
      standIn.side.setMenu([BUTTON]);
      await api.accessToken();
      await standIn.close();
      const calling = run(api);
      calling.catch(() => {});
      for (let step = 0; step < 3; step += 1) {
        await arrive();
        await clock.turn(100);
      }
      await standIn.listen();
      await pass(calling);
      assert.equal(standIn.requestsFor(path).length, 1, path);
    }
  });

  test("with growing pauses", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    await api.accessToken();
    standIn.faults.answerNext({ path: IPS, status: 503, times: 1000 });
    await fails(api.callbackIps(), "API_UNREACHABLE");
    const times = standIn.requestsFor(IPS).map(({ at }) => at);
    const pauses = times.slice(1).map((at, nth) => at - (times[nth] ?? 0));
    assert.ok(pauses.length >= 3, `${pauses.length} repeats in 10 s`);
    assert.ok(pauses.length <= 30, `${pauses.length} repeats in 10 s`);
    assert.ok((pauses.at(-1) ?? 0) > (pauses[0] ?? 0), String(pauses));
  });

  test("or not, as options.repeat says", async (context) => {
    const { api, standIn, pass, fails } = await setStage(context);
    await api.accessToken();
    standIn.faults.dropNext({ path: IPS, when: "before" });
    const once = api.call(IPS, undefined, {}, { repeat: false });
    await fails(once, "API_UNREACHABLE");
    assert.equal(standIn.requestsFor(IPS).length, 1);
    const message = { touser: OPEN_ID, msgtype: "text", text: { content: "你好" } };
    standIn.faults.dropNext({ path: SEND, when: "before" });
    await pass(api.call(SEND, message, {}, { repeat: true }));
    assert.equal(standIn.requestsFor(SEND).length, 2);
  });

  test("not for any other errcode", async (context) => {
    const { api, standIn, refused } = await setStage(context);
    await api.accessToken();
    for (const errcode of [40013, 45009, 45011, 48001, 50002]) {
      const before = standIn.requests.length;
      standIn.faults.failNext({ path: IPS, errcode });
      await refused(api.callbackIps(), errcode);
      assert.equal(standIn.requests.length, before + 1);
    }
  });
});

describe("A message whose connection broke after WeChat had taken it", { timeout: 120_000 }, () => {
  test("is sent exactly once, and its sender hears that nobody knows", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    standIn.faults.dropNext({ path: SEND, when: "after" });
    await fails(api.customerService.send(OPEN_ID, "你好"), "API_UNREACHABLE");
    assert.equal(standIn.sent.length, 1);
    assert.equal(standIn.requestsFor(SEND).length, 1);
  });

  test("is the last piece of a long text that is sent", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    await api.customerService.send(OPEN_ID, "一");
    standIn.faults.dropNext({ path: SEND, when: "after" });
    await fails(api.customerService.send(OPEN_ID, "长".repeat(1500)), "API_UNREACHABLE");
    assert.equal(standIn.sent.length, 2);
  });
});
