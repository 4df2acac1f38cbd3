/** What the watch sees of a process, and what a process may print on purpose. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { temporaryFolder } from "../cli/process.ts";
import { Watch } from "./watch.ts";
import { watchProcess } from "./watched-process.ts";
import type { WatchedOptions } from "./watched-process.ts";

const TOKEN = "tok3nOfTheProcess";
const ACCESS_TOKEN = `84_${"aB3-xY9_".repeat(17)}`;
const OPENID = "oYQ2-5b_8Zk3mWn6JxT0aPcVdR1s";

/** What is found in the output of a program, which is given as JavaScript. */
async function leaksOf(script: string, options: WatchedOptions = {}): Promise<string> {
  const watch = new Watch(() => {});
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "pipe"] });
  watchProcess(child, { environment: { WECHAT_TOKEN: TOKEN }, ...options, watch });
  await once(child, "close");
  assert.ok(watch.inspected.lines > 0, "nothing was looked at");
  return watch.leaks.join("\n");
}

function says(stream: "stdout" | "stderr", ...pieces: readonly string[]): string {
  return `const pieces = ${JSON.stringify(pieces)};
    const next = () => {
      if (pieces.length > 0) process.${stream}.write(pieces.shift(), () => setTimeout(next, 20));
    };
    next();`;
}

describe("The watch over a process", () => {
  test("finds secrets of its environment, on both streams, and openids", async () => {
    for (const stream of ["stdout", "stderr"] as const) {
      const leaks = await leaksOf(says(stream, `{"a":"${TOKEN}"}\n`));
      assert.ok(leaks.startsWith(`${stream} of node has WECHAT_TOKEN: `), leaks);
    }
    assert.match(await leaksOf(says("stderr", `for ${OPENID}`)), /has what looks like an openid/);
    const environment = { STORE: "redis://:s3cretPassword@host" };
    const script = says("stderr", "to redis://:s3cretPassword@host\n");
    assert.match(await leaksOf(script, { environment }), /has password/);
  });

  test("finds what comes in pieces, and on a line that does not end", async () => {
    const leaks = await leaksOf(says("stdout", "first\nsecond tok3nOf", "TheProcess"));
    assert.match(leaks, /"second \[WECHAT_TOKEN\]"/);
  });

  test("finds a token that the process has only just written into .env", async (context) => {
    const folder = temporaryFolder(context);
    writeFileSync(join(folder, ".env"), `WECHAT_TOKEN=m4deByTheProgram\n`);
    const leaks = await leaksOf(says("stdout", "made m4deByTheProgram\n"), { folder });
    assert.match(leaks, /"made \[WECHAT_TOKEN\]"/);
  });

  test("allows what a command was asked to print, on its output", async () => {
    const print = says("stdout", `${ACCESS_TOKEN}\n`);
    assert.equal(await leaksOf(print, { args: ["token"] }), "");
    assert.match(await leaksOf(print), /access_token/);
    const script = says("stderr", `${ACCESS_TOKEN}\n`);
    assert.match(await leaksOf(script, { args: ["token"] }), /access_token/);
    assert.equal(await leaksOf(says("stdout", `"${OPENID}"\n`), { args: ["call", "GET"] }), "");
    const both = says("stdout", `${TOKEN} ${ACCESS_TOKEN}\n`);
    assert.match(await leaksOf(both, { args: ["token"] }), /has WECHAT_TOKEN: "\[WECHAT_TOKEN\] 8/);
  });
});
