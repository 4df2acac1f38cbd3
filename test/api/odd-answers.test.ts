/**
 * Answers as proxies, gateways and stand-ins give them, and WeChat on a bad day: each is read, or is a
 * sentence that says what came. None is a TypeError, and none is taken for what was asked for.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Api } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { OPEN_ID, setStage } from "./stage.ts";
import { APP_ID, SECRET } from "./stand-in.ts";

const TOKEN = "/cgi-bin/stable_token";
const IPS = "/cgi-bin/getcallbackip";

/** A client whose `fetch` gives this to every call but that for a token. */
function apiThatGets(answer: unknown): Api {
  const fetch = async (address: unknown): Promise<unknown> =>
    String(address).endsWith("/stable_token")
      ? Response.json({ access_token: "T".repeat(100), expires_in: 7200 })
      : answer;
  return echostr.createApi({ appId: APP_ID, appSecret: SECRET, fetch: fetch as typeof globalThis.fetch });
}

describe("An answer", { timeout: 120_000 }, () => {
  for (const [what, body] of [
    ["has an errcode that is a word", '{"errcode":"abc","errmsg":"x"}'],
    ["has an errcode that is an object", '{"errcode":{"a":1}}'],
    ["has an errcode with a fraction", '{"errcode":40003.5}'],
  ] as const) {
    test(`that ${what} is none of WeChat's`, async (context) => {
      const { api, standIn, fails } = await setStage(context);
      standIn.faults.answerNext({ path: IPS, status: 200, body });
      const { message } = await fails(api.callbackIps(), "API_ANSWER_INVALID");
      assert.match(message, /^errcode from \/cgi-bin\/getcallbackip must be a whole number, got /);
    });
  }

  test("with an errcode and no words says so", async (context) => {
    const { api, standIn, refused } = await setStage(context);
    for (const body of ['{"errcode":99999}', '{"errcode":99999,"errmsg":""}', '{"errcode":99999,"errmsg":7}']) {
      standIn.faults.answerNext({ path: IPS, status: 200, body });
      const { message } = await refused(api.callbackIps(), 99_999);
      assert.equal(message, `errcode 99999 from ${IPS}: WeChat says no more`);
    }
  });

  test("without a body has nothing, and one with status 300 is none", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    standIn.faults.answerNext({ path: IPS, status: 200, body: "" });
    const { message } = await fails(api.callbackIps(), "API_ANSWER_INVALID");
    assert.equal(message, `JSON expected from ${IPS}, got nothing`);
    standIn.faults.answerNext({ path: IPS, status: 300, body: '{"ip_list":["1.1.1.1"]}' });
    assert.match((await fails(api.callbackIps(), "API_ANSWER_INVALID")).message, /300/);
  });

  test("with errcode 0 beside its data, as a number or a text, is the data", async (context) => {
    const { api, standIn } = await setStage(context);
    for (const errcode of ["0", '"0"', "null", '""']) {
      const body = `{"errcode":${errcode},"errmsg":"ok","ip_list":["1.1.1.1"]}`;
      standIn.faults.answerNext({ path: IPS, status: 200, body });
      assert.deepEqual(await api.callbackIps(), ["1.1.1.1"]);
    }
  });

  test("that is compressed is read; one that is so in secret is no JSON", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    const packed = gzipSync('{"ip_list":["1.1.1.1"]}');
    standIn.faults.answerNext({ path: IPS, status: 200, headers: { "Content-Encoding": "gzip" }, body: packed });
    assert.deepEqual(await api.callbackIps(), ["1.1.1.1"]);
    standIn.faults.answerNext({ path: IPS, status: 200, body: packed });
    const { message } = await fails(api.callbackIps(), "API_ANSWER_INVALID");
    assert.match(message, /^JSON expected from .*, got a file/);
  });

  test("with status 304 is called no redirect", async () => {
    for (const [status, what] of [[304, "from somebody on the way"], [302, "a redirect, which is not followed"]] as const) {
      const api = apiThatGets(new Response(null, { status }));
      const message = `HTTP 200 expected from ${IPS}, got ${status}, ${what}`;
      await assert.rejects(api.callbackIps(), { code: "API_ANSWER_INVALID", message });
    }
  });

  for (const [what, answer, got] of [
    ["undefined", undefined, "undefined"],
    ["null", null, "null"],
    ["a text", "{}", "string"],
    ["JSON itself", { ip_list: [] }, "object"],
    ["a status alone", { status: 200 }, "object"],
  ] as const) {
    test(`of a fetch of one's own that is ${what} is a sentence`, async () => {
      const message = `fetch must give a Response, got another ${got}`;
      const failure = { code: "API_ANSWER_INVALID", message };
      await assert.rejects(apiThatGets(answer).callbackIps(), failure);
      await assert.rejects(apiThatGets(answer).media.get("m"), failure);
    });
  }
});

describe("What a method promises is looked for", { timeout: 120_000 }, () => {
  const CALLS: Readonly<Record<string, readonly [path: string, call: (api: Api) => Promise<unknown>]>> = {
    menu: ["/cgi-bin/menu/get", (api) => api.menu.get()],
    openid: ["/cgi-bin/user/info", (api) => api.user.info(OPEN_ID)],
    quota: ["/cgi-bin/openapi/quota/get", (api) => api.quota.get("/cgi-bin/x")],
    item: ["/cgi-bin/material/batchget_material", (api) => api.material.list("image")],
    ip_list: [IPS, (api) => api.callbackIps()],
  };
  for (const [field, [path, call]] of Object.entries(CALLS)) {
    test(`${field} in the answer of ${path}`, async (context) => {
      const { api, standIn, fails } = await setStage(context);
      for (const body of ["{}", '{"errcode":0,"errmsg":"ok"}', '{"data":{}}']) {
        standIn.faults.answerNext({ path, status: 200, body });
        const { message } = await fails(call(api), "API_ANSWER_INVALID");
        assert.equal(message, `${field} expected from ${path}, got none`);
      }
    });
  }

  test("ticket and url in the answer of a QR code", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    const path = "/cgi-bin/qrcode/create";
    for (const body of ["{}", '{"ticket":"t"}', '{"url":"u"}']) {
      standIn.faults.answerNext({ path, status: 200, body });
      const { message } = await fails(api.qrcode.create(1), "API_ANSWER_INVALID");
      assert.equal(message, `ticket and url expected from ${path}`);
    }
  });
});

describe("A token", { timeout: 120_000 }, () => {
  test("may have its time as a text, which gateways make of it", async (context) => {
    const { api, standIn, clock, pass } = await setStage(context);
    const { token } = await api.accessToken();
    standIn.faults.answerNext({ path: TOKEN, status: 200, body: `{"access_token":"${token}","expires_in":"7200"}` });
    await clock.turn(7_200_000);
    const { expiresAt } = await pass(api.accessToken());
    assert.ok(Math.abs(expiresAt - clock.now() - 7_200_000) < 60_000);
  });

  test("says what is wrong with its time", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    for (const [time, got] of [["0", "0"], ["-5", "-5"], ['"soon"', '"soon"'], ["true", "boolean"]] as const) {
      standIn.faults.answerNext({ path: TOKEN, status: 200, body: `{"access_token":"x","expires_in":${time}}` });
      const { message } = await fails(api.callbackIps(), "API_ANSWER_INVALID");
      assert.equal(message, `expires_in from ${TOKEN} must be seconds above 0, got ${got}`);
    }
  });

  test("that is said to last for ever is asked for again after a day", async (context) => {
    const { api, standIn, clock, entries } = await setStage(context);
    standIn.faults.answerNext({ path: TOKEN, status: 200, body: '{"access_token":"x","expires_in":1e300}' });
    const { expiresAt } = await api.accessToken();
    assert.equal(expiresAt, clock.now() + 86_400_000);
    assert.deepEqual(entries, []);
  });
});
