/** The way to the API: its address, what answers in its place, and where nothing may go. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ApiOptions } from "../../src/index.ts";
import { fails as throws } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";
import { OPEN_ID, setStage } from "./stage.ts";
import { APP_ID, SECRET, startStandIn } from "./stand-in.ts";

const IPS = "/cgi-bin/getcallbackip";
const TOKEN = "/cgi-bin/stable_token";

describe("A redirect", { timeout: 120_000 }, () => {
  for (const status of [301, 302, 303, 307, 308]) {
    test(`with ${status} is not followed: token and secret would leave`, async (context) => {
      const { another, standIn, fails } = await setStage(context);
      const elsewhere = await startStandIn((end) => context.after(end));
      const [api, classic] = [another(), another({ token: "classic" })];
      const calls = {
        [TOKEN]: () => api.callbackIps(),
        "/cgi-bin/token": () => classic.callbackIps(),
        [IPS]: () => api.callbackIps(),
        "/cgi-bin/media/get": () => api.media.get("m"),
        "/cgi-bin/clear_quota": () => api.quota.clear(),
      };
      for (const [path, run] of Object.entries(calls)) {
        standIn.faults.answerNext({ path, status, headers: { Location: `${elsewhere.base}${path}` } });
        await fails(run(), "API_ANSWER_INVALID");
        assert.equal(standIn.requests.at(-1)?.path, path);
      }
      assert.equal(elsewhere.requests.length, 0);
    });
  }
});

describe("An answer that is not WeChat's", { timeout: 120_000 }, () => {
  test("but a page of a proxy is named as one", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    const headers = { "Content-Type": "text/html" };
    const body = "<!DOCTYPE html><title>Log in to this network</title>";
    for (const path of [TOKEN, IPS]) {
      standIn.faults.answerNext({ path, status: 200, headers, body });
      const error = await fails(api.callbackIps(), "API_ANSWER_INVALID");
      assert.ok(error.message.includes(path), error.message);
      assert.match(error.message, /JSON|HTML/);
      await api.accessToken();
    }
  });

  for (const status of [400, 401, 403, 404, 413, 429]) {
    test(`but HTTP ${status} is no answer, and says so`, async (context) => {
      const { api, standIn, fails } = await setStage(context);
      for (const path of [TOKEN, IPS]) {
        standIn.faults.answerNext({ path, status, body: "<html>no</html>" });
        const error = await fails(api.callbackIps(), "API_ANSWER_INVALID");
        assert.ok(error.message.includes(String(status)), error.message);
        await api.accessToken();
      }
    });
  }

  test("but HTTP 4xx with an errcode is a refusal", async (context) => {
    const { api, standIn, refused } = await setStage(context);
    const body = '{"errcode":45009,"errmsg":"reach max api daily quota limit rid: 1-2-3"}';
    standIn.faults.answerNext({ path: IPS, status: 412, body });
    await refused(api.callbackIps(), 45009);
  });

  for (const status of [500, 502, 503, 504]) {
    test(`but HTTP ${status} means that WeChat cannot be reached now`, async (context) => {
      const { api, standIn, fails } = await setStage(context);
      standIn.faults.answerNext({ path: IPS, status, times: 1000 });
      const error = await fails(api.callbackIps(), "API_UNREACHABLE");
      assert.ok(error.message.includes(String(status)), error.message);
    });
  }

  test("but a token that is missing, empty or without an end", async (context) => {
    const { api, standIn, fails, pass } = await setStage(context);
    for (const body of [
      "{}",
      '{"access_token":""}',
      '{"access_token":null,"expires_in":7200}',
      '{"access_token":"x"}',
      '{"access_token":"x","expires_in":"soon"}',
      '{"access_token":"x","expires_in":-1}',
      '{"errcode":0,"errmsg":"ok"}',
    ]) {
      standIn.faults.answerNext({ path: TOKEN, status: 200, body });
      const error = await fails(api.callbackIps(), "API_ANSWER_INVALID");
      assert.match(error.message, /access_token|expires_in/);
    }
    await pass(api.callbackIps());
  });

  test("but nothing at all, since nobody listens", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    await standIn.close();
    const error = await fails(api.callbackIps(), "API_UNREACHABLE");
    assert.match(error.message, /ECONNREFUSED/);
  });

  test("but that of a server without TLS", async (context) => {
    const { another, standIn, fails } = await setStage(context);
    const api = another({ base: standIn.base.replace("http:", "https:"), timeoutMs: 1000 });
    await fails(api.callbackIps(), "API_UNREACHABLE");
  });
});

describe("The base", { timeout: 120_000 }, () => {
  for (const end of ["", "/"]) {
    test(`may have a path${end && " with a slash at its end"}`, async (context) => {
      const { another, standIn } = await setStage(context, { standIn: { prefix: "/proxy/wx" } });
      const api = another({ base: `${standIn.base}${end}` });
      await api.callbackIps();
      await api.customerService.send(OPEN_ID, "你好");
      const { ticket } = await api.qrcode.create(1);
      assert.match(api.qrcode.imageUrl(ticket), /^https:\/\/mp\.weixin\.qq\.com\//);
      assert.deepEqual(standIn.refusals, []);
    });
  }

  test("must be an address of http or https without a query", () => {
    const options = { appId: APP_ID, appSecret: SECRET };
    for (const base of [
      "api.weixin.qq.com",
      "ftp://api.weixin.qq.com",
      "file:///etc",
      "http://",
      "https://api.weixin.qq.com?a=1",
      "https://api.weixin.qq.com/#a",
      "https://user:password@api.weixin.qq.com",
    ]) {
      const error = throws(() => echostr.createApi({ ...options, base }), "SETTING_INVALID", base);
      assert.match(error.message, /base/);
      assert.ok(!error.message.includes("password"), error.message);
    }
  });

  test("is where every path is, whatever stands in it", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    const elsewhere = await startStandIn((end) => context.after(end));
    const { port } = elsewhere;
    await api.accessToken();
    for (const path of [
      `@127.0.0.1:${port}/cgi-bin/x`,
      `.example.com/cgi-bin/x`,
      `http://127.0.0.1:${port}/cgi-bin/x`,
      `cgi-bin/x`,
      "",
    ]) {
      await fails(api.call(path), "API_INPUT_INVALID");
    }
    for (const path of [`//127.0.0.1:${port}/cgi-bin/x`, "/\\127.0.0.1/x"]) {
      await api.call(path).catch(() => {});
    }
    assert.equal(elsewhere.requests.length, 0);
    assert.ok(standIn.requests.length <= 3);
  });
});

describe("createApi", () => {
  const RIGHT: ApiOptions = { appId: APP_ID, appSecret: SECRET };

  test("needs an appId", () => {
    for (const appId of [undefined, ""]) {
      throws(() => echostr.createApi({ ...RIGHT, appId: appId as string }), "APPID_MISSING");
    }
  });

  test("needs an appSecret", () => {
    for (const appSecret of [undefined, ""]) {
      const make = (): unknown => echostr.createApi({ ...RIGHT, appSecret: appSecret as string });
      assert.match(throws(make, "SETTING_INVALID").message, /appSecret/i);
    }
  });

  test("refuses settings that mean nothing, by their name", () => {
    const wrong: Readonly<Record<string, readonly unknown[]>> = {
      token: ["Stable", true],
      timeoutMs: [0, -1, Number.NaN, Infinity, "10"],
    };
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values) {
        const make = (): unknown => echostr.createApi({ ...RIGHT, [name]: value });
        const error = throws(make, "SETTING_INVALID", `${name} ${String(value)}`);
        assert.ok(error.message.includes(name), error.message);
      }
    }
  });

  test("sends nothing by itself", async (context) => {
    const { standIn, clock } = await setStage(context);
    await clock.turn(10_000_000);
    assert.equal(standIn.requests.length, 0);
  });
});

describe("A call of one's own", { timeout: 120_000 }, () => {
  test("is a GET without a body and a POST with one, by default", async (context) => {
    const { api, standIn } = await setStage(context);
    standIn.faults.answerNext({ path: "/cgi-bin/x", status: 200, body: '{"errcode":0,"a":1}', times: 9 });
    assert.deepEqual(await api.call("/cgi-bin/x"), { errcode: 0, a: 1 });
    await api.call("/cgi-bin/x", {});
    await api.call("/cgi-bin/x", undefined, {}, { method: "POST" });
    assert.deepEqual(
      standIn.requestsFor("/cgi-bin/x").map(({ method, body }) => `${method} ${body}`),
      ["GET ", "POST {}", "POST "],
    );
  });

  test("takes a query, in its path as well, and escapes what has to be", async (context) => {
    const { api, standIn } = await setStage(context);
    standIn.faults.answerNext({ path: "/cgi-bin/x", status: 200, body: "{}", times: 9 });
    const { token } = await api.accessToken();
    await api.call("/cgi-bin/x?a=%E6%B1%89&b", undefined, { c: "&=汉+ ", d: 7, e: undefined });
    const { query } = standIn.requestsFor("/cgi-bin/x")[0] ?? {};
    assert.deepEqual(query, { a: "汉", b: "", c: "&=汉+ ", d: "7", access_token: token });
  });

  test("may send a form", async (context) => {
    const { api, standIn } = await setStage(context);
    const form = new FormData();
    form.set("media", new Blob([Buffer.from("89504e47", "hex")]), "图.png");
    const answer = await api.call("/cgi-bin/media/upload", form, { type: "image" });
    assert.equal(answer["type"], "image");
    assert.equal(standIn.files("temporary")[0]?.name, "图.png");
  });
});
