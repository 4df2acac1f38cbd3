/**
 * An echo bot that gets messages of 1 MB, and what its process holds in between. To be run by hand
 * and by `memory.test.ts`, with `--expose-gc`:
 *
 *     node --expose-gc --import tsx test/delivery/echo-memory.ts [messages] [textLimitBytes]
 *
 * @module
 */
import { echostr } from "../support/subject.ts";
import { wireRequest, wireText } from "../support/wire.ts";
import { TurnedClock } from "./turned-clock.ts";

const TOKEN = "tok3nOfTheEcho";
const STEPS = 4;

const [messages = 400, textLimitBytes] = process.argv.slice(2).map(Number);
const clock = new TurnedClock();
const bot = echostr.createBot({ token: TOKEN, clock, textLimitBytes, log: () => {} });
bot.on("text", ({ Content }) => Content);

for (let count = 1; count <= messages; count += 1) {
  const timestamp = String(Math.floor(clock.now() / 1000));
  const body = wireText(String(count).padEnd(1_000_000, "x"), { FromUserName: `oEcho${count % 7}` });
  const request = wireRequest({ token: TOKEN, timestamp, body });
  const { outcome } = await bot.callback({ method: "POST", ...request, receivedAt: clock.now() });
  if (outcome !== "answered") throw new Error(`Message ${count}: ${outcome}`);
  await clock.turn(100);
  if (count % (messages / STEPS) === 0) console.log(`${count} messages, held ${held().toFixed(1)} MiB`);
}

function held(): number {
  if (globalThis.gc === undefined) throw new Error("run it with --expose-gc");
  for (let round = 0; round < 3; round += 1) globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}
