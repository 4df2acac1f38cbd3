/** The stand-in is proven by itself, before anything is tested with it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { exchange } from "../support/http.ts";
import type { Sent } from "../support/http.ts";
import { APP_ID, SECRET, startStandIn } from "./stand-in.ts";
import type { ApiStandIn, StandInOptions } from "./stand-in.ts";

const OPEN_ID = "oFollower7Kc-93aBqXyZ_012345";
const CREDENTIAL = { grant_type: "client_credential", appid: APP_ID, secret: SECRET };

interface Asked {
  readonly standIn: ApiStandIn;
  ask(request: Sent): Promise<Record<string, unknown>>;
  classic(fields?: Record<string, string>): Promise<Record<string, unknown>>;
  stable(fields?: Record<string, unknown>): Promise<Record<string, unknown>>;
  post(path: string, token: unknown, body: unknown): Promise<Record<string, unknown>>;
  get(path: string, token: unknown, query?: string): Promise<Record<string, unknown>>;
}

/** Speaks to a stand-in whose clock stands still. */
async function talkTo(context: TestContext, options: StandInOptions = {}): Promise<Asked> {
  const standIn = await startStandIn((end) => context.after(end), { now: () => 1e12, ...options });
  const ask: Asked["ask"] = async (request) => {
    const { status, body } = await exchange(standIn.port, request);
    assert.equal(status, 200);
    return JSON.parse(body);
  };
  const post: Asked["post"] = (path, token, body) =>
    ask({ method: "POST", target: `${path}?access_token=${token}`, body: JSON.stringify(body) });
  const get: Asked["get"] = (path, token, query = "") =>
    ask({ target: `${path}?access_token=${token}${query}` });
  const classic: Asked["classic"] = (fields = {}) =>
    ask({ target: `/cgi-bin/token?${new URLSearchParams({ ...CREDENTIAL, ...fields })}` });
  const stable: Asked["stable"] = (fields = {}) =>
    post("/cgi-bin/stable_token", "", { ...CREDENTIAL, ...fields });
  return { standIn, ask, post, get, classic, stable };
}

describe("The stand-in's classic token", () => {
  test("is new with each call; the former works for five minutes more", async (context) => {
    const { standIn, classic, get } = await talkTo(context);
    const first = await classic();
    assert.equal(first["expires_in"], 7200);
    const second = await classic();
    assert.notEqual(second["access_token"], first["access_token"]);
    const use = async (each: Record<string, unknown>): Promise<unknown> =>
      (await get("/cgi-bin/getcallbackip", each["access_token"]))["errcode"];
    assert.equal(await use(first), undefined);
    standIn.turn(299_999);
    assert.equal(await use(first), undefined);
    standIn.turn(1);
    assert.equal(await use(first), 40001);
    assert.equal(await use(second), undefined);
    standIn.turn(7_200_000);
    assert.equal(await use(second), 42001);
  });

  test("is given 2,000 times a day", async (context) => {
    const { standIn, classic } = await talkTo(context);
    for (let nth = 0; nth < 2000; nth += 1) standIn.tokens.classicCalls.push(1e12);
    assert.equal((await classic())["errcode"], 45009);
    standIn.turn(86_400_000);
    assert.equal((await classic())["errcode"], undefined);
  });

  test("is refused to whoever is not who they say", async (context) => {
    const { standIn, classic } = await talkTo(context);
    const code = async (fields: Record<string, string>): Promise<unknown> =>
      (await classic(fields))["errcode"];
    assert.equal(await code({ grant_type: "x" }), 40002);
    assert.equal(await code({ appid: "" }), 41002);
    assert.equal(await code({ secret: "" }), 41004);
    assert.equal(await code({ appid: "wx1" }), 40013);
    assert.equal(await code({ secret: "x" }), 40125);
    standIn.tokens.whitelist = ["9.9.9.9"];
    const { errcode, errmsg } = await classic();
    assert.equal(errcode, 40164);
    assert.match(
      String(errmsg),
      /^invalid ip 1\.2\.3\.4 ipv6 ::ffff:1\.2\.3\.4, not in whitelist rid: \w{8}-\w{8}-\w{8}$/,
    );
  });
});

describe("The stand-in's stable token", () => {
  test("is the same until its last five minutes", async (context) => {
    const { standIn, stable } = await talkTo(context);
    const first = await stable();
    standIn.turn(6_899_000);
    const same = await stable();
    assert.equal(same["access_token"], first["access_token"]);
    assert.equal(same["expires_in"], 301);
    standIn.turn(1000);
    const next = await stable();
    assert.notEqual(next["access_token"], first["access_token"]);
    assert.equal(next["expires_in"], 7200);
  });

  test("is replaced at once by force_refresh, each 30 s, 20 times a day", async (context) => {
    const { standIn, stable, get } = await talkTo(context);
    const first = await stable();
    const second = await stable({ force_refresh: true });
    const use = async (each: Record<string, unknown>): Promise<unknown> =>
      (await get("/cgi-bin/getcallbackip", each["access_token"]))["errcode"];
    assert.equal(await use(first), 40001);
    assert.equal(await use(second), undefined);
    assert.equal((await stable({ force_refresh: true }))["errcode"], 45011);
    for (let nth = 1; nth < 20; nth += 1) {
      standIn.turn(30_000);
      assert.equal((await stable({ force_refresh: true }))["errcode"], undefined);
    }
    standIn.turn(30_000);
    assert.equal((await stable({ force_refresh: true }))["errcode"], 45009);
  });

  test("knows nothing of the classic one, and needs a POST", async (context) => {
    const { classic, stable, get, ask } = await talkTo(context);
    const one = await classic();
    const other = await stable();
    await classic();
    await stable({ force_refresh: true });
    assert.equal((await get("/cgi-bin/menu/get", one["access_token"]))["errcode"], 46003);
    assert.equal((await get("/cgi-bin/menu/get", other["access_token"]))["errcode"], 40001);
    assert.equal((await ask({ target: "/cgi-bin/stable_token" }))["errcode"], 43002);
  });

  test("that is killed is replaced, or given again until it is refreshed", async (context) => {
    const { standIn, stable, get } = await talkTo(context);
    const use = async (each: Record<string, unknown>): Promise<unknown> =>
      (await get("/cgi-bin/menu/get", each["access_token"]))["errcode"];
    const first = await stable();
    standIn.killToken();
    assert.equal(await use(first), 40001);
    const second = await stable();
    assert.equal(await use(second), 46003);
    standIn.killToken("stuck");
    assert.equal((await stable())["access_token"], second["access_token"]);
    assert.equal(await use(second), 40001);
    assert.equal(await use(await stable({ force_refresh: true })), 46003);
  });
});

describe("The stand-in's customer-service messages", () => {
  const SEND = "/cgi-bin/message/custom/send";
  const words = { touser: OPEN_ID, msgtype: "text", text: { content: "汉字😀" } };

  test("have quotas: 5 in 48 hours, 3 in a minute after an event", async (context) => {
    const { standIn, stable, post } = await talkTo(context);
    const { access_token } = await stable();
    const send = async (): Promise<unknown> => (await post(SEND, access_token, words))["errcode"];
    assert.equal(await send(), 40003);
    standIn.messages.heard(OPEN_ID);
    for (let nth = 0; nth < 5; nth += 1) assert.equal(await send(), 0);
    assert.equal(await send(), 45047);
    standIn.messages.heard(OPEN_ID, "click");
    for (let nth = 0; nth < 3; nth += 1) assert.equal(await send(), 0);
    assert.equal(await send(), 45047);
    standIn.messages.heard(OPEN_ID);
    standIn.tokens.kill();
    const again = await stable();
    standIn.turn(48 * 3_600_000);
    const renewed = await stable();
    assert.notEqual(renewed["access_token"], again["access_token"]);
    assert.equal((await post(SEND, renewed["access_token"], words))["errcode"], 45015);
    assert.equal(standIn.messages.sent.length, 8);
  });

  test("must be raw UTF-8", async (context) => {
    const { standIn, stable, ask } = await talkTo(context);
    standIn.messages.heard(OPEN_ID);
    const { access_token } = await stable();
    const send = async (body: string | Buffer): Promise<unknown> =>
      (await ask({ method: "POST", target: `${SEND}?access_token=${access_token}`, body }))[
        "errcode"
      ];
    const raw = JSON.stringify(words);
    assert.equal(await send(raw), 0);
    assert.equal(await send(raw.replace("汉", "\\u6c49")), 40033);
    assert.equal(await send(raw.replace("汉", "\\\\u6c49")), 0, "a backslash is no escape");
    assert.equal(await send(Buffer.from(raw.replace("汉", "é"), "latin1")), 40033);
    assert.equal(await send(raw.slice(1)), 47001);
  });

  test("are checked for their kind, and the account for its right", async (context) => {
    const { standIn, stable, post } = await talkTo(context);
    standIn.messages.heard(OPEN_ID);
    const { access_token } = await stable();
    const send = async (fields: Record<string, unknown>): Promise<unknown> =>
      (await post(SEND, access_token, { touser: OPEN_ID, ...fields }))["errcode"];
    assert.equal(await send({ msgtype: "link", link: {} }), 40008);
    assert.equal(await send({ msgtype: "image", image: {} }), 40007);
    assert.equal(await send({ msgtype: "text", text: { content: "" } }), 44004);
    assert.equal(await send({ msgtype: "text", text: { content: "长".repeat(700) } }), 45002);
    assert.equal(await send({ msgtype: "news", news: { articles: [{}, {}] } }), 45008);
    standIn.withoutRight.add(SEND);
    assert.equal(await send({ msgtype: "image", image: { media_id: "m" } }), 48001);
    assert.equal(standIn.messages.sent.length, 0);
  });

  test("may be announced by typing, after a recent interaction", async (context) => {
    const { standIn, stable, post } = await talkTo(context);
    standIn.messages.heard(OPEN_ID);
    const { access_token } = await stable();
    const type = async (command: string): Promise<unknown> =>
      (await post("/cgi-bin/message/custom/typing", access_token, { touser: OPEN_ID, command }))[
        "errcode"
      ];
    assert.equal(await type("Write"), 45072);
    assert.equal(await type("Typing"), 0);
    assert.equal(await type("Typing"), 45081);
    await post(SEND, access_token, words);
    assert.equal(await type("Typing"), 0);
    standIn.turn(30_001);
    assert.equal(await type("Typing"), 45080);
  });
});
