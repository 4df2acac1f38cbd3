/**
 * The program.
 *
 * @module
 */
import { run } from "./run.ts";
import { runAndExit } from "./run-and-exit.ts";

await runAndExit("echostr", run, process.argv.slice(2));
