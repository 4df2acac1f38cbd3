/**
 * The commands that call the API, as their users type them: a process each, in a folder of its own,
 * with what is piped into it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { TestContext } from "node:test";
import { Process, temporaryFolder } from "../cli/process.ts";
import type { Ended, Environment } from "../cli/process.ts";
import { serverProgram } from "../support/programs.ts";
import { watchProcess } from "../support/watched-process.ts";
import { APP_ID, SECRET } from "./stand-in.ts";
import type { ApiStandIn } from "./stand-in.ts";

export interface CommandOptions {
  /** In place of the usual settings, or beside them; `""` takes one away. */
  readonly environment?: Environment;
  /** What is piped into it. Default: nothing. */
  readonly input?: string;
  readonly folder?: string;
  /** No usual settings. */
  readonly bare?: boolean;
}

/** Runs a command to its end. What it says about itself must be free of secrets. */
export async function runCommand(
  context: TestContext,
  standIn: ApiStandIn,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Ended> {
  const folder = options.folder ?? temporaryFolder(context);
  const usual = {
    WECHAT_APPID: APP_ID,
    WECHAT_SECRET: SECRET,
    WECHAT_API_BASE: standIn.base,
  };
  const environment = { ...(options.bare !== true && usual), ...options.environment };
  const child = spawn(process.execPath, [serverProgram(), ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  watchProcess(child, { environment, folder, args });
  context.after(() => child.kill("SIGKILL"));
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const ended = await new Process(child).end();
  for (const secret of [SECRET, ...standIn.tokens.all]) {
    assert.ok(!ended.stderr.includes(secret), "no secret is said");
  }
  return ended;
}

/** It ends well, and says nothing but what was asked for. */
export async function succeeds(
  context: TestContext,
  standIn: ApiStandIn,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { status, stdout, stderr } = await runCommand(context, standIn, args, options);
  assert.equal(status, 0, stderr);
  assert.ok(stdout.endsWith("\n"), "a line ends");
  return stdout;
}

/** It ends with the status and one sentence, and gives nothing that a pipe could take for more. */
export async function failsWith(
  context: TestContext,
  standIn: ApiStandIn,
  args: readonly string[],
  status: number,
  options: CommandOptions = {},
): Promise<string> {
  const ended = await runCommand(context, standIn, args, options);
  assert.equal(ended.status, status, ended.stderr);
  assert.equal(ended.stdout, "");
  const lines = ended.stderr.trimEnd().split("\n");
  assert.equal(lines.length, 1, ended.stderr);
  assert.match(ended.stderr, /^echostr: /);
  return ended.stderr;
}
