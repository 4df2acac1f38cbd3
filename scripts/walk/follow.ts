/**
 * Follows one text message through the source by the debugger: from `bot.handler` to the answer on
 * the socket, with a handler that answers at once, the memory store, and the log on.
 *
 * @module
 */
import { once } from "node:events";
import { createServer, request } from "node:http";
import { Session } from "node:inspector/promises";
import type { AddressInfo } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { Worker } from "node:worker_threads";
import { createBot } from "../../src/index.ts";
import { wireRequest, wireText } from "../../test/support/wire.ts";
import { wayOf } from "./way.ts";
import type { Called, Stop, Way } from "./way.ts";

export type Mode = "plain" | "safe";

const TOKEN = "walkToken";
const SAFE = { encodingAesKey: "k".repeat(43), appId: "wx0123456789abcdef" };
const SOURCE = new URL("../../src/", import.meta.url).href;

/** So many messages come before: the kinds are compiled then, and delivery has made its tables. */
const BEFORE = 20;

/**
 * One message is counted, and the next one is stopped at each function that was called.
 *
 * @returns the functions that it enters, in order
 */
export async function follow(mode: Mode): Promise<Way> {
  const answers: (string | undefined)[] = [];
  const bot = createBot({
    token: TOKEN,
    ...(mode === "safe" ? { ...SAFE, mode } : {}),
    log: ({ answer }) => answers.push(answer),
  });
  bot.on("text", () => "你好");
  const server = createServer(bot.handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const send = (): Promise<string> => deliver(port, mode);
  for (let sent = 0; sent < BEFORE; sent += 1) await send();
  const called = await countCalls(send);
  const stops = await stopAt(called, send);
  server.close();
  if (answers.length !== BEFORE + 2 || answers.some((answer) => answer !== "text")) {
    throw new Error(`${BEFORE + 2} texts expected as answers, got ${answers.join(", ")}`);
  }
  return wayOf(SOURCE, called, stops);
}

/** The functions of the source that ran, and how often. */
async function countCalls(run: () => Promise<unknown>): Promise<readonly Called[]> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  await run();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  await session.post("Profiler.stopPreciseCoverage");
  session.disconnect();
  const called: Called[] = [];
  for (const { url, functions } of result) {
    if (!url.startsWith(SOURCE)) continue;
    for (const { functionName: name, ranges } of functions) {
      // Those of V8 for the fields of a class, and one that tsx puts in.
      const [range] = ranges;
      if (range !== undefined && range.count > 0 && name !== "__name" && !name.startsWith("<")) {
        called.push({ url, name, ...range });
      }
    }
  }
  return called;
}

/** Stops at the beginning of each of the functions. */
async function stopAt(
  functions: readonly Called[],
  run: () => Promise<unknown>,
): Promise<readonly Stop[]> {
  const workerData = { source: SOURCE, functions };
  const stepper = new Worker(new URL("stepper.mjs", import.meta.url), { workerData });
  await once(stepper, "message");
  await run();
  const stops = once(stepper, "message");
  stepper.postMessage("stop");
  return (await stops)[0] as readonly Stop[];
}

async function deliver(port: number, mode: Mode): Promise<string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const text = wireText("你好", { CreateTime: Number(timestamp) });
  const { query, body } = wireRequest({ token: TOKEN, timestamp, mode, body: text, ...SAFE });
  const target = { host: "127.0.0.1", port, path: `/wx?${query}`, method: "POST", agent: false };
  const sent = request(target);
  sent.end(body);
  const [response] = await once(sent, "response");
  return textOf(response);
}
