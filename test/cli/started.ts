/** The program, started and ready for deliveries to `ACCOUNT`. */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { ACCOUNT } from "../server/platform.ts";
import { type Environment, type Process, freePort, launch, temporaryFolder } from "./process.ts";

export interface Started {
  readonly program: Process;
  readonly port: number;
  readonly folder: string;
}

/** Starts the program and waits until it says how to try it, which is when it listens. */
export async function start(
  context: TestContext,
  environment: Environment = {},
  bot?: { readonly name: string; readonly source: string },
): Promise<Started> {
  const folder = temporaryFolder(context);
  if (bot !== undefined) {
    writeFileSync(join(folder, bot.name), bot.source);
  }
  const port = await freePort();
  const program = launch(context, {
    folder,
    args: bot === undefined ? [] : [bot.name],
    environment: {
      WECHAT_TOKEN: ACCOUNT.token,
      PORT: String(port),
      HOST: "127.0.0.1",
      LOG: "json",
      ...environment,
    },
  });
  await program.says(/消息加解密方式 .*\n/);
  return { program, port, folder };
}

/** Ends the program as a service manager does, and gives the lines of its log. */
export async function stop(program: Process): Promise<Record<string, unknown>[]> {
  program.child.kill("SIGTERM");
  const { status, stdout } = await program.end();
  assert.equal(status, 0);
  return stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}
