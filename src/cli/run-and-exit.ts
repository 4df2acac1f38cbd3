/**
 * Runs a program's command line, and ends its process.
 *
 * @module
 */
import { codeOf, isEchostrError, messageOf, stackOf } from "../errors.ts";
import { tell } from "./terminal.ts";

/** A command line that is not understood: it ends with status 2, as a shell's own do. */
export class UsageError extends Error {
  override get name(): string {
    return "UsageError";
  }
}

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
  const { status, patienceMs } = await ended(program, run, args);
  const exit = (): never => process.exit(status);
  if (patienceMs !== undefined) setTimeout(exit, patienceMs);
  process.stdout.write("", () => process.stderr.write("", exit));
}

async function ended(
  program: string,
  run: (args: readonly string[]) => Promise<Ended>,
  args: readonly string[],
): Promise<Ended> {
  try {
    return await run(args);
  } catch (error) {
    // A sentence for what we know; the stack for what we do not.
    if (isUsageError(error)) {
      tell(`${program}: ${messageOf(error)}; see --help`);
      return { status: 2 };
    }
    const known = isEchostrError(error);
    tell(`${program}: ${(known ? undefined : stackOf(error)) ?? messageOf(error)}`);
    return { status: 1 };
  }
}

function isUsageError(error: unknown): boolean {
  return error instanceof UsageError || codeOf(error)?.startsWith("ERR_PARSE_ARGS") === true;
}
