// One connection of a hostile peer, over TCP or TLS. It closes nothing by itself: not when the
// server has said goodbye, and not when nothing comes.

import { connect } from "node:net";
import { connect as connectTls } from "node:tls";

/** From so many addresses of the loopback network: one has 28,000 ports, and each is used once. */
const ADDRESSES = 200;
let opened = 0;
let isOver = false;

/** From now on nobody pours: what was begun stays unfinished, and its limit can run out. */
export function stopPouring() {
  isOver = true;
}

export class Peer {
  /** TCP; under TLS, what carries it. */
  raw;
  /** What is spoken on. */
  socket;
  #timers = [];

  /**
   * @param kind see kinds/index.mjs
   * @param onClose called once, when the connection is gone on both sides
   */
  constructor({ kind, port, tls, onClose }) {
    opened += 1;
    const localAddress = `127.0.${1 + (opened % ADDRESSES)}.1`;
    const raw = connect({ port, host: "127.0.0.1", localAddress, allowHalfOpen: true });
    this.raw = raw;
    raw.setNoDelay(true);
    const speaksTls = tls && kind.raw !== true;
    // A socket that is paused before it is connected never reads: its buffers fill, and stay full.
    if (kind.deaf && !speaksTls) raw.pause();
    this.socket = speaksTls
      ? connectTls({ socket: raw, rejectUnauthorized: false, allowHalfOpen: true, ...kind.tlsOptions })
      : raw;
    raw.on("error", () => {});
    this.socket.on("error", () => {});
    raw.once("close", () => {
      for (const timer of this.#timers) clearInterval(timer);
      onClose();
    });
    this.socket.once(speaksTls ? "secureConnect" : "connect", () => {
      if (kind.deaf) this.socket.pause();
      else if (kind.onData === undefined) this.socket.resume();
      else this.socket.once("data", () => kind.onData(this));
      kind.start(this);
    });
    if (!kind.keeps && !kind.deaf) this.socket.once("end", () => this.close());
  }

  write(bytes) {
    if (!this.socket.writable) return false;
    return this.socket.write(bytes);
  }

  /** Again and again until the connection is gone. */
  every(ms, then) {
    this.#timers.push(setInterval(then, ms));
  }

  /** Writes what `next` returns for as long as the server takes it; ends when that is undefined, or all is over. */
  pour(next) {
    while (!isOver) {
      const bytes = next();
      if (bytes === undefined || !this.socket.writable) return;
      if (!this.socket.write(bytes)) break;
    }
    if (!isOver) this.socket.once("drain", () => this.pour(next));
  }

  /** Says that nothing more comes, and waits. */
  halfClose() {
    this.socket.end();
  }

  close() {
    this.socket.destroy();
    this.raw.destroy();
  }

  /** RST in place of FIN. */
  reset() {
    if (!this.raw.destroyed) this.raw.resetAndDestroy();
  }
}
