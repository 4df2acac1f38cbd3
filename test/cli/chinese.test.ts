/** What a person reads of the program where the environment asks for Chinese, and what stays as it is. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parseEnvFile } from "../../src/cli/env-file.ts";
import { failureLine, UsageError } from "../../src/cli/failure-line.ts";
import { HELP } from "../../src/cli/help.ts";
import { clusterNotice, doubtfulToken, tokenNotice, unknownSettings } from "../../src/cli/notices.ts";
import { readSettings } from "../../src/cli/settings.ts";
import { startLines } from "../../src/cli/start-lines.ts";
import { EchostrError } from "../../src/errors.ts";
import { ACCOUNT, plainDelivery } from "../server/platform.ts";
import { exchange } from "../support/http.ts";
import { freePort, launch, temporaryFolder } from "./process.ts";

const CHINESE = { LANG: "zh_CN.UTF-8" };

/** Words of English, but for names: of settings, files, protocols, commands, and what follows a colon of ours. */
const ENGLISH = /\b(?:the|is|of|and|to|with|expected|got|listens|changed)\b/;

describe("A program in Chinese", () => {
  test("says how it is set up, stops in Chinese, and writes a log in English", async (context) => {
    const folder = temporaryFolder(context);
    const port = await freePort();
    const environment = { ...CHINESE, HOST: "127.0.0.1", PORT: String(port), LOG: "json" };
    const program = launch(context, { folder, args: ["--init-env"], environment });
    await program.says(/消息加解密方式 .*\n/);
    const forged = { ...ACCOUNT, token: "an0therToken" };
    assert.equal((await exchange(port, plainDelivery(forged, "<xml/>"))).status, 403);
    program.child.kill("SIGTERM");
    const { status, stdout, stderr } = await program.end();
    assert.equal(status, 0);
    assert.match(stderr, /^已生成 \.env，其中的 Token 是随机的。\n/);
    assert.match(stderr, new RegExp(`^echostr \\S+ 正在监听端口 ${port}；机器人：默认机器人（回复“测试”）$`, "m"));
    assert.match(stderr, /^ {2}Token {11}WECHAT_TOKEN 的值$/m);
    assert.match(stderr, /\n已停止。\n$/);
    assert.doesNotMatch(stderr, ENGLISH);
    const entry = JSON.parse(stdout);
    assert.equal(entry.code, "SIGNATURE_MISMATCH");
    assert.match(entry.message, /^Parameter signature was not made with our token/);
  });

  test("comments .env in Chinese, with the settings that it has in English", async (context) => {
    const texts: string[] = [];
    for (const environment of [CHINESE, {}]) {
      const folder = temporaryFolder(context);
      const args = ["--init-env", "none.mjs"];
      assert.equal((await launch(context, { folder, args, environment }).end()).status, 1);
      texts.push(readFileSync(join(folder, ".env"), "utf8"));
    }
    const [chinese = "", english = ""] = texts;
    assert.match(chinese, /^# echostr 的设置。请勿泄露/);
    assert.doesNotMatch(chinese, ENGLISH);
    assert.match(english, /^# Settings of echostr\./);
    assert.deepEqual(Object.keys(parseEnvFile(Buffer.from(chinese))), ["WECHAT_TOKEN"]);
    const names = (text: string): unknown => text.match(/\b[A-Z_]+=/g);
    assert.deepEqual(names(chinese), names(english));
  });

  test("explains what is wrong in one line, with the exit status that it has in English", async (context) => {
    const wrongs: readonly (readonly [args: readonly string[], status: number, line: RegExp])[] = [
      [["play"], 2, /^echostr: “play”是 echostr-lab 的命令；用法见 --help\n$/],
      [["a.mjs", "b.mjs"], 2, /^echostr: 只能指定一个机器人文件，实际为 2 个；用法见 --help\n$/],
      [["--port"], 2, /^echostr: 没有这个选项：Unknown option '--port'[^\n]*；用法见 --help\n$/],
      [["menu"], 2, /^echostr: 用法：menu get、menu set 文件 或 menu delete；用法见 --help\n$/],
      [["ips", "x"], 2, /^echostr: ips 后面不能有其他参数，实际为“x”；用法见 --help\n$/],
      [["menu", "set", "-"], 2, /^echostr: 参数不是 JSON：[^\n]+；用法见 --help\n$/],
      [[], 1, /^echostr: Token 设置有误（TOKEN_INVALID）：WECHAT_TOKEN must be set [^\n]+, got none\n$/],
    ];
    for (const [args, status, line] of wrongs) {
      for (const environment of [CHINESE, {}]) {
        const ended = await launch(context, { folder: temporaryFolder(context), args, environment }).end();
        assert.equal(ended.status, status, ended.stderr);
        assert.equal(ended.stdout, "");
        if (environment === CHINESE) assert.match(ended.stderr, line);
        else assert.doesNotMatch(ended.stderr, /，|；|：/);
      }
    }
  });

  test("says that a file has changed, and that the server before goes on", async (context) => {
    const folder = temporaryFolder(context);
    const file = join(folder, "bot.mjs");
    writeFileSync(file, "export default () => {};\n");
    const environment = { ...CHINESE, WECHAT_TOKEN: ACCOUNT.token, PORT: "0", HOST: "127.0.0.1" };
    const program = launch(context, { folder, args: ["--watch", "bot.mjs"], environment });
    await program.says(/消息加解密方式/);
    writeFileSync(file, "export default 1;\n");
    await program.says(
      /bot\.mjs 有改动，正在重启。\nechostr: 无法加载机器人文件（BOT_FILE_INVALID）：Bot file "bot\.mjs" must [^\n]+\n服务器启动失败（退出码 1）：原来的服务器继续运行。\n/,
    );
    program.child.kill("SIGTERM");
    assert.match((await program.end()).stderr, /已停止。\n$/);
  });
});

describe("In both languages", () => {
  test("the help names the same options, commands and settings", () => {
    const words = (text: string): string[] =>
      [...new Set(text.match(/(?<=^| )(?:--[\w-]+|[A-Z]+_[A-Z_]+)|^ {2}[a-z][a-z-]{2,}(?: [a-z]+)?(?= )/gm))].sort();
    assert.deepEqual(words(HELP.zh), words(HELP.en));
    assert.ok(words(HELP.en).includes("--init-env") && words(HELP.en).includes("WECHAT_CLOUD_RUN"));
    assert.doesNotMatch(HELP.zh, ENGLISH);
  });

  test("what is said at the start has the same lines, address and mode", () => {
    const settings = readSettings({ WECHAT_TOKEN: "tok3n" }, true);
    const server = { port: 8080, url: "http://127.0.0.1:8080" };
    const [english, chinese] = (["en", "zh"] as const).map((language) =>
      startLines(settings, server, "bot.mjs", 1_714_036_504_000, false, language).split("\n"),
    );
    assert.equal(chinese?.length, english?.length);
    assert.match(chinese?.join("\n") ?? "", /（微信只访问 80 和 443 端口：请把其中一个转发到端口 8080）/);
    assert.match(chinese?.join("\n") ?? "", /\n {2}curl 'http:\/\/127\.0\.0\.1:8080\/wx\?signature=/);
  });

  test("a notice is a whole sentence", () => {
    const notices = (["en", "zh"] as const).map((language) => [
      ...clusterNotice(undefined, true, language),
      ...tokenNotice({ token: "classic" }, undefined, language),
      ...unknownSettings({ WECHAT_KEY: "x", wechat_token: "x" }, language),
      ...doubtfulToken({ WECHAT_TOKEN: "x" }, language),
    ]);
    for (const sentence of notices[0] ?? []) assert.match(sentence ?? "", /^[^，。]+\.$/);
    for (const sentence of notices[1] ?? []) assert.match(sentence ?? "", /。$/);
    assert.equal(notices[1]?.[3], "echostr 没有名为 wechat_token 的设置，应为 WECHAT_TOKEN。");
  });

  test("a failure keeps its message, and in Chinese names its code", () => {
    const lines: readonly (readonly [error: unknown, en: string, zh: string])[] = [
      [new UsageError("so"), "x: so; see --help", "x: so；用法见 --help"],
      [new EchostrError("LISTEN_FAILED", "Port 80"), "x: Port 80", "x: 无法监听端口（LISTEN_FAILED）：Port 80"],
      // Its code belongs to requests: no program ends with it.
      [new EchostrError("BODY_XML", "Body"), "x: Body", "x: 出错了（BODY_XML）：Body"],
      ["thrown", "x: thrown", "x: 出错了：thrown"],
    ];
    for (const [error, en, zh] of lines) {
      assert.equal(failureLine("x", error, "en"), en);
      assert.equal(failureLine("x", error, "zh"), zh);
    }
    assert.match(failureLine("x", new Error("inside"), "zh"), /^x: 出错了：Error: inside\n {4}at /);
  });
});
