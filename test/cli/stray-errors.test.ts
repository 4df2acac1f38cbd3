/** What a bot's own code throws where nobody catches it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { MOST_STRAY_ERRORS, StrayErrors } from "../../src/cli/stray-errors.ts";
import { failureOf, isEchostrError, messageOf, stackOf } from "../../src/errors.ts";
import type { LogEntry } from "../../src/log.ts";
import { exchange } from "../support/http.ts";
import { builtProgram } from "../support/programs.ts";
import { ACCOUNT, field, plainDelivery, textMessage, verification } from "../server/platform.ts";
import { watchProcess } from "../support/watched-process.ts";
import { Process, temporaryFolder } from "./process.ts";
import { start } from "./started.ts";

const HELLO = textMessage("hello");

/** Values that throw when they are looked at, as the text of a program. */
const UNSHOWABLE: Readonly<Record<string, string>> = {
  "an object without a prototype": "Object.create(null)",
  "an error whose message throws": "Object.defineProperty(new Error(), 'message', { get() { throw 1; } })",
  "an error whose stack throws": "Object.defineProperty(new Error('m'), 'stack', { get() { throw 1; } })",
  "an error whose name and code throw":
    "Object.defineProperties(new Error('m'), { name: { get() { throw 1; } }, code: { get() { throw 1; } } })",
  "an error whose stack is no text": "Object.assign(new Error('m'), { stack: { toString() { throw 1; } } })",
  "a Proxy that throws at everything":
    "new Proxy({}, new Proxy({}, { get() { return () => { throw new Error('trap'); }; } }))",
  "a function that throws as a text": "Object.assign(() => {}, { toString() { throw 1; } })",
  "nothing": "undefined",
  "a symbol": "Symbol('s')",
};

function made(source: string): unknown {
  return (0, eval)(`(${source})`);
}

describe("A caught value, whatever it is", () => {
  for (const [name, source] of Object.entries(UNSHOWABLE)) {
    test(`is told of without another error: ${name}`, () => {
      const value = made(source);
      assert.equal(typeof messageOf(value), "string");
      assert.ok(["string", "undefined"].includes(typeof stackOf(value)));
      assert.equal(isEchostrError(value), false);
      assert.equal(failureOf(value).code, "HANDLER_FAILED");
    });
  }
});

describe("The program survives", { timeout: 300_000 }, () => {
  for (const [name, source] of Object.entries(UNSHOWABLE)) {
    test(`${name}, rejected or thrown in a timer or a handler, with a line of log each`, async (context) => {
      const bot = `export default (bot) => {
        const odd = () => (${source});
        bot.hears("reject", () => { Promise.reject(odd()); return "here"; });
        bot.hears("throw", () => { setTimeout(() => { throw odd(); }, 1); return "here"; });
        bot.on("text", () => { throw odd(); });
      };\n`;
      const { program, port } = await start(context, {}, { name: "odd.mjs", source: bot });
      for (const text of ["reject", "throw"]) {
        const answer = await exchange(port, plainDelivery(ACCOUNT, textMessage(text)));
        assert.equal(field(answer.body, "Content"), "here");
        await program.says(text === "throw" ? /nobody caught it/ : /nobody handled it/, "stdout");
      }
      assert.equal((await exchange(port, plainDelivery(ACCOUNT, HELLO))).body, "success");
      assert.equal((await exchange(port, verification(ACCOUNT, "x"))).body, "x");
      program.child.kill("SIGTERM");
      const { status, stdout } = await program.end();
      assert.equal(status, 0);
      assert.equal(stdout.match(/"HANDLER_FAILED"/g)?.length, 3);
    });
  }
});

describe("Errors that nobody caught, more than a hundred in a minute,", { timeout: 120_000 }, () => {
  test("end the program in good order, with status 1", async (context) => {
    const source = `export default (bot) => {
      bot.hears("break", () => { setInterval(() => { throw new Error("again"); }, 1); });
      bot.on("text", async () => {
        process.stderr.write("in flight\\n");
        await new Promise((resolve) => setTimeout(resolve, 500));
        return "answered";
      });
    };\n`;
    const { program, port } = await start(context, {}, { name: "broken.mjs", source });
    const answer = exchange(port, plainDelivery(ACCOUNT, HELLO));
    await program.says(/in flight/);
    await exchange(port, plainDelivery(ACCOUNT, textMessage("break")));
    const { status, stdout, stderr } = await program.end();
    assert.equal(status, 1);
    assert.equal(field((await answer).body, "Content"), "answered");
    assert.match(stderr, /Stopped\./);
    assert.equal(stdout.match(/again/g)?.length, MOST_STRAY_ERRORS + 1);
    assert.match(stdout, /More than 100 errors in a minute/);
  });

  test("are those of one minute: a hundred in each are survived", async () => {
    let now = 0;
    const log: LogEntry[] = [];
    const errors = new StrayErrors((entry) => log.push(entry), () => now);
    let hasEnded = false;
    void errors.tooMany.then(() => {
      hasEnded = true;
    });
    for (let minute = 0; minute < 5; minute += 1) {
      for (let count = 0; count < MOST_STRAY_ERRORS; count += 1) errors.tell("m", new Error("e"));
      now += 60_000;
    }
    await null;
    assert.equal(hasEnded, false);
    for (let count = 0; count < 1000; count += 1) errors.tell("m", new Error("e"));
    await null;
    assert.equal(hasEnded, true);
    assert.equal(log.length, 6 * MOST_STRAY_ERRORS + 2);
  });
});

describe("A library", () => {
  for (const kind of ["throw new Error('mine')", "Promise.reject(new Error('mine'))"]) {
    test(`leaves it to its host: ${kind}`, async (context) => {
      const folder = temporaryFolder(context);
      const subject = process.env["ECHOSTR_SUBJECT"] ?? "";
      const library = pathToFileURL(subject === "" ? builtProgram("src/index.ts") : subject).href;
      writeFileSync(
        join(folder, "host.mjs"),
        `const names = ["uncaughtException", "unhandledRejection", "SIGTERM", "SIGINT", "exit"];
         const counts = () => names.map((name) => process.listenerCount(name)).join();
         const before = counts();
         const { createBot, startServer } = await import(${JSON.stringify(library)});
         const bot = createBot({ token: "t" });
         await startServer(bot, { port: 0, host: "127.0.0.1" });
         console.log(counts() === before);
         setTimeout(() => { ${kind}; }, 10);\n`,
      );
      const child = spawn(process.execPath, [join(folder, "host.mjs")], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      watchProcess(child);
      context.after(() => child.kill("SIGKILL"));
      const { status, stdout, stderr } = await new Process(child).end();
      assert.equal(stdout, "true\n");
      assert.equal(status, 1);
      assert.match(stderr, /mine/);
    });
  }
});
