import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkCommand } from "../../../lab/cli/check.ts";
import { echostr } from "../../support/subject.ts";
import type { CheckReport } from "../../../lab/check/check-report.ts";
import { CERTIFICATE } from "../../server/serving.ts";
import { accountIn, littleServer } from "./little-server.ts";
import { runCommand } from "./run-command.ts";

const { token, encodingAesKey = "", appId } = accountIn("safe");
const TOKEN = ["--token", token];

describe("echostr-lab check ends with status", () => {
  test("0 when there is nothing worse than a note", async (context) => {
    const address = await littleServer(context, { isFresh: () => true });
    const { status, out } = await runCommand(checkCommand, [
      address,
      ...TOKEN,
      "--only",
      "handshake",
    ]);
    assert.match(out, /note {2}OLD-TIMESTAMP-ANSWERED/);
    assert.equal(status, 0);
  });

  test("1 when there is a warning or an error", async (context) => {
    const address = await littleServer(context, { hasRightSignature: () => true });
    const { status, out } = await runCommand(checkCommand, [
      address,
      ...TOKEN,
      "--only",
      "handshake,refusals",
    ]);
    assert.equal(status, 1);
    assert.match(out, /^error {2}UNSIGNED-ANSWERED {2}.*\n {2}where: .*\n {2}fix: {3}/m);
    assert.match(out, /2 errors; \d+ requests in /);
    assert.doesNotMatch(out, /\u001b/);
    assert.doesNotMatch(out, new RegExp(token));
  });

  for (const [what, ...args] of [
    ["there is no address", ...TOKEN],
    ["there is no token", "http://127.0.0.1:9/wx"],
    ["the address is none", "127.0.0.1", ...TOKEN],
    ["the mode is none", "http://127.0.0.1:9/wx", ...TOKEN, "--mode", "secret"],
    ["a key lacks its appid", "http://127.0.0.1:9/wx", ...TOKEN, "--key", encodingAesKey],
    ["a group is none", "http://127.0.0.1:9/wx", ...TOKEN, "--only", "everything"],
    ["an option is none", "http://127.0.0.1:9/wx", ...TOKEN, "--hard"],
    ["the time is none", "http://127.0.0.1:9/wx", ...TOKEN, "--seconds", "soon"],
  ] as const) {
    test(`2 when ${what}`, async () => {
      const { status, out, err } = await runCommand(checkCommand, args);
      assert.equal(status, 2);
      assert.equal(out, "");
      assert.match(err, /^echostr-lab check: .+; see echostr-lab check --help\n$/);
    });
  }

  test("3 when nobody is there", async (context) => {
    const address = await littleServer(context);
    const port = Number(new URL(address).port);
    const gone = address.replace(String(port), "1");
    const { status, out } = await runCommand(checkCommand, [gone, ...TOKEN]);
    assert.equal(status, 3);
    assert.match(out, /No connection to 127\.0\.0\.1:1: nothing listens there/);
  });
});

describe("echostr-lab check over https", () => {
  const bot = echostr.createBot({ token, log: () => {} });
  const only = ["--only", "handshake,http"];

  test("does not accept a certificate that nobody vouches for", async (context) => {
    const server = await echostr.startServer(bot, { port: 0, host: "127.0.0.1", tls: CERTIFICATE });
    context.after(() => server.close());
    const { status, out } = await runCommand(checkCommand, [`${server.url}/wx`, ...TOKEN, ...only]);
    assert.equal(status, 3);
    assert.match(out, /its certificate is signed by itself; --insecure accepts it/);
  });

  test("does with --insecure", async (context) => {
    const server = await echostr.startServer(bot, { port: 0, host: "127.0.0.1", tls: CERTIFICATE });
    context.after(() => server.close());
    const args = [`${server.url}/wx`, ...TOKEN, ...only, "--insecure"];
    const { status, out } = await runCommand(checkCommand, args);
    assert.equal(status, 0, out);
    assert.match(out, /Nothing found/);
  });
});

describe("echostr-lab check", () => {
  test("prints one JSON document with --json", async (context) => {
    const address = await littleServer(context, { mode: "safe" });
    const { status, out } = await runCommand(checkCommand, [
      address,
      ...TOKEN,
      "--key",
      encodingAesKey,
      "--appid",
      appId,
      "--only",
      "encryption",
      "--json",
    ]);
    const report = JSON.parse(out) as CheckReport;
    assert.equal(status, 0);
    assert.equal(report.mode, "safe");
    assert.deepEqual(report.findings, []);
    assert.ok(report.probes.some(({ group }) => group === "encryption"));
  });

  test("takes the account from the environment of the server", async (context) => {
    const address = await littleServer(context, { mode: "safe" });
    const { status, out } = await runCommand(checkCommand, [address, "--only", "handshake"], {
      WECHAT_TOKEN: `${token},older`,
      WECHAT_AES_KEY: encodingAesKey,
      WECHAT_APPID: appId,
    });
    assert.equal(status, 0, out);
    assert.match(out, /safe mode/);
  });

  test("passes on what the judge finds wrong with answers", async (context) => {
    const address = await littleServer(context, {
      write: ({ FromUserName, ToUserName }, content) =>
        `<xml><ToUserName>${FromUserName}</ToUserName><FromUserName>${ToUserName}</FromUserName>` +
        `<CreateTime>${Date.now()}</CreateTime><MsgType>text</MsgType><Content>${content}</Content></xml>`,
    });
    const { out } = await runCommand(checkCommand, [address, ...TOKEN, "--only", "handshake"]);
    assert.match(out, /warning {2}CREATE-TIME-MILLISECONDS {2}/);
  });

  test("explains itself with --help", async () => {
    const { status, out } = await runCommand(checkCommand, ["--help"]);
    assert.equal(status, 0);
    assert.match(out, /^Usage: echostr-lab check URL/);
  });
});
