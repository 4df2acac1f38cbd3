// Servers that break one promise each, for the harness to find: the right answers over bare
// node:http, and the weakness that WEAKNESS names.

import { createServer } from "node:http";
import { account } from "../../bench/wire.mjs";
import { createBot } from "../../src/index.ts";

process.once("disconnect", () => process.exit());

const { limits } = JSON.parse(process.argv[2]);
const { headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs } = limits;

const kept = [];
let asked = 0;

/** What is other than it should be; nothing, for the comparison. */
const WEAKNESSES = {
  none: {},
  "never ends": { times: { headersTimeout: 0, requestTimeout: 0 } },
  "keeps bodies": {
    // Memory that was not written is not resident.
    onRequest: (request) => request.on("data", ({ length }) => kept.push(Buffer.alloc(24 * length, 1))),
  },
  delays: { echo: (text) => new Promise((resolve) => setTimeout(resolve, 1200, text)) },
  "answers wrongly": { echo: (text) => (++asked % 12 === 0 ? `${text} ` : text) },
  "loses some": {
    onRequest: (request) => (++asked % 12 === 0 ? request.socket.destroy() : undefined),
  },
  "ends itself": {
    onRequest: (request) => {
      if (request.url === "/nowhere") throw new Error("this server is weak");
    },
  },
};
const { times, onRequest, echo = (text) => text } = WEAKNESSES[process.env.WEAKNESS];

process.on("uncaughtExceptionMonitor", (error) => process.send({ ended: String(error) }));

function makeBot(path, options) {
  const bot = createBot({ token: account.token, path, log: () => {}, ...options });
  bot.on("text", ({ Content }) => echo(Content));
  return bot;
}

const plain = makeBot("/plain", {});
const safe = makeBot("/safe", {
  encodingAesKey: account.aesKey,
  appId: account.appId,
  mode: "safe",
});

const server = createServer(
  {
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: 100,
    ...times,
  },
  (request, response) => {
    onRequest?.(request);
    plain.handler(request, response, () => safe.handler(request, response));
  },
);
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
