/** What is given to `echostr call`: long ids, and a standard input that somebody had before. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, test } from "node:test";
import { temporaryFolder } from "../cli/process.ts";
import { succeeds } from "./command.ts";
import { APP_ID, SECRET, startStandIn } from "./stand-in.ts";
import { serverProgram } from "../support/programs.ts";
import { watchProcess } from "../support/watched-process.ts";

const PATH = "/cgi-bin/x";
/** Node leaves a pipe that it has listened to non-blocking for whoever comes next. */
const LISTENS = 'process.stdin.on("data", () => {}); setTimeout(() => process.exit(), 200)';

describe("echostr call", { timeout: 120_000 }, () => {
  test("sends an id above 2^53 with all its digits", async (context) => {
    const standIn = await startStandIn((end) => context.after(end));
    standIn.faults.answerNext({ path: PATH, status: 200, body: "{}" });
    await succeeds(context, standIn, ["call", PATH, '{"msg_id":7287429385930260481,"n":1}']);
    const sent = standIn.requestsFor(PATH)[0]?.body.toString("utf8");
    assert.equal(sent, '{"msg_id":"7287429385930260481","n":1}');
  });

  test("waits for a standard input that another program left non-blocking", async (context) => {
    const standIn = await startStandIn((end) => context.after(end));
    standIn.faults.answerNext({ path: PATH, status: 200, body: "{}" });
    const script = '"$0" -e "$1" && echo next && shift && exec "$0" "$@"';
    const args = ["-c", script, process.execPath, LISTENS, serverProgram(), "call", PATH, "-"];
    const folder = temporaryFolder(context);
    const child = spawn("sh", args, {
      cwd: folder,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: folder,
        WECHAT_APPID: APP_ID,
        WECHAT_SECRET: SECRET,
        WECHAT_API_BASE: standIn.base,
      },
      stdio: ["pipe", "pipe", "inherit"],
    });
    watchProcess(child, { environment: { WECHAT_SECRET: SECRET } });
    context.after(() => child.kill("SIGKILL"));
    child.stdin.on("error", () => {});
    await once(child.stdout, "data");
    await new Promise((resolve) => setTimeout(resolve, 2000));
    child.stdin.end('{"a":"汉"}');
    child.stdout.resume();
    const [status] = await once(child, "close");
    assert.equal(status, 0);
    assert.equal(standIn.requestsFor(PATH)[0]?.json["a"], "汉");
  });
});
