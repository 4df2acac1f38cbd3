/** What the manual says of the simulator is so. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CHECK_HELP, LAB_HELP, PLAY_HELP, SEND_HELP } from "../../lab/cli/help.ts";
import { createTestPlatform, DEFAULT_ACCOUNT } from "../../lab/index.ts";
import type { Conversation, Follower, TestPlatform } from "../../lab/index.ts";
import { echostr } from "../support/subject.ts";
import { LAB_FILES } from "./lab-programs.ts";
import { codeIn, firstColumn, readDocument, readText, tableWith } from "./markdown.ts";
import type { Document } from "./markdown.ts";
import { readManual } from "./pages.ts";
import { perform } from "./stage.ts";

const ENGLISH: Document = readManual("en");
const CHECK: Document = readDocument("docs/check.md");

/** The text between a heading and the next one, by default without the blocks of code. */
function section(heading: string, text: string = ENGLISH.prose): string {
  const [, rest = ""] = text.split(`\n${heading}\n`);
  assert.notEqual(rest, "", heading);
  return rest.split(/\n#+ /)[0] ?? "";
}

function program(name: string): string {
  const found = ENGLISH.blocks.find(({ code }) => code.startsWith(`// ${name}\n`));
  assert.ok(found !== undefined, name);
  return found.code;
}

const HELP = { play: PLAY_HELP.en, send: SEND_HELP.en, check: CHECK_HELP.en } as const;

describe("The commands that play WeChat's part", () => {
  const commands = firstColumn(tableWith(ENGLISH, "`echostr-lab play [BOT-FILE]`"));

  test("are those of the help", () => {
    const [, help = ""] = /--help of its own\n\n([^]*?)\n\n {2}--version/.exec(LAB_HELP.en) ?? [];
    const inHelp = help.split("\n").map((line) => `echostr-lab ${line.trim().split(/ {2,}/)[0]}`);
    assert.deepEqual(commands.sort(), inHelp.sort());
  });

  test("have the options that the chapter names", () => {
    const help = Object.values(HELP).join("\n");
    const named = ["A page with a phone", "One message", "Checking a server"].flatMap((title) => {
      return section(`## ${title}`, ENGLISH.text).match(/(?<=[\s`])--[a-z][\w-]*/g) ?? [];
    });
    assert.ok(named.length > 5, `only ${named.length} found`);
    for (const option of named) assert.match(help, new RegExp(`[ ;]${option}\\b`), option);
  });

  for (const language of ["en", "zh"] as const) {
    test(`end with the statuses of the table: ${language}`, () => {
      const [, ...rows] = tableWith(readManual(language), "`0`");
      const statuses = (help: Readonly<Record<typeof language, string>>): string[] => {
        const [, list = ""] = /^(?:Status: |退出码：)(.*)$/m.exec(help[language]) ?? [];
        return list.split(/, |，/);
      };
      const column = (at: number): string[] =>
        rows.map((cells) => `${codeIn(cells[0] ?? "")[0]} ${cells[at]}`);
      assert.deepEqual(column(1), statuses(CHECK_HELP));
      assert.deepEqual(column(2), statuses(SEND_HELP));
    });
  }

  for (const [language, { blocks, prose }] of Object.entries({ en: ENGLISH, zh: readManual("zh") })) {
    test(`print the line that is shown, with the port of the table: ${language}`, () => {
      const [shown = ""] = blocks
        .filter((block) => block.language === "text" && block.code.includes("?key="))
        .map(({ code }) => code);
      const [sentence = ""] = shown.split("\n");
      const source = readText("lab/cli/play.ts");
      const [en, zh] = [...source.matchAll(/^ {4}open: "(.*)",$/gm)].map(([, said]) => said);
      assert.equal(language === "en" ? en : zh, sentence);
      const [, port = ""] = /DEFAULT_PORT = (\d+)/.exec(source) ?? [];
      // 24 bytes in base64url, as the guard makes them.
      assert.match(shown, new RegExp(`^  http://127\\.0\\.0\\.1:${port}/\\?key=[\\w-]{32}$`, "m"));
      assert.equal(/`PLAY_PORT`[^`]*`(\d+)`/.exec(prose)?.[1], port);
    });
  }

  test("take as much as the limits say", () => {
    const row = tableWith(ENGLISH, "XML").find(([what]) => what === "page of `make play`");
    const numbers = row?.[1]?.match(/\d+/g)?.map(Number);
    const constant = (file: string, name: string): number => {
      const found = new RegExp(`const ${name} = (\\d+)`).exec(readText(`lab/play/${file}.ts`));
      return Number(found?.[1]);
    };
    assert.deepEqual(numbers, [
      constant("conversations", "MOST_RECORDS"),
      constant("play-server", "MOST_BODY_BYTES"),
      constant("event-stream", "MOST_STREAMS"),
    ]);
  });
});

describe("What is found in other libraries", () => {
  const [head = [], ...rows] = tableWith(
    ENGLISH,
    "`SERVER-CRASHED`: a stranger's request ends the server",
  );

  test("is what docs/check.md shows of them", () => {
    const peers = CHECK.tables.find(([first = []]) => first[0] === "finding") ?? [];
    const [servers = []] = peers;
    for (const [cell = "", ...found] of rows) {
      const [code = ""] = codeIn(cell);
      const row = peers.find(([first = ""]) => codeIn(first)[0] === code) ?? [];
      for (const [index, modes] of found.entries()) {
        const [name = ""] = (head[index + 1] ?? "").split(" ");
        const count = (mode: string): string => row[servers.indexOf(`${name}, ${mode}`)] ?? "";
        const expected = ["plain", "safe"].filter((mode) => count(mode) !== "");
        assert.equal(modes, expected.join(", "), `${code} ${name}`);
      }
    }
  });

  test("was found in the versions that are measured", () => {
    const text = readText("bench/package.json");
    const { dependencies } = JSON.parse(text) as { dependencies: Record<string, string> };
    for (const cell of head.slice(1)) {
      const [name = "", version] = cell.split(" ");
      assert.equal(dependencies[name], version, name);
    }
  });
});

describe("createTestPlatform", () => {
  const bot = echostr.createBot({ token: DEFAULT_ACCOUNT.token, log: () => {} });
  const platform: TestPlatform = createTestPlatform(bot);
  const alice: Follower = platform.follower();

  test("gives the calls of the table, and no others of a follower", () => {
    const calls = firstColumn(tableWith(ENGLISH, "`platform.follower(openId)`")).map(
      (code) => /^(platform|alice)\.(\w+)\(/.exec(code) ?? [],
    );
    const of = (owner: string): string[] =>
      calls.flatMap(([, who, name = ""]) => (who === owner ? [name] : [])).sort();
    const functions = Object.entries(platform).filter(([, value]) => typeof value === "function");
    const silent = ["now"];
    assert.deepEqual([...of("platform"), ...silent].sort(), functions.map(([name]) => name).sort());
    const own = Object.getOwnPropertyNames(Object.getPrototypeOf(alice));
    assert.deepEqual(
      of("alice"),
      own.filter((name) => name !== "constructor" && name !== "isFollowing").sort(),
    );
  });

  test("has the faults of the table, and no others", () => {
    const first = "`platform.api.faults.failNext({ path, errcode })`";
    const calls = firstColumn(tableWith(ENGLISH, first)).map(
      (code) => /^platform\.api\.(\w+)\.(\w+)\(/.exec(code) ?? [],
    );
    const named = calls.flatMap(([, part, name = ""]) => (part === "faults" ? [name] : []));
    const own = Object.getOwnPropertyNames(Object.getPrototypeOf(platform.api.faults));
    // `meet` is how the interfaces ask for them.
    const internal = ["constructor", "meet"];
    assert.deepEqual(named.sort(), own.filter((name) => !internal.includes(name)).sort());
    assert.ok(calls.some(([, part, name]) => part === "tokens" && name === "end"));
    assert.equal(typeof platform.api.tokens.end, "function");
  });

  test("gives conversations with the fields of the table", async () => {
    const conversation: Conversation = await alice.says("你好");
    const named = firstColumn(tableWith(ENGLISH, "`verdicts`, `findings`"));
    assert.deepEqual(named.sort(), Object.keys(conversation).sort());
    assert.equal(platform.deliveries.at(-1), conversation.record);
  });

  test("has options that the chapter names, all of them", () => {
    const source = readText("lab/test-platform.ts");
    const [, head = "", body = ""] =
      /interface TestPlatformOptions extends([^{]*)\{([^]*?)\n\}/.exec(source) ?? [];
    const picked = [...head.matchAll(/"(\w+)"/g)];
    const own = [...body.matchAll(/^ {2}readonly (\w+)\?/gm)];
    const options = [...picked, ...own].map(([, name = ""]) => name);
    assert.ok(options.length >= 9, `only ${options.join()} found`);
    const said = codeIn(readDocument("docs/guide/testing.md").prose);
    for (const name of options) {
      assert.ok(said.some((code) => new RegExp(`^${name}\\b`).test(code)), name);
    }
  });

  test("fails the manual's tests of a bot that has changed", async (context) => {
    const changed = program("bot.ts").replace("欢迎", "你好");
    const block = { language: "ts", code: program("bot.test.ts") };
    const files = { ...LAB_FILES, "bot.ts": changed };
    const { tests } = await perform(context, block, {}, files);
    for (const { title, run } of tests) await assert.rejects(run, assert.AssertionError, title);
  });

  test("is what the package has under the name that the manual imports it by", () => {
    const { exports } = JSON.parse(readText("package.json")) as {
      exports: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    };
    assert.equal(exports["./lab"]?.["default"], "./dist/echostr-lab.mjs");
    assert.match(program("bot.test.ts"), / from "echostr\/lab";$/m);
  });
});
