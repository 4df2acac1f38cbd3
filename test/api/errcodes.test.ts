/** What the errors say: a sentence for each errcode, and never a secret. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { echostr } from "../support/subject.ts";
import { OPEN_ID, allOf, errorOf, setStage } from "./stage.ts";
import { SECRET } from "./stand-in.ts";

const IPS = "/cgi-bin/getcallbackip";

const CODES: readonly number[] = [
  -1, 40001, 40002, 40003, 40013, 40014, 40033, 40125, 40164, 40201, 40202, 40203, 41002, 41004,
  42001, 43004, 45002, 45008, 45009, 45011, 45015, 45047, 45072, 45080, 45081, 48001, 48002, 48004,
  48006, 50002, 50005, 61024, 89503,
];

/**
 * WeChat's page 全局返回码说明, as the SDK WxJava has it (`WxMpErrorMsgEnum`), shake-around included; each
 * official account may be answered with these.
 */
const GLOBAL: readonly number[] = [
  ...[-1, 40001, 40002, 40003, 40004, 40005, 40006, 40007, 40008, 40009, 40010, 40011, 40012, 40013],
  ...[40014, 40015, 40016, 40017, 40018, 40019, 40020, 40021, 40022, 40023, 40024, 40025, 40026, 40027],
  ...[40028, 40029, 40030, 40031, 40032, 40033, 40035, 40038, 40039, 40050, 40051, 40060, 40117, 40118],
  ...[40119, 40120, 40121, 40132, 40137, 40155, 41001, 41002, 41003, 41004, 41005, 41006, 41007, 41008],
  ...[41009, 42001, 42002, 42003, 42007, 43001, 43002, 43003, 43004, 43005, 43019, 44001, 44002, 44003],
  ...[44004, 45001, 45002, 45003, 45004, 45005, 45006, 45007, 45008, 45009, 45010, 45011, 45015, 45016],
  ...[45017, 45018, 45047, 45083, 45084, 45159, 46001, 46002, 46003, 46004, 47001, 48001, 48002, 48004],
  ...[48005, 48006, 48008, 50001, 50002, 50005, 61450, 61451, 61452, 61453, 61454, 61455, 61456, 61457],
  ...[61500, 65301, 65302, 65303, 65304, 65305, 65306, 65307, 65308, 65309, 65310, 65311, 65312, 65313],
  ...[65314, 65316, 65317, 9001001, 9001002, 9001003, 9001004, 9001005, 9001006, 9001007, 9001008],
  ...[9001009, 9001010, 9001020, 9001021, 9001022, 9001023, 9001024, 9001025, 9001026, 9001027, 9001028],
  ...[9001029, 9001030, 9001031, 9001032, 9001033, 9001034, 9001035, 9001036],
];

/**
 * From the pages of single endpoints: templates and subscriptions (40037, 43101, 47003), drafts and
 * publishing (45166, 53402 to 53600), tags (45056 to 45059, 45157, 45158, 49003), mass messages (45028,
 * 45065 to 45067), comments (88000 to 88010), human agents (65400 to 65417), tokens (40243, 89501 to
 * 89507), web authorization (40163). And uploads under a name without extension, as users of other SDKs
 * report (40113: weixin4j issue 34, DotNetCore.SKIT.FlurlHttpClient.Wechat issue 144).
 */
const OF_ENDPOINTS: readonly number[] = [
  ...[40037, 43101, 47003, 45166, 53402, 53503, 53504, 53505, 53600, 45056, 45057, 45058, 45059, 45157],
  ...[45158, 49003, 45028, 45065, 45066, 45067, 88000, 88001, 88008, 88010, 65400, 65401, 65417, 40243],
  ...[89501, 89503, 89506, 89507, 40163, 61004, 61007, 40125, 40164, 76021, 40113],
];

/** The part of the message that is ours: between the path and the platform's own words. */
const OURS = /^errcode (-?\d+) from (\/[\w/-]+): (.+); WeChat says "([^"]*)"$/s;

describe("An errcode", { timeout: 300_000 }, () => {
  const sentences = new Map<string, number>();

  for (const errcode of CODES) {
    test(`${errcode} has a sentence of its own that says what to do`, async (context) => {
      const { api, standIn, refused } = await setStage(context, { api: { timeoutMs: 2000 } });
      await api.accessToken();
      // Words that explain nothing, so that ours must.
      standIn.faults.failNext({ path: IPS, errcode, errmsg: "tiny riddle", times: 1000 });
      const error = await refused(api.callbackIps(), errcode);
      const [, code, path, sentence = "", said = ""] = OURS.exec(error.message) ?? [];
      assert.equal(code, String(errcode), error.message);
      assert.equal(path, IPS);
      assert.match(said, /^tiny riddle rid: /);
      assert.ok(sentence.length > 15, sentence);
      assert.doesNotMatch(sentence, /\.$/);
      assert.equal(sentences.get(sentence), undefined, "no two codes have the same sentence");
      sentences.set(sentence, errcode);
      assert.equal(error.path, IPS);
      assert.match(error.errmsg, /^tiny riddle/);
      assert.match(error.rid ?? "", /^\w{8}-\w{8}-\w{8}$/);
      assert.equal(error.name, "ApiError");
    });
  }

  test("of WeChat's lists has a sentence: what is wrong, a semicolon, what to do", () => {
    const known = new Map<string, number>();
    for (const errcode of [...GLOBAL, ...OF_ENDPOINTS]) {
      const { message } = new echostr.ApiError("/x", errcode, "tiny riddle");
      const [, , , sentence = ""] = OURS.exec(message) ?? [];
      assert.match(sentence, /^[A-Z][^;]{10,180}; \S[^;]{4,180}[^.]$/, `${errcode}: ${message}`);
      assert.equal(known.get(sentence), undefined, `${errcode} says what ${known.get(sentence)} says`);
      known.set(sentence, errcode);
    }
  });

  test("that nobody knows is shown with the platform's words", async (context) => {
    const { api, standIn, refused } = await setStage(context);
    standIn.faults.failNext({ path: IPS, errcode: 99_999, errmsg: "a new one" });
    const error = await refused(api.callbackIps(), 99_999);
    assert.match(error.message, /^errcode 99999 from \/cgi-bin\/getcallbackip: .*"a new one rid: /);
  });

  test("without words, without rid, or as a text, is an errcode all the same", async (context) => {
    const { api, standIn, refused } = await setStage(context);
    for (const body of ['{"errcode":45009}', '{"errcode":45009,"errmsg":null}']) {
      standIn.faults.answerNext({ path: IPS, status: 200, body });
      assert.equal((await refused(api.callbackIps(), 45009)).rid, undefined);
    }
    standIn.faults.answerNext({ path: IPS, status: 200, body: '{"errcode":"45009","errmsg":"x"}' });
    await refused(api.callbackIps(), 45009);
    standIn.faults.answerNext({ path: IPS, status: 200, body: '{"errcode":0,"ip_list":["1.1.1.1"]}' });
    assert.deepEqual(await api.callbackIps(), ["1.1.1.1"]);
  });

  test("40164 names the address to put on the list", async (context) => {
    const { api, standIn, refused } = await setStage(context);
    standIn.tokens.allowedIps = [];
    for (const ip of ["1.2.3.4", "203.0.113.77"]) {
      standIn.tokens.callerIp = ip;
      const { message } = await refused(api.callbackIps(), 40164);
      const [, , , sentence = ""] = OURS.exec(message) ?? [];
      assert.ok(sentence.includes(ip), sentence);
      assert.match(sentence, /white ?list|白名单/i);
    }
  });

  test("40164 with an address of IPv6 alone names that", async (context) => {
    const { api, standIn, refused } = await setStage(context);
    const errmsg = "invalid ip 2408:8207::12 ipv6 2408:8207::12, not in whitelist";
    standIn.faults.failNext({ path: "/cgi-bin/stable_token", errcode: 40164, errmsg });
    const { message } = await refused(api.callbackIps(), 40164);
    const [, , , sentence = ""] = OURS.exec(message) ?? [];
    assert.ok(sentence.includes("2408:8207::12"), sentence);
  });
});

describe("No error shows a secret", { timeout: 120_000 }, () => {
  test("though the platform's words repeat it", async (context) => {
    const { api, standIn } = await setStage(context, { api: { timeoutMs: 2000 } });
    const { token } = await api.accessToken();
    const odd = [token, SECRET, OPEN_ID, encodeURIComponent(token), token.slice(3)];
    for (const errcode of [40003, 48001, 99_999]) {
      const errmsg = `access_token ${odd.join(" and ")} refused`;
      standIn.faults.failNext({ path: "/cgi-bin/message/custom/send", errcode, errmsg });
      const words = allOf(await errorOf(api.customerService.send(OPEN_ID, "你好")));
      for (const secret of [token, SECRET, OPEN_ID]) assert.ok(!words.includes(secret), words);
    }
  });

  for (const kind of ["stable", "classic"] as const) {
    test(`when the ${kind} token is unavailable`, async (context) => {
      const { api, standIn, pass, clock } = await setStage(context, {
        api: { token: kind, timeoutMs: 1000 },
      });
      const path = kind === "stable" ? "/cgi-bin/stable_token" : "/cgi-bin/token";
      const faults: readonly (() => void)[] = [
        () => standIn.faults.failNext({ path, errcode: 40013, errmsg: `secret ${SECRET}` }),
        () => standIn.faults.dropNext({ path, when: "before", times: 100 }),
        () => standIn.faults.dropNext({ path, when: "after", times: 100 }),
        () => standIn.faults.answerNext({ path, status: 500, body: SECRET, times: 100 }),
        () => standIn.faults.answerNext({ path, status: 200, body: `<html>${SECRET}</html>` }),
        () => standIn.faults.answerNext({ path, status: 200, body: `{"secret":"${SECRET}"}` }),
        () => standIn.faults.answerNext({ path, status: 302, headers: { Location: `/?${SECRET}` } }),
        () => standIn.faults.answerNext({ path, status: 403, body: SECRET }),
      ];
      for (const fault of faults) {
        standIn.faults.clear();
        fault();
        const words = allOf(await errorOf(pass(api.callbackIps())));
        assert.ok(!words.includes(SECRET), words);
        await clock.turn(60_000);
      }
      await standIn.close();
      assert.ok(!allOf(await errorOf(pass(api.callbackIps()))).includes(SECRET));
    });
  }

  test("when a call with a token cannot be made", async (context) => {
    const { api, standIn, pass, entries } = await setStage(context, { api: { timeoutMs: 1000 } });
    const { token } = await api.accessToken();
    const faults: readonly (() => void)[] = [
      () => standIn.faults.dropNext({ path: IPS, when: "before", times: 100 }),
      () => standIn.faults.answerNext({ path: IPS, status: 500, body: token, times: 100 }),
      () => standIn.faults.answerNext({ path: IPS, status: 200, body: `<html>${token}` }),
      () => standIn.faults.answerNext({ path: IPS, status: 404, body: token }),
      () => standIn.faults.answerNext({ path: IPS, status: 301, headers: { Location: `/?${token}` } }),
      () => void standIn.faults.hold({ path: IPS }),
    ];
    for (const fault of faults) {
      standIn.faults.clear();
      fault();
      const words = allOf(await errorOf(pass(api.callbackIps())));
      assert.ok(!words.includes(token) && !words.includes(SECRET), words);
    }
    await standIn.close();
    assert.ok(!allOf(await errorOf(pass(api.callbackIps()))).includes(token));
    assert.ok(!JSON.stringify(entries).includes(token));
  });

  test("by a fetch of one's own that quotes the address", async (context) => {
    const { another, api } = await setStage(context);
    const { token } = await api.accessToken();
    const quoting = (address: unknown): Promise<Response> =>
      Promise.reject(new TypeError("fetch failed", { cause: new Error(`failed: ${address}`) }));
    const client = another({ fetch: quoting as typeof fetch });
    const words = allOf(await errorOf(client.call("/cgi-bin/clear_quota", {})));
    assert.ok(!words.includes(token), words);
  });
});
