/** The command line as its users start it: a process of its own, in a folder of its own. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { withPatience } from "../support/http.ts";
import { serverProgram, typeLoader } from "../support/programs.ts";
import { watchProcess } from "../support/watched-process.ts";

export { freePort } from "../support/free-port.ts";
export { stripsTypes } from "../support/programs.ts";

export type Environment = Readonly<Record<string, string>>;

/** The certificate of the tests, as settings. */
export const CERTIFICATE_FILES: Environment = {
  TLS_CERT: fileURLToPath(new URL("../server/fixtures/localhost.crt", import.meta.url)),
  TLS_KEY: fileURLToPath(new URL("../server/fixtures/localhost.key", import.meta.url)),
};

/** Generous, for a machine that runs all test files at once. */
const START_MS = 20_000;

export interface Ended {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Process {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = "";
  stderr = "";
  #isOver = false;

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolveEnded) => {
      child.on("close", (status, signal) => {
        this.#isOver = true;
        resolveEnded({ status, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  /** How the process ended by itself; fails when it does not. */
  end(): Promise<Ended> {
    return withPatience(`the end of the process\n${this.stderr}`, this.ended, START_MS);
  }

  /** Waits until the process has written it; fails when the process ends without. */
  async says(pattern: RegExp, on: "stdout" | "stderr" = "stderr"): Promise<RegExpExecArray> {
    const deadline = Date.now() + START_MS;
    for (;;) {
      const found = pattern.exec(this[on]);
      if (found !== null) {
        return found;
      }
      if (this.#isOver || Date.now() > deadline) {
        const state = this.#isOver ? "ended" : "is still running";
        throw new Error(`${pattern} was never said; it ${state}\n${this.stderr}\n${this.stdout}`);
      }
      await new Promise((resolveLater) => setTimeout(resolveLater, 10));
    }
  }
}

export function launch(
  context: TestContext,
  options: { folder: string; environment?: Environment; args?: readonly string[] },
): Process {
  const { folder, environment = {}, args = [] } = options;
  // The program is JavaScript, the bot need not be.
  const loader = args.some((arg) => arg.endsWith(".ts")) ? typeLoader() : [];
  const child = spawn(process.execPath, [...loader, serverProgram(), ...args], {
    cwd: folder,
    // None of the variables of whoever runs the tests may decide about them.
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  watchProcess(child, { environment, folder, args });
  context.after(() => child.kill("SIGKILL"));
  return new Process(child);
}

export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "echostr-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

