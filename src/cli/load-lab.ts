/**
 * Finds the commands of the platform in a box: in the repository beside this file, for the single
 * file in another one that lies beside it.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import type { LabCommand } from "./lab-commands.ts";

/** The other file, put here by the bundler where it leaves the lab out. */
declare const __ECHOSTR_LAB__: string | undefined;

const NAMES: readonly string[] = ["send", "check", "play"];

/** Whether a word is the name of such a command. */
export function isLabCommand(name: string): boolean {
  return NAMES.includes(name);
}

/**
 * Runs a command.
 *
 * @returns the exit status
 * @throws EchostrError `SETTING_INVALID` when the lab is not there
 */
export async function runLabCommand(name: string, args: readonly string[]): Promise<number> {
  const { [name]: command } = await loadCommands(name);
  if (command !== undefined) return command(args);
  throw new EchostrError("SETTING_INVALID", `echostr-lab.mjs is of another version: no "${name}"`);
}

async function loadCommands(name: string): Promise<Readonly<Record<string, LabCommand>>> {
  if (typeof __ECHOSTR_LAB__ === "undefined") {
    return (await import("./lab-commands.ts")).LAB_COMMANDS;
  } else {
    try {
      const lab = (await import(__ECHOSTR_LAB__)) as typeof import("./lab-commands.ts");
      return lab.LAB_COMMANDS;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
      const message = `"${name}" is in echostr-lab.mjs, which must lie beside this file`;
      throw new EchostrError("SETTING_INVALID", message, { cause });
    }
  }
}
