/** What a bundler makes of the library: what an application does not use, it does not carry. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { typeLoader } from "./support/programs.ts";
import { wireRequest, wireText } from "./support/wire.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(import.meta.url);
const work = mkdtempSync(join(tmpdir(), "echostr-bundled-"));
const built = join(work, "built");

before(() => {
  const script = join(root, "scripts/build.ts");
  const args = [...typeLoader(), script, built, "--without-types"];
  execFileSync(process.execPath, args, { cwd: root, stdio: "pipe" });
});

after(() => {
  rmSync(work, { recursive: true, force: true });
});

describe("The core", () => {
  test("imports node:crypto alone, and loads no other module of Node later", () => {
    const text = readFileSync(join(built, "echostr-core.min.mjs"), "utf8");
    const imported = [...text.matchAll(/\bfrom"([^"]+)"/g)].map((match) => match[1]);
    assert.deepEqual([...new Set(imported)], ["node:crypto"]);
    assert.doesNotMatch(text, /\bimport\(|\brequire\(|getBuiltinModule|"node:(?!crypto")/);
  });

  test("is a bot with memory: it answers by fetch and by node:http", () => {
    const file = join(work, "core.mjs");
    copyFileSync(join(built, "echostr-core.min.mjs"), join(work, "echostr-core.min.mjs"));
    const timestamp = String(Math.floor(Date.now() / 1000));
    const { query, body } = wireRequest({ token: "tok3nOfTheCore", body: wireText("hi"), timestamp });
    writeFileSync(
      file,
      `import { createServer } from "node:http";
      import { createBot, text } from "./echostr-core.min.mjs";
      const bot = createBot({ token: "tok3nOfTheCore" });
      bot.on("text", () => text("测试"));
      const server = createServer(bot.handler).listen(0, "127.0.0.1", async () => {
        const address = \`http://127.0.0.1:\${server.address().port}/wx?${query}\`;
        const options = { method: "POST", body: ${JSON.stringify(body)} };
        const answers = [await bot.fetch(new Request(address, options)), await fetch(address, options)];
        for (const answer of answers) console.log((await answer.text()).includes("测试"));
        process.exit(0);
      });`,
    );
    const options = { cwd: work, env: {}, encoding: "utf8", timeout: 30_000 } as const;
    const { stdout, stderr } = spawnSync(process.execPath, [file], options);
    // The second is a repeat of the first, and answered with the same.
    assert.deepEqual([stdout, stderr], ["true\ntrue\n", ""]);
  });
});

describe("A bundler", () => {
  const parts: Readonly<Record<string, RegExp>> = {
    "the client of the API": /\/cgi-bin\/|api\.weixin\.qq\.com/,
    Redis: /rediss?:/,
    SQLite: /node:sqlite/,
    "a server": /node:http|handshakeTimeout/,
  };
  const uses: Readonly<Record<string, readonly string[]>> = {
    createBot: [],
    startServer: ["a server"],
    createApi: ["the client of the API"],
    openStore: ["Redis", "SQLite"],
  };
  for (const [name, used] of Object.entries(uses)) {
    test(`takes of the library for ${name} ${used.join(" and ") || "nothing of that"}`, () => {
      const text = bundled(`export { ${name} } from "./echostr.mjs";`);
      const found = Object.keys(parts).filter((part) => parts[part]?.test(text));
      assert.deepEqual(found, used);
    });
  }

  test("takes nothing where the library is imported for nothing", () => {
    // Not because package.json says so: a copied file has none beside it.
    assert.ok(bundled('import "./echostr.mjs";').length < 2000);
  });

  interface Esbuild {
    buildSync(options: object): { outputFiles: readonly { text: string }[] };
  }

  function bundled(contents: string): string {
    const esbuild = createRequire(require.resolve("tsx/package.json"))("esbuild") as Esbuild;
    const stdin = { contents, resolveDir: built };
    const options = { bundle: true, minify: true, format: "esm", platform: "node", write: false };
    return esbuild.buildSync({ stdin, ...options }).outputFiles.map(({ text }) => text).join("");
  }
});
