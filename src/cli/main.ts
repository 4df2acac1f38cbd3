/**
 * The program.
 *
 * @module
 */
import { runAndExit } from "./run.ts";

await runAndExit(process.argv.slice(2));
