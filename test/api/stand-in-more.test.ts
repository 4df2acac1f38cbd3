/** The rest of the stand-in: menu, files, the account, and what goes wrong on purpose. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { exchange, open } from "../support/http.ts";
import { APP_ID, SECRET, startStandIn } from "./stand-in.ts";
import type { ApiStandIn, StandInOptions } from "./stand-in.ts";

async function startWithToken(
  context: TestContext,
  options: StandInOptions = {},
): Promise<{ standIn: ApiStandIn; call: (path: string, body?: unknown) => Promise<Answered> }> {
  const standIn = await startStandIn((end) => context.after(end), options);
  const { prefix = "" } = options;
  const credential = { grant_type: "client_credential", appid: APP_ID, secret: SECRET };
  const { body: given } = await exchange(standIn.port, {
    target: `${prefix}/cgi-bin/token?${new URLSearchParams(credential)}`,
  });
  const { access_token } = JSON.parse(given) as { access_token: string };
  const call = async (path: string, body?: unknown): Promise<Answered> => {
    const target = `${prefix}${path}${path.includes("?") ? "&" : "?"}access_token=${access_token}`;
    const answer = body === undefined
      ? await exchange(standIn.port, { target })
      : await exchange(standIn.port, { method: "POST", target, body: JSON.stringify(body) });
    return answer.status === 200 ? JSON.parse(answer.body) : { status: answer.status };
  };
  return { standIn, call };
}

type Answered = Record<string, unknown>;

/** A form with a file, written by hand. */
function form(name: string, filename: string, content: Buffer): [type: string, body: Buffer] {
  const boundary = "----boundary--of-the-test";
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; ` +
    `filename="${filename}"\r\nContent-Type: image/png\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return [`multipart/form-data; boundary=${boundary}`, body];
}

describe("The stand-in's menu", () => {
  test("is set, read and deleted", async (context) => {
    const { standIn, call } = await startWithToken(context);
    assert.equal((await call("/cgi-bin/menu/get"))["errcode"], 46003);
    const button = [{ type: "click", name: "今日歌曲", key: "V1001" }];
    assert.equal((await call("/cgi-bin/menu/create", { button }))["errcode"], 0);
    assert.deepEqual(standIn.menu.current, button);
    const kept = { menu: { button: [{ ...button[0], sub_button: [] }] } };
    assert.deepEqual(await call("/cgi-bin/menu/get"), kept);
    assert.equal((await call("/cgi-bin/menu/delete"))["errcode"], 0);
    assert.equal((await call("/cgi-bin/menu/get"))["errcode"], 46003);
  });

  test("has limits", async (context) => {
    const { call } = await startWithToken(context);
    const click = { type: "click", name: "按钮", key: "k" };
    const cases: readonly (readonly [unknown[], number])[] = [
      [[], 40016],
      [[click, click, click, click], 40016],
      [[{ ...click, type: "press" }], 40017],
      [[{ ...click, name: "字".repeat(6) }], 40018],
      [[{ ...click, key: "k".repeat(129) }], 40019],
      [[{ type: "view", name: "n", url: `http://a/${"u".repeat(1024)}` }], 40020],
      [[{ name: "n", sub_button: Array(6).fill(click) }], 40023],
      [[{ name: "n", sub_button: [{ ...click, name: "字".repeat(21) }] }], 40025],
    ];
    for (const [button, errcode] of cases) {
      assert.equal((await call("/cgi-bin/menu/create", { button }))["errcode"], errcode);
    }
  });
});

describe("The stand-in's files", () => {
  async function upload(
    { standIn, call }: Awaited<ReturnType<typeof startWithToken>>,
    [type, body]: [string, Buffer],
    headers: Record<string, string> = {},
  ): Promise<Answered> {
    // Any call leaves the token in the list of requests.
    await call("/cgi-bin/getcallbackip");
    const token = standIn.requests.at(-1)?.query["access_token"];
    const target = `/cgi-bin/media/upload?type=image&access_token=${token}`;
    const sent = { method: "POST", target, headers: { "Content-Type": type, ...headers }, body };
    return JSON.parse((await exchange(standIn.port, sent)).body);
  }

  test("come back byte for byte, also with line ends and boundaries in them", async (context) => {
    const started = await startWithToken(context);
    const bytes = Buffer.from("\r\n--\r\n\u0000----boundary--of-the-tes\r\n");
    const { media_id, type } = await upload(started, form("media", "图.png", bytes));
    assert.equal(type, "image");
    const stored = started.standIn.media.temporary.get(String(media_id));
    assert.deepEqual(stored?.bytes, bytes);
    assert.equal(stored?.filename, "图.png");
    const token = started.standIn.requests.at(-1)?.query["access_token"];
    const target = `/cgi-bin/media/get?access_token=${token}&media_id=${media_id}`;
    const answer = await exchange(started.standIn.port, { target });
    assert.equal(answer.headers["content-type"], "image/png");
    assert.deepEqual(answer.bytes, bytes);
  });

  test("must be named media, have a name and a length", async (context) => {
    const started = await startWithToken(context);
    const bytes = Buffer.from("png");
    const [type, body] = form("media", "a.png", bytes);
    const chunked = Buffer.from(`${body.length.toString(16)}\r\n${body.toString()}\r\n0\r\n\r\n`);
    const refused = async (sent: [string, Buffer], headers?: Record<string, string>) =>
      (await upload(started, sent, headers))["errcode"];
    assert.equal(await refused(form("file", "a.png", bytes)), 41005);
    assert.equal(await refused(form("media", "", bytes)), 41005);
    assert.equal(await refused([type, body.subarray(0, -9)]), 41005);
    assert.equal(await refused([type, chunked], { "Transfer-Encoding": "chunked" }), 41005);
    assert.equal(await refused(form("media", "a.exe", bytes)), 40005);
    assert.equal(await refused(form("media", "a.png", Buffer.alloc(10_485_761))), 40009);
  });
});

describe("The stand-in's account", () => {
  test("knows addresses, checks, quotas and codes", async (context) => {
    const { standIn, call } = await startWithToken(context);
    assert.ok(Array.isArray((await call("/cgi-bin/getcallbackip"))["ip_list"]));
    const check = { action: "all", check_operator: "DEFAULT" };
    const checked = await call("/cgi-bin/callback/check", check);
    assert.deepEqual(Object.keys(checked), ["dns", "ping"]);
    standIn.account.hasCallback = false;
    assert.equal((await call("/cgi-bin/callback/check", check))["errcode"], 40201);
    const code = { action_name: "QR_SCENE", action_info: { scene: { scene_id: 123 } } };
    assert.equal((await call("/cgi-bin/qrcode/create", code))["expire_seconds"], 60);
    const none = { ...code, action_info: { scene: { scene_id: 0 } } };
    assert.equal((await call("/cgi-bin/qrcode/create", none))["errcode"], 40053);
    for (let nth = 0; nth < 10; nth += 1) {
      assert.equal((await call("/cgi-bin/clear_quota", { appid: APP_ID }))["errcode"], 0);
    }
    assert.equal((await call("/cgi-bin/clear_quota", { appid: APP_ID }))["errcode"], 48006);
    assert.equal((await call("/cgi-bin/nothing"))["errcode"], 40066);
  });
});

describe("The stand-in's faults", () => {
  const PATH = "/cgi-bin/getcallbackip";

  test("refuse as often as told, on the path that is meant", async (context) => {
    const { standIn, call } = await startWithToken(context);
    standIn.failNext({ path: PATH, errcode: -1, times: 2 });
    assert.equal((await call("/cgi-bin/menu/get"))["errcode"], 46003);
    assert.equal((await call(PATH))["errcode"], -1);
    assert.equal((await call(PATH))["errcode"], -1);
    assert.equal((await call(PATH))["errcode"], undefined);
    standIn.answerNext({ path: PATH, status: 502, body: "<html>" });
    assert.deepEqual(await call(PATH), { status: 502 });
  });

  test("break the connection before or after the request has had its effect", async (context) => {
    const { standIn, call } = await startWithToken(context);
    for (const when of ["before", "after"] as const) {
      standIn.dropNext({ path: "/cgi-bin/clear_quota", when });
      await assert.rejects(call("/cgi-bin/clear_quota", { appid: APP_ID }), /ended before/);
    }
    assert.equal(standIn.account.clears.length, 1);
    assert.equal(standIn.requestsFor("/cgi-bin/clear_quota").length, 2);
  });

  test("hold requests until the gate is opened", async (context) => {
    const { standIn, call } = await startWithToken(context);
    const gate = standIn.slow({ path: PATH });
    let answered = false;
    const calling = call(PATH).then(() => (answered = true));
    while (gate.arrived === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await call("/cgi-bin/menu/get"))["errcode"], 46003, "others pass");
    assert.equal(answered, false);
    gate.open();
    await calling;
  });

  test("do not hinder its end", async (context) => {
    const { standIn, call } = await startWithToken(context, { prefix: "/proxy" });
    assert.equal((await call("/cgi-bin/menu/get"))["errcode"], 46003);
    assert.equal((await exchange(standIn.port, { target: "/cgi-bin/menu/get" })).status, 404);
    standIn.slow();
    const connection = await open(standIn.port);
    connection.send({ target: "/proxy/cgi-bin/menu/get" });
    while (standIn.running < 1) await new Promise((resolve) => setImmediate(resolve));
    await standIn.close();
    connection.close();
  });
});
