/**
 * The example with a proxy, on a stand-in of the package undici that is as strict as undici 7: what is
 * no text and no bytes of its own goes out as `String(body)`, and its answers are no `Response` of the
 * runtime. It speaks to a proxy of the test, which hands on to WeChat's stand-in.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ApiSettings, Bot } from "../../src/index.ts";
import { APP_ID, SECRET, startStandIn } from "../api/stand-in.ts";
import { temporaryFolder } from "../cli/process.ts";
import { ACCOUNT, message, plainDelivery } from "../server/platform.ts";
import { echostr } from "../support/subject.ts";

const EXAMPLE = fileURLToPath(new URL("../../examples/10-proxy.mjs", import.meta.url));
const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

const UNDICI = `
import { request } from "node:http";
import { Readable } from "node:stream";
export class ProxyAgent {
  constructor(address) { this.address = new URL(address); }
}
export function fetch(address, { dispatcher, body, headers, method }) {
  const { hostname, port } = dispatcher.address;
  const isPlain = body === null || typeof body === "string" || body instanceof Uint8Array;
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, headers, path: String(address) }, (answer) =>
      resolve({
        status: answer.statusCode,
        headers: new Headers(Object.entries(answer.headers)),
        body: Readable.toWeb(answer),
      }),
    );
    sent.on("error", reject).end(isPlain ? (body ?? undefined) : String(body));
  });
}
`;

/** A proxy for http, which keeps what it was asked for. */
async function startProxy(context: TestContext): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const { method = "", url = "" } = request;
    asked.push(`${method} ${new URL(url).pathname}`);
    const body = await buffer(request);
    const headers = { "Content-Type": request.headers["content-type"] ?? "" };
    const answer = await fetch(url, { method, headers, body: method === "GET" ? null : new Uint8Array(body) });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

describe("examples/10-proxy.mjs", { timeout: 60_000 }, () => {
  test("calls WeChat through the proxy, with uploads and downloads", async (context) => {
    const standIn = await startStandIn((end) => context.after(end));
    const { address, asked } = await startProxy(context);
    const folder = temporaryFolder(context);
    const undici = join(folder, "node_modules/undici");
    mkdirSync(undici, { recursive: true });
    writeFileSync(join(undici, "package.json"), '{ "type": "module", "exports": "./index.js" }');
    writeFileSync(join(undici, "index.js"), UNDICI);
    const file = join(folder, "bot.mjs");
    copyFileSync(EXAMPLE, file);
    process.env["HTTPS_PROXY"] = address;
    context.after(() => delete process.env["HTTPS_PROXY"]);
    const { options, default: setup } = (await import(pathToFileURL(file).href)) as {
      options: { api: ApiSettings };
      default: (bot: Bot) => void;
    };
    const app = { appId: APP_ID, appSecret: SECRET, base: standIn.base };
    const api = echostr.createApi({ ...app, ...options.api });
    const bot = echostr.createBot({ token: ACCOUNT.token, api, log: () => {} });
    context.after(() => bot.close());
    setup(bot);
    standIn.side.media.keep("image", { mediaId: "sent", bytes: PNG, contentType: "image/png" });
    const sent = message({ MsgType: "image", PicUrl: "http://x/", MediaId: "sent", MsgId: "1" });
    const { target, body } = plainDelivery(ACCOUNT, sent);
    const request = new Request(`http://x${target}`, { method: "POST", body: String(body) });
    const answer = await bot.fetch(request);
    const [stored] = standIn.files("temporary").slice(-1);
    assert.match(await answer.text(), new RegExp(`<MediaId><!\\[CDATA\\[${stored?.mediaId}\\]\\]>`));
    assert.deepEqual(Buffer.from(stored?.bytes ?? []), PNG);
    assert.deepEqual(asked, [
      "POST /cgi-bin/stable_token",
      "GET /cgi-bin/media/get",
      "POST /cgi-bin/media/upload",
    ]);
    assert.equal(standIn.requests.length, asked.length, "nothing goes past the proxy");
  });
});
