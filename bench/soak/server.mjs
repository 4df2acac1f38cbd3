// The server of the soak: two bots, one in plain and one in safe mode, with the times of delivery
// shortened twentyfold, and no more: a machine that has much to do may let it stand still for a tenth
// of a second. It ends with the process that started it, which can turn its clock and ask for its
// figures. Started with `--expose-gc`.

import { readdirSync } from "node:fs";
import { createBot, startServer } from "../../src/index.ts";
import { account } from "../wire.mjs";

process.once("disconnect", () => process.exit());

let offsetMs = 0;
const now = () => Date.now() + offsetMs;

const lines = {};
const errors = [];
const log = ({ level, event, message }) => {
  lines[event] = (lines[event] ?? 0) + 1;
  // A handler that throws, and one that never ends, are part of the traffic.
  const isMeant = event === "failed" || /Handler did not end/.test(message ?? "");
  if (level === "error" && !isMeant && errors.length < 5) errors.push(message);
};

const delivery = { deadlineMs: 225, hardCapMs: 1000, late: { keepMs: 2000 } };

const HANDLERS = {
  slow: async (text) => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return `${text}：答`;
  },
  endless: () => new Promise(() => {}),
  long: () => "长".repeat(1500),
  throwing: () => {
    throw new Error("the handler of the soak throws");
  },
};

function makeBot(path, options) {
  const bot = createBot({ token: account.token, path, clock: now, log, delivery, ...options });
  bot.on("text", ({ Content }) => {
    const handler = HANDLERS[Content.split(" ", 1)[0]];
    return handler === undefined ? `${Content}：答` : handler(Content);
  });
  bot.on("event:subscribe", () => "欢迎");
  return bot;
}

const server = await startServer(
  [
    makeBot("/plain", {}),
    makeBot("/safe", { encodingAesKey: account.aesKey, appId: account.appId, mode: "safe" }),
  ],
  { port: 0, host: "127.0.0.1", headersTimeoutMs: 1000, requestTimeoutMs: 2000, log },
);

/** What must not grow, after everything that can be collected is. */
function figures() {
  for (let round = 0; round < 3; round += 1) globalThis.gc();
  const handles = {};
  for (const name of process.getActiveResourcesInfo()) handles[name] = (handles[name] ?? 0) + 1;
  const { heapUsed, rss } = process.memoryUsage();
  // Reading the folder takes a descriptor itself, and always the same one.
  const descriptors = readdirSync("/proc/self/fd").length;
  return { heapUsed, rss, handles, descriptors, lines, errors };
}

process.on("message", ({ jumpMs }) => {
  if (jumpMs !== undefined) offsetMs += jumpMs;
  process.send(jumpMs === undefined ? figures() : { offsetMs });
});
process.send({ port: server.port });
