/**
 * Distinct messages through one process, and what its heap is in between. To be run by hand and by
 * `memory.test.ts`, with `--expose-gc`:
 *
 *     node --expose-gc --import tsx test/delivery/memory.ts [messages] [steps]
 *
 * One message in ten is answered late, so that parking is part of it: half of these followers write
 * again, the others never do. The clock is turned, a millisecond for each message.
 *
 * @module
 */
import type { Bot, LogEntry } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { wireSign } from "../support/wire.ts";
import { TurnedClock } from "./turned-clock.ts";

const TOKEN = "tok3nOfMemory";
const BATCH = 500;
/** Each of these writes again after twelve seconds. */
const REGULARS = 12_347;

const [messages = 1_000_000, steps = 4] = process.argv.slice(2).map(Number);

const clock = new TurnedClock();
const entries: LogEntry[] = [];
const bot = echostr.createBot({
  token: TOKEN,
  clock,
  log: (entry) => {
    // What went wrong is worth a line; what is parked is what this is about.
    if (entry.level === "error") entries.push(entry);
  },
  delivery: { late: { keepMs: 20_000 } },
});
bot.on("text", ({ Content }) => `${Content}：答`);
bot.on("image", async () => {
  await clock.sleep(6000);
  return "图：答";
});

let answered = 0;
let lapsed = 0;

for (let step = 1; step <= steps; step += 1) {
  const end = Math.round((messages * step) / steps);
  for (let id = Math.round((messages * (step - 1)) / steps); id < end; id += 1) {
    deliver(bot, id);
    if (id % BATCH === BATCH - 1) await clock.turn(BATCH);
  }
  const { heapUsed } = settledHeap();
  const text = `${end} messages, ${answered} answered, ${lapsed} lapsed`;
  console.log(`${text}, heap ${(heapUsed / 2 ** 20).toFixed(1)} MiB`);
}
for (const { message } of entries.slice(0, 5)) console.error(message);
process.exit(entries.length > 0 ? 1 : 0);

/** A slow message is delivered once: its answer is parked, and fetched by a later message. */
function deliver(to: Bot, id: number): void {
  const receivedAt = clock.now();
  const timestamp = String(Math.floor(receivedAt / 1000));
  const signature = wireSign(TOKEN, timestamp, "1");
  const query = `signature=${signature}&timestamp=${timestamp}&nonce=1`;
  const kind = id % 10 === 0
    ? "<MsgType>image</MsgType><PicUrl>u</PicUrl><MediaId>m</MediaId>"
    : "<MsgType>text</MsgType><Content>问</Content>";
  const follower = id % 20 === 0 ? `once${id}` : `regular${id % REGULARS}`;
  const body = `<xml><ToUserName>gh_1</ToUserName><FromUserName>${follower}</FromUserName>` +
    `<CreateTime>${timestamp}</CreateTime>${kind}<MsgId>${id}</MsgId></xml>`;
  void to.callback({ method: "POST", query, body, receivedAt }).then(({ outcome }) => {
    if (outcome === "lapsed") lapsed += 1;
    else answered += 1;
  });
}

function settledHeap(): NodeJS.MemoryUsage {
  if (globalThis.gc === undefined) throw new Error("run it with --expose-gc");
  for (let round = 0; round < 3; round += 1) globalThis.gc();
  return process.memoryUsage();
}
