/**
 * Tokens for the interfaces: who gets one, for how long it is good, and who loses it.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ApiBench, APP_ID, SECRET } from "./api-bench.ts";

const MINUTE = 60_000;
const GOOD = { grant_type: "client_credential", appid: APP_ID, secret: SECRET };

function classicPath(fields: Readonly<Record<string, string>> = GOOD): string {
  return `token?${new URLSearchParams(fields).toString()}`;
}

async function classic(bench: ApiBench): Promise<string> {
  return String((await bench.bare("GET", classicPath()))["access_token"]);
}

async function usable(bench: ApiBench, token: string): Promise<unknown> {
  const answer = await bench.bare("GET", `getcallbackip?access_token=${token}`);
  return answer["errcode"] ?? 0;
}

describe("A token", () => {
  const wrong: readonly (readonly [string, Record<string, string>, number])[] = [
    ["another grant_type", { ...GOOD, grant_type: "password" }, 40002],
    ["no appid", { ...GOOD, appid: "" }, 41002],
    ["another appid", { ...GOOD, appid: "wxOther" }, 40013],
    ["no secret", { ...GOOD, secret: "" }, 41004],
    ["another secret", { ...GOOD, secret: "other" }, 40125],
  ];
  for (const [what, fields, code] of wrong) {
    test(`is refused to ${what}, with ${code} and status 200`, async () => {
      const bench = new ApiBench();
      const response = await bench.response("GET", classicPath(fields));
      assert.equal(response.status, 200);
      const answer = (await response.json()) as Record<string, unknown>;
      assert.equal(answer["errcode"], code);
      assert.match(String(answer["errmsg"]), / rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/);
      assert.equal((await bench.bare("POST", "stable_token", fields))["errcode"], code);
    });
  }

  test("is given to any secret where none is set", async () => {
    const bench = new ApiBench({ appSecret: undefined });
    const answer = await bench.bare("GET", classicPath({ ...GOOD, secret: "any" }));
    assert.equal(answer["expires_in"], 7200);
  });

  test("takes the one before it away after five minutes, and older ones at once", async () => {
    const bench = new ApiBench();
    const first = await classic(bench);
    const second = await classic(bench);
    assert.notEqual(first, second);
    bench.turn(4 * MINUTE);
    assert.equal(await usable(bench, first), 0);
    bench.turn(2 * MINUTE);
    assert.equal(await usable(bench, first), 40001);
    assert.equal(await usable(bench, second), 0);
    await classic(bench);
    assert.equal(await usable(bench, first), 40001);
  });

  test("is given 2,000 times a day", async () => {
    const bench = new ApiBench();
    for (let count = 0; count < 2000; count += 1) await classic(bench);
    assert.equal((await bench.bare("GET", classicPath()))["errcode"], 45009);
    bench.turn(24 * 60 * MINUTE);
    assert.equal((await bench.bare("GET", classicPath()))["errcode"], undefined);
  });

  test("is missing, of no form, invented or too old: 41001, 40014, 40001, 42001", async () => {
    const bench = new ApiBench();
    const token = await classic(bench);
    assert.equal(await usable(bench, ""), 41001);
    assert.equal(await usable(bench, "a%20b"), 40014);
    assert.equal(await usable(bench, "invented"), 40001);
    bench.turn(7_200_000);
    assert.equal(await usable(bench, token), 42001);
  });
});

describe("Tokens that end from outside", () => {
  test("are refused with 40001, and new ones are given", async () => {
    const bench = new ApiBench();
    const tokens = [await classic(bench), String((await bench.stable())["access_token"])];
    bench.api.tokens.end();
    for (const token of tokens) assert.equal(await usable(bench, token), 40001);
    const next = String((await bench.stable())["access_token"]);
    assert.notEqual(next, tokens[1]);
    assert.equal(await usable(bench, next), 0);
  });

  test("and are stuck are given again until another is forced", async () => {
    const bench = new ApiBench();
    const first = await bench.stable();
    bench.api.tokens.end("stuck");
    assert.equal((await bench.stable())["access_token"], first["access_token"]);
    assert.equal(await usable(bench, String(first["access_token"])), 40001);
    assert.equal(await usable(bench, String((await bench.stable(true))["access_token"])), 0);
    assert.equal(bench.api.tokens.calls.forced.length, 1);
  });

  test("were all given out, and each is known", async () => {
    const bench = new ApiBench();
    assert.deepEqual(bench.api.tokens.all, []);
    const given = [await classic(bench), await classic(bench)];
    assert.deepEqual(bench.api.tokens.all, given);
    assert.equal(bench.api.tokens.calls.classic.length, 2);
  });
});

describe("Who asks for a token", () => {
  test("must call from an address that is allowed, where there is a list", async () => {
    const bench = new ApiBench();
    bench.api.tokens.allowedIps = ["9.9.9.9"];
    bench.api.tokens.callerIp = "1.2.3.4";
    const { errcode, errmsg } = await bench.bare("GET", classicPath());
    assert.equal(errcode, 40164);
    assert.match(
      String(errmsg),
      /^invalid ip 1\.2\.3\.4 ipv6 ::ffff:1\.2\.3\.4, not in whitelist rid: \w{8}-\w{8}-\w{8}$/,
    );
    assert.equal((await bench.stable())["errcode"], 40164);
    bench.api.tokens.callerIp = "9.9.9.9";
    assert.equal((await bench.stable())["errcode"], undefined);
  });

  test("may be told of a wrong secret with 40001, as older documents have it", async () => {
    const bench = new ApiBench();
    bench.api.tokens.wrongSecret = 40001;
    const answer = await bench.bare("GET", classicPath({ ...GOOD, secret: "other" }));
    assert.equal(answer["errcode"], 40001);
  });

  test("may get one of a shorter life", async () => {
    const bench = new ApiBench({ tokenLifeMs: 400_000 });
    const token = await classic(bench);
    bench.turn(399_999);
    assert.equal(await usable(bench, token), 0);
    bench.turn(1);
    assert.equal(await usable(bench, token), 42001);
  });
});

describe("A stable token", () => {
  test("stays the same while five minutes are left, then both work", async () => {
    const bench = new ApiBench();
    const first = await bench.stable();
    bench.turn(115 * MINUTE - 1000);
    const same = await bench.stable();
    assert.equal(same["access_token"], first["access_token"]);
    assert.equal(same["expires_in"], 301);
    // WeChat's page: 在有效期倒计时 5 分钟时发起调用会获取新的 access_token.
    bench.turn(1000);
    const next = await bench.stable();
    assert.notEqual(next["access_token"], first["access_token"]);
    assert.equal(next["expires_in"], 7200);
    assert.equal(await usable(bench, String(first["access_token"])), 0);
    bench.turn(5 * MINUTE);
    assert.equal(await usable(bench, String(first["access_token"])), 42001);
  });

  test("ends at once when another is forced, which may not be within 30 seconds", async () => {
    const bench = new ApiBench();
    const first = await bench.stable();
    const forced = await bench.stable(true);
    assert.equal(await usable(bench, String(first["access_token"])), 40001);
    assert.equal(await usable(bench, String(forced["access_token"])), 0);
    assert.equal((await bench.stable(true))["errcode"], 45011);
    bench.turn(30_001);
    assert.equal((await bench.stable(true))["errcode"], undefined);
  });

  test("is forced twenty times a day", async () => {
    const bench = new ApiBench();
    for (let count = 0; count < 20; count += 1) {
      assert.equal((await bench.stable(true))["errcode"], undefined);
      bench.turn(MINUTE);
    }
    assert.equal((await bench.stable(true))["errcode"], 45009);
  });

  test("knows nothing of the other kind", async () => {
    const bench = new ApiBench();
    const stable = String((await bench.stable())["access_token"]);
    await classic(bench);
    await classic(bench);
    assert.equal(await usable(bench, stable), 0);
  });

  test("is asked for by POST, with JSON", async () => {
    const bench = new ApiBench();
    assert.equal((await bench.bare("GET", "stable_token"))["errcode"], 43002);
    assert.equal((await bench.bare("POST", "stable_token", "grant_type=x"))["errcode"], 47001);
    assert.equal((await bench.bare("POST", "stable_token", ""))["errcode"], 44002);
    assert.equal((await bench.bare("POST", "stable_token", "[1]"))["errcode"], 47001);
  });
});
