/**
 * Whole requests, byte for byte on a socket: whatever comes, the server answers with a status that
 * it has, or closes; no handler sees a message that was not sent so; and the next delivery is
 * answered as ever. An input is what is written to the connection.
 *
 * @module
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import type { RunningServer } from "../../src/index.ts";
import { TurnedClock } from "../delivery/turned-clock.ts";
import { chunk, compose } from "../support/http.ts";
import type { Random } from "../support/random.ts";
import { echostr } from "../support/subject.ts";
import { wireHandshake, wireRequest, wireText } from "../support/wire.ts";
import { mutate, XML_FRAGMENTS } from "./mutate.ts";
import type { Target } from "./target.ts";

const token = "tok3nOfTheFuzzer";
const encodingAesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const appId = "wxb11529c136998cb6";
/** Stands still, so that an input that was kept is signed in time for ever. */
const clock = new TurnedClock();
const timestamp = String(clock.now() / 1000);

const FRAGMENTS: readonly string[] = [
  ...XML_FRAGMENTS,
  ...["\r\n", "\r\n\r\n", "\n", ":", "GET ", "POST ", "HEAD ", "PUT ", " HTTP/1.1", " HTTP/1.0"],
  ...["Host: y\r\n", "Content-Length: 0\r\n", "Content-Length: 999\r\n", "Content-Length: -1\r\n"],
  ...["Transfer-Encoding: chunked\r\n", "Content-Encoding: gzip\r\n", "Connection: close\r\n"],
  ...["Expect: 100-continue\r\n", "Upgrade: websocket\r\nConnection: upgrade\r\n", "0\r\n\r\n"],
  ...["/wx", "/safe", "/healthz", "http://x/wx", "?", "&", "%00", "//", "*"],
  ...["CONNECT x:1 HTTP/1.1"],
  ...[`X: ${"y".repeat(20_000)}\r\n`, "\u0000\r\n", "ff;x=y\r\n"],
  ...["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
];

const STATUSES = [100, 200, 400, 403, 404, 405, 408, 413, 415, 417, 431, 500, 503];

/** What was put into a message for the bot in safe mode, where every bit of it is signed. */
const SAID = /^[0-9]{1,10}$/;

let server: Promise<RunningServer> | undefined;
let strange: string | undefined;

function serverOf(): Promise<RunningServer> {
  const options = { token, clock, log: () => {} };
  const plain = echostr.createBot({ ...options, path: "/wx" }).on("text", () => "plain");
  const safe = echostr.createBot({ ...options, encodingAesKey, appId, path: "/safe" });
  safe.on("*", (message) => {
    if (message.kind !== "text" || !SAID.test(message.Content)) strange = JSON.stringify(message);
    return "safe";
  });
  return echostr.startServer([plain, safe], { port: 0, host: "127.0.0.1", log: () => {} });
}

export const http: Target = {
  name: "http",
  due: { 200: 10, 400: 10, 403: 100, 404: 100, 405: 50 },
  dictionary: FRAGMENTS,
  batch: 32,
  make(random) {
    const one = (): Buffer => aRequest(random);
    const bytes = random.below(4) === 0 ? one() : mutate(one(), random, FRAGMENTS, one);
    return random.below(6) === 0 ? Buffer.concat([bytes, one()]) : bytes;
  },
  async check(input) {
    server ??= serverOf();
    const { port } = await server;
    strange = undefined;
    const answer = await exchange(port, input);
    assert.equal(strange, undefined, "a handler saw what nobody sent");
    const status = answer === "" ? undefined : Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
    assert.ok(status === undefined || STATUSES.includes(status), answer.slice(0, 200));
    assert.notEqual(status, 500, "nothing that a stranger sends is an error of ours");
    const alive = await exchange(port, compose({ target: `/wx?${handshake("alive")}` }));
    assert.match(alive, /^HTTP\/1\.1 200 [\s\S]*\r\n\r\nalive$/);
    return String(status ?? "closed");
  },
  async close() {
    await (await server)?.close();
    server = undefined;
  },
};

function handshake(echo: string): string {
  return wireHandshake({ token, timestamp, nonce: "1", echostr: echo });
}

function aRequest(random: Random): Buffer {
  const said = String(random.below(2 ** 31));
  const path = random.pick(["/wx", "/safe"]);
  const body = wireText(said);
  const headers = random.pick([{}, { "Content-Type": "text/xml" }, { Connection: "close" }]);
  switch (random.below(6)) {
    case 0:
      return compose({ target: `${path}?${handshake(said)}`, headers });
    case 1: {
      const request = wireRequest({ token, timestamp, body });
      return compose({ method: "POST", target: `/wx?${request.query}`, headers, body });
    }
    case 2: {
      const chunked = { ...headers, "Transfer-Encoding": "chunked" };
      const request = wireRequest({ token, timestamp, body });
      const cut = random.below(body.length);
      const pieces = [body.slice(0, cut), body.slice(cut)].filter((each) => each !== "");
      const framed = [...pieces, ""].map(chunk);
      const target = `/wx?${request.query}`;
      return compose({ method: "POST", target, headers: chunked, body: framed.join("") });
    }
    case 3:
      if (random.below(3) === 0) return compose({ method: "PUT", target: path, headers, body });
      return compose({
        target: random.pick(["/", "/healthz", path, `${path}/`, "/x?signature=1"]),
      });
    default: {
      const mode = random.pick(["safe", "compat"] as const);
      const request = wireRequest({ token, timestamp, mode, body, encodingAesKey, appId });
      const target = `/safe?${request.query}`;
      return compose({ method: "POST", target, headers, body: request.body });
    }
  }
}

/** Writes, says that this is all, and gives what came back. */
async function exchange(port: number, bytes: Uint8Array): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port });
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => void chunks.push(chunk));
  // A reset is one of the ways in which a server may end a connection; what was received counts.
  socket.on("error", () => {});
  socket.end(bytes);
  const late = setTimeout(() => socket.destroy(new Error("late")), PATIENCE_MS);
  const [hadError] = (await once(socket, "close")) as [boolean];
  clearTimeout(late);
  const stuck = hadError && socket.errored?.message === "late";
  assert.ok(!stuck, `the server left the connection open for ${PATIENCE_MS} ms`);
  return Buffer.concat(chunks).toString("latin1");
}

/** As long as a request may take, and a little more. */
const PATIENCE_MS = 20_000;
