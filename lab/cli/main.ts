/**
 * The program that plays WeChat's part.
 *
 * @module
 */
import { runAndExit } from "../../src/cli/run-and-exit.ts";
import { runLab } from "./run.ts";

await runAndExit("echostr-lab", runLab, process.argv.slice(2));
