/** What the commands say when something is wrong: a sentence, a status, and no secret. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Environment } from "../cli/process.ts";
import { freePort } from "../cli/process.ts";
import { failsWith, runCommand } from "./command.ts";
import { SECRET, startStandIn } from "./stand-in.ts";

const TOKEN = "tok3nOfTheAccount";

describe("A wrong setting stops a command with a sentence", { timeout: 600_000 }, () => {
  const wrongs: readonly (readonly [what: string, environment: Environment, said: RegExp])[] = [
    ["no appid", { WECHAT_APPID: "" }, /WECHAT_APPID/],
    ["no secret", { WECHAT_SECRET: "" }, /WECHAT_SECRET/],
    ["a base that is none", { WECHAT_API_BASE: "api.weixin.qq.com" }, /WECHAT_API_BASE/],
    // Whoever takes the one name for the other puts a secret here: it is not shown.
    ["a token in place of its kind", { WECHAT_API_TOKEN: TOKEN }, /WECHAT_API_TOKEN.*classic/],
    ["a store that is none", { STORE: "mongodb://localhost" }, /STORE/],
  ];
  for (const [what, environment, said] of wrongs) {
    test(what, async (context) => {
      const standIn = await startStandIn((end) => context.after(end));
      const sentence = await failsWith(context, standIn, ["token"], 1, { environment });
      assert.match(sentence, said);
      assert.ok(!sentence.includes(TOKEN), sentence);
      assert.equal(standIn.requests.length, 0);
    });
  }
});

describe("A wrong usage ends a command with status 2", { timeout: 600_000 }, () => {
  const wrongs: readonly (readonly string[])[] = [
    ["menu"],
    ["menu", "show"],
    ["menu", "set"],
    ["menu", "get", "more"],
    ["call"],
    ["call", "/cgi-bin/x", "{}", "more"],
    ["token", "more"],
    ["ips", "--all"],
    ["network-check", "--verbose"],
    ["network-check", "more"],
  ];
  for (const args of wrongs) {
    test(args.join(" "), async (context) => {
      const standIn = await startStandIn((end) => context.after(end));
      await failsWith(context, standIn, args, 2);
      assert.equal(standIn.requests.length, 0);
    });
  }

  test("network-check with an action or an operator that there is not", async (context) => {
    const standIn = await startStandIn((end) => context.after(end));
    for (const [option, value] of [["--action", "fly"], ["--operator", "NOBODY"]] as const) {
      const args = ["network-check", option, value];
      const { status, stdout, stderr } = await runCommand(context, standIn, args);
      assert.ok(status === 1 || status === 2, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, /^echostr: [^\n]+\n$/);
    }
  });
});

describe("What goes wrong on the way ends a command with status 1", { timeout: 600_000 }, () => {
  test("an address that is not on the list, which is named", async (context) => {
    const standIn = await startStandIn((end) => context.after(end));
    standIn.tokens.allowedIps = [];
    const said = await failsWith(context, standIn, ["ips"], 1);
    assert.match(said, /40164/);
    assert.match(said, /1\.2\.3\.4/);
  });

  test("a wrong secret", async (context) => {
    const standIn = await startStandIn((end) => context.after(end));
    const environment = { WECHAT_SECRET: "0therSecret0123456789abcdef01234" };
    const said = await failsWith(context, standIn, ["token"], 1, { environment });
    assert.match(said, /40125/);
    assert.match(said, /WECHAT_SECRET/);
    assert.ok(!said.includes(environment.WECHAT_SECRET));
    assert.equal(standIn.requests.length, 1);
  });

  test("words of the platform that repeat the secret", async (context) => {
    const standIn = await startStandIn((end) => context.after(end));
    const path = "/cgi-bin/stable_token";
    standIn.faults.failNext({ path, errcode: 40013, errmsg: `no ${SECRET}` });
    assert.match(await failsWith(context, standIn, ["token"], 1), /40013/);
  });

  test("a page of a proxy", async (context) => {
    const standIn = await startStandIn((end) => context.after(end));
    standIn.faults.answerNext({ status: 200, body: "<html>Log in</html>", times: 9 });
    await failsWith(context, standIn, ["token"], 1);
  });

  test("an address that leads elsewhere", async (context) => {
    const standIn = await startStandIn((end) => context.after(end));
    const headers = { Location: `http://127.0.0.1:${await freePort()}/` };
    standIn.faults.answerNext({ status: 302, headers, times: 9 });
    await failsWith(context, standIn, ["ips"], 1);
  });
});
