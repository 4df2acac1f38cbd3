/**
 * The commands of the platform in a box, in one table. The single file does not have them: they
 * are as large as all the rest, and a server in production has no use for them.
 *
 * @module
 */
import { checkCommand } from "./check.ts";
import { playCommand } from "./play.ts";
import { sendCommand } from "./send.ts";

/** Gets the words behind the command's name; gives the exit status. */
export type LabCommand = (args: readonly string[]) => Promise<number>;

export const LAB_COMMANDS: Readonly<Record<string, LabCommand>> = {
  send: sendCommand,
  check: checkCommand,
  play: playCommand,
};
