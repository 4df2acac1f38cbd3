/** `--watch`: the server starts anew when the bot's files change, and its port is never closed. */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { exchange, until, withPatience } from "../support/http.ts";
import { ACCOUNT, field, plainDelivery, textMessage } from "../server/platform.ts";
import { freePort, launch, temporaryFolder } from "./process.ts";
import type { Environment, Process } from "./process.ts";

const HELLO = textMessage("hello");

interface Watched {
  readonly program: Process;
  readonly port: number;
  /** Puts a file in the place of the one before, as an editor does. */
  write(name: string, source: string): void;
  /** What a follower reads now. */
  ask(): Promise<string>;
  folder: string;
}

const answering = (text: string): string => `export default (bot) => { bot.on("text", () => ${JSON.stringify(text)}); };\n`;

async function start(context: TestContext, source: string, environment: Environment = {}): Promise<Watched> {
  const folder = temporaryFolder(context);
  const port = await freePort();
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write("bot.mjs", source);
  const program = launch(context, {
    folder,
    args: ["--watch", "bot.mjs"],
    environment: { WECHAT_TOKEN: ACCOUNT.token, PORT: String(port), HOST: "127.0.0.1", LOG: "json", ...environment },
  });
  const ask = async (): Promise<string> => field((await exchange(port, plainDelivery(ACCOUNT, HELLO))).body, "Content");
  return { program, port, write, ask, folder };
}

/** Asks until the answer is another one; every answer has to come. */
async function untilItSays({ ask }: Watched, text: string): Promise<void> {
  let said = "";
  while (said !== text) said = await withPatience(`the answer ${text}`, ask());
}

async function stop(program: Process): Promise<string> {
  program.child.kill("SIGTERM");
  const { status, stderr } = await program.end();
  assert.equal(status, 0, stderr);
  return stderr;
}

describe("A server that is watched", { timeout: 120_000 }, () => {
  test("has the new bot when its file or what that imports has changed, and answers all the time", async (context) => {
    const watched = await start(context, `import { words } from "./words.mjs";\n${answering("x").replace('"x"', "words")}`);
    watched.write("words.mjs", 'export const words = "一";\n');
    await watched.program.says(/消息加解密方式/);
    assert.equal(await watched.ask(), "一");
    let isOver = false;
    const others = Array.from({ length: 3 }, async () => {
      while (!isOver) assert.match(await watched.ask(), /[一二三]/);
    });
    watched.write("words.mjs", 'export const words = "二";\n');
    await untilItSays(watched, "二");
    watched.write("bot.mjs", answering("三"));
    await untilItSays(watched, "三");
    isOver = true;
    await Promise.all(others);
    const stderr = await stop(watched.program);
    assert.match(stderr, /words\.mjs changed: restarting\.\n[^]*bot\.mjs changed: restarting\.\n[^]*\nStopped\.\n$/);
    assert.equal(stderr.match(/Stopped/g)?.length, 1);
    assert.doesNotMatch(stderr, /in a cluster/);
  });

  test("goes on with the bot before when the file is broken, until it is mended", async (context) => {
    const watched = await start(context, answering("一"));
    await watched.program.says(/消息加解密方式/);
    watched.write("bot.mjs", "export default (bot) => {");
    await watched.program.says(/Bot file "bot\.mjs" cannot be loaded: [^]*failed to start \(exit status 1\): the previous one keeps running\.\n/);
    assert.equal(await watched.ask(), "一");
    watched.write("bot.mjs", 'export default () => { throw new Error("on purpose"); };');
    await watched.program.says(/on purpose[^]*the previous one keeps running\.\n/);
    assert.equal(await watched.ask(), "一");
    watched.write("bot.mjs", answering("二"));
    await untilItSays(watched, "二");
    await stop(watched.program);
  });

  test("waits for a change when it cannot be started at all", async (context) => {
    const watched = await start(context, "export default 7;\n");
    await watched.program.says(/failed to start \(exit status 1\): waiting for a change\.\n/);
    watched.write("bot.mjs", answering("一"));
    await watched.program.says(/消息加解密方式/);
    assert.equal(await watched.ask(), "一");
    watched.write(".env", "WECHAT_MODE=nonsense\n");
    await watched.program.says(/\.env changed[^]*WECHAT_MODE[^]*the previous one keeps running\.\n/);
    rmSync(join(watched.folder, ".env"));
    await watched.program.says(/\.env changed[^]*\.env changed[^]*消息加解密方式/);
    await stop(watched.program);
  });

  test("finishes a message under way with the bot that has it", async (context) => {
    const slow = `export default (bot) => {
      bot.on("text", async () => {
        process.stderr.write("in flight\\n");
        await new Promise((resolve) => setTimeout(resolve, 1500));
        return "旧的";
      });
    };\n`;
    const watched = await start(context, slow);
    await watched.program.says(/消息加解密方式/);
    const answer = watched.ask();
    await watched.program.says(/in flight/);
    watched.write("bot.mjs", answering("新的"));
    await watched.program.says(/消息加解密方式[^]*消息加解密方式/);
    // Until the old one has heard that it is to stop, both accept.
    await untilItSays(watched, "新的");
    assert.equal(await answer, "旧的");
    await stop(watched.program);
  });

  test("has the latest of several changes at once", async (context) => {
    const watched = await start(context, answering("一"));
    await watched.program.says(/消息加解密方式/);
    for (const text of ["二", "三", "四"]) {
      watched.write("bot.mjs", answering(text));
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    await untilItSays(watched, "四");
    await stop(watched.program);
  });

  test("says when it has ended by itself, and starts with the next change", async (context) => {
    const watched = await start(context, 'export default (bot) => { bot.on("text", () => process.exit(3)); };\n');
    await watched.program.says(/消息加解密方式/);
    await exchange(watched.port, plainDelivery(ACCOUNT, HELLO)).catch(() => {});
    await watched.program.says(/The server has stopped \(exit status 3\): waiting for a change\.\n/);
    watched.write("bot.mjs", answering("一"));
    await watched.program.says(/消息加解密方式[^]*消息加解密方式/);
    assert.equal(await watched.ask(), "一");
    await stop(watched.program);
  });

  test("ends when the process that watches is killed", async (context) => {
    const watched = await start(context, `console.error("pid", process.pid);\n${answering("一")}`);
    const [, pid] = await watched.program.says(/pid (\d+)\n/);
    await watched.program.says(/消息加解密方式/);
    watched.program.child.kill("SIGKILL");
    await until("the server to end", () => !isAlive(Number(pid)));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
