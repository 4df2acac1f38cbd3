/**
 * One process of an account's server, for `history.test.ts`: started with `fork`, it tells its port. It
 * ends with the one that started it, and on SIGTERM as the server of the command line does.
 *
 * A text `700 3 array` is answered after 700 ms with three replies, `700 3 text` with one text of three
 * long paragraphs; any other text, a pick-up word that found nothing among them, at once. Each part of
 * an answer names its message: `A17.2/3` is the second of three of the message whose `MsgId` is 17.
 *
 * What happens here is a line in the file `NOTES`: `begin`, `end` and `unused` (its signal was aborted)
 * with the message, and `stood` with how long this process has stood still.
 *
 * @module
 */
import { processBot } from "../delivery/process-bot.ts";
import { echostr } from "../support/subject.ts";
import { watch } from "../support/watch.ts";

/** Most of what a text may hold: each of them is a piece of its own. */
const LONG = "长".repeat(600);

/** What stands still for longer than this is noted. */
const STILL_MS = 25;

const { bot, store, note: write } = processBot();

function note(what: string, about: string): void {
  write(what, about, process.pid, Date.now());
}

let tickedAt = Date.now();
setInterval(() => {
  const ms = Date.now() - tickedAt - 10;
  tickedAt += ms + 10;
  if (ms > STILL_MS) note("stood", String(ms));
}, 10).unref();

bot.on("text", async ({ Content, FromUserName, MsgId }, { signal }) => {
  watch.secrets.learnOpenId(FromUserName);
  const [, ms = "0", count = "1", form] = /^(\d+) (\d) (\w+)$/.exec(Content) ?? [];
  note("begin", MsgId);
  await new Promise((resolve) => setTimeout(resolve, Number(ms)));
  // As it is when it hands over its answer: what is aborted later is the engine's to keep or not.
  const what = signal.aborted ? "unused" : "end";
  setImmediate(() => note(what, MsgId));
  const parts = Array.from({ length: Number(count) }, (_none, at) => `A${MsgId}.${at + 1}/${count}`);
  return form === "array" ? parts : parts.map((part) => (form === "text" ? part + LONG : part)).join("\n\n");
});

const server = await echostr.startServer(bot, { port: 0, host: "127.0.0.1" });
process.once("SIGTERM", () => {
  void server.close().then(() => bot.close()).then(() => store.close()).then(() => process.exit());
});
process.send?.({ port: server.port });
