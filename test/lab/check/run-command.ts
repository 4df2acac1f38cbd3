/** Runs a command of the lab without a process. */
import type { LabIo } from "../../../lab/cli/io.ts";

export interface CommandRun {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export async function runCommand(
  command: (args: readonly string[], io: LabIo) => Promise<number>,
  args: readonly string[],
  environment: LabIo["environment"] = {},
  language: LabIo["language"] = "en",
): Promise<CommandRun> {
  let [out, err] = ["", ""];
  const status = await command(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    environment,
    language,
    color: false,
    showsProgress: false,
  });
  return { status, out, err };
}
