/** Whatever has `then` is waited for: promises of other realms and libraries, queries, lazy values. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import type { Bot, BotOptions, LogEntry } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { wireReadReply, wireRequest, wireText } from "../support/wire.ts";

const TOKEN = "tok3nOfThenables";
const NOW = 1_714_112_445_000;

/** No `Promise`, and nothing but `then`, as the builder of a query. */
function lazy<T>(
  settle: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
): PromiseLike<T> {
  return { then: settle } as unknown as PromiseLike<T>;
}

function later<T>(value: T): PromiseLike<T> {
  return lazy((resolve) => setImmediate(resolve, value));
}

/** What the follower reads, and what the log says of it. */
async function said(
  options: Partial<BotOptions>,
  make: (bot: Bot) => void,
): Promise<readonly [string, LogEntry["answer"], LogEntry["code"]]> {
  const entries: LogEntry[] = [];
  const log = (entry: LogEntry): void => void entries.push(entry);
  const bot = echostr.createBot({ token: TOKEN, clock: () => NOW, log, ...options });
  make(bot);
  const { query, body } = wireRequest({ token: TOKEN, body: wireText("你好") });
  const request = new Request(`http://localhost/wx?${query}`, { method: "POST", body });
  const text = await (await bot.fetch(request)).text();
  const [entry] = entries;
  const shown = text === "success" ? text : String(wireReadReply(text)["Content"]);
  return [shown, entry?.answer, entry?.code];
}

const deliveries: Readonly<Record<string, Partial<BotOptions>>> = {
  "once per message": {},
  "for each delivery": { delivery: false },
};

for (const [what, options] of Object.entries(deliveries)) {
  describe(`A thenable that is no Promise, where the handler runs ${what},`, () => {
    test("is waited for as the answer of a handler", async () => {
      const told = await said(options, (bot) => bot.on("text", () => later("晚")));
      assert.deepEqual(told, ["晚", "text", undefined]);
    });

    test("may be the promise of another realm", async () => {
      const foreign = runInNewContext("Promise.resolve('外')") as Promise<string>;
      assert.equal(foreign instanceof Promise, false);
      const told = await said(options, (bot) => bot.on("text", () => foreign));
      assert.deepEqual(told, ["外", "text", undefined]);
    });

    test("is waited for by next, and as the answer of middleware", async () => {
      const told = await said(options, (bot) => {
        bot.use((_message, _context, next) =>
          lazy((resolve) => void next().then((answer) => resolve(`<${String(answer)}>`))),
        );
        bot.on("text", () => later("晚"));
      });
      assert.deepEqual(told, ["<晚>", "text", undefined]);
    });

    test("is a failure when it rejects, and onError may answer with another", async () => {
      const told = await said(options, (bot) => {
        bot.on("text", () => lazy((_resolve, reject) => reject(new Error("broken"))));
        bot.onError((error) => later(`出错 ${String(error)}`));
      });
      assert.deepEqual(told, ["出错 Error: broken", "text", "HANDLER_FAILED"]);
    });

    test("is a failure when it cannot even be asked", async () => {
      const trap = Object.defineProperty({}, "then", {
        get: () => {
          throw new Error("do not look");
        },
      });
      const told = await said(options, (bot) => bot.on("text", () => trap as never));
      assert.deepEqual(told, ["success", "success", "HANDLER_FAILED"]);
    });

    test("must have a function: a reply with a word called then is a reply", async () => {
      const reply = { MsgType: "text", Content: "词", then: "next" };
      const told = await said(options, (bot) => bot.on("text", () => reply as never));
      assert.deepEqual(told, ["词", "text", undefined]);
    });
  });
}
