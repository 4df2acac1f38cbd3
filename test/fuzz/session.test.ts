/** The fuzzer finds what it is there to find; else its silence would mean nothing. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { fuzz, missed } from "./session.ts";
import type { Figures } from "./session.ts";
import { randomOf } from "./target.ts";
import type { Target } from "./target.ts";

/** A target of one byte, of which `check` says what comes of it. */
function target(check: (byte: number) => string | Promise<string>): Target {
  return {
    name: "example",
    due: { even: 4 },
    make: (random) => Uint8Array.of(random.below(256)),
    check: (input) => check(input[0] ?? 0),
  };
}

async function run(context: TestContext, example: Target): Promise<Figures & { found: Buffer[] }> {
  const folder = mkdtempSync(join(tmpdir(), "echostr-fuzz-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const options = { folder: pathToFileURL(`${folder}/`) };
  const figures = await fuzz(example, 7, (runs) => runs >= 500, options);
  return { ...figures, found: readdirSync(folder).map((file) => readFileSync(join(folder, file))) };
}

/** The test runner's own: it would fail the test for what strays in it on purpose. */
function takeListenersAway(context: TestContext): void {
  for (const event of ["uncaughtException", "unhandledRejection"]) {
    const listeners = process.rawListeners(event) as (() => void)[];
    process.removeAllListeners(event);
    context.after(() => {
      for (const listener of listeners) process.on(event, listener);
    });
  }
}

describe("The fuzzer", () => {
  it("tells of an input that fails with the run and the seed, and keeps it", async (context) => {
    const example = target((byte) => {
      if (byte > 250) throw new Error(`broken by ${byte}`);
      return "even";
    });
    const { failures, found } = await run(context, example);
    const [told = ""] = failures;
    const [, at = ""] = /^example failed in run (\d+) of FUZZ_SEED=7\n/.exec(told) ?? [];
    const again = example.make(randomOf(7, Number(at)));
    assert.match(told, new RegExp(`broken by ${again[0]}\n`));
    assert.ok(found.some((input) => input.equals(again)));
  });

  it("tells of a promise that is rejected and of an error that nobody catches", async (context) => {
    takeListenersAway(context);
    for (const strayed of [
      () => void Promise.reject(new Error("strayed")),
      () => void setImmediate(() => {
        throw new Error("strayed");
      }),
    ]) {
      const { failures } = await run(context, target((byte) => {
        if (byte > 250) strayed();
        return "even";
      }));
      assert.match(failures[0] ?? "", /Not caught, in this run[\s\S]*strayed/);
    }
  });

  it("tells of a way out that is never taken", async (context) => {
    const example = target((byte) => (byte % 2 === 0 ? "even" : "odd"));
    assert.deepEqual(missed(example, await run(context, example)), []);
    const odd = target(() => "odd");
    assert.deepEqual(missed(odd, await run(context, odd)), ['example: no input led to "even"']);
  });

  it("makes the same inputs from the same seed", async () => {
    const first = randomOf(7, 3);
    const second = randomOf(7, 3);
    const other = randomOf(8, 3);
    const drawn = [first, second, other].map(({ below }) => {
      return Array.from({ length: 8 }, () => below(1e6));
    });
    assert.deepEqual(drawn[0], drawn[1]);
    assert.notDeepEqual(drawn[0], drawn[2]);
  });
});
