/** What `docs/guide/functions.md` lets one write works: against the events of the hosts' documents. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import type { BotOptions, EventHandler, ListenOptions, Mounted, RunningServer } from "../../src/index.ts";
import { temporaryFolder } from "../cli/process.ts";
import { ACCOUNT, field, plainDelivery, safeDelivery, textMessage, verification } from "../server/platform.ts";
import { eventHost } from "../support/events.ts";
import { type Sent, exchange } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { wireOpenReply } from "../support/wire.ts";
import { areTheSame } from "./languages.ts";
import { readDocument } from "./markdown.ts";
import type { Document } from "./markdown.ts";

const ENGLISH: Document = readDocument("docs/guide/functions.md");
const CHINESE: Document = readDocument("docs/guide/functions.zh-CN.md");

/** The code below a heading. */
function codeOf(host: string): string {
  const [, section = ""] = ENGLISH.text.split(`\n## ${host}\n`);
  const code = /^```js\n([^]*?)^```/m.exec(section.split("\n## ")[0] ?? "")?.[1];
  assert.ok(code !== undefined, `${host} has no code`);
  return code;
}

const nameOf = (code: string): string => /^\/\/ (\S+)\n/.exec(code)?.[1] ?? "";

/** What the library is for a block: its bots are silent, its servers take a free port. */
const library = {
  ...echostr,
  createBot: (options: BotOptions) => echostr.createBot({ log: () => {}, ...options }),
};

/** Loads a block under its name, beside the files that it imports. */
async function load(context: TestContext, code: string): Promise<Record<string, unknown>> {
  const folder = temporaryFolder(context);
  const servers: RunningServer[] = [];
  const startServer = async (bots: Mounted, options?: ListenOptions): Promise<void> => {
    servers.push(await echostr.startServer(bots, { ...options, port: 0, host: "127.0.0.1" }));
    context.after(() => servers[0]?.close());
  };
  Object.assign(globalThis, { echostrForBlocks: { ...library, startServer }, waitedFor: [] });
  context.after(() => Reflect.deleteProperty(globalThis, "echostrForBlocks"));
  const before = process.env;
  const { token, encodingAesKey, appId } = ACCOUNT;
  process.env = { ...before, WECHAT_TOKEN: token, WECHAT_AES_KEY: encodingAesKey, WECHAT_APPID: appId };
  context.after(() => void (process.env = before));
  const exported = "createBot, fromEvent, startServer, openStore";
  write(folder, "echostr.mjs", `export const { ${exported} } = globalThis.echostrForBlocks;`);
  write(folder, "echostr.cjs", "module.exports = globalThis.echostrForBlocks;");
  write(folder, "node_modules/@vercel/functions/package.json", '{ "type": "module", "exports": "./index.js" }');
  write(folder, "node_modules/@vercel/functions/index.js", "export const waitUntil = (work) => void globalThis.waitedFor.push(work);");
  const file = write(folder, nameOf(code), code);
  const loaded = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const exports = file.endsWith(".js") ? (loaded["default"] as Record<string, unknown>) : loaded;
  return { ...exports, port: servers[0]?.port };
}

function write(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

areTheSame("docs/guide/functions.md", ENGLISH, CHINESE);

describe("docs/guide/functions.md", () => {
  test("has no code of more than 8 lines", () => {
    const programs = ENGLISH.blocks.filter(({ language }) => language === "js");
    assert.equal(programs.length, 9);
    for (const { code } of programs) {
      const lines = code.split("\n").filter((line) => line !== "" && !line.startsWith("//"));
      assert.ok(lines.length <= 8, code);
    }
  });
});

describe("The code for hosts that call with an event answers handshake and message", () => {
  for (const [heading, name, entry] of [
    ["腾讯云 SCF", "scf-url", "main_handler"],
    ["腾讯云 SCF", "scf-apigw", "main_handler"],
    ["阿里云 FC", "fc-http", "handler"],
    ["华为云 FunctionGraph", "huawei-apig", "handler"],
    ["CloudBase", "cloudbase", "main"],
    ["AWS Lambda", "lambda-url", "handler"],
    ["AWS Lambda", "apigw-v1", "handler"],
    ["AWS Lambda", "apigw-v2", "handler"],
    ["AWS Lambda", "alb", "handler"],
  ] as const) {
    test(`${heading}: ${name}`, async (context) => {
      const handler = (await load(context, codeOf(heading)))[entry] as EventHandler;
      const shaken = await handler(eventHost(name).event(verification(ACCOUNT, "7012")), {});
      assert.deepEqual([shaken.statusCode, shaken.body], [200, "7012"]);
      const answered = await handler(eventHost(name).event(plainDelivery(ACCOUNT, textMessage("早"))), {});
      assert.equal(field(answered.body, "Content"), "测试");
    });
  }
});

describe("What the page says of every host", () => {
  test("are the options of safe mode, with which a message that is not encrypted is refused", async (context) => {
    const options = /`(encodingAesKey: [^`]+)`/.exec(ENGLISH.text)?.[1] ?? "";
    const safely = codeOf("阿里云 FC").replace(/token: [^,]+,/, `$& ${options},`);
    const handler = (await load(context, safely))["handler"] as EventHandler;
    const { event } = eventHost("fc-http");
    const answered = await handler(event(safeDelivery(ACCOUNT, textMessage("早"))), {});
    assert.equal(field(wireOpenReply(answered.body, ACCOUNT).xml, "Content"), "测试");
    assert.equal((await handler(event(plainDelivery(ACCOUNT, textMessage("早"))), {})).statusCode, 403);
  });

  test("is what a browser shows that opens the address", async (context) => {
    const handler = (await load(context, codeOf("腾讯云 SCF")))["main_handler"] as EventHandler;
    const { body } = await handler(eventHost("scf-url").event({ target: "/" }), {});
    for (const [page, words] of [[ENGLISH, /“(This is the callback[^”]+)”/], [CHINESE, /“(这里是[^”]+)”/]] as const) {
      const shown = words.exec(page.text.replace(/\n +/g, " "))?.[1];
      assert.ok(shown !== undefined && body.includes(shown), shown ?? "no such words");
    }
  });
});

type Fetch = (request: Request, ...more: unknown[]) => Promise<Response>;

function requestOf({ method = "GET", target, body, headers }: Sent): Request {
  const init: RequestInit = { method, headers: headers ?? {} };
  return new Request(`https://a.example${target}`, body === undefined ? init : { ...init, body: String(body) });
}

async function converses(fetch: Fetch, ...more: readonly unknown[]): Promise<void> {
  assert.equal(await (await fetch(requestOf(verification(ACCOUNT, "7012")), ...more)).text(), "7012");
  const answer = await fetch(requestOf(plainDelivery(ACCOUNT, textMessage("早"))), ...more);
  assert.equal(field(await answer.text(), "Content"), "测试");
}

describe("The code for hosts that call with a request answers handshake and message", () => {
  const hostContext = { waitUntil: () => {} };

  test("Cloudflare Workers", async (context) => {
    const { fetch } = (await load(context, codeOf("Cloudflare Workers")))["default"] as { fetch: Fetch };
    await converses(fetch, { WECHAT_TOKEN: ACCOUNT.token }, hostContext);
  });

  test("Netlify", async (context) => {
    const exports = await load(context, codeOf("Netlify"));
    await converses(exports["default"] as Fetch, hostContext);
    assert.deepEqual(exports["config"], { path: "/wx" });
  });

  test("Vercel, which is told of a handler with a promise", async (context) => {
    const code = codeOf("Vercel").replace('() => "测试"', 'async () => "测试"');
    const { fetch } = (await load(context, code))["default"] as { fetch: Fetch };
    await converses(fetch);
    const { waitedFor } = globalThis as unknown as { waitedFor: unknown[] };
    assert.equal(waitedFor.length, 1);
  });

  test("Vercel in the Node form, whose request has a body that is parsed when it is looked at", async (context) => {
    const code = codeOf("Vercel").replace(/export default .*/, "export default bot.handler;");
    const handler = (await load(context, code))["default"] as RequestListener;
    const server = createServer((request, response) => {
      // Of a type that it does not know it makes nothing.
      Object.defineProperty(request, "body", { get: () => undefined });
      handler(request, response);
    });
    context.after(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const answer = await exchange(port, plainDelivery(ACCOUNT, textMessage("早")));
    assert.equal(field(answer.body, "Content"), "测试");
  });
});

describe("The container of 微信云托管", () => {
  const headers = { "Content-Type": "application/json", "X-WX-SOURCE": "other" };
  const push = (body: string): Sent => ({ method: "POST", target: "/wx", headers, body });

  test("passes the check of its path, and answers pushes in the form in which they came", async (context) => {
    const port = (await load(context, codeOf("微信云托管")))["port"] as number;
    for (const body of [
      '{"action":"CheckContainerPath"}',
      "<xml><action>CheckContainerPath</action></xml>",
    ]) {
      const { status, body: said } = await exchange(port, push(body));
      assert.deepEqual([status, said], [200, "success"]);
    }
    const CreateTime = Math.floor(Date.now() / 1000);
    const message = { ToUserName: "gh_1", FromUserName: "oA", CreateTime, MsgType: "text", Content: "早", MsgId: 1 };
    const json = await exchange(port, push(JSON.stringify(message)));
    const { Content, CreateTime: replied } = JSON.parse(json.body) as Record<string, unknown>;
    assert.deepEqual([Content, typeof replied], ["你说：早", "number"]);
    const xml = await exchange(port, push(textMessage("晚")));
    assert.equal(field(xml.body, "Content"), "你说：晚");
    const unmarked = await exchange(port, { ...push(textMessage("晚")), headers: {} });
    assert.equal(unmarked.status, 403);
  });

  test("has in its image the files that the code names, and its port", () => {
    const image = ENGLISH.blocks.find(({ language }) => language === "dockerfile")?.code ?? "";
    const code = codeOf("微信云托管");
    assert.match(image, /^COPY echostr\.mjs server\.mjs/m);
    assert.equal(/^EXPOSE (\d+)/m.exec(image)?.[1], /port: (\d+)/.exec(code)?.[1]);
    assert.match(image, new RegExp(`CMD \\["node", "${nameOf(code)}"\\]`));
  });
});
