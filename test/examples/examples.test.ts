/** Each example, run as its first lines say. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { builtProgram } from "../support/programs.ts";
import {
  raw,
  wireEnvelope,
  wireHandshake,
  wireReadReply,
  wireRequest,
  wireText,
  wireXml,
} from "../support/wire.ts";
import type { WireRecord } from "../support/wire.ts";
import { start } from "./started-example.ts";

const folder = fileURLToPath(new URL("../../examples", import.meta.url));
const KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const APPID = "wx2c2769f8efd9abc2";
const TOKEN = "tok3nOfAnExample";
const SHOP = "tok3nOfTheShop";
const BLOG = "tok3nOfTheBlog";

function nowInSeconds(): string {
  return String(Math.floor(Date.now() / 1000));
}

async function verify(address: string, token: string): Promise<string> {
  const query = wireHandshake({ token, timestamp: nowInSeconds(), echostr: "4375120948345356249" });
  return (await fetch(`${address}?${query}`)).text();
}

async function say(
  address: string,
  token: string,
  plain: string,
  mode: "plain" | "safe" = "plain",
): Promise<string> {
  const { query, body } = wireRequest({
    token,
    body: plain,
    mode,
    timestamp: nowInSeconds(),
    encodingAesKey: KEY,
    appId: APPID,
  });
  return (await fetch(`${address}?${query}`, { method: "POST", body })).text();
}

function message(kind: string, fields: WireRecord): string {
  return wireXml(wireEnvelope({ MsgType: kind, ...fields }));
}

const LONGER: Readonly<Record<string, number>> = {
  "00-whole-protocol.ts": 130,
  "07-slow-model.ts": 60,
};

describe("An example", () => {
  test("has fewer than 40 lines, unless a model is behind it or it is the whole protocol, and a test runs it", () => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".ts"));
    assert.ok(files.length >= 9);
    const here = fileURLToPath(new URL(".", import.meta.url));
    const tests = readdirSync(here).map((name) => readFileSync(`${here}/${name}`, "utf8"));
    for (const file of files) {
      const lines = readFileSync(`${folder}/${file}`, "utf8").split("\n").length - 1;
      assert.ok(lines < (LONGER[file] ?? 40), `${file} has ${lines} lines`);
      const name = file.replace(".ts", "");
      assert.ok(tests.some((text) => text.includes(name)), `${file} is not run`);
    }
  });

  test("01 verifies the server and refuses a wrong token", async (context) => {
    const base = await start(context, "01-verify.ts", { WECHAT_TOKEN: TOKEN });
    assert.equal(await verify(`${base}/wx/`, TOKEN), "4375120948345356249");
    assert.equal(await verify(`${base}/wx/`, "another"), "check error");
  });

  test("02 answers 测试 to every text and success to the rest", async (context) => {
    const base = await start(context, "02-auto-reply.ts", { WECHAT_TOKEN: TOKEN });
    assert.equal(await verify(`${base}/wx`, TOKEN), "4375120948345356249");
    assert.equal(wireReadReply(await say(`${base}/wx`, TOKEN, wireText("hi")))["Content"], "测试");
    const picture = message("image", { MediaId: "m", PicUrl: "p", MsgId: "1" });
    assert.equal(await say(`${base}/wx`, TOKEN, picture), "success");
  });

  test("03 answers a picture with the same picture", async (context) => {
    const base = await start(context, "03-echo-image.ts", { WECHAT_TOKEN: TOKEN });
    const picture = message("image", { MediaId: "media-1", PicUrl: "p", MsgId: "1" });
    assert.match(await say(`${base}/wx`, TOKEN, picture), /<Image><MediaId><!\[CDATA\[media-1\]/);
    assert.match(await say(`${base}/wx`, TOKEN, wireText("你好")), /你说：你好/);
  });

  test("04 answers follows, scans, clicks and words", async (context) => {
    const base = await start(context, "04-menu-and-events.ts", { WECHAT_TOKEN: TOKEN });
    const send = (body: string): Promise<string> => say(`${base}/wx`, TOKEN, body);
    const event = (name: string, fields: WireRecord): string =>
      message("event", { Event: name, ...fields });
    assert.match(await send(event("subscribe", { EventKey: "qrscene_7" })), /欢迎，来自 7/);
    assert.match(await send(event("subscribe", { EventKey: "" })), /\[欢迎\]/);
    assert.match(await send(event("SCAN", { EventKey: "9" })), /你扫了 9/);
    assert.match(await send(event("CLICK", { EventKey: "today" })), /<ArticleCount>1</);
    assert.equal(await send(event("unsubscribe", { EventKey: "" })), "success");
    assert.match(await send(wireText("天气 北京")), /北京：晴/);
    assert.match(await send(wireText("帮助")), /试试/);
    assert.match(await send(wireText("？")), /没听懂（text）/);
  });

  test("05 serves two accounts on one port", async (context) => {
    const base = await start(context, "05-two-accounts.ts", {
      SHOP_TOKEN: SHOP,
      BLOG_TOKEN: BLOG,
      BLOG_AES_KEY: KEY,
      BLOG_APPID: APPID,
    });
    assert.match(await say(`${base}/shop`, SHOP, wireText("x")), /这里是商店/);
    const timely = wireText("x", { CreateTime: raw(nowInSeconds()) });
    assert.match(await say(`${base}/blog`, BLOG, timely, "safe"), /<MsgSignature>/);
    assert.doesNotMatch(await say(`${base}/blog`, SHOP, wireText("x")), /<xml>/);
  });

  test("06 exports what a host with fetch asks for", async () => {
    process.env["WECHAT_TOKEN"] = TOKEN;
    const module = (await import(pathToFileURL(builtProgram("examples/06-fetch.ts")).href)) as {
      default: { fetch(request: Request): Promise<Response> };
    };
    const { query, body } = wireRequest({
      token: TOKEN,
      body: wireText("你好"),
      timestamp: nowInSeconds(),
    });
    const address = `https://host/any/path?${query}`;
    const response = await module.default.fetch(new Request(address, { method: "POST", body }));
    assert.match(await response.text(), /收到 2 个字/);
  });
});
