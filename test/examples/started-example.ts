/** An example as a process of its own. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort } from "../cli/process.ts";
import { builtProgram } from "../support/programs.ts";
import { watchProcess } from "../support/watched-process.ts";

const folder = fileURLToPath(new URL("../../examples", import.meta.url));

/** Starts an example, or the server with a bot file, and waits until it answers. */
export async function start(
  context: TestContext,
  file: string,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const port = String(await freePort());
  const asProgram = readFileSync(`${folder}/${file}`, "utf8").includes("listen(") || /05/.test(file);
  const example = builtProgram(`examples/${file}`);
  const args = asProgram ? [example] : [builtProgram("src/cli/main.ts"), example];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env["PATH"] ?? "", PORT: port, LOG: "json", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  watchProcess(child, { environment });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  context.after(() => child.kill("SIGKILL"));
  const base = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 400; tries += 1) {
    if (child.exitCode !== null) break;
    const up = await fetch(base).then(
      () => true,
      () => false,
    );
    if (up) return base;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${file} did not start:\n${errors}`);
}
