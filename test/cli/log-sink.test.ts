/** A log that nobody reads. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LogWriter, MOST_WAITING_BYTES } from "../../src/cli/log-writer.ts";
import type { LineSink } from "../../src/cli/log-writer.ts";
import type { LogEntry } from "../../src/log.ts";
import { exchange, until } from "../support/http.ts";
import { ACCOUNT, plainDelivery, textMessage, verification } from "../server/platform.ts";
import { start } from "./started.ts";

const ENTRY: LogEntry = { level: "info", event: "notice", message: "x".repeat(200) };

/** A reader that takes nothing until it is told to. */
class Reader implements LineSink {
  text = "";
  waitingBytes = 0;
  mostBytes = 0;
  #waiting: { bytes: Uint8Array; done: () => void }[] = [];

  write(bytes: Uint8Array, done: () => void): void {
    this.waitingBytes += bytes.length;
    this.mostBytes = Math.max(this.mostBytes, this.waitingBytes);
    this.#waiting.push({ bytes, done });
  }

  read(): void {
    while (this.#waiting.length > 0) {
      for (const { bytes, done } of this.#waiting.splice(0)) {
        this.waitingBytes -= bytes.length;
        this.text += Buffer.from(bytes).toString();
        done();
      }
    }
  }

  get lines(): readonly string[] {
    return this.text.split("\n").slice(0, -1);
  }
}

const LOST = /(\d+) lines of log were dropped/;

describe("Lines of the log that wait for whoever reads it", () => {
  test("take a mebibyte at most; what is above is dropped, and one line says how much", () => {
    const reader = new Reader();
    const writer = new LogWriter("json", reader);
    for (let line = 0; line < 20_000; line += 1) writer.log(ENTRY);
    writer.flush();
    assert.ok(reader.mostBytes <= MOST_WAITING_BYTES, String(reader.mostBytes));
    assert.ok(reader.mostBytes > MOST_WAITING_BYTES - 64 * 1024, "it is filled");
    reader.read();
    const told = reader.lines.filter((line) => LOST.test(line));
    assert.equal(told.length, 1);
    const lost = Number(LOST.exec(told[0] ?? "")?.[1]);
    assert.equal(reader.lines.length - 1 + lost, 20_000);
  });

  test("are written again when the reader is back, behind the line that tells of the loss", () => {
    const reader = new Reader();
    const writer = new LogWriter("pretty", reader);
    for (let line = 0; line < 10_000; line += 1) writer.log(ENTRY);
    writer.flush();
    reader.read();
    writer.log({ ...ENTRY, message: "after it" });
    writer.flush();
    reader.read();
    assert.match(reader.lines.at(-2) ?? "", LOST);
    assert.match(reader.lines.at(-1) ?? "", /after it/);
  });

  test("are waited for at the end as long as they are read, and no longer than two seconds", async () => {
    const reader = new Reader();
    const writer = new LogWriter("json", reader);
    await writer.end();
    writer.log(ENTRY);
    const ended = writer.end();
    reader.read();
    await ended;
    writer.log(ENTRY);
    const before = performance.now();
    await writer.end();
    const ms = performance.now() - before;
    assert.ok(ms > 1900 && ms < 3000, String(ms));
  });
});

/** Each line of its log has some 20 KB. */
const LOUD = `export default (bot) => {
  bot.on("text", () => { throw new Error("x".repeat(100_000)); });
};\n`;

describe("A program whose log nobody reads", { timeout: 120_000 }, () => {
  test("answers, keeps no more than that of it, and says what was lost", async (context) => {
    const { program, port } = await start(context, {}, { name: "loud.mjs", source: LOUD });
    program.child.stdout?.pause();
    for (let count = 0; count < 300; count += 1) {
      await exchange(port, plainDelivery(ACCOUNT, textMessage("x")));
    }
    program.child.stdout?.resume();
    const [, lost = ""] = await program.says(LOST, "stdout");
    // What waits in the process, in the pipe, and in the streams of the two.
    assert.ok(program.stdout.length < MOST_WAITING_BYTES + 512 * 1024, String(program.stdout.length));
    // The last ones may still be collected, for a tenth of a second.
    const lines = (): number => program.stdout.trim().split("\n").length - 1;
    await until("all lines, written or lost", () => lines() + Number(lost) >= 300);
    assert.equal(lines() + Number(lost), 300);
    assert.equal((await exchange(port, verification(ACCOUNT, "here"))).body, "here");
  });

  test("ends on SIGTERM all the same", async (context) => {
    const { program, port } = await start(context, {}, { name: "loud.mjs", source: LOUD });
    program.child.stdout?.pause();
    for (let count = 0; count < 300; count += 1) {
      await exchange(port, plainDelivery(ACCOUNT, textMessage("x")));
    }
    const before = performance.now();
    const exited = new Promise((resolve) => program.child.once("exit", resolve));
    program.child.kill("SIGTERM");
    assert.equal(await exited, 0);
    const ms = performance.now() - before;
    assert.ok(ms < 5000, String(ms));
    assert.match(program.stderr, /Stopped\./);
  });
});
