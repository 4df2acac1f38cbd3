/** What the manual says of slow answers is so, to the second. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prettyLine } from "../../src/cli/log-line.ts";
import { MessageContext } from "../../src/bot/context.ts";
import { systemClock } from "../../src/clock.ts";
import { REMEMBER_MS } from "../../src/delivery/remembered.ts";
import { Run } from "../../src/delivery/run.ts";
import { Runs } from "../../src/delivery/runs.ts";
import { parseMessage } from "../../src/protocol/message.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { MemoryTable } from "../../src/store/memory-table.ts";
import { aKey } from "../delivery/a-run.ts";
import { textMessage } from "../server/platform.ts";
import { tableWith } from "./markdown.ts";
import { readManual } from "./pages.ts";
import { content, Slow } from "./slow.ts";

const MANUAL = readManual("en");
const LIMITS = tableWith(MANUAL, "XML").map(([what, limit]) => `${what}: ${limit}`);

describe("The manual's seconds", () => {
  const drawn = MANUAL.blocks.find(({ code }) => code.includes("first delivery"))?.code ?? "";
  const seconds = [...drawn.matchAll(/^ ?([\d.]+) s /gm)].map(([, text]) => Number(text));

  test("are those at which deliveries come, lapse, and are answered", async () => {
    const slow = new Slow({ late: { notice: "等等，回复 1" } });
    const started = slow.clock.now();
    const times: number[] = [];
    const body = textMessage("30");
    for (let delivery = 1; delivery <= 3; delivery += 1) {
      times.push((slow.clock.now() - started) / 1000);
      const answer = await slow.deliver(body);
      const { ms = 0, answer: kind } = slow.log.at(-1) ?? {};
      times.push((times.at(-1) ?? 0) + ms / 1000);
      assert.equal(kind, delivery < 3 ? "lapsed" : "text");
      if (delivery < 3) assert.equal(answer, undefined);
      else assert.equal(content(answer), "等等，回复 1");
    }
    assert.deepEqual(times, seconds);
    assert.equal(slow.runs, 1);
  });

  test("are those of the log that it shows", async () => {
    const shown = MANUAL.blocks.find(({ code }) => code.includes("-> lapsed"))?.code ?? "";
    const slow = new Slow();
    slow.bot.use(async (_message, _context, next) => `第 1 问：${String(await next())}`);
    const body = textMessage("12");
    for (let delivery = 1; delivery <= 3; delivery += 1) await slow.deliver(body);
    const lines = slow.log.map((entry) => prettyLine(entry, 0, false));
    const withoutTime = (text: string): string => text.replace(/^[\d:]{8} /gm, "");
    assert.equal(withoutTime(shown), withoutTime(lines.join("")));
    assert.deepEqual(
      slow.log.map(({ attempt, joined }) => [attempt, joined]),
      [[undefined, undefined], [2, true], [3, true]],
    );
  });
});

describe("The manual's bounds of what is remembered", () => {
  test("are those of the runs: some seconds at least, or between two numbers", () => {
    const row = LIMITS.find((text) => text.startsWith("message, for its repeats")) ?? "";
    const [least = 0, low = 0, high = 0] = (row.match(/[\d,]+/g) ?? [])
      .map((text) => Number(text.replaceAll(",", "")))
      .filter((number) => number > 0);
    assert.equal(least * 1000, REMEMBER_MS);
    const runs = new Runs(() => new Uint8Array(8));
    const text = parseMessage(textMessage("0"));
    const store = new MemoryStore();
    const parts = { accountId: "wx1", store, api: undefined, newOwner: () => "", patienceMs: 1 };
    const services = { ...parts, clock: systemClock };
    const found: number[] = [];
    for (let count = 1; count <= 2 * high; count += 1) {
      const delivery = { message: text, size: 1, receivedAt: 0, acceptedUntil: 0 };
      const run = new Run(aKey(String(count)), delivery, new MessageContext("gh", "o", 0, services));
      runs.remember(run, undefined, 0);
      if (count <= high || count % 100 > 1) continue;
      let kept = 0;
      while (typeof runs.get(aKey(String(count - kept))) === "object") kept += 1;
      found.push(kept);
    }
    assert.equal(Math.min(...found), low + 1);
    assert.equal(Math.max(...found), high);
  });

  test("are those of the memory store", () => {
    const row = LIMITS.find((text) => text.startsWith("store in memory")) ?? "";
    const [, values = "", mib = ""] = /([\d,]+) values or (\d+) MiB/.exec(row) ?? [];
    const notices: string[] = [];
    const table = new MemoryTable({
      clock: () => 0,
      onNotice: (notice) => void notices.push(notice),
    });
    for (let count = 0; count <= Number(values.replaceAll(",", "")); count += 1) {
      assert.deepEqual(notices, []);
      table.set(String(count), "", 1000);
    }
    assert.equal(notices.length, 1);
    assert.ok(notices[0]?.includes(`or ${Number(mib) * 1024 * 1024} bytes`), String(notices[0]));
  });
});
