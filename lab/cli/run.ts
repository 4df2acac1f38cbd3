/**
 * The command line of the lab.
 *
 * @module
 */
import { loadEnv } from "../../src/cli/env-file.ts";
import { UsageError } from "../../src/cli/failure-line.ts";
import { language } from "../../src/cli/language.ts";
import type { Language } from "../../src/cli/language.ts";
import { run as runServer } from "../../src/cli/run.ts";
import type { Ended } from "../../src/cli/run-and-exit.ts";
import { VERSION } from "../../src/version.ts";
import { checkCommand } from "./check.ts";
import { LAB_HELP } from "./help.ts";
import { playCommand } from "./play.ts";
import { sendCommand } from "./send.ts";

const EXPECTED: Readonly<Record<Language, (commands: readonly string[], got: string) => string>> = {
  en: (commands, got) => `One of ${commands.join(", ")} expected, got "${got}"`,
  zh: (commands, got) => `命令应为 ${commands.join("、")} 之一，实际为“${got}”`,
};

/** Gets the words behind the command's name; gives the exit status. */
type LabCommand = (args: readonly string[]) => Promise<number>;

const COMMANDS: ReadonlyMap<string, LabCommand> = new Map([
  ["send", sendCommand],
  ["check", checkCommand],
  ["play", playCommand],
]);

/**
 * Runs a command.
 *
 * @param args the words behind the program's name
 * @throws EchostrError, and what `parseArgs` throws
 */
export async function runLab(args: readonly string[]): Promise<Ended> {
  const [name = "--help", ...words] = args;
  // The bot that `play` starts is served by this same program: one file is enough for both.
  if (name === "serve") return runServer(args);
  if (name === "--help" || name === "-h") return printed(LAB_HELP[language()]);
  if (name === "--version" || name === "-v") return printed(`${VERSION}\n`);
  const command = COMMANDS.get(name);
  if (command === undefined) {
    throw new UsageError(EXPECTED[language()]([...COMMANDS.keys()].sort(), name));
  }
  // Whoever names a token means another account than that of this folder.
  if (!words.some((word) => word.startsWith("--token"))) loadEnv(process.cwd());
  return { status: await command(words) };
}

function printed(text: string): Ended {
  process.stdout.write(text);
  return { status: 0 };
}
