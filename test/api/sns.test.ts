/**
 * Web authorization (网页授权): calls below `/sns/` go with a person's token, or with the AppSecret and a
 * code, and never with the account's. WeChat's pages 网页授权 name them: `/sns/oauth2/access_token`,
 * `/sns/oauth2/refresh_token`, `/sns/userinfo`, `/sns/auth`.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allOf, errorOf, OPEN_ID, setStage } from "./stage.ts";
import { APP_ID, SECRET } from "./stand-in.ts";

const USERINFO = "/sns/userinfo";
const TOKEN = "/sns/oauth2/access_token";
const PERSONS = "95_aPersons-own_token-of-a-web-authorization";
const CODE = "071aBcDe1234fGhI5678jKlM";

describe("A call below /sns/", { timeout: 120_000 }, () => {
  test("goes with the token that it is given, in the query or in the path, and asks for no other", async (context) => {
    const { api, standIn } = await setStage(context);
    const body = `{"openid":"${OPEN_ID}","nickname":"李四"}`;
    standIn.faults.answerNext({ path: USERINFO, status: 200, body, times: 2 });
    const query = { access_token: PERSONS, openid: OPEN_ID, lang: "zh_CN" };
    assert.equal((await api.call(USERINFO, undefined, query))["nickname"], "李四");
    await api.call(`${USERINFO}?access_token=${PERSONS}&openid=${OPEN_ID}`);
    assert.deepEqual(standIn.requests.map(({ path }) => path), [USERINFO, USERINFO]);
    assert.deepEqual(standIn.requests[0]?.query, query);
    assert.equal(standIn.requests[1]?.query["access_token"], PERSONS);
  });

  test("that needs none has none: that of the code", async (context) => {
    const { api, standIn } = await setStage(context);
    standIn.faults.answerNext({ path: TOKEN, status: 200, body: `{"access_token":"${PERSONS}","expires_in":7200}` });
    const query = { appid: APP_ID, secret: SECRET, code: CODE, grant_type: "authorization_code" };
    assert.equal((await api.call(TOKEN, undefined, query))["access_token"], PERSONS);
    assert.deepEqual(standIn.requests[0]?.query, query);
    assert.equal(standIn.requests.length, 1);
  });

  test("has its own advice, for another token is meant, and is not tried with the account's", async (context) => {
    const { api, standIn, refused } = await setStage(context);
    for (const [errcode, advice] of [
      [40001, /web authorization.*\/sns\/oauth2\/access_token/],
      [42001, /has expired; get another from \/sns\/oauth2\/refresh_token/],
      [48001, /snsapi_userinfo/],
      [40163, /used before/],
    ] as const) {
      standIn.faults.failNext({ path: USERINFO, errcode, errmsg: "riddle" });
      const { message } = await refused(api.call(USERINFO, undefined, { access_token: PERSONS }), errcode);
      assert.match(message, advice);
      assert.doesNotMatch(message, /WECHAT_SECRET/);
    }
    assert.equal(standIn.requests.length, 4, "each once, and no token was asked for");
  });

  test("shows nothing of the token, the code or the secret when it fails", async (context) => {
    const { api, standIn, pass, entries } = await setStage(context, { api: { timeoutMs: 1000 } });
    const secrets = { access_token: PERSONS, code: CODE, refresh_token: `re_${PERSONS}`, secret: SECRET };
    const path = "/sns/oauth2/refresh_token";
    const echo = Object.values(secrets).join(" ");
    for (const fault of [
      () => standIn.faults.failNext({ path, errcode: 40030, errmsg: echo }),
      () => standIn.faults.answerNext({ path, status: 200, body: `<html>${echo}` }),
      () => standIn.faults.answerNext({ path, status: 200, body: PERSONS }),
      () => standIn.faults.answerNext({ path, status: 502, body: echo, times: 9 }),
      () => standIn.faults.dropNext({ path, when: "after", times: 9 }),
    ]) {
      standIn.faults.clear();
      fault();
      const words = allOf(await errorOf(pass(api.call(path, undefined, secrets))));
      for (const secret of Object.values(secrets)) {
        assert.ok(!words.includes(secret) && !words.includes(secret.slice(0, 12)), words);
      }
    }
    assert.deepEqual(entries, []);
  });

  test("with a code is not sent twice, for it is good once; others may be", async (context) => {
    const { api, standIn, fails, pass } = await setStage(context);
    standIn.faults.dropNext({ path: TOKEN, when: "after" });
    await fails(api.call(TOKEN, undefined, { code: CODE }), "API_UNREACHABLE");
    assert.equal(standIn.requestsFor(TOKEN).length, 1);
    standIn.faults.dropNext({ path: USERINFO, when: "after" });
    standIn.faults.answerNext({ path: USERINFO, status: 200, body: "{}" });
    await pass(api.call(USERINFO, undefined, { access_token: PERSONS }));
    assert.equal(standIn.requestsFor(USERINFO).length, 2);
  });
});

describe("A call elsewhere", { timeout: 120_000 }, () => {
  test("must not bring a token of its own", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    for (const path of ["/cgi-bin/user/info", "/snsx/a", "/cgi-bin/sns/a", "/wxa/sns/", "/SNS/userinfo"]) {
      const work = api.call(path, undefined, { access_token: PERSONS });
      const { message } = await fails(work, "API_INPUT_INVALID");
      assert.match(message, /must not hold an access_token.*below \/sns\/ it may$/);
    }
    assert.equal(standIn.requests.length, 0);
  });

  test("that WeChat lets in with the AppSecret goes without a token, also when none is available", async (context) => {
    const { api, standIn, pass } = await setStage(context);
    standIn.faults.failNext({ path: "/cgi-bin/stable_token", errcode: 45009, errmsg: "x", times: 9 });
    const path = "/cgi-bin/clear_quota/v2";
    standIn.faults.answerNext({ path, status: 200, body: '{"errcode":0,"errmsg":"ok"}' });
    await pass(api.call(path, { appid: APP_ID, appsecret: SECRET }));
    assert.deepEqual(standIn.requests.map((request) => request.path), [path]);
  });
});
