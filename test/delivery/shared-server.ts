/**
 * One process of an account's server, for `shared.test.ts`: started with `fork`, it tells its port,
 * and later what the store says. It ends with the one that started it.
 *
 * A text `300 a7` is answered after 300 ms with `a7：答`; `300 a7 1234` as well, but in process 1234
 * its handler does not end; and `300 a7 long` with so much more that it takes several replies. Each
 * begin and each end of a handler is a line in the file `NOTES`, which processes append to at once
 * and which outlives a kill.
 *
 * @module
 */
import { echostr } from "../support/subject.ts";
import { watch } from "../support/watch.ts";
import { processBot } from "./process-bot.ts";

/** Four replies of 2,048 bytes. */
const LONG = 2500;

const { bot, note: write } = processBot();

function note(what: "begin" | "end", id: string): void {
  write(what, id, process.pid, Date.now());
}

bot.on("text", async ({ Content, FromUserName }) => {
  watch.secrets.learnOpenId(FromUserName);
  const [ms = "0", id = "", stuckIn] = Content.split(" ");
  note("begin", id);
  if (Number(stuckIn) === process.pid) return new Promise<never>(() => {});
  await new Promise((resolve) => setTimeout(resolve, Number(ms)));
  // Only what has left this process can be known to the others: a handler counts as finished when
  // its process has lived to the next turn of the event loop.
  setImmediate(() => note("end", id));
  return stuckIn === "long" ? `${id}：答${"长".repeat(LONG)}` : `${id}：答`;
});

const { port } = await echostr.startServer(bot, { port: 0, host: "127.0.0.1" });
process.send?.({ port });
