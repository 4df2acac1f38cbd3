/** What `docs/deploy.md` says can be done, with the settings, codes and commands that there are. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { prepareAccount } from "../../src/account.ts";
import { readSettings } from "../../src/cli/settings.ts";
import { prepareDelivery } from "../../src/delivery/delivery-options.ts";
import { temporaryFolder } from "../cli/process.ts";
import { start, stop } from "../cli/started.ts";
import { ACCOUNT, field, plainDelivery, textMessage, verification } from "../server/platform.ts";
import { type Sent, exchange } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { watchProcess } from "../support/watched-process.ts";
import { areTheSame } from "./languages.ts";
import { codeIn, readDocument, readText, tableWith } from "./markdown.ts";
import type { Document } from "./markdown.ts";
import { perform } from "./stage.ts";

const ENGLISH: Document = readDocument("docs/deploy.md");
const CHINESE: Document = readDocument("docs/deploy.zh-CN.md");

/** The block that begins with these words behind its mark of a comment. */
function blockOf(name: string): string {
  const found = ENGLISH.blocks.filter(({ code }) => code.includes(`${name}\n`));
  assert.equal(found.length, 1, `one block of ${name}`);
  return found[0]?.code ?? "";
}

function has(program: string): string | false {
  const isThere = spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
  return isThere ? false : `install ${program} to run this`;
}

async function run(program: string, words: readonly string[], input = ""): Promise<string> {
  const child = spawn(program, words, { stdio: ["pipe", "pipe", "pipe"] });
  watchProcess(child);
  child.stdin.end(input);
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  assert.equal(status, 0, `${program} ${words.join(" ")}\n${stdout}${stderr}`);
  return stdout + stderr;
}

areTheSame("docs/deploy.md", ENGLISH, CHINESE);

test("docs/deploy.md has blocks of code", () => assert.ok(ENGLISH.blocks.length > 15));

describe("docs/deploy.md names only what there is", () => {
  test("of settings", () => {
    const known = new Set<string>(["NODE_ENV"]);
    const environment = new Proxy<Record<string, string | undefined>>(
      { WECHAT_TOKEN: "t" },
      { get: (target, name) => (known.add(String(name)), target[String(name)]) },
    );
    readSettings(environment, false);
    const found = [...ENGLISH.text.matchAll(/\b(WECHAT_[A-Z_]+|[A-Z_]{3,}(?==))/g)];
    assert.ok(found.length > 20);
    for (const [name = ""] of found) assert.ok(known.has(name), `${name} is no setting`);
  });

  test("of codes and of words in the log", () => {
    const codes = readText("src/errors.ts");
    const words = ["store/fallback", "store/memory-table", "delivery/late-answers", "log"];
    words.push("store/redis-errors", "store/busy-file");
    words.push("delivery/run-worker", "delivery/delivery-options");
    words.push("cli/stray-errors", "cli/log-writer");
    const source = words.map((file) => readText(`src/${file}.ts`)).join("\n");
    for (const [cell = ""] of tableWith(ENGLISH, "`HANDLER_FAILED`").slice(1)) {
      for (const code of codeIn(cell)) {
        if (/^[A-Z_]+$/.test(code)) assert.ok(codes.includes(`"${code}"`), code);
        else if (code.startsWith('"')) assert.match(code, /^"(event|answer)":"(verified|lapsed)"$/);
        else assert.ok(source.includes(code), code);
      }
    }
  });

  test("of the fields of an entry, which it names in the order of their type", () => {
    const [, type = ""] = /interface LogEntry \{([^]*?)\n\}/.exec(readText("src/log.ts")) ?? [];
    const fields = [...type.matchAll(/^ {2}readonly (\w+)/gm)].map(([, name = ""]) => name);
    assert.ok(fields.includes("msgId"));
    for (const document of [ENGLISH, CHINESE]) {
      const [, list = ""] = /`LOG=json`[^`]*(`time`[^]*?)[.。]/.exec(document.text) ?? [];
      assert.deepEqual(codeIn(list), ["time", ...fields]);
    }
  });

  test("of commands of make and of the program", () => {
    const makefile = readText("Makefile");
    const run = readText("src/cli/help.ts");
    for (const [, target = ""] of ENGLISH.text.matchAll(/^make ([a-z-]+)/gm)) {
      assert.match(makefile, new RegExp(`^${target}:`, "m"));
    }
    const commands = codeIn(ENGLISH.prose).filter((code) => code.startsWith("echostr "));
    assert.deepEqual(commands, ["echostr network-check"]);
    for (const word of ["network-check", "--version"]) assert.ok(run.includes(word), word);
  });

  test("of files: those of the image and of the server are those that build makes", () => {
    const build = readText("scripts/build.ts");
    const copied = ENGLISH.text.match(/dist\/[\w.]+/g) ?? [];
    assert.ok(copied.length >= 3);
    for (const file of copied) assert.ok(build.includes(file.replace("dist/", "")), file);
  });
});

describe("The unit", () => {
  const unit = blockOf("# /etc/systemd/system/echostr.service");
  const valueOf = (name: string): string => new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1] ?? "";
  const tls = blockOf("# /etc/systemd/system/echostr.service.d/tls.conf");
  const port = blockOf("# /etc/systemd/system/echostr@.service.d/port.conf");
  const UNITS: Readonly<Record<string, string>> = {
    "echostr.service": unit,
    "echostr-tls.service": unit + tls,
    "echostr@8081.service": unit + port,
  };

  for (const [name, content] of Object.entries(UNITS)) {
    test(`${name} is understood by systemd`, { skip: has("systemd-analyze") }, async (context) => {
      const file = join(temporaryFolder(context), name);
      writeFileSync(file, content.replaceAll("/usr/bin/node", process.execPath));
      const said = await run("systemd-analyze", ["verify", "--man=no", file]);
      assert.doesNotMatch(said, /echostr/);
    });
  }

  test("leaves the server its time to stop, and Node its compiler", () => {
    assert.ok(Number(valueOf("TimeoutStopSec")) > 6);
    assert.ok(Number(valueOf("LimitNOFILE")) > 10_000);
    assert.equal(valueOf("MemoryDenyWriteExecute"), "");
    assert.equal(valueOf("SystemCallErrorNumber"), "EPERM");
  });

  test("reads settings that are right", () => {
    const lines = [...blockOf("# /etc/echostr/echostr.env").matchAll(/^([A-Z_]+)=(.*)$/gm)];
    const environment = Object.fromEntries(lines.map(([, name = "", value = ""]) => [name, value]));
    const { account, port } = readSettings({ ...environment, PORT: "80" }, false);
    assert.equal(port, 80);
    assert.equal(prepareAccount(account).mode, "safe");
  });
});

test("nginx waits longer for the server than a lapsed delivery may stay open", () => {
  const site = blockOf("# /etc/nginx/conf.d/echostr.conf");
  const [, seconds] = /proxy_read_timeout (\d+)s;/.exec(site) ?? [];
  assert.ok(Number(seconds) * 1000 > prepareDelivery({}, 1800, false).hardCapMs);
});

describe("The function for events", () => {
  type Handler = (event: Buffer) => Promise<{ statusCode: number; body: string }>;

  test("answers handshake and message, its body as base64 or not", async (context) => {
    const code = blockOf("// handler.mjs");
    const environment = { WECHAT_TOKEN: ACCOUNT.token, STORE: "memory" };
    const { exports } = await perform(context, { language: "js", code }, environment);
    const handler = exports["handler"] as Handler;
    const shaken = await handler(eventOf(verification(ACCOUNT, "7012")));
    assert.deepEqual([shaken.statusCode, shaken.body], [200, "7012"]);
    for (const isBase64Encoded of [false, true]) {
      const sent = plainDelivery(ACCOUNT, textMessage("早"));
      const { statusCode, body } = await handler(eventOf(sent, isBase64Encoded));
      assert.deepEqual([statusCode, field(body, "Content")], [200, "测试"]);
    }
  });

  /** As the platform documents it. */
  function eventOf({ method, target, body = "" }: Sent, isBase64Encoded = false): Buffer {
    const url = new URL(target, "http://127.0.0.1");
    return Buffer.from(
      JSON.stringify({
        version: "v1",
        rawPath: url.pathname,
        body: Buffer.from(body).toString(isBase64Encoded ? "base64" : "utf8"),
        isBase64Encoded,
        headers: { "Content-Type": "text/xml" },
        queryParameters: Object.fromEntries(url.searchParams),
        requestContext: { http: { method, path: url.pathname } },
      }),
    );
  }

  test("path * is every path, also that of /healthz", async (context) => {
    const bot = echostr.createBot({ token: ACCOUNT.token, path: "*", log: () => {} });
    const server = await echostr.startServer(bot, { port: 0, host: "127.0.0.1" });
    context.after(() => server.close());
    assert.notEqual((await exchange(server.port, { target: "/healthz" })).body, "ok");
    const elsewhere = verification({ ...ACCOUNT, path: "/release/bot" }, "7012");
    assert.equal((await exchange(server.port, elsewhere)).body, "7012");
  });
});

describe("What the document lets one type works", () => {
  test("the health check of the image", async (context) => {
    const { program, port } = await start(context);
    const [, words = ""] = /^HEALTHCHECK .* CMD (\[.*\])$/m.exec(blockOf("# Dockerfile")) ?? [];
    const [node, flag, script = ""] = JSON.parse(words) as string[];
    assert.deepEqual([node, flag], ["node", "-e"]);
    await run(process.execPath, ["-e", script.replace("8080", String(port))]);
    await stop(program);
    const closed = run(process.execPath, ["-e", script.replace("8080", String(port))]);
    await assert.rejects(closed);
  });

  test("the line that waits for a process", { skip: has("curl") }, async (context) => {
    const [, words = ""] = /^ExecStartPost=\S+ (.*)$/m.exec(blockOf("port.conf")) ?? [];
    const { port } = await start(context);
    await run("curl", words.replaceAll("%i", String(port)).replace("8081", "").split(" "));
  });

  test("the line that makes a token", async () => {
    const [, script = ""] = /^node -e '(.*)'$/m.exec(ENGLISH.text) ?? [];
    const token = (await run(process.execPath, ["-e", script])).trim();
    assert.match(token, /^[0-9a-z]{32}$/);
  });

  test("the line that finds what is worth a look", { skip: has("jq") }, async (context) => {
    const { program, port } = await start(context);
    await exchange(port, plainDelivery(ACCOUNT, textMessage("早")));
    await exchange(port, plainDelivery({ ...ACCOUNT, token: "an0ther" }, textMessage("早")));
    await stop(program);
    const [, filter = ""] = /jq -Rr '(.*)'/.exec(ENGLISH.text) ?? [];
    const told = await run("jq", ["-Rr", filter], `Stopped.\n${program.stdout}`);
    assert.deepEqual(told.trim().split("\t").slice(1, 3), ["refused", "SIGNATURE_MISMATCH"]);
    assert.equal(told.trim().split("\n").length, 1);
  });
});
