/** The two READMEs say the same, and what they say of the program is so. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { ApiError } from "../../src/api/api-error.ts";
import { prepareApi } from "../../src/api/api-options.ts";
import { checkMenu } from "../../src/api/menu-limits.ts";
import { TEMPORARY_LIMITS } from "../../src/api/upload.ts";
import { MessageContext } from "../../src/bot/context.ts";
import { prettyLine } from "../../src/cli/log-writer.ts";
import { readSettings } from "../../src/cli/settings.ts";
import { startLines } from "../../src/cli/start-lines.ts";
import { prepareDelivery } from "../../src/delivery/delivery-options.ts";
import type {
  ApiSettings,
  BotOptions,
  ListenOptions,
  LogEntry,
  SessionOptions,
} from "../../src/index.ts";
import { MESSAGE_KINDS } from "../../src/protocol/message-kinds.ts";
import { NEWS_LIMIT, TEXT_LIMIT_BYTES } from "../../src/protocol/reply.ts";
import { MAX_XML_DEPTH, MAX_XML_NODES } from "../../src/protocol/xml.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { ACCOUNT, plainDelivery, textMessage } from "../server/platform.ts";
import { echostr } from "../support/subject.ts";
import { codeIn, firstColumn, readDocument, readText, ROOT, tableWith } from "./markdown.ts";
import type { Document } from "./markdown.ts";

const ENGLISH: Document = readDocument("README.md");
const CHINESE: Document = readDocument("README.zh-CN.md");
const READMES = { "README.md": ENGLISH, "README.zh-CN.md": CHINESE };
const OTHERS = [
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "docs/check.md",
  "docs/errors.md",
  "docs/design.md",
  "docs/protocol.md",
  "docs/walk.md",
];

describe("The two READMEs", () => {
  test("have the same headings, level by level", () => {
    const levels = ({ headings }: Document): string[] =>
      headings.map((heading) => heading.slice(0, heading.indexOf(" ")));
    assert.deepEqual(levels(CHINESE), levels(ENGLISH));
  });

  test("have the same blocks of code, letter by letter", () => {
    assert.deepEqual(CHINESE.blocks, ENGLISH.blocks);
  });

  test("have the same tables, in size and in the code of each cell", () => {
    const shape = ({ tables }: Document): string[][][][] =>
      // The order of words in a sentence is the language's business.
      tables.map((rows) => rows.map((cells) => cells.map((cell) => codeIn(cell).sort())));
    assert.deepEqual(shape(CHINESE), shape(ENGLISH));
  });

  test("name the same code in their prose", () => {
    const names = ({ prose }: Document): string[] => [...new Set(codeIn(prose))].sort();
    assert.deepEqual(names(CHINESE), names(ENGLISH));
  });

  test("link to the same places, and to each other", () => {
    const places = ({ links }: Document): string[] =>
      // A document that is there in both languages is linked to in the reader's own.
      links
        .filter((link) => !/^README/.test(link))
        .map((link) => link.replace(".zh-CN.md", ".md"))
        .sort();
    assert.deepEqual(places(CHINESE), places(ENGLISH));
    assert.ok(ENGLISH.links.includes("README.zh-CN.md"));
    assert.ok(CHINESE.links.includes("README.md"));
  });

  test("show the same figures of the benchmark, which stand in its own README too", () => {
    const figures = Object.values(READMES).map(({ text }) =>
      text.split("\n").filter((line) => /^\| .+ \| (?:plain|safe) \| [\d.]+/.test(line)),
    );
    assert.ok((figures[0]?.length ?? 0) >= 8);
    assert.deepEqual(figures[0], figures[1]);
    const measured = readDocument("bench/README.md").text;
    for (const line of figures[0] ?? []) {
      const ratio = line.split("|")[3]?.trim() ?? "";
      if (ratio !== "1") assert.ok(measured.includes(ratio), `${ratio} was not measured`);
    }
  });
});

describe("Every link inside the project leads to a file that is there", () => {
  for (const name of ["README.md", "README.zh-CN.md", ...OTHERS]) {
    test(name, () => {
      for (const link of readDocument(name).links) {
        if (/^[a-z]+:/.test(link)) continue;
        const path = join(dirname(name), link.replace(/#.*$/, ""));
        assert.ok(existsSync(join(ROOT, path)), `${link} is missing`);
      }
    });
  }
});

describe("The README names the commands of make", () => {
  const makefile = readText("Makefile");
  const targets = [...makefile.matchAll(/^([a-z-]+):.*## /gm)].map(([, name = ""]) => name);

  test("all of them, in its table", () => {
    const named = firstColumn(tableWith(ENGLISH, "`make run`"));
    assert.deepEqual(named.sort(), targets.map((name) => `make ${name}`).sort());
  });

  for (const name of ["README.md", ...OTHERS]) {
    test(`and ${name} names none that does not exist`, () => {
      const { prose, blocks } = readDocument(name);
      const code = [...codeIn(prose), ...blocks.flatMap((block) => block.code.split("\n"))];
      for (const line of code) {
        const target = /^make ([a-z-]+)/.exec(line)?.[1];
        if (target !== undefined) assert.ok(targets.includes(target), line);
      }
    });
  }
});

describe("The README's tables agree with the program", () => {
  test("on the settings that the server reads", () => {
    const asked = new Set<string>();
    const environment = new Proxy<Record<string, string | undefined>>(
      { WECHAT_TOKEN: "t" },
      { get: (target, name) => (asked.add(String(name)), target[String(name)]) },
    );
    readSettings(environment, false);
    const named = firstColumn(tableWith(ENGLISH, "`WECHAT_TOKEN`"));
    assert.deepEqual(named.sort(), [...asked].sort());
  });

  test("on the options of createBot", () => {
    const named = firstColumn(tableWith(ENGLISH, "`clockSkewMs`"));
    assert.deepEqual(named.sort(), botOptions());
  });

  test("on the options that change a limit", async () => {
    const asked = new Set<string>([...botOptions(), ...deliveryOptions(), ...apiOptions()]);
    echostr.session(
      new Proxy<SessionOptions>({}, { get: (_target, name) => void asked.add(String(name)) }),
    );
    const options = new Proxy<ListenOptions>(
      { port: 0, host: "127.0.0.1", shutdownTimeoutMs: 100 },
      { get: (target, name) => (asked.add(String(name)), Reflect.get(target, name)) },
    );
    const server = await echostr.startServer(echostr.createBot({ token: "t" }), options);
    await server.close();
    const limits = tableWith(ENGLISH, "XML").slice(1);
    for (const option of limits.flatMap(([, , cell = ""]) => codeIn(cell))) {
      assert.ok(asked.has(option), `${option} is no option`);
    }
  });

  test("on the limits that are constants", () => {
    const rows = tableWith(ENGLISH, "XML").map(([what, limit]) => `${what}: ${limit}`);
    const says = (start: string, number: number): void => {
      const row = rows.find((text) => text.startsWith(start)) ?? "";
      assert.ok(row.includes(number.toLocaleString("en-US")), `"${row}" must say ${number}`);
    };
    says("XML", MAX_XML_DEPTH);
    says("XML", MAX_XML_NODES);
    says("text in a reply", TEXT_LIMIT_BYTES);
    says("articles", NEWS_LIMIT);
    says("text in a customer-service message", TEXT_LIMIT_BYTES);
    says("call of WeChat", prepareApi({ appId: "wx1", appSecret: "s" }).timeoutMs / 1000);
    const { image, video, voice, thumb } = TEMPORARY_LIMITS;
    assert.equal(image.maxBytes, video.maxBytes);
    says("upload: image and video", image.maxBytes / 1024 / 1024);
    says("upload: image and video 10 MiB, voice", voice.maxBytes / 1024 / 1024);
    says("upload: image and video 10 MiB, voice 2 MiB, thumb", thumb.maxBytes / 1024);
  });

  test("on the limits of a menu", () => {
    const row = tableWith(ENGLISH, "XML").find(([what]) => what === "menu")?.[1] ?? "";
    const numbers = row.replaceAll(",", "").match(/\d+/g)?.map(Number) ?? [];
    const [most = 0, below = 0, name = 0, subName = 0, key = 0, url = 0] = numbers;
    const menu = (sizes: readonly number[]): Parameters<typeof checkMenu>[0] => {
      const [m = 0, b = 0, n = 0, s = 0, k = 0, u = 0] = sizes;
      const http = "http://a/";
      const click = { type: "click", name: "x".repeat(s), key: "x".repeat(k) };
      const view = { type: "view", name: "x", url: http + "x".repeat(u - http.length) };
      const sub_button = [...Array<object>(b - 1).fill(click), view] as (typeof click)[];
      return { button: Array.from({ length: m }, () => ({ name: "x".repeat(n), sub_button })) };
    };
    const limits = [most, below, name, subName, key, url];
    checkMenu(menu(limits));
    for (const [index] of limits.entries()) {
      const more = limits.map((limit, place) => (place === index ? limit + 1 : limit));
      assert.throws(() => checkMenu(menu(more)), { code: "API_INPUT_INVALID" }, `${more}`);
    }
  });

  test("on the options of the API", () => {
    const [, ...rows] = tableWith(ENGLISH, "`api.base`");
    assert.deepEqual(rows.flatMap(([name = ""]) => codeIn(name)).sort(), apiOptions());
    const shown = new Map(rows.map(([name = "", value = ""]) => [codeIn(name)[0], codeIn(value)[0]]));
    const { base, kind, timeoutMs } = prepareApi({ appId: "wx1", appSecret: "s" });
    assert.equal(shown.get("api.base"), base);
    assert.equal(shown.get("api.token"), `"${kind}"`);
    assert.equal(Number(shown.get("api.timeoutMs")?.replaceAll("_", "")), timeoutMs);
    const settings = tableWith(ENGLISH, "`WECHAT_TOKEN`");
    const defaultOf = (name: string): string | undefined =>
      codeIn(settings.find(([first]) => first === `\`${name}\``)?.[1] ?? "")[0];
    assert.equal(defaultOf("WECHAT_API_BASE"), base);
    assert.equal(defaultOf("WECHAT_API_TOKEN"), kind);
  });

  test("on what the API can do", () => {
    const api = echostr.createApi({ appId: "wx1", appSecret: "s", log: () => {} });
    const table = firstColumn(tableWith(ENGLISH, "`api.call(path, body, query, options)`"));
    assert.ok(table.length > 15, `only ${table.length} found`);
    for (const code of [...table, ...codeIn(ENGLISH.prose)]) {
      const [, path] = /^api\.([\w.]+)\(/.exec(code) ?? [];
      if (path === undefined) continue;
      let found: unknown = api;
      for (const name of path.split(".")) found = Reflect.get(Object(found), name);
      assert.equal(typeof found, "function", code);
    }
    const parts = Object.entries(api).flatMap(([part, value]) =>
      Object.getOwnPropertyNames(Object.getPrototypeOf(value)).map((name) => `${part}.${name}`),
    );
    const own = Object.getOwnPropertyNames(Object.getPrototypeOf(api));
    const unsaid = [...parts, ...own].filter(
      (name) => !/constructor$/.test(name) && !table.some((code) => code.startsWith(`api.${name}(`)),
    );
    // It only spells out an address, which `create` gives already.
    assert.deepEqual(unsaid, ["qrcode.imageUrl"]);
  });

  test("on the commands that call WeChat", () => {
    const source = readText("src/cli/run.ts");
    const help = /Commands that call WeChat:\n([^]*?)\nCommands that play/.exec(source)?.[1] ?? "";
    const commands = [...help.matchAll(/^ {2}(\S.*?)(?: {2,}| print| replace| call any)/gm)];
    const named = firstColumn(tableWith(ENGLISH, "`echostr token`"));
    const inHelp = commands.map(([, command = ""]) => `echostr ${command}`);
    assert.deepEqual(named.sort(), inHelp.sort());
  });

  test("on the kinds of messages", () => {
    const row = ENGLISH.tables.flat().find(([first]) => first?.startsWith('`bot.on("text"'));
    assert.deepEqual(codeIn(row?.[1] ?? ""), Object.keys(MESSAGE_KINDS));
  });

  test("on the methods of a bot", () => {
    const table = tableWith(ENGLISH, "`bot.onError(handler)`");
    const bot = echostr.createBot({ token: "t" });
    for (const call of firstColumn(table)) {
      const name = /^bot\.(\w+)\(/.exec(call)?.[1] ?? call;
      assert.equal(typeof Reflect.get(bot, name), "function", call);
    }
  });

  test("on the options of delivery, and their defaults", () => {
    const [, ...rows] = tableWith(ENGLISH, "`deadlineMs`");
    assert.deepEqual(rows.flatMap(([name = ""]) => codeIn(name)).sort(), deliveryOptions());
    const all = prepareDelivery({}, 1800, false);
    const { give, onLate, notice, pushes, textLimitBytes, ...settings } = all;
    const shown = new Map(rows.map(([name = "", value = ""]) => [codeIn(name)[0], codeIn(value)]));
    for (const [name, value] of Object.entries(settings)) {
      const [found = ""] = shown.get(name) ?? shown.get(`late.${name}`) ?? [];
      const wanted = typeof value === "number" ? Number(found.replaceAll("_", "")) : found;
      assert.equal(wanted, typeof value === "number" ? value : String(value), name);
    }
    assert.deepEqual([onLate, shown.get("late.onLate")], [undefined, []]);
    assert.deepEqual([notice, shown.get("late.notice")], [undefined, []]);
    assert.deepEqual([pushes, shown.get("late.push")], [false, ['"next-message"']]);
    const noticed = prepareDelivery({ late: { notice: "…" } }, textLimitBytes, false).give;
    assert.deepEqual(shown.get("late.give"), [`"${noticed}"`, `"${give}"`]);
  });

  test("on what a bot and its handlers have", () => {
    const bot = echostr.createBot({ token: "t", log: () => {} });
    const context = new MessageContext("gh", "o", 0, { store: new MemoryStore(), api: undefined });
    let found = 0;
    for (const code of codeIn(ENGLISH.prose)) {
      const [, owner, name = ""] = /^(bot|context)\.(\w+)/.exec(code) ?? [];
      if (owner === undefined) continue;
      found += 1;
      assert.ok(name in (owner === "bot" ? bot : context), code);
    }
    assert.ok(found > 15, `only ${found} found`);
  });

  test("on the functions that make an answer", () => {
    const calls = firstColumn(tableWith(ENGLISH, "`image(mediaId)`"));
    const names = calls.map((call) => /^(\w+)\(/.exec(call)?.[1]).filter((name) => name);
    assert.equal(names.length, 7);
    for (const name of names) assert.equal(typeof Reflect.get(echostr, name ?? ""), "function");
  });

  test("on the parts of the protocol that can be had alone", () => {
    const [, section = ""] = ENGLISH.text.split("### Parts of the protocol");
    const names = codeIn(section.slice(0, section.indexOf("```")));
    const [, contents = ""] = readText("src/index.ts").split("// The protocol's parts");
    const exports = contents.slice(0, contents.indexOf("\n//")).matchAll(/^export \{([^}]+)\}/gm);
    const parts = [...exports].flatMap(([, list = ""]) => list.match(/\w+/g) ?? []);
    assert.deepEqual(names.toSorted(), parts.toSorted());
    for (const name of names) assert.equal(typeof Reflect.get(echostr, name), "function", name);
  });

  test("on the codes in the log", () => {
    const source = readText("src/errors.ts");
    const table = tableWith(ENGLISH, "`SIGNATURE_MISMATCH`");
    for (const code of firstColumn(table)) assert.ok(source.includes(`| "${code}"`), code);
  });
});

describe("What the README shows of the server's output is what it prints", () => {
  test("when it starts", () => {
    const [shown = ""] = printed("listens on port");
    const settings = readSettings({ WECHAT_TOKEN: "0".repeat(32) }, true);
    const server = { port: 80, url: "http://127.0.0.1:80" };
    const lines = startLines(settings, server, "the default one, 测试", 1_700_000_000_000, false);
    const said = `Made .env with a random token.\n${lines}`.replace(/\n+$/, "\n");
    assert.equal(withoutChance(shown), withoutChance(said));
  });

  test("when WeChat refuses a call", () => {
    const [shown = ""] = printed("errcode 40164");
    const [, errmsg = ""] = /WeChat says "(.*)"$/m.exec(shown) ?? [];
    const { message } = new ApiError("/cgi-bin/stable_token", 40164, errmsg);
    assert.equal(shown, `echostr: ${message}\n`);
  });

  test("when it refuses a request", async () => {
    const [shown = ""] = printed("SIGNATURE_MISMATCH");
    const entries: LogEntry[] = [];
    const log = (entry: LogEntry): void => void entries.push(entry);
    const bot = echostr.createBot({ token: ACCOUNT.token, log });
    const { target, body } = plainDelivery({ ...ACCOUNT, token: "other" }, textMessage("你好"));
    const url = `http://127.0.0.1${target}`;
    const response = await bot.fetch(new Request(url, { method: "POST", body: String(body) }));
    assert.equal(response.status, 403);
    const [entry] = entries;
    assert.ok(entry !== undefined && entries.length === 1);
    const line = prettyLine({ ...entry, ms: 1 }, 0, false);
    assert.equal(shown.replace(/^[\d:]{8} /, ""), line.replace(/^[\d:]{8} /, ""));
  });
});

/** The names that `createBot` asks its options for. */
function botOptions(): string[] {
  const asked = new Set<string>();
  const options: BotOptions = { token: "t", appId: "wx1", appSecret: "s" };
  echostr.createBot(
    new Proxy(options, {
      get: (target, name) => (asked.add(String(name)), Reflect.get(target, name)),
    }),
  );
  return [...asked].sort();
}

/** The names that are read of the options of the API. */
function apiOptions(): string[] {
  const asked = new Set<string>();
  const settings: ApiSettings = new Proxy({}, { get: (_, name) => void asked.add(String(name)) });
  const own = { appId: "wx1", appSecret: "s" };
  prepareApi(
    new Proxy(own, {
      get: (target, name) => Reflect.get(name in target ? target : settings, name) as string,
    }),
  );
  return [...asked].map((name) => `api.${name}`).sort();
}

/** The names that are read of the options of delivery. */
function deliveryOptions(): string[] {
  const asked: string[] = [];
  const late = new Proxy({}, { get: (_target, name) => void asked.push(`late.${String(name)}`) });
  const options = new Proxy(
    {},
    {
      get(_target, name) {
        if (name === "late") return late;
        asked.push(String(name));
        return undefined;
      },
    },
  );
  prepareDelivery(options, 1800, false);
  return [...new Set(asked)].sort();
}

function printed(words: string): string[] {
  const blocks = ENGLISH.blocks.filter(({ language }) => language === "text");
  return blocks.map(({ code }) => code).filter((code) => code.includes(words));
}

function withoutChance(text: string): string {
  return text
    .replace(/Token( +)[0-9a-f]{32}/, "Token$1…")
    .replace(/signature=[0-9a-f]{40}&timestamp=\d{10}&nonce=\d+&echostr=\d+/, "…");
}
