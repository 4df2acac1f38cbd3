import assert from "node:assert/strict";
import { type Server, createServer } from "node:net";
import { describe, test } from "node:test";
import { readSettings } from "../../src/cli/settings.ts";
import { startLines } from "../../src/cli/start-lines.ts";
import { fakeServer } from "../store/fake-redis.ts";
import { exchange } from "../support/http.ts";
import {
  ACCOUNT,
  field,
  imageMessage,
  openReply,
  plainDelivery,
  safeDelivery,
  textMessage,
  verification,
} from "../server/platform.ts";
import { CERTIFICATE } from "../server/serving.ts";
import {
  CERTIFICATE_FILES,
  type Environment,
  launch,
  stripsTypes,
  temporaryFolder,
} from "./process.ts";
import { start } from "./started.ts";

const HELLO = textMessage("hello");

const SAFE: Environment = {
  WECHAT_AES_KEY: ACCOUNT.encodingAesKey,
  WECHAT_APPID: ACCOUNT.appId,
};

/** The single file runs without tsx, and so on Node 20 it reads JavaScript only. */
const readsNoTypes = !stripsTypes() && (process.env["ECHOSTR_SUBJECT"] ?? "") !== "";

describe("The first minute", () => {
  test("the start-up lines say address and mode, and nothing into a journal that lets anybody in", async (context) => {
    const { program, port } = await start(context);
    assert.match(program.stderr, /\/wx\b/);
    assert.ok(!program.stderr.includes(ACCOUNT.token), "this is a pipe, which may be kept");
    assert.match(program.stderr, /^ {2}Token {11}the one in WECHAT_TOKEN$/m);
    assert.match(program.stderr, /plain|明文/);
    assert.doesNotMatch(program.stderr, /signature|curl|[0-9a-f]{40}/);
    assert.equal(program.stdout, "");
    assert.equal((await exchange(port, verification(ACCOUNT, "x"))).status, 200);
  });

  for (const [mode, environment] of Object.entries({
    plain: {},
    safe: SAFE,
    compat: { ...SAFE, WECHAT_MODE: "compat", WECHAT_PATH: "/hooks/wechat" },
  })) {
    test(`in ${mode} mode a terminal shows the token, and a line with curl that works as it is`, async (context) => {
      const { program, port } = await start(context, environment);
      const settings = readSettings({ WECHAT_TOKEN: ACCOUNT.token, ...environment }, true);
      const server = { port, url: `http://127.0.0.1:${port}` };
      const lines = startLines(settings, server, "a bot", Date.now(), false);
      assert.match(lines, new RegExp(`^ {2}Token {11}${ACCOUNT.token}$`, "m"));
      const [, url = ""] = /curl [^\n]*?(http:\/\/[^\s'"]+)/.exec(lines) ?? [];
      const address = new URL(url);
      const echo = address.searchParams.get("echostr") ?? "";
      assert.notEqual(echo, "");
      const response = await fetch(address);
      assert.equal(await response.text(), echo);
      assert.ok(program.stderr.includes(mode));
      assert.ok(!(program.stderr + lines).includes(ACCOUNT.encodingAesKey), "the key is not shown");
    });
  }

  test("without a bot file a text is answered 测试, the rest success", async (context) => {
    const { port } = await start(context);
    assert.equal((await exchange(port, verification(ACCOUNT, "echo"))).body, "echo");
    const answer = await exchange(port, plainDelivery(ACCOUNT, HELLO));
    assert.equal(field(answer.body, "Content"), "测试");
    assert.equal((await exchange(port, plainDelivery(ACCOUNT, imageMessage()))).body, "success");
    const stranger = { ...ACCOUNT, token: "another" };
    assert.equal((await exchange(port, verification(stranger, "x"))).status, 403);
  });

  test("a bot file says what else to answer", async (context) => {
    const source = "export default (bot) => { bot.on('image', (m) => `got ${m.MediaId}`); };\n";
    const { port } = await start(context, {}, { name: "bot.mjs", source });
    const answer = await exchange(port, plainDelivery(ACCOUNT, imageMessage()));
    assert.equal(field(answer.body, "Content"), "got media_id-1");
  });

  test("a bot file may be TypeScript", { skip: readsNoTypes }, async (context) => {
    const source = "export default (bot: any): void => { bot.on('image', () => 'typed'); };\n";
    const { port } = await start(context, {}, { name: "bot.ts", source });
    const answer = await exchange(port, plainDelivery(ACCOUNT, imageMessage()));
    assert.equal(field(answer.body, "Content"), "typed");
  });

  test("a bot file may be CommonJS", async (context) => {
    const source = "module.exports = (bot) => { bot.on('image', () => 'common'); };\n";
    const { port } = await start(context, {}, { name: "bot.cjs", source });
    const answer = await exchange(port, plainDelivery(ACCOUNT, imageMessage()));
    assert.equal(field(answer.body, "Content"), "common");
  });

  test("a key in the environment means safe mode", async (context) => {
    const { port } = await start(context, SAFE);
    const answer = await exchange(port, safeDelivery(ACCOUNT, HELLO));
    assert.equal(field(openReply(ACCOUNT, answer).xml, "Content"), "测试");
    assert.equal((await exchange(port, plainDelivery(ACCOUNT, HELLO))).status, 403);
  });

  test("several tokens and keys are separated by commas", async (context) => {
    const { port } = await start(context, {
      ...SAFE,
      WECHAT_TOKEN: `new-token, ${ACCOUNT.token}`,
      WECHAT_AES_KEY: `0123456789abcdefghijklmnopqrstuvwxyzABCDEFG,${ACCOUNT.encodingAesKey}`,
    });
    const answer = await exchange(port, safeDelivery(ACCOUNT, HELLO));
    assert.equal(field(openReply(ACCOUNT, answer).xml, "Content"), "测试");
  });

  test("files with a certificate mean https", async (context) => {
    const { port, program } = await start(context, CERTIFICATE_FILES);
    const tlsCa = CERTIFICATE.cert;
    const answer = await exchange(port, verification(ACCOUNT, "secure"), { tlsCa });
    assert.equal(answer.body, "secure");
    assert.match(program.stderr, /https:\/\//);
  });
});

// Port 80 is unavailable here: it is taken, or not allowed. 8080 must be free.
const fallback = await occupy(8080);
fallback?.close();
const reason = fallback === undefined ? "8080 is taken on this machine" : false;

describe("The store", () => {
  test("that is a node of a cluster stops the start with a sentence that says what to use", async (context) => {
    const { url } = await fakeServer(context, (socket, text) => {
      for (const command of text.split(/^(?=\*)/m)) {
        socket.write(command.includes("PING") ? "+PONG\r\n" : "-MOVED 1 10.0.0.1:6379\r\n");
      }
    });
    const folder = temporaryFolder(context);
    const environment = { WECHAT_TOKEN: ACCOUNT.token, STORE: url };
    const { status, stderr } = await launch(context, { folder, environment }).end();
    assert.equal(status, 1);
    assert.match(stderr, /^echostr: Redis at \S+ is a node of a cluster .*: use a single Redis, or a proxy/m);
    assert.doesNotMatch(stderr, /^\s+at |listens/m);
  });
});

describe("The port", () => {
  test("one that is taken stops the start with a sentence that names it", async (context) => {
    const taken = await occupy(0);
    assert.ok(taken);
    context.after(() => taken.close());
    const port = String((taken.address() as { port: number }).port);
    const folder = temporaryFolder(context);
    const environment = { WECHAT_TOKEN: ACCOUNT.token, PORT: port, HOST: "127.0.0.1" };
    const { status, stderr } = await launch(context, { folder, environment }).end();
    assert.notEqual(status, 0);
    assert.match(stderr, new RegExp(port));
    assert.doesNotMatch(stderr, /^\s+at /m);
  });

  test("is 8080 when 80 is unavailable, which is said", { skip: reason }, async (context) => {
    const taken = await occupy(80);
    context.after(() => taken?.close());
    const folder = temporaryFolder(context);
    const environment = { WECHAT_TOKEN: ACCOUNT.token, HOST: "127.0.0.1" };
    const program = launch(context, { folder, environment });
    await program.says(/listens on port 8080/);
    await program.says(/\b80\b.*(EADDRINUSE|EACCES).*\b8080\b/, "stdout");
    assert.equal((await exchange(8080, verification(ACCOUNT, "x"))).body, "x");
  });
});

/** A server on the port, or nothing if it is unavailable. */
function occupy(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
