/** What the tables of the manual say of the program is so. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prepareApi } from "../../src/api/api-options.ts";
import { checkMenu } from "../../src/api/menu-limits.ts";
import { TEMPORARY_LIMITS } from "../../src/api/upload.ts";
import { MessageContext } from "../../src/bot/context.ts";
import { systemClock } from "../../src/clock.ts";
import { readSettings } from "../../src/cli/settings.ts";
import { MESSAGE_KINDS } from "../../src/protocol/message-kinds.ts";
import { NEWS_LIMIT, TEXT_LIMIT_BYTES } from "../../src/protocol/reply.ts";
import { MAX_XML_DEPTH, MAX_XML_NODES } from "../../src/protocol/xml.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { echostr } from "../support/subject.ts";
import { OPTION_TABLES } from "./option-tables.ts";
import { codeIn, firstColumn, readText, tableWith } from "./markdown.ts";
import type { Document } from "./markdown.ts";
import { readManual } from "./pages.ts";

const ENGLISH: Document = readManual("en");

describe("The manual's tables agree with the program", () => {
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

  test("on the options that change a limit", () => {
    const options = new Set(Object.values(OPTION_TABLES).flatMap((rows) => Object.keys(rows)));
    // Of `bytes()` of a file; `test/api/bounds.test.ts` tries it.
    options.add("maxBytes");
    const limits = tableWith(ENGLISH, "XML").slice(1);
    for (const option of limits.flatMap(([, , cell = ""]) => codeIn(cell))) {
      assert.ok(options.has(option), `${option} is no option`);
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

  test("on the API of which the variables of the environment tell", () => {
    const { base, token } = prepareApi({ appId: "wx1", appSecret: "s" });
    const settings = tableWith(ENGLISH, "`WECHAT_TOKEN`");
    const defaultOf = (name: string): string | undefined =>
      codeIn(settings.find(([first]) => first === `\`${name}\``)?.[1] ?? "")[0];
    assert.equal(defaultOf("WECHAT_API_BASE"), base);
    assert.equal(defaultOf("WECHAT_API_TOKEN"), token);
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
    // The first only spells out an address, which `create` gives already; createBot asks the others.
    assert.deepEqual(unsaid, ["qrcode.imageUrl", "appId", "adopt", "pushLate", "showTyping", "hideTyping"]);
  });

  test("on the commands that call WeChat", () => {
    const source = readText("src/cli/help.ts");
    const help = /Commands that call WeChat:\n([^]*?)\nAnother program/.exec(source)?.[1] ?? "";
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

  test("on what a bot and its handlers have", () => {
    const bot = echostr.createBot({ token: "t", log: () => {} });
    const store = new MemoryStore();
    const parts = { accountId: "wx1", store, api: undefined, newOwner: () => "", patienceMs: 1 };
    const services = { ...parts, clock: systemClock };
    const context = new MessageContext("gh", "o", 0, services);
    let found = 0;
    for (const code of codeIn(ENGLISH.prose)) {
      const [, owner, name = ""] = /^(bot|context)\.(\w+)/.exec(code) ?? [];
      if (owner === undefined) continue;
      found += 1;
      assert.ok(name in (owner === "bot" ? bot : context), code);
    }
    assert.ok(found > 15, `only ${found} found`);
  });

  test("on what the context of a handler has: all of the documented interface", () => {
    const [, body = ""] = /export interface Context \{([^]*?)\n\}/.exec(readText("src/bot/context.ts")) ?? [];
    const fields = [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??:/gm)].map(([, name = ""]) => name);
    assert.ok(fields.length > 8, fields.join());
    assert.deepEqual(firstColumn(tableWith(ENGLISH, "`accountId`")).sort(), fields.sort());
  });

  test("on the functions that make an answer", () => {
    const calls = firstColumn(tableWith(ENGLISH, "`image(mediaId)`"));
    const names = calls.map((call) => /^(\w+)\(/.exec(call)?.[1]).filter((name) => name);
    assert.equal(names.length, 7);
    for (const name of names) assert.equal(typeof Reflect.get(echostr, name ?? ""), "function");
  });

  test("on the parts of the protocol that are exported on their own", () => {
    const [, section = ""] = ENGLISH.text.split("## Parts of the protocol");
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
