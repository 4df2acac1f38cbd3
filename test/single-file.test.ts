/**
 * What is promised of the single files: nothing beside Node, little memory, types; and that each is
 * one thing, the library, the program or the simulator.
 */
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { freePort } from "./cli/process.ts";
import { typeLoader } from "./support/programs.ts";
import { watchProcess } from "./support/watched-process.ts";
import { wireReadReply, wireRequest, wireText } from "./support/wire.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(import.meta.url);
const work = mkdtempSync(join(tmpdir(), "echostr-single-"));
const built = join(work, "built");
let printed = "";

before(() => {
  const script = join(root, "scripts/build.ts");
  printed = execFileSync(process.execPath, [...typeLoader(), script, built], { cwd: root, encoding: "utf8" });
});

after(() => {
  rmSync(work, { recursive: true, force: true });
});

describe("The sizes on the page of applications", () => {
  for (const page of ["docs/guide/application.md", "docs/guide/application.zh-CN.md"]) {
    test(`are those of the build, give or take 5 %: ${page}`, () => {
      const rows = readFileSync(join(root, page), "utf8").matchAll(/^\| `dist\/(\S+)`.* (\d+) KB.* ?[;；] ?(\d+) KB \|$/gm);
      const told = [...rows].map(([, file = "", written, gzip]) => [file, Number(written), Number(gzip)] as const);
      assert.deepEqual(told.map(([file]) => file), ["echostr.mjs", "echostr-core.min.mjs", "echostr-lab.mjs"]);
      for (const [file, ...sizes] of told) {
        const line = printed.split("\n").find((each) => each.includes(`${file} `)) ?? "";
        const [written = 0, , gzip = 0] = [...line.matchAll(/([\d.]+) KB/g)].map((match) => Number(match[1]));
        const off = [written / sizes[0], gzip / sizes[1]].filter((ratio) => Math.abs(ratio - 1) > 0.05);
        assert.deepEqual(off, [], `${line}, and the page has ${sizes.join(" and ")}`);
      }
    });
  }
});

describe("The library", () => {
  test("imports node:module only", () => {
    const cjs = readFileSync(join(built, "echostr.cjs"), "utf8");
    const imported = importsOf("echostr.mjs");
    const required = [...cjs.matchAll(/\brequire\("([^"]+)"\)/g)].map((match) => match[1]);
    // All others are loaded when they are needed.
    assert.deepEqual([imported, required], [["node:module"], ["node:module"]]);
  });

  for (const file of ["echostr.mjs", "echostr.cjs"]) {
    test(`${file} has nothing of the program and of the simulator`, () => {
      const text = readFileSync(join(built, file), "utf8");
      // The bundler writes above each module where it comes from.
      assert.match(text, /^\/\/ src\/create-bot\.ts$/m);
      assert.doesNotMatch(text, /^\/\/ (?:lab|src\/cli)\//m);
      assert.doesNotMatch(text, /\bimport\((?!"node:)/, "a bundler cannot follow an expression");
    });

    test(`${file} has no comment but those that say where a part comes from, and those of bundlers`, () => {
      const lines = readFileSync(join(built, file), "utf8").split("\n");
      const comments = lines.filter((line) => /^\s*(?:\/\*|\*[ /]|\/\/)/.test(line));
      assert.ok(comments.length > 50, `only ${comments.length} comments found`);
      const ours = comments.filter((line) => !/^\s*\/\/ (?:echostr |src\/|@__)/.test(line));
      assert.deepEqual(ours, []);
    });

    test(`${file} has no effect when it is run`, () => {
      const { status, stdout, stderr } = runFile(join(built, file), ["bot.mjs"]);
      assert.deepEqual([status, stdout, stderr], [0, "", ""]);
    });
  }
});

describe("The program", () => {
  test("imports modules of Node only, and has nothing of the simulator", () => {
    const imported = importsOf("echostr-server.mjs");
    assert.ok(imported.length > 3);
    // Not node:http, which is loaded when the server is made: sixty milliseconds before a line is said.
    const known = /^node:(?:crypto|fs|module|path|url|util)$/;
    for (const name of imported) assert.match(String(name), known);
    const text = readFileSync(join(built, "echostr-server.mjs"), "utf8");
    assert.match(text, /^\/\/ src\/cli\/run\.ts$/m);
    assert.doesNotMatch(text, /^\/\/ lab\//m);
  });

  test("says where the commands are that play WeChat's part", () => {
    for (const command of ["play", "send", "check"]) {
      const { status, stdout, stderr } = runFile(join(built, "echostr-server.mjs"), [command]);
      const sentence = `"${command}" is a command of echostr-lab; see --help`;
      assert.deepEqual([status, stdout, stderr], [2, "", `echostr: ${sentence}\n`]);
    }
  });

  // The second as PM2 does it: a file of its own imports the program.
  const ways: readonly (readonly [string, readonly string[]])[] = [
    ["run", ["echostr-server.mjs"]],
    ["imported", ["--input-type=module", "--eval", 'await import("./echostr-server.mjs");']],
  ];
  for (const [how, args] of ways) {
    test(`${how} alone from a read-only folder serves, with 32 MB of heap`, async () => {
      const folder = join(work, how);
      mkdirSync(folder);
      copyFileSync(join(built, "echostr-server.mjs"), join(folder, "echostr-server.mjs"));
      chmodSync(folder, 0o555);
      const port = await freePort();
      const environment = {
        WECHAT_TOKEN: "tok3nOfTheFile",
        PORT: String(port),
        HOST: "127.0.0.1",
        LOG: "json",
      };
      const child = spawn(process.execPath, ["--max-old-space-size=32", ...args], {
        cwd: folder,
        env: environment,
        stdio: ["ignore", "pipe", "pipe"],
      });
      watchProcess(child, { environment, folder });
      try {
        await new Promise<void>((resolve, reject) => {
          let said = "";
          child.stderr.setEncoding("utf8").on("data", (text: string) => {
            said += text;
            if (said.includes("listens on port")) resolve();
          });
          child.on("exit", () => reject(new Error(`it ended:\n${said}`)));
        });
        const timestamp = String(Math.floor(Date.now() / 1000));
        const token = environment.WECHAT_TOKEN;
        const { query, body } = wireRequest({ token, body: wireText("hi"), timestamp });
        const address = `http://127.0.0.1:${port}/wx?${query}`;
        const answer = await (await fetch(address, { method: "POST", body })).text();
        assert.equal(wireReadReply(answer)["Content"], "测试");
      } finally {
        child.kill("SIGKILL");
        chmodSync(folder, 0o755);
      }
    });
  }

});

describe("The types of the library", () => {
  test("compile with nothing else installed but @types/node", () => {
    const folder = join(work, "consumer");
    cpSync(built, folder, { recursive: true });
    for (const name of ["@types/node", "undici-types"]) {
      const from = dirname(require.resolve(`${name}/package.json`));
      cpSync(from, join(folder, "node_modules", name), { recursive: true });
    }
    const program = `
      bot.on("text", (message) => message.Content.trim());
      bot.on("event:CLICK", (message) => message.EventKey);
      bot.hears(/(.)/, (_message, { match }) => match[1] ?? "");
      // @ts-expect-error a text has no MediaId
      bot.on("text", (message) => message.MediaId);
      export const setup: (message: Message) => string = (message) => message.kind;
    `;
    const head = (file: string): string => `
      import { createBot } from "./${file}";
      import type { Message } from "./${file}";
      const bot = createBot({ token: "t" });`;
    writeFileSync(join(folder, "esm.mts"), head("echostr.mjs") + program);
    writeFileSync(join(folder, "cjs.cts"), head("echostr.cjs") + program);
    writeFileSync(
      join(folder, "lab.mts"),
      `${head("echostr.mjs")}
      import { createApi } from "./echostr.mjs";
      import { createTestPlatform } from "./echostr-lab.mjs";
      import type { Conversation } from "./echostr-lab.mjs";
      const alice = createTestPlatform(bot).follower();
      export const said: Conversation = await alice.says("你好");
      export const made = createTestPlatform(({ account, api }) =>
        createBot({
          token: account.token,
          api: createApi({ appId: account.appId, appSecret: "any", fetch: api.fetch }),
        }));
      // @ts-expect-error a place has numbers
      await alice.locates({ latitude: "23", longitude: "113" });
      export const message: Message | undefined = undefined;`,
    );
    const compilerOptions = {
      strict: true,
      noEmit: true,
      module: "nodenext",
      target: "es2022",
      types: ["node"],
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
    };
    const files = ["esm.mts", "cjs.cts", "lab.mts"];
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
    try {
      execFileSync(process.execPath, [tsc, "-p", folder], { stdio: "pipe" });
    } catch (error) {
      assert.fail(String((error as { stdout: Buffer }).stdout));
    }
  });

});

describe("The file of the simulator", () => {
  test("imports modules of Node only, and is not larger than what build allows", () => {
    // The files of the page are in it as text, with what they import of each other.
    const ofThePage = readdirSync(join(root, "lab/play/page")).map((name) => `./${name}`);
    const isOurs = (name: string | undefined): boolean => !ofThePage.includes(String(name));
    const imported = importsOf("echostr-lab.mjs").filter(isOurs);
    assert.ok(imported.length > 3);
    for (const name of imported) assert.match(String(name), /^node:/);
    assert.ok(statSync(join(built, "echostr-lab.mjs")).size <= 1024 * 1024);
  });

  test("exports what lab/index.ts does", async () => {
    const lab = (await import(pathToFileURL(join(built, "echostr-lab.mjs")).href)) as object;
    const expected = Object.keys(await import("../lab/index.ts"));
    assert.deepEqual(Object.keys(lab).sort(), expected.sort());
  });

  test("has the commands", () => {
    for (const command of ["play", "send", "check"]) {
      const { status, stdout, stderr } = runFile(join(built, "echostr-lab.mjs"), [command, "--help"]);
      assert.deepEqual([status, stderr], [0, ""]);
      assert.ok(stdout.startsWith(`Usage: echostr-lab ${command} `), stdout);
    }
  });

  test("has no effect in somebody's bundle, be it under another name", () => {
    const file = join(work, "bundle.mjs");
    copyFileSync(join(built, "echostr-lab.mjs"), file);
    const { status, stdout, stderr } = runFile(file, ["play", "--help"]);
    assert.deepEqual([status, stdout, stderr], [0, "", ""]);
  });

  test("tries a bot of the library, and nothing else need be there", () => {
    const folder = join(work, "beside");
    mkdirSync(folder);
    for (const name of ["echostr.mjs", "echostr-lab.mjs"]) {
      copyFileSync(join(built, name), join(folder, name));
    }
    const file = join(folder, "try.mjs");
    writeFileSync(
      file,
      `import { createBot } from "./echostr.mjs";
      import { createTestPlatform } from "./echostr-lab.mjs";
      const platform = createTestPlatform(({ account }) => createBot(account), {
        account: { mode: "safe" },
      });
      const { shown, findings } = await platform.follower().says("你好");
      console.log(JSON.stringify([shown, findings]));`,
    );
    const { status, stdout, stderr } = runFile(file, []);
    assert.deepEqual([status, stdout, stderr], [0, '[{"what":"nothing"},[]]\n', ""]);
  });
});

function importsOf(file: string): (string | undefined)[] {
  const text = readFileSync(join(built, file), "utf8");
  return [...text.matchAll(/^import [^;]*?from "([^"]+)"/gm)].map((match) => match[1]);
}

/** Runs a file in its folder, with nothing in its environment. */
function runFile(
  file: string,
  args: readonly string[],
): { status: number | null; stdout: string; stderr: string } {
  const options = { cwd: dirname(file), env: {}, encoding: "utf8", timeout: 30_000 } as const;
  return spawnSync(process.execPath, [file, ...args], options);
}
