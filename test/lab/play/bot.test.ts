/** The bot's process: started anew when its files change, shown when it crashes, stopped with us. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { filesOfBot } from "../../../src/cli/bot-files.ts";
import { freePort, Process, temporaryFolder } from "../../cli/process.ts";
import { ask, enter, ECHO_BOT, stage } from "./stage.ts";
import { builtProgram } from "../../support/programs.ts";
import { watchProcess } from "../../support/watched-process.ts";

const answering = (text: string): string =>
  `export default (bot) => bot.on("text", () => "${text}");\n`;

describe("A bot", () => {
  test("that nobody named answers 测试", async (context) => {
    const { window } = await stage(context);
    assert.equal(await window.says("你好"), "测试");
    assert.equal(window.state.bot.name, "");
  });

  test("is started again when its file changes, and answers with its new code", async (context) => {
    const { window, file } = await stage(context, { bot: answering("one") });
    assert.equal(await window.says("a"), "one");
    writeFileSync(file, answering("two"));
    const { bot } = await window.sees("a second start", (state) => state.bot.starts === 2);
    assert.equal(bot.cause, "file");
    assert.equal(bot.file, "bot.mjs");
    assert.equal(await window.says("b"), "two");
  });

  test("is started again when an editor puts a new file in the place of the old one", async (context) => {
    const { window, file, folder } = await stage(context, { bot: answering("one") });
    for (const [text, starts] of [
      ["two", 2],
      ["three", 3],
    ] as const) {
      writeFileSync(join(folder, ".new"), answering(text));
      renameSync(join(folder, ".new"), file);
      await window.sees(`start ${starts}`, (state) => state.bot.starts === starts);
      assert.equal(await window.says(text), text);
    }
  });

  test("is started again when a file that it imports changes", async (context) => {
    const { window, file, folder } = await stage(context, { bot: answering("one") });
    mkdirSync(join(folder, "lib"));
    writeFileSync(join(folder, "lib", "words.mjs"), 'export const word = "first";\n');
    writeFileSync(
      file,
      'import { word } from "./lib/words.mjs";\nexport default (bot) => bot.on("text", () => word);\n',
    );
    await window.sees("a second start", (state) => state.bot.starts === 2);
    assert.equal(await window.says("a"), "first");
    writeFileSync(join(folder, "lib", "words.mjs"), 'export const word = "second";\n');
    const { bot } = await window.sees("a third start", (state) => state.bot.starts === 3);
    assert.equal(bot.file, "words.mjs");
    assert.equal(await window.says("b"), "second");
  });

  test("that cannot be loaded is shown with the reason, and runs once it is put right", async (context) => {
    const { window, file } = await stage(context, {
      bot: "export default (bot) => {\n",
      atOnce: true,
    });
    const { bot } = await window.sees("a crash", (state) => state.bot.status === "crashed");
    assert.match(bot.problem ?? "", /^exit status 1\n(.|\n)*bot\.mjs/);
    writeFileSync(file, ECHO_BOT);
    await window.sees("a bot that runs", (state) => state.bot.status === "running");
    assert.equal(await window.says("好"), "你说：好");
  });

  test("that crashes while it answers is shown, and the follower reads the notice", async (context) => {
    const { window } = await stage(context, {
      bot: 'export default (bot) => bot.on("text", () => { console.error("last words"); process.exit(7); });\n',
    });
    assert.equal(await window.says("a"), "fault");
    const { bot, log } = await window.sees("a crash", (state) => state.bot.status === "crashed");
    assert.match(bot.problem ?? "", /^exit status 7\n(.|\n)*last words/);
    assert.ok(log.some(({ level, text }) => level === "error" && text === "last words"));
    await window.tell({ do: "restart" });
    await window.sees("a bot that runs", (state) => state.bot.status === "running");
  });

  test("that hangs is killed when it is to start again", async (context) => {
    const { window, file } = await stage(context, {
      bot: 'export default (bot) => bot.on("text", () => { for (;;); });\n',
      timeoutMs: 200,
    });
    assert.equal(await window.says("a"), "fault");
    writeFileSync(file, ECHO_BOT);
    await window.sees("a second start", ({ bot }) => bot.starts === 2 && bot.status === "running");
    assert.equal(await window.says("b"), "你说：b");
  });

  test("is told an account of its own and the way to the platform, and nobody else's", async (context) => {
    const { window } = await stage(context, {
      bot: 'export default (bot) => bot.on("text", () => JSON.stringify(process.env));\n',
    });
    const shown = JSON.stringify(window.state);
    const environment = JSON.parse(await window.says("a")) as Record<string, string>;
    const { session } = window.state;
    assert.equal(environment["WECHAT_TOKEN"], session.token);
    assert.equal(environment["WECHAT_APPID"], session.appId);
    assert.equal(environment["STORE"], "memory");
    assert.match(
      environment["WECHAT_API_BASE"] ?? "",
      /^http:\/\/127\.0\.0\.1:\d+\/api\/[\w-]{32}$/,
    );
    assert.ok(!shown.includes(String(environment["WECHAT_SECRET"])));
  });

  test("writes its log and what it prints into the page", async (context) => {
    const { window } = await stage(context, {
      bot: 'export default (bot) => bot.on("text", () => { console.log("said <b>this</b>"); return "a"; });\n',
    });
    await window.says("你好");
    const { log } = await window.sees("the line of the delivery", (state) =>
      state.log.some(({ text }) => /^text {2}.*-> text/.test(text)),
    );
    assert.ok(log.some(({ text }) => text === "said <b>this</b>"));
  });
});

describe("The files of a bot", () => {
  test("are the bot file and all that it imports by a path, in whatever way", (context) => {
    const folder = temporaryFolder(context);
    const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    write(
      "bot.ts",
      'import a from "./a.ts";\nexport { b } from "./b.js";\nimport "echostr";\nimport("./c");',
    );
    write("a.ts", 'import type { X } from "./bot.ts";\nconst d = require("./d.json");');
    write("b.ts", "");
    write("c.mjs", 'import "./missing.js";');
    write("d.json", "{}");
    const names = filesOfBot(join(folder, "bot.ts")).map((file) => file.slice(folder.length + 1));
    assert.deepEqual(names.sort(), ["a.ts", "b.ts", "bot.ts", "c.mjs", "d.json"]);
  });

  test("are the bot file alone when it is not there yet", (context) => {
    const file = join(temporaryFolder(context), "bot.ts");
    assert.deepEqual(filesOfBot(file), [file]);
  });
});

describe("The program", () => {
  const program = builtProgram("lab/cli/main.ts");
  const start = (
    context: Parameters<typeof temporaryFolder>[0],
    environment: Record<string, string>,
    ...args: string[]
  ): Process => {
    const folder = temporaryFolder(context);
    const child = spawn(process.execPath, [program, "play", ...args], {
      cwd: folder,
      env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    watchProcess(child, { environment });
    context.after(() => child.kill("SIGKILL"));
    return new Process(child);
  };

  test("prints the link to open, and stops with its bot when it is told to", async (context) => {
    const play = start(context, { PLAY_PORT: "0" });
    const [, address = "", port = ""] = await play.says(
      /(http:\/\/127\.0\.0\.1:(\d+)\/\?key=[\w-]{32})\n/,
    );
    const { cookie, root } = await enter({ address, port: Number(port) });
    const page = await ask(Number(port), { path: `${root}/`, headers: { Cookie: cookie } });
    assert.equal(page.status, 200);
    play.child.kill("SIGTERM");
    const { status, stderr } = await play.end();
    assert.equal(status, 0);
    assert.match(stderr, /Stopped\.\n$/);
  });

  test("prints it in Chinese where the locale is, and starts a bot that says it listens in Chinese", async (context) => {
    const play = start(context, { PLAY_PORT: "0", LANG: "zh_CN.UTF-8" });
    const [, address = "", port = ""] = await play.says(
      /^请打开这个网页（地址中的 key 请勿告诉他人）：\n\n {2}(http:\/\/127\.0\.0\.1:(\d+)\/\?key=[\w-]{32})\n\n/,
    );
    const { cookie, root } = await enter({ address, port: Number(port) });
    const events = await fetch(`http://127.0.0.1:${port}${root}/events`, { headers: { Cookie: cookie } });
    let text = "";
    for await (const piece of events.body ?? []) {
      text += Buffer.from(piece).toString();
      if (/"status":"(?:running|crashed)"/.test(text)) break;
    }
    assert.match(text, /"status":"running"/);
    assert.doesNotMatch(text, /公众号后台/);
    play.child.kill("SIGTERM");
    assert.match((await play.end()).stderr, /\n已停止。\n$/);
  });

  test("takes its bot along when it is killed", async (context) => {
    const folder = temporaryFolder(context);
    const botPort = await freePort();
    const file = join(folder, "bot.mjs");
    writeFileSync(
      file,
      `import { createServer } from "node:http";
       export default () => { createServer((q, r) => r.end("alive")).listen(${botPort}, "127.0.0.1"); };`,
    );
    const play = start(context, { PLAY_PORT: "0" }, file);
    const isAlive = (): Promise<boolean> =>
      ask(botPort, { path: "/" }).then(
        ({ body }) => body === "alive",
        () => false,
      );
    const until = async (wanted: boolean): Promise<void> => {
      const deadline = Date.now() + 20_000;
      while ((await isAlive()) !== wanted) {
        assert.ok(
          Date.now() < deadline,
          `the bot is still ${wanted ? "away" : "there"}\n${play.stderr}`,
        );
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    await until(true);
    play.child.kill("SIGKILL");
    await until(false);
  });

  test("says in a sentence that the port is taken, or is none", async (context) => {
    const { play } = await stage(context, { atOnce: true });
    const taken = await start(context, { PLAY_PORT: String(play.port) }).end();
    assert.equal(taken.status, 1);
    assert.match(
      taken.stderr,
      /^echostr-lab: Cannot listen on port \d+: another program listens there; PLAY_PORT=0 takes a free one\n$/,
    );
    for (const PLAY_PORT of ["80x", "65536", "-1"]) {
      const wrong = await start(context, { PLAY_PORT }).end();
      assert.equal(wrong.status, 1);
      assert.match(
        wrong.stderr,
        /^echostr-lab: PLAY_PORT must be a number up to 65535, got "[^"]+"\n$/,
      );
    }
    const hurried = await start(context, {}, "--timeout", "5").end();
    assert.match(
      hurried.stderr,
      /^echostr-lab: --timeout must be a number from 100 to 600000, got "5"\n$/,
    );
    const two = await start(context, {}, "a.mjs", "b.mjs").end();
    assert.equal(two.status, 2);
  });
});
