/**
 * A token from elsewhere: the function `token` in place of an AppSecret. Users of three SDKs asked for
 * it (WxJava#576, silenceper/wechat#123, easywechat#837): their company's service gets the tokens.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ApiOptions, GivenToken, TokenAsk } from "../../src/index.ts";
import { until } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { allOf, errorOf, OPEN_ID, setStage } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { APP_ID, SECRET } from "./stand-in.ts";

const IPS = "/cgi-bin/getcallbackip";

interface Service extends Stage {
  /** What the function was told, call by call. */
  readonly asked: (string | undefined)[];
}

/** A service that gets tokens as WeChat hands them out, and whoever asks it. */
async function setService(
  context: Parameters<typeof setStage>[0],
  answer: (token: string, ask: TokenAsk) => unknown = (token) => token,
): Promise<Service> {
  const asked: (string | undefined)[] = [];
  const token = async (ask: TokenAsk): Promise<GivenToken> => {
    asked.push(ask.refused);
    const body = JSON.stringify({ grant_type: "client_credential", appid: APP_ID, secret: SECRET });
    const request = new Request(`${stage.standIn.base}/cgi-bin/stable_token`, { method: "POST", body });
    const { access_token } = (await (await stage.standIn.side.handle(request)).json()) as {
      access_token: string;
    };
    return answer(access_token, ask) as GivenToken;
  };
  const options: Partial<ApiOptions> = { token, appSecret: undefined };
  const stage = await setStage(context, { api: options });
  return { ...stage, asked };
}

describe("createApi with a function as token", { timeout: 120_000 }, () => {
  test("needs no AppSecret, and never asks WeChat for a token itself", async (context) => {
    const { api, standIn, asked, pass } = await setService(context);
    await pass(api.callbackIps());
    await pass(api.customerService.send(OPEN_ID, "你好"));
    assert.equal(standIn.tokenRequests, 0);
    assert.deepEqual(standIn.refusals, []);
    assert.deepEqual(asked, [undefined, undefined], "a text is asked for each call");
  });

  test("still needs an appId, and an AppSecret where token is no function", () => {
    const token = (): string => "t";
    const make = (options: object): unknown => echostr.createApi(options as ApiOptions);
    assert.throws(() => make({ token }), { code: "APPID_MISSING" });
    assert.throws(() => make({ appId: APP_ID, token: "stable" }), { message: /AppSecret/ });
    assert.throws(() => make({ appId: APP_ID }), { message: /AppSecret/ });
  });

  test("asks once for calls that need a token at the same time", async (context) => {
    const { api, asked, pass } = await setService(context);
    await pass(Promise.all(Array.from({ length: 20 }, () => api.callbackIps())));
    assert.equal(asked.length, 1);
  });

  test("keeps a token until its time, to ten seconds", async (context) => {
    const service = await setService(context, (token) => ({ token, expiresAt: service.clock.now() + 60_000 }));
    const { api, asked, clock, pass } = service;
    await pass(api.callbackIps());
    const { expiresAt } = await api.accessToken();
    assert.ok(expiresAt <= clock.now() + 60_000);
    await clock.turn(49_000);
    await pass(api.callbackIps());
    assert.equal(asked.length, 1);
    await clock.turn(2000);
    await pass(api.callbackIps());
    assert.equal(asked.length, 2);
  });

  test("takes what api.accessToken of another process gives", async (context) => {
    const { api, another, standIn, pass } = await setStage(context);
    const second = another({ appSecret: undefined, token: () => api.accessToken() });
    await pass(second.callbackIps());
    assert.equal(standIn.tokenRequests, 1);
  });

  for (const kept of ["a text", "a token that is kept"] as const) {
    test(`asks again with the refused token, once for all, and repeats the calls (${kept})`, async (context) => {
      const service = await setService(context, (token) =>
        kept === "a text" ? token : { token, expiresAt: service.clock.now() + 7_000_000 },
      );
      const { api, standIn, asked, pass } = service;
      const { token } = await pass(api.accessToken());
      asked.length = 0;
      const gate = standIn.faults.hold({ path: IPS });
      const calls = Promise.all(Array.from({ length: 10 }, () => api.callbackIps()));
      await until("all calls to be under way", () => standIn.running === 10);
      standIn.killToken();
      gate.open();
      await pass(calls);
      assert.deepEqual(asked.filter((refused) => refused !== undefined), [token]);
      assert.deepEqual(new Set(standIn.refusals), new Set([40001]));
    });
  }

  test("says so when the function gives the refused one again, and tries no third time", async (context) => {
    const bad = "B".repeat(120);
    const { api, standIn, asked, pass, refused } = await setService(context, () => bad);
    for (let nth = 0; nth < 2; nth += 1) {
      const error = await refused(pass(api.callbackIps()), 40001);
      assert.match(error.message, /; the function token gave the same one again$/);
      assert.ok(!allOf(error).includes(bad.slice(0, 20)), error.message);
    }
    assert.equal(standIn.requestsFor(IPS).length, 2);
    assert.deepEqual(asked, [undefined, bad, undefined, bad]);
  });

  const WRONG: readonly (readonly [given: unknown, got: string])[] = [
    [undefined, "must give a text or { token, expiresAt }, got undefined"],
    [null, "must give a text or { token, expiresAt }, got null"],
    [7, "must give a text or { token, expiresAt }, got number"],
    ["", "must give a text or { token, expiresAt }, got an empty text"],
    ["secret-token\n", "must give a text or { token, expiresAt }, got a text with space in it"],
    ['{"access_token":"secret-token"}', "must give a text or { token, expiresAt }, got a text of JSON or a page: read the token out of it"],
    ['"secret-token"', "must give a text or { token, expiresAt }, got a text of JSON or a page: read the token out of it"],
    ["<html>", "must give a text or { token, expiresAt }, got a text of JSON or a page: read the token out of it"],
    [{ token: "" }, "must give a text or { token, expiresAt }, got an empty text"],
    [{}, "must give a text or { token, expiresAt }, got the fields: none"],
    [
      { access_token: "secret-token", expires_in: 7200 },
      "must give a text or { token, expiresAt }, got the fields: access_token, expires_in",
    ],
  ];
  for (const [given, message] of WRONG) {
    test(`refuses ${JSON.stringify(given) ?? "nothing"} from it, and shows none of it`, async (context) => {
      const { api, standIn, fails } = await setService(context, () => given);
      const error = await fails(api.callbackIps(), "API_ANSWER_INVALID");
      assert.equal(error.message, `the function token ${message}`);
      assert.equal(standIn.requests.length, 0);
    });
  }

  test("refuses a time that is in seconds, or none", async (context) => {
    for (const [expiresAt, got] of [
      [1_764_374_400, "1764374400"],
      ["2026", "string"],
      [Number.NaN, "NaN"],
      [new Date(0), "object"],
    ] as const) {
      const { api, fails } = await setService(context, (token) => ({ token, expiresAt }));
      const { message } = await fails(api.callbackIps(), "API_ANSWER_INVALID");
      assert.equal(
        message,
        `expiresAt of the function token must be in milliseconds since 1970, got ${got}`,
      );
    }
  });

  test("says what the function throws, without what may be secret", async (context) => {
    const secret = "T".repeat(100);
    for (const [thrown, said] of [
      [new Error("connect ECONNREFUSED 10.0.0.7:80"), "connect ECONNREFUSED 10.0.0.7:80"],
      [new Error(`failed: https://tokens.example/wx?key=${secret}`), "failed: https://tokens.example/wx"],
      [new Error(`${secret} is no good`), "… is no good"],
      ["a text", "a text"],
      [undefined, "undefined"],
      [new Error(""), "it says nothing"],
    ] as const) {
      const { api, standIn, fails } = await setService(context, () => {
        throw thrown;
      });
      const error = await fails(api.callbackIps(), "API_UNREACHABLE");
      assert.equal(error.message, `No answer from the function token: it failed: ${said}`);
      assert.ok(!allOf(error).includes(secret));
      assert.equal(standIn.requests.length, 0);
    }
  });

  test("does not wait for ever, stops with the call's signal, and asks again then", async (context) => {
    let hangs = true;
    let aborted = 0;
    const service = await setService(context, async (token, { signal }) => {
      signal.addEventListener("abort", () => (aborted += 1));
      return hangs ? new Promise(() => {}) : token;
    });
    const { api, fails, pass } = service;
    const stop = new AbortController();
    const stopped = api.call(IPS, undefined, {}, { signal: stop.signal });
    stop.abort(new Error("no longer wanted"));
    await assert.rejects(pass(stopped), { message: "no longer wanted" });
    const { message } = await fails(api.callbackIps(), "API_UNREACHABLE");
    assert.match(message, /function token: it took longer than 10000 ms|no access_token within 10000 ms/);
    assert.equal(aborted, 1, "the function is told");
    hangs = false;
    await pass(api.callbackIps());
  });

  test("prints no token, whatever is printed", async (context) => {
    const { api, entries, standIn, pass } = await setService(context);
    const { token } = await pass(api.accessToken());
    standIn.faults.answerNext({ path: IPS, status: 200, body: `<html>${token}` });
    const words = allOf(await errorOf(pass(api.callbackIps())));
    assert.ok(!words.includes(token.slice(0, 12)) && !JSON.stringify(entries).includes(token), words);
  });
});
