/** A bot whose code ends the process, or never comes to its end: no error says so, and the program does. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { ACCOUNT, plainDelivery, textMessage } from "../server/platform.ts";
import { exchange } from "../support/http.ts";
import { freePort, launch, temporaryFolder } from "./process.ts";
import type { Environment, Process } from "./process.ts";

const NEVER = 'Bot file "bot.mjs" is never loaded: an await in it waits for what never comes.\n';
const ended = (status: number): string =>
  `The code of bot file "bot.mjs" ended the process: process.exit(${status}).\n`;

function start(context: TestContext, bot: string, environment: Environment = {}): Process {
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, "bot.mjs"), bot);
  const ours = { WECHAT_TOKEN: ACCOUNT.token, HOST: "127.0.0.1", LOG: "json", PORT: "0" };
  return launch(context, { folder, args: ["bot.mjs"], environment: { ...ours, ...environment } });
}

describe("A bot file", { timeout: 120_000 }, () => {
  const cases: readonly (readonly [what: string, bot: string, status: number, said: string])[] = [
    ["that waits at its top for what never comes", "await new Promise(() => {});\nexport default () => {};\n", 1, NEVER],
    ["whose function waits for what never comes", "export default () => new Promise(() => {});\n", 1, NEVER],
    ["that ends the process at its top", "process.exit(0);\nexport default () => {};\n", 0, ended(0)],
    ["whose function ends the process", "export default () => process.exit(4);\n", 4, ended(4)],
  ];
  for (const [what, bot, status, said] of cases) {
    test(`${what} is named, and nothing of the program's own`, async (context) => {
      const program = await start(context, bot).end();
      assert.deepEqual([program.status, program.stderr], [status, said]);
    });
  }

  test("whose handler ends the process is named, in Chinese where the locale is", async (context) => {
    const port = await freePort();
    const bot = 'export default (bot) => { bot.on("text", () => process.exit(3)); };\n';
    const program = start(context, bot, { PORT: String(port), LANG: "zh_CN.UTF-8" });
    await program.says(/消息加解密方式 .*\n/);
    await exchange(port, plainDelivery(ACCOUNT, textMessage("x"))).catch(() => {});
    const { status, stderr } = await program.end();
    assert.equal(status, 3);
    assert.match(stderr, /机器人文件 "bot\.mjs" 的代码结束了进程：process\.exit\(3\)。\n$/);
  });

  test("that throws is told of once: the program itself ends the process", async (context) => {
    const { status, stderr } = await start(context, 'throw new Error("no");\n').end();
    assert.deepEqual([status, stderr], [1, 'echostr: Bot file "bot.mjs" cannot be loaded: no (bot.mjs:1)\n']);
  });
});
