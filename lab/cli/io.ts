/**
 * Where the lab's commands write and what they read of the process, in one place, so that a test
 * can run them without one.
 *
 * @module
 */
import { usageLine } from "../../src/cli/failure-line.ts";
import { language } from "../../src/cli/language.ts";
import type { Language } from "../../src/cli/language.ts";
import { codeOf } from "../../src/errors.ts";
import { visibleLines } from "../../src/log.ts";

export interface LabIo {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of what a person reads. */
  readonly language: Language;
  /** Whether the output is read by a person, in colours. */
  readonly color: boolean;
  /** Whether what goes to `err` is seen at once, so that progress may be shown there. */
  readonly showsProgress: boolean;
}

export const processIo: LabIo = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  environment: process.env,
  language: language(),
  color: process.stdout.isTTY === true && !process.env["NO_COLOR"],
  showsProgress: process.stdout.isTTY === true && process.stderr.isTTY === true,
};

/**
 * Runs a command. What is wrong with its words, by Node or by the lab, is said in a line; the status
 * of a wrong usage is 2.
 */
export async function orRefusal(
  io: LabIo,
  command: string,
  run: () => Promise<number>,
): Promise<number> {
  try {
    return await run();
  } catch (error) {
    const code = codeOf(error) ?? "";
    if (!code.startsWith("ERR_PARSE_ARGS") && code !== "LAB_INPUT_INVALID") throw error;
    const program = `echostr-lab ${command}`;
    io.err(`${visibleLines(usageLine(program, error, `${program} --help`, io.language))}\n`);
    return 2;
  }
}
