/**
 * The command line of the lab.
 *
 * @module
 */
import { loadEnv } from "../../src/cli/env-file.ts";
import { UsageError } from "../../src/cli/failure-line.ts";
import { run as runServer } from "../../src/cli/run.ts";
import type { Ended } from "../../src/cli/run-and-exit.ts";
import { VERSION } from "../../src/version.ts";
import { checkCommand } from "./check.ts";
import { playCommand } from "./play.ts";
import { sendCommand } from "./send.ts";

const HELP = `echostr-lab ${VERSION}: plays WeChat's part towards a server for 公众号 callbacks

Usage: echostr-lab COMMAND …; each has a --help of its own

  play [BOT-FILE]  a page with a phone and an inspector, for your bot
  send URL …       one message to any server, and a verdict on its answer
  check URL …      try a running server as WeChat and as an attacker would

  --version        print the version
  --help           print this
`;

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
  if (name === "--help" || name === "-h") return printed(HELP);
  if (name === "--version" || name === "-v") return printed(`${VERSION}\n`);
  const command = COMMANDS.get(name);
  if (command === undefined) {
    const expected = [...COMMANDS.keys()].sort().join(", ");
    throw new UsageError(`One of ${expected} expected, got "${name}"`);
  }
  // Whoever names a token means another account than that of this folder.
  if (!words.some((word) => word.startsWith("--token"))) loadEnv(process.cwd());
  return { status: await command(words) };
}

function printed(text: string): Ended {
  process.stdout.write(text);
  return { status: 0 };
}
