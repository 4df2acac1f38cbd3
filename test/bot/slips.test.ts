/** Slips in making a bot that nothing else would tell: what is passed over is refused or told of. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Bot, LogEntry } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { wireReadReply, wireRequest, wireText } from "../support/wire.ts";

const TOKEN = "tok3nOfTheSlips";
const DROPPED =
  "Middleware called next() and returned nothing, so the answer of the handlers after it is not sent: " +
  "return next() (logged once)";

type Middleware = Parameters<Bot["use"]>[0];

/** What the follower reads, and what the log tells, of two texts. */
async function talk(middleware: Middleware, answer: () => unknown = () => "答") {
  const entries: LogEntry[] = [];
  const clock = (): number => 1_714_112_445_000;
  const bot = echostr.createBot({ token: TOKEN, clock, log: (entry) => entries.push(entry) });
  bot.use(middleware);
  bot.on("text", answer as () => string);
  const read: string[] = [];
  for (const MsgId of ["1", "2"]) {
    const { query, body } = wireRequest({ token: TOKEN, body: wireText("x", { MsgId }) });
    const response = await bot.fetch(new Request(`http://localhost/wx?${query}`, { method: "POST", body }));
    const text = await response.text();
    read.push(text === "success" ? "" : String(wireReadReply(text)["Content"]));
  }
  // What was not waited for may still be under way.
  await new Promise((resolve) => setTimeout(resolve, 5));
  return { read, told: entries.filter(({ event }) => event === "notice").map(({ message }) => message) };
}

describe("Middleware that asks for the answer behind it and lets it fall", () => {
  const forgetful: Readonly<Record<string, Middleware>> = {
    "without waiting for it": (_message, _context, next) => void next(),
    "having waited for it": async (_message, _context, next) => void (await next()),
    "having done something before": async (_message, _context, next) => {
      await Promise.resolve();
      await next();
    },
  };
  for (const [how, middleware] of Object.entries(forgetful)) {
    test(`is told of once: ${how}`, async () => {
      assert.deepEqual(await talk(middleware), { read: ["", ""], told: [DROPPED] });
      const later = async (): Promise<string> => "答";
      assert.deepEqual(await talk(middleware, later), { read: ["", ""], told: [DROPPED] });
    });
  }

  const right: Readonly<Record<string, readonly [middleware: Middleware, read: string]>> = {
    "hands it on": [(_message, _context, next) => next(), "答"],
    "hands it on later": [async (_message, _context, next) => await next(), "答"],
    "answers in its place": [async (_message, _context, next) => (await next(), "别的"), "别的"],
    "says nothing on purpose": [async (_message, _context, next) => (await next(), ""), ""],
    "does not ask for it": [() => undefined, ""],
  };
  for (const [how, [middleware, read]] of Object.entries(right)) {
    test(`is told apart from one that ${how}`, async () => {
      assert.deepEqual(await talk(middleware), { read: [read, read], told: [] });
    });
  }

  test("is not told of when there was nothing to say", async () => {
    for (const nothing of [undefined, null, ""]) {
      const { told } = await talk(async (_message, _context, next) => void (await next()), () => nothing);
      assert.deepEqual(told, []);
    }
  });
});

describe("More handlers than one are refused, for only the first would run", () => {
  const one = (): string => "x";
  const calls: Readonly<Record<string, (bot: Record<string, (...args: unknown[]) => unknown>) => unknown>> = {
    "bot.on takes two arguments, got 3": (bot) => bot["on"]?.("text", one, one),
    "bot.hears takes two arguments, got 3": (bot) => bot["hears"]?.("x", one, one),
    "bot.click takes two arguments, got 3": (bot) => bot["click"]?.("KEY", one, one),
    "bot.use takes one argument, got 2": (bot) => bot["use"]?.(one, one),
    "bot.onError takes one argument, got 2": (bot) => bot["onError"]?.(one, one),
  };
  for (const [message, call] of Object.entries(calls)) {
    test(message, () => {
      const bot = echostr.createBot({ token: TOKEN, log: () => {} });
      assert.throws(() => call(bot as never), { code: "SETTING_INVALID", message });
    });
  }
});

for (const [name, make, options = ""] of [
  ["session", echostr.session],
  ["merge", echostr.merge],
  ["typing", echostr.typing],
  ["limit", echostr.limit, "{ count, perMs }"],
] as const) {
  test(`bot.use(${name}) without its brackets is told of with the first message`, async () => {
    const entries: LogEntry[] = [];
    const bot = echostr.createBot({
      token: TOKEN,
      clock: () => 1_714_112_445_000,
      log: (entry) => entries.push(entry),
    });
    bot.use(make as never);
    const { query, body } = wireRequest({ token: TOKEN, body: wireText("x") });
    await bot.fetch(new Request(`http://localhost/wx?${query}`, { method: "POST", body }));
    assert.deepEqual(
      [entries[0]?.code, entries[0]?.message],
      ["SETTING_INVALID", `Write bot.use(${name}(${options})), got bot.use(${name})`],
    );
  });
}

/** As a program without types sees a bot. */
type Loose = Readonly<Record<"on" | "hears" | "click" | "onError", (...args: readonly unknown[]) => unknown>>;

describe("What stands in the place of a kind, a text or a key is named", () => {
  const each = "an array: add a handler for each";
  const cases: Readonly<Record<string, readonly [call: (bot: Loose) => unknown, message: string]>> = {
    "several kinds": [(bot) => bot.on(["text", "image"], () => "x"), `Kind must be a text, got ${each}`],
    "a handler alone": [(bot) => bot.on(() => "x"), "Kind must be a text, got function"],
    "an empty kind": [(bot) => bot.on("", () => "x"), "Kind must be a text, got an empty one"],
    "several texts": [(bot) => bot.hears(["a", "b"], () => "x"), `Pattern must be a string or a RegExp, got ${each}`],
    "an expression for a key": [(bot) => bot.click(/a/, () => "x"), "Key of a button must be a text, got object"],
    "an empty key": [(bot) => bot.click("", () => "x"), "Key of a button must be a text, got an empty one"],
    "a text for onError": [(bot) => bot.onError("出错了"), "Error handler must be a function, got string"],
  };
  for (const [what, [call, message]] of Object.entries(cases)) {
    test(what, () => {
      const bot = echostr.createBot({ token: TOKEN, log: () => {} });
      assert.throws(() => call(bot as never), { code: "SETTING_INVALID", message });
    });
  }
});
