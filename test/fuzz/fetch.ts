/**
 * The fetch adapter: whatever the method, the address, the headers and the pieces of the body,
 * `bot.fetch` gives a response and never rejects, also when the peer leaves or the body breaks in
 * the middle; and where nothing breaks, the response is the one that the same bytes get from
 * `bot.handler` on a socket.
 *
 * An input is a request as text: `POST /wx?…`, header lines, an empty line, the body. Lines before
 * the headers that begin with `@` say how it comes; see `readInput` in `fetch-request.ts`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import type { Bot } from "../../src/index.ts";
import { TurnedClock } from "../delivery/turned-clock.ts";
import { echostr } from "../support/subject.ts";
import { aFetchInput, ACCOUNT, FETCH_FRAGMENTS, readInput, toRequest } from "./fetch-request.ts";
import type { FetchInput } from "./fetch-request.ts";
import { mutate } from "./mutate.ts";
import type { Target } from "./target.ts";

/** Stands between the target and the adapter, in the test of the fuzzer itself. */
export type Between = (fetch: Bot["fetch"]) => Bot["fetch"];

const BODY_LIMIT_BYTES = 2000;

/** A body that stops coming is given up after so long. */
const BODY_TIMEOUT_MS = 40;

/** Fewer than a body may come in, however small. */
const MOST_PIECES = 1000;

const PATIENCE_MS = 5000;

interface Served {
  readonly bot: Bot;
  readonly server: Server;
  readonly port: number;
}

/** What a peer sees. */
interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly allow: string | undefined;
  readonly body: string;
}

export function fetchTarget(between: Between = (fetch) => fetch): Target {
  const served = new Map<boolean, Promise<Served>>();
  const servedOf = (safe: boolean): Promise<Served> => {
    const one = served.get(safe) ?? serve(safe);
    served.set(safe, one);
    return one;
  };
  return {
    name: "fetch",
    due: { 200: 8, 400: 20, 403: 20, 404: 40, 405: 40, 408: 200, 413: 100, 415: 100 },
    dictionary: FETCH_FRAGMENTS,
    batch: 32,
    make(random) {
      const one = (): Buffer => Buffer.from(aFetchInput(random), "latin1");
      return random.below(2) === 0 ? one() : mutate(one(), random, FETCH_FRAGMENTS, one);
    },
    async check(input) {
      const given = readInput(input);
      const request = toRequest(given);
      if (request === undefined) return "no request";
      const { method, url, headers } = request;
      const { bot, port } = await servedOf(given.safe);
      const found = await answerOf(await between(bot.fetch)(request));
      assert.ok(found.status >= 200 && found.status < 500, `status ${found.status}`);
      const { pathname, search, hash } = new URL(url);
      // What stands behind # never leaves a client.
      if (hash === "" && isComparable(given, method, headers)) {
        const bytes = overTheWire(method, pathname + search, headers, given.body);
        assert.deepEqual(await exchange(port, bytes), found);
      }
      return String(found.status);
    },
    async close() {
      for (const { server } of await Promise.all(served.values())) server.close();
      served.clear();
    },
  };
}

export const fetch: Target = fetchTarget();

async function serve(safe: boolean): Promise<Served> {
  const { token, encodingAesKey, appId } = ACCOUNT;
  const clock = new TurnedClock();
  const bot = echostr.createBot({
    token,
    ...(safe && { encodingAesKey, appId }),
    clock: () => clock.now(),
    // Answers of the same message are encrypted the same.
    random: (size) => new Uint8Array(size).fill(7),
    bodyLimitBytes: BODY_LIMIT_BYTES,
    bodyTimeoutMs: BODY_TIMEOUT_MS,
    log: () => {},
  });
  bot.on("text", ({ Content }) => `You said ${Content}`);
  const server = createServer(bot.handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { bot, server, port: (server.address() as AddressInfo).port };
}

async function answerOf(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const [type, allow] = ["content-type", "allow"].map((name) => headers.get(name) ?? undefined);
  return { status, type, allow, body: await response.text() };
}

/** Headers that say how a message is framed or a connection is used: `fetch` has neither. */
const OF_THE_CONNECTION =
  /^(?:host|content-length|transfer-encoding|connection|expect|upgrade|keep-alive|te|trailer|proxy-connection|http2-settings)$/;

/** What Node's parser refuses by itself, or what has no wire, cannot be compared. */
function isComparable(given: FetchInput, method: string, headers: Headers): boolean {
  if (given.ends !== "whole" || !/^(?:GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS)$/.test(method)) {
    return false;
  }
  // On the wire it comes in one piece: one of many is refused for that.
  if (given.pieces > 0 && given.body.length / given.pieces > MOST_PIECES) return false;
  const pairs = [...headers];
  if (pairs.some(([name]) => OF_THE_CONNECTION.test(name))) return false;
  return !pairs.some(([, value]) => /[^\t\x20-\x7e\x80-\xff]/.test(value));
}

/** A `Request` says nothing of the length of its body: neither does this, which sends it chunked. */
function overTheWire(method: string, target: string, headers: Headers, body: Uint8Array): Buffer {
  const hasBody = method !== "GET" && method !== "HEAD" && body.length > 0;
  const framing = hasBody ? [["transfer-encoding", "chunked"]] : [];
  const pairs = [["host", "x"], ["connection", "close"], ...framing, ...headers];
  const lines = pairs.map(([name, value]) => `${name}: ${value}`);
  const head = `${[`${method} ${target} HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n`;
  if (!hasBody) return Buffer.from(head, "latin1");
  const size = `${body.length.toString(16)}\r\n`;
  return Buffer.concat([Buffer.from(head + size, "latin1"), body, Buffer.from("\r\n0\r\n\r\n")]);
}

async function exchange(port: number, bytes: Uint8Array): Promise<Answer> {
  const socket = connect({ host: "127.0.0.1", port });
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => void chunks.push(chunk));
  socket.on("error", () => {});
  socket.write(bytes);
  const late = setTimeout(() => socket.destroy(), PATIENCE_MS);
  await once(socket, "close");
  clearTimeout(late);
  const text = Buffer.concat(chunks).toString();
  const end = text.indexOf("\r\n\r\n");
  const head = text.slice(0, end);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]),
    type: /^content-type: (.*)\r?$/im.exec(head)?.[1],
    allow: /^allow: (.*)\r?$/im.exec(head)?.[1],
    body: text.slice(end + 4),
  };
}
