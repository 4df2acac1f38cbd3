/** `echostr token`, `menu`, `call`, `ips`, `network-check`, as processes of their own. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { temporaryFolder } from "../cli/process.ts";
import { startRedis, withoutRedis } from "../support/redis.ts";
import { failsWith, runCommand, succeeds } from "./command.ts";
import { OPEN_ID } from "./stage.ts";
import { APP_ID, SECRET, startStandIn } from "./stand-in.ts";
import type { ApiStandIn } from "./stand-in.ts";

const MENU = {
  button: [
    { type: "click", name: "今日歌曲", key: "V1001" },
    { name: "更多", sub_button: [{ type: "view", name: "搜索😀", url: "http://example.com/" }] },
  ],
};

function start(context: TestContext): Promise<ApiStandIn> {
  return startStandIn((end) => context.after(end));
}

describe("echostr token", { timeout: 600_000 }, () => {
  test("prints the token alone, and beside it its end", async (context) => {
    const standIn = await start(context);
    const { status, stdout, stderr } = await runCommand(context, standIn, ["token"]);
    assert.equal(status, 0);
    assert.equal(stdout, `${standIn.tokens.all[0]}\n`);
    assert.match(stderr, /\d{4}-\d\d-\d\d|\d\d:\d\d/);
    assert.equal(standIn.requests[0]?.path, "/cgi-bin/stable_token");
  });

  test("gets a classic one when told so", async (context) => {
    const standIn = await start(context);
    const environment = { WECHAT_API_TOKEN: "classic" };
    const token = await succeeds(context, standIn, ["token"], { environment });
    assert.equal(token, `${standIn.tokens.all[0]}\n`);
    assert.equal(standIn.requests[0]?.path, "/cgi-bin/token");
  });

  test("reads its settings from .env as well", async (context) => {
    const standIn = await start(context);
    const folder = temporaryFolder(context);
    const lines = [
      `WECHAT_APPID=${APP_ID}`,
      `WECHAT_SECRET="${SECRET}"`,
      `WECHAT_API_BASE=${standIn.base}`,
    ];
    writeFileSync(join(folder, ".env"), `${lines.join("\n")}\n`);
    const token = await succeeds(context, standIn, ["token"], { folder, bare: true });
    assert.equal(token, `${standIn.tokens.all[0]}\n`);
  });

  test("takes the token that is in the store", { skip: withoutRedis() }, async (context) => {
    const standIn = await start(context);
    const { url } = await startRedis((end) => context.after(end));
    const environment = { WECHAT_API_TOKEN: "classic", STORE: url };
    const first = await succeeds(context, standIn, ["token"], { environment });
    const second = await succeeds(context, standIn, ["token"], { environment });
    assert.equal(first, second);
    assert.equal(standIn.tokenRequests, 1);
  });
});

describe("echostr menu", { timeout: 600_000 }, () => {
  test("sets a file, prints the menu, and takes what it printed", async (context) => {
    const standIn = await start(context);
    const folder = temporaryFolder(context);
    const file = join(folder, "menu.json");
    writeFileSync(file, JSON.stringify(MENU));
    await succeeds(context, standIn, ["menu", "set", file]);
    assert.deepEqual(standIn.menu, MENU.button);
    const printed = await succeeds(context, standIn, ["menu", "get"]);
    assert.deepEqual(JSON.parse(printed).menu.button.length, 2);
    assert.ok(printed.includes("搜索😀"));
    standIn.side.setMenu([]);
    await succeeds(context, standIn, ["menu", "set", "-"], { input: printed });
    assert.deepEqual(standIn.menu, MENU.button);
    standIn.side.setMenu([]);
    writeFileSync(file, `\uFEFF${JSON.stringify(MENU)}\r\n`);
    await succeeds(context, standIn, ["menu", "set", "menu.json"], { folder });
    assert.deepEqual(standIn.menu, MENU.button);
    await succeeds(context, standIn, ["menu", "delete"]);
    assert.equal(standIn.menu, undefined);
  });

  test("says that there is none", async (context) => {
    const standIn = await start(context);
    assert.match(await failsWith(context, standIn, ["menu", "get"], 1), /no menu/i);
  });

  test("says what is wrong with a menu, and sends nothing", async (context) => {
    const standIn = await start(context);
    const button = [...MENU.button, ...MENU.button];
    const input = JSON.stringify({ button });
    const said = await failsWith(context, standIn, ["menu", "set", "-"], 1, { input });
    assert.match(said, /1 to 3 buttons|3/);
    for (const wrong of ["", "{", "[]", "null", '"menu"', "{}"]) {
      const { status, stderr } = await runCommand(context, standIn, ["menu", "set", "-"], {
        input: wrong,
      });
      assert.ok(status === 1 || status === 2, stderr);
      assert.match(stderr, /^echostr: [^\n]+\n$/);
    }
    assert.equal(standIn.requests.length, 0);
  });

  test("says which file is no JSON", async (context) => {
    const standIn = await start(context);
    const folder = temporaryFolder(context);
    writeFileSync(join(folder, "broken.json"), '{ "button": [');
    const words = ["menu", "set", "broken.json"];
    const { status, stderr } = await runCommand(context, standIn, words, { folder });
    assert.equal(status, 2);
    assert.match(stderr, /^echostr: JSON expected in broken\.json: [^\n]+\n$/);
  });

  test("says that a file cannot be read", async (context) => {
    const standIn = await start(context);
    const { status, stderr } = await runCommand(context, standIn, ["menu", "set", "none.json"]);
    assert.ok(status === 1 || status === 2);
    assert.match(stderr, /^echostr: [^\n]*none\.json[^\n]*\n$/);
    assert.equal(standIn.requests.length, 0);
  });
});

describe("echostr call", { timeout: 600_000 }, () => {
  test("is a GET without JSON, and prints the answer as JSON", async (context) => {
    const standIn = await start(context);
    const body = '{"id":7287429385930260481,"name":"汉字😀"}';
    standIn.faults.answerNext({ path: "/cgi-bin/x", status: 200, body });
    const printed = await succeeds(context, standIn, ["call", "/cgi-bin/x?a=1"]);
    assert.deepEqual(JSON.parse(printed), { id: "7287429385930260481", name: "汉字😀" });
    assert.equal(standIn.requestsFor("/cgi-bin/x")[0]?.query["a"], "1");
  });

  test("is a POST with JSON, of a file, or of the standard input", async (context) => {
    const standIn = await start(context);
    const folder = temporaryFolder(context);
    const message = { touser: OPEN_ID, msgtype: "text", text: { content: "你好😀" } };
    const json = JSON.stringify(message);
    writeFileSync(join(folder, "message.json"), json);
    standIn.heard(OPEN_ID);
    for (const word of [json, "@message.json", "-"]) {
      const args = ["call", "/cgi-bin/message/custom/send", word];
      await succeeds(context, standIn, args, { folder, input: word === "-" ? json : "" });
    }
    assert.deepEqual(standIn.sent, [message, message, message]);
  });

  test("says what WeChat refuses, with what to do", async (context) => {
    const standIn = await start(context);
    standIn.faults.failNext({ path: "/cgi-bin/x", errcode: 48001 });
    const said = await failsWith(context, standIn, ["call", "/cgi-bin/x"], 1);
    assert.match(said, /errcode 48001 from \/cgi-bin\/x: .+; WeChat says "api unauthorized rid: /);
  });
});

describe("echostr ips", { timeout: 600_000 }, () => {
  test("prints an address in each line", async (context) => {
    const standIn = await start(context);
    const printed = await succeeds(context, standIn, ["ips"]);
    assert.equal(printed, `${standIn.network.callbackIps.join("\n")}\n`);
  });
});

describe("echostr network-check", { timeout: 600_000 }, () => {
  test("prints what WeChat found, as JSON", async (context) => {
    const standIn = await start(context);
    const printed = await succeeds(context, standIn, ["network-check"]);
    assert.deepEqual(Object.keys(JSON.parse(printed)).sort(), ["dns", "ping"]);
    const args = ["network-check", "--action", "dns", "--operator", "UNICOM"];
    await succeeds(context, standIn, args);
    const { json } = standIn.requests.at(-1) ?? {};
    assert.deepEqual(json, { action: "dns", check_operator: "UNICOM" });
    standIn.network.hasCallback = false;
    assert.match(await failsWith(context, standIn, ["network-check"], 1), /40201/);
  });
});
