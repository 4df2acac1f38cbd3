/**
 * Runs a program's command line, and ends its process.
 *
 * @module
 */
import { failureLine, isUsageError } from "./failure-line.ts";
import { language } from "./language.ts";
import { tell } from "./terminal.ts";

/** How a command ended. */
export interface Ended {
  readonly status: number;
  /** How long whoever reads its output may take; without end where all of it was asked for. */
  readonly patienceMs?: number;
}

/**
 * Runs a command and ends the process: timers and sockets that a bot has left open must not hold
 * it up. What was written gets out first.
 *
 * @param program its name, for the sentence that says why a command failed
 * @param args the words behind the program's name
 */
export async function runAndExit(
  program: string,
  run: (args: readonly string[]) => Promise<Ended>,
  args: readonly string[],
): Promise<void> {
  const { status, patienceMs } = await run(args).catch((error: unknown): Ended => {
    tell(failureLine(program, error, language()));
    return { status: isUsageError(error) ? 2 : 1 };
  });
  const exit = (): never => process.exit(status);
  if (patienceMs !== undefined) setTimeout(exit, patienceMs);
  process.stdout.write("", () => process.stderr.write("", exit));
}
