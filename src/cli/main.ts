/**
 * The program. Its exit status is set, not forced, so that everything written gets out.
 *
 * @module
 */
import { runCli } from "./run.ts";

process.exitCode = await runCli(process.argv.slice(2));
