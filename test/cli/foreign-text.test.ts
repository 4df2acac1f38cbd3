/** What others say, in the log and on the terminal of the program. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { exchange } from "../support/http.ts";
import { ACCOUNT, message, plainDelivery, textMessage } from "../server/platform.ts";
import { launch, temporaryFolder } from "./process.ts";
import type { Ended } from "./process.ts";
import { start } from "./started.ts";

/** ESC, BEL, a line feed, the CSI of C1, and a bidi override. */
const EVIL = "a\u001B[31mb\u0007c\nforged\u009B2Jd\u202Ee";
const HIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

/** As if a person looked on: a pipe that says it is a terminal. */
const ON_A_TERMINAL = "--import=data:text/javascript,process.stdout.isTTY=process.stderr.isTTY=true";

const BOT = `export default (bot) => {
  bot.on("text", (message) => { throw new Error(message.Content); });
};\n`;

describe("What a follower writes, thrown by a handler", () => {
  for (const LOG of ["pretty", "json"]) {
    test(`cannot steer the terminal in the ${LOG} log, nor be a line of it`, async (context) => {
      const { program, port } = await start(context, { LOG }, { name: "bot.mjs", source: BOT });
      await exchange(port, plainDelivery(ACCOUNT, textMessage(EVIL)));
      const odd = { MsgType: "text", FromUserName: EVIL, Content: "x" };
      await exchange(port, plainDelivery(ACCOUNT, message(odd)));
      program.child.kill("SIGTERM");
      const { stdout } = await program.end();
      assert.match(stdout, /a\\+u001b\[31mb\\+u0007c/);
      assert.doesNotMatch(stdout, HIDDEN);
      assert.doesNotMatch(stdout, /^forged/m);
    });
  }
});

test("A Content-Encoding of 6 KB takes little of the log", async (context) => {
  const { program, port } = await start(context, { LOG: "pretty" });
  const encoding = "x".repeat(6000);
  const delivery = plainDelivery(ACCOUNT, textMessage("x"));
  const headers = { ...delivery.headers, "Content-Encoding": encoding };
  assert.equal((await exchange(port, { ...delivery, headers })).status, 415);
  program.child.kill("SIGTERM");
  const { stdout } = await program.end();
  assert.ok(stdout.length < 5000, String(stdout.length));
});

describe("An answer of the platform", () => {
  const answer = `{"errcode":0,"name":"a\\u001b[31m\\nb","c1":"\u009B2J"}`;

  test("is made visible where a person reads it", async (context) => {
    const { stdout } = await callWeChat(context, answer, { NODE_OPTIONS: ON_A_TERMINAL });
    assert.doesNotMatch(stdout, HIDDEN);
    assert.match(stdout, /"c1": "\\u009b2J"/);
  });

  test("is exact where a program reads it", async (context) => {
    const { stdout } = await callWeChat(context, answer, {});
    const { errcode: _errcode, ...said } = JSON.parse(answer) as Record<string, unknown>;
    assert.deepEqual(JSON.parse(stdout), { errcode: 0, ...said });
    assert.ok(stdout.includes("\u009B2J"), "byte for byte");
  });

  test("is made visible in an error, whoever reads that", async (context) => {
    const refusal = JSON.stringify({ errcode: 45009, errmsg: EVIL });
    const { status, stderr } = await callWeChat(context, refusal, {});
    assert.equal(status, 1);
    assert.match(stderr, /errcode 45009.*a\\u001b\[31mb\\u0007c\n {2}forged/s);
    assert.doesNotMatch(stderr, HIDDEN);
  });
});

test("A word of the command line is made visible in what is said about it", async (context) => {
  for (const args of [["send", `x${EVIL}`, "--token", "t"], ["token", EVIL], [`--${EVIL}`]]) {
    const program = launch(context, { folder: temporaryFolder(context), args });
    const { status, stderr } = await program.end();
    assert.equal(status, 2);
    assert.doesNotMatch(stderr, HIDDEN);
    assert.doesNotMatch(stderr, /^forged/m);
  }
});

/** `echostr call /x`, where the platform answers so. */
async function callWeChat(
  context: TestContext,
  answer: string,
  more: Record<string, string>,
): Promise<Ended> {
  const token = '{"access_token":"ACCESS","expires_in":7200}';
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.setHeader("Content-Type", "application/json");
      response.end(request.url?.startsWith("/x") ? answer : token);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const environment = {
    WECHAT_APPID: "wx0123456789abcdef",
    WECHAT_SECRET: "0123456789abcdef0123456789abcdef",
    WECHAT_API_BASE: `http://127.0.0.1:${port}`,
    ...more,
  };
  const folder = temporaryFolder(context);
  return launch(context, { folder, environment, args: ["call", "/x"] }).end();
}
