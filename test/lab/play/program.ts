/** `echostr-lab play` as a program of its own, with the errors of the command line. */
import { messageOf } from "../../../src/errors.ts";
import { playCommand } from "../../../lab/cli/play.ts";

try {
  process.exitCode = await playCommand(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`echostr: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
