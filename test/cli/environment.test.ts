import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parseEnvFile } from "../../src/cli/env-file.ts";
import { ACCOUNT, verification } from "../server/platform.ts";
import { exchange } from "../support/http.ts";
import { type Process, freePort, launch, temporaryFolder } from "./process.ts";

const OURS = { HOST: "127.0.0.1", LOG: "json" };

async function isToken(program: Process, port: number, token: string): Promise<void> {
  await program.says(/消息加解密方式 .*\n/);
  assert.equal((await exchange(port, verification({ ...ACCOUNT, token }, "x"))).body, "x");
}

describe("The file .env", () => {
  test("is made by --init-env with a random token, which nobody else may read", async (context) => {
    const tokens = new Set<string>();
    for (let time = 0; time < 2; time += 1) {
      const folder = temporaryFolder(context);
      const port = await freePort();
      const program = launch(context, {
        folder,
        args: ["--init-env"],
        environment: { ...OURS, PORT: String(port) },
      });
      await Promise.race([program.says(/消息加解密方式 .*\n/), program.end()]);
      const file = join(folder, ".env");
      assert.equal(statSync(file).mode & 0o777, 0o600);
      const token = /^WECHAT_TOKEN=["']?([A-Za-z0-9]{3,32})["']?$/m.exec(
        readFileSync(file, "utf8"),
      )?.[1];
      assert.ok(token !== undefined && token.length >= 16, readFileSync(file, "utf8"));
      tokens.add(token);
    }
    assert.equal(tokens.size, 2);
  });

  test("that is there already is not touched by --init-env", async (context) => {
    const folder = temporaryFolder(context);
    const file = join(folder, ".env");
    const content = "# mine\nWECHAT_TOKEN=fromTheFile\n";
    writeFileSync(file, content, { mode: 0o640 });
    const port = await freePort();
    const program = launch(context, {
      folder,
      args: ["--init-env"],
      environment: { ...OURS, PORT: String(port) },
    });
    await Promise.race([program.says(/消息加解密方式 .*\n/), program.end()]);
    assert.equal(readFileSync(file, "utf8"), content);
    assert.equal(statSync(file).mode & 0o777, 0o640);
  });

  test("is not made without being asked for", async (context) => {
    const folder = temporaryFolder(context);
    const environment = { ...OURS, PORT: String(await freePort()) };
    const { status } = await launch(context, { folder, environment }).end();
    assert.notEqual(status, 0);
    assert.ok(!existsSync(join(folder, ".env")));
  });

  test("gives the settings", async (context) => {
    const folder = temporaryFolder(context);
    const port = await freePort();
    writeFileSync(
      join(folder, ".env"),
      `# a comment\n\nWECHAT_TOKEN=fromTheFile\nWECHAT_PATH="/from/file"\nPORT=${port}\n`,
    );
    const program = launch(context, { folder, environment: OURS });
    await program.says(/消息加解密方式 .*\n/);
    const account = { ...ACCOUNT, token: "fromTheFile", path: "/from/file" };
    assert.equal((await exchange(port, verification(account, "x"))).body, "x");
  });

  test("loses against the environment", async (context) => {
    const folder = temporaryFolder(context);
    const port = await freePort();
    writeFileSync(join(folder, ".env"), "WECHAT_TOKEN=fromTheFile\nPORT=1\n");
    const program = launch(context, {
      folder,
      environment: { ...OURS, PORT: String(port), WECHAT_TOKEN: "fromTheEnvironment" },
    });
    await isToken(program, port, "fromTheEnvironment");
    const refused = verification({ ...ACCOUNT, token: "fromTheFile" }, "x");
    assert.equal((await exchange(port, refused)).status, 403);
  });

  test("that was made is used at the next start", async (context) => {
    const folder = temporaryFolder(context);
    const port = await freePort();
    const environment = { ...OURS, PORT: String(port) };
    const first = launch(context, { folder, args: ["--init-env"], environment });
    await Promise.race([first.says(/消息加解密方式 .*\n/), first.end()]);
    first.child.kill("SIGTERM");
    await first.end();
    const text = readFileSync(join(folder, ".env"), "utf8");
    const token = /^WECHAT_TOKEN=["']?(\w+)/m.exec(text)?.[1] ?? "";
    await isToken(launch(context, { folder, environment }), port, token);
  });
});

describe("The settings in a file .env", () => {
  const cases: readonly (readonly [title: string, bytes: Buffer, settings: object])[] = [
    ["are found behind a byte order mark", Buffer.from("\uFEFFPORT=80\n"), { PORT: "80" }],
    ["are found behind a line that sets nothing", Buffer.from("A: 1\nB=2\n\nC\nD=3\n"), { B: "2", D: "3" }],
    [
      "are found in lines with spaces and words before a name",
      Buffer.from("export WECHAT_TOKEN = x\n# WECHAT_MODE: safe\n"),
      { WECHAT_TOKEN: "x" },
    ],
    ["are found beside a comment that only Unicode ends", Buffer.from("A=1 # x\u2028WECHAT_MODE: y\n"), { A: "1" }],
    ["are found whatever ends a line", Buffer.from("A=1\rB=2\r\nC=3\n"), { A: "1", B: "2", C: "3" }],
  ];
  for (const [title, bytes, settings] of cases) {
    test(title, () => assert.deepEqual(parseEnvFile(bytes), settings));
  }

  const refused: readonly (readonly [what: string, bytes: Buffer, sentence: RegExp])[] = [
    ["UTF-16, as some editors write", Buffer.from("\uFEFFA=1\n", "utf16le"), /^text in UTF-8 expected, got UTF-16: /],
    ["UTF-16 without a mark", Buffer.from("A=1\n", "utf16le"), /^text in UTF-8 expected, got UTF-16: /],
    ["UTF-16 whose high byte comes first", Buffer.from("\uFEFFA=1\n", "utf16le").swap16(), /got UTF-16: /],
    ["GBK", Buffer.from([0x23, 0xc4, 0xe3, 0x0a]), /^text in UTF-8 expected, got something else, such as GBK: save it as UTF-8$/],
    ["text that holds NUL", Buffer.from("A=a\0b\n"), /^text in UTF-8 expected, got NUL$/],
    ["a line with a colon for its equals sign", Buffer.from("A=1\nWECHAT_MODE: safe\n"), /^WECHAT_MODE=VALUE expected, got no "=" behind the name$/],
    ["a line with a full-width equals sign", Buffer.from("export WECHAT_TOKEN ＝x=\n"), /^WECHAT_TOKEN=VALUE expected/],
    ["a line of a name and a value", Buffer.from("WECHAT_TOKEN x\n"), /^WECHAT_TOKEN=VALUE expected/],
    ["a line of a name", Buffer.from("A=1\r\n  wechat_token"), /^wechat_token=VALUE expected/],
    ["more than 64 KiB", Buffer.alloc(65_537, "#"), /^at most 65536 bytes expected, got 65537$/],
  ];
  for (const [what, bytes, message] of refused) {
    test(`are not looked for in ${what}`, () => assert.throws(() => parseEnvFile(bytes), { message }));
  }
});
