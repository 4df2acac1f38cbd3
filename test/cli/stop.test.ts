import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { exchange } from "../support/http.ts";
import { ACCOUNT, field, plainDelivery, textMessage, verification } from "../server/platform.ts";
import { start, stop } from "./started.ts";

const HELLO = textMessage("hello");

describe("The end", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    test(`${signal} ends it with status 0, with every line of log written`, async (context) => {
      const { program, port } = await start(context);
      const deliveries = Array.from({ length: 50 }, () => plainDelivery(ACCOUNT, HELLO));
      await Promise.all(deliveries.map((delivery) => exchange(port, delivery)));
      program.child.kill(signal);
      const { status, stdout } = await program.end();
      assert.equal(status, 0);
      assert.equal(stdout.trim().split("\n").length, 50);
    });
  }

  test("a message in flight is answered before it", async (context) => {
    const source = `export default (bot) => {
      bot.on("text", async () => {
        process.stderr.write("in flight\\n");
        await new Promise((resolve) => setTimeout(resolve, 300));
        return "answered";
      });
    };\n`;
    const { program, port } = await start(context, {}, { name: "slow.mjs", source });
    const answer = exchange(port, plainDelivery(ACCOUNT, HELLO));
    await program.says(/in flight/);
    const lines = await stop(program);
    assert.equal(field((await answer).body, "Content"), "answered");
    assert.equal(lines.length, 1);
  });

  test("a bot that has timers and sockets of its own does not hold it up", async (context) => {
    const source = `import { createServer } from "node:net";
    export default () => {
      setInterval(() => {}, 1000);
      createServer().listen(0, "127.0.0.1");
    };\n`;
    const { program, port } = await start(context, {}, { name: "busy.mjs", source });
    await exchange(port, plainDelivery(ACCOUNT, HELLO));
    assert.equal((await stop(program)).length, 1);
  });

  test("a second signal ends it at once, though a handler has not finished", async (context) => {
    const source = `export default (bot) => {
      bot.on("text", () => new Promise(() => process.stderr.write("in flight\\n")));
    };\n`;
    const { program, port } = await start(context, {}, { name: "stuck.mjs", source });
    const answer = exchange(port, plainDelivery(ACCOUNT, HELLO)).catch(() => undefined);
    await program.says(/in flight/);
    program.child.kill("SIGTERM");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = performance.now();
    program.child.kill("SIGTERM");
    await program.end();
    assert.ok(performance.now() - before < 2_000);
    await answer;
  });
});

describe("What a bot's own code does wrong", () => {
  test("a promise that it forgot is told in the log, and the account stays up", async (context) => {
    const source = `export default (bot) => {
      bot.on("text", () => { Promise.reject(new Error("forgotten")); return "still here"; });
    };\n`;
    const { program, port } = await start(context, {}, { name: "forgetful.mjs", source });
    for (let time = 0; time < 2; time += 1) {
      const answer = await exchange(port, plainDelivery(ACCOUNT, HELLO));
      assert.equal(field(answer.body, "Content"), "still here");
    }
    await stop(program);
    assert.match(program.stdout + program.stderr, /forgotten/);
  });

  test("what takes the process down takes no line of the log with it", async (context) => {
    const source = `export default (bot) => {
      bot.on("text", () => { setTimeout(() => process.exit(3), 20); return "last"; });
    };\n`;
    const { program, port } = await start(context, {}, { name: "fatal.mjs", source });
    await exchange(port, plainDelivery(ACCOUNT, HELLO));
    const { status, stdout } = await program.end();
    assert.equal(status, 3);
    assert.match(stdout, /"kind":"text"/);
  });

  test("whoever read the log has gone, and the account stays up", async (context) => {
    const { program, port } = await start(context);
    program.child.stdout?.destroy();
    for (let time = 0; time < 3; time += 1) {
      await exchange(port, plainDelivery(ACCOUNT, HELLO));
      // Lets the lines out, into a pipe that has no other end.
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    assert.equal((await exchange(port, verification(ACCOUNT, "here"))).body, "here");
    assert.equal(program.child.exitCode, null);
  });
});
