/** What is promised of the single file: nothing beside Node, little memory, types of its own. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
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
import { freePort, stripsTypes } from "./cli/process.ts";
import { watchProcess } from "./support/watched-process.ts";
import { wireReadReply, wireRequest, wireText } from "./support/wire.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(import.meta.url);
const work = mkdtempSync(join(tmpdir(), "echostr-single-"));
const built = join(work, "built");

before(() => {
  const loader = stripsTypes() ? [] : ["--import", pathToFileURL(require.resolve("tsx")).href];
  const script = join(root, "scripts/build.ts");
  execFileSync(process.execPath, [...loader, script, built], { cwd: root, stdio: "pipe" });
});

after(() => {
  rmSync(work, { recursive: true, force: true });
});

describe("The single file", () => {
  test("imports modules of Node only", () => {
    const esm = readFileSync(join(built, "echostr.mjs"), "utf8");
    const cjs = readFileSync(join(built, "echostr.cjs"), "utf8");
    const imported = [...esm.matchAll(/^import [^;]*?from "([^"]+)"/gm)].map((match) => match[1]);
    const required = [...cjs.matchAll(/\brequire\("([^"]+)"\)/g)].map((match) => match[1]);
    assert.ok(imported.length > 3 && required.length > 3);
    for (const name of [...imported, ...required]) assert.match(String(name), /^node:/);
  });

  for (const file of ["echostr.mjs", "echostr.cjs"]) {
    test(`${file} serves alone from a read-only folder, with 32 MB of heap`, async () => {
      const folder = join(work, `alone-${file}`);
      mkdirSync(folder);
      copyFileSync(join(built, file), join(folder, file));
      chmodSync(folder, 0o555);
      const port = await freePort();
      const environment = {
        WECHAT_TOKEN: "tok3nOfTheFile",
        PORT: String(port),
        HOST: "127.0.0.1",
        LOG: "json",
      };
      const child = spawn(process.execPath, ["--max-old-space-size=32", file], {
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

  test("has types that compile with nothing else installed but @types/node", () => {
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
    const compilerOptions = {
      strict: true,
      noEmit: true,
      module: "nodenext",
      target: "es2022",
      types: ["node"],
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
    };
    const files = ["esm.mts", "cjs.cts"];
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
    try {
      execFileSync(process.execPath, [tsc, "-p", folder], { stdio: "pipe" });
    } catch (error) {
      assert.fail(String((error as { stdout: Buffer }).stdout));
    }
  });

  test("is not larger than what build allows", () => {
    assert.ok(statSync(join(built, "echostr.mjs")).size <= 256 * 1024);
  });
});
