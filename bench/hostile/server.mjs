// The server under test: an honest echo bot in plain and one in safe mode, with the limits that it
// is given. LIBRARY names the file of the library. It ends with the process that started it.

import { readFileSync } from "node:fs";
import { account } from "../wire.mjs";

process.once("disconnect", () => process.exit());
// Its own lines of log go nowhere: why it ended must be told in another way.
process.on("uncaughtExceptionMonitor", (error) => process.send({ ended: String(error) }));

const { certificate, limits } = JSON.parse(process.argv[2]);
const tls = certificate && {
  cert: readFileSync(`${certificate}.crt`, "utf8"),
  key: readFileSync(`${certificate}.key`, "utf8"),
};
const { createBot, startServer } = await import(process.env.LIBRARY);

const { bodyTimeoutMs, ...serverLimits } = limits;
const SLOW_MS = 500;

function makeBot(path, options) {
  const bot = createBot({ token: account.token, path, bodyTimeoutMs, ...options });
  bot.on("text", async ({ Content }) => {
    if (Content === "slow") await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    return Content;
  });
  return bot;
}

const server = await startServer(
  [
    makeBot("/plain", {}),
    makeBot("/safe", { encodingAesKey: account.aesKey, appId: account.appId, mode: "safe" }),
  ],
  { port: 0, host: "127.0.0.1", ...serverLimits, ...(tls && { tls }) },
);
process.send({ port: server.port });
