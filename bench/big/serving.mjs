// Our program with a bot of this folder, for as long as it is measured.

import { fileURLToPath } from "node:url";
import { start, stop } from "../programs.mjs";

/**
 * @param botFile of this folder; none for the program's own bot
 * @param work what is measured, with the running server
 */
export async function serving(program, cores, botFile, work, env = {}) {
  const files = botFile === undefined ? [] : [fileURLToPath(new URL(botFile, import.meta.url))];
  const server = await start({ name: "echostr", mode: "plain", program, arguments: files, env }, cores);
  try {
    return await work(server);
  } finally {
    await stop(server);
  }
}
