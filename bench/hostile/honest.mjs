// The honest client: a signed delivery every 250 ms on a connection of its own, in plain and in safe
// mode by turns, as WeChat sends them. Each answer is compared to its last byte.

import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { delivery } from "./deliveries.mjs";

const EVERY_MS = 250;
/** WeChat does not wait for longer. */
const GIVES_UP_MS = 5000;

export class Honest {
  sent = 0;
  missed = 0;
  slowestMs = 0;
  /** Why the first ones were missed. */
  reasons = [];
  #target;
  #timer;
  #open = new Set();

  constructor(target) {
    this.#target = target;
  }

  start() {
    this.#timer = setInterval(() => this.#send(), EVERY_MS);
  }

  /** Sends no more, and waits for the answers on their way. */
  async stop() {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
  }

  #send() {
    const sending = this.#deliver().finally(() => this.#open.delete(sending));
    this.#open.add(sending);
  }

  async #deliver() {
    const mode = this.sent % 2 === 0 ? "plain" : "safe";
    this.sent += 1;
    try {
      this.slowestMs = Math.max(this.slowestMs, await deliverOnce(this.#target, mode));
    } catch (error) {
      this.missed += 1;
      this.slowestMs = GIVES_UP_MS;
      if (this.reasons.length < 3) this.reasons.push(`${mode}: ${error.message}`);
    }
  }
}

/**
 * One delivery.
 *
 * @returns the milliseconds from the first packet of the connection to the last byte of the answer
 * @throws when it is wrong, or not there after five seconds
 */
export function deliverOnce({ port, tls }, mode, content = `诚实 ${Math.random()}`) {
  const { bytes, check } = delivery(mode, content);
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const socket = tls
      ? connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false })
      : connect({ port, host: "127.0.0.1", noDelay: true });
    const chunks = [];
    const end = (error) => {
      clearTimeout(timer);
      socket.destroy();
      if (error === undefined) resolve(performance.now() - startedAt);
      else reject(error);
    };
    const timer = setTimeout(() => end(new Error("no answer in 5 s")), GIVES_UP_MS);
    socket.on("error", end);
    socket.on("close", () => end(new Error("closed without an answer")));
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      const answer = bodyOf(Buffer.concat(chunks));
      if (answer === undefined) return;
      try {
        if (answer.status !== 200) throw new Error(`status ${answer.status}`);
        check(answer.body);
        end();
      } catch (error) {
        end(error);
      }
    });
    socket.write(bytes);
  });
}

function bodyOf(received) {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const head = received.toString("latin1", 0, headEnd);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? Number.NaN);
  const body = received.subarray(headEnd + 4);
  if (!(body.length >= length)) return undefined;
  return { status: Number(head.slice(9, 12)), body: body.toString("utf8") };
}
