// A connection of the soak, with one request in flight: kept alive while the server keeps it,
// opened anew when it does not; and the crowd that sends its requests byte by byte.

import { connect } from "node:net";

const STALLED_MS = 30_000;

export class Lane {
  #port;
  #socket;
  #received = "";
  #waiting;

  constructor(port) {
    this.#port = port;
  }

  /** Sends bytes; the status, or 0 when the server ended the connection without one. */
  ask(bytes) {
    const socket = (this.#socket ??= this.#open());
    this.#received = "";
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("The server is silent")), STALLED_MS);
      this.#waiting = (status) => {
        clearTimeout(timer);
        this.#waiting = undefined;
        resolve(status);
      };
      socket.write(bytes);
    });
  }

  /** Sends bytes, and leaves after so long. True when it was answered before. */
  async askImpatiently(bytes, limitMs) {
    this.#socket ??= this.#open();
    let timer;
    const left = new Promise((resolve) => {
      timer = setTimeout(() => resolve(0), limitMs);
    });
    const status = await Promise.race([this.ask(bytes), left]);
    clearTimeout(timer);
    if (status === 0) this.close();
    return status !== 0;
  }

  close() {
    this.#socket?.destroy();
    this.#end();
  }

  #open() {
    const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
    socket.setEncoding("latin1");
    socket.on("data", (text) => {
      if (this.#socket !== socket) return;
      this.#received += text;
      const headEnd = this.#received.indexOf("\r\n\r\n");
      if (headEnd < 0) return;
      const head = this.#received.slice(0, headEnd);
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      if (this.#received.length < headEnd + 4 + length) return;
      const status = Number(head.slice(9, 12));
      if (/\r\nconnection: *close/i.test(head)) {
        this.#socket = undefined;
        socket.destroy();
      }
      this.#waiting?.(status);
    });
    const over = () => {
      if (this.#socket === socket) this.#end();
    };
    socket.on("error", over);
    socket.on("close", over);
    return socket;
  }

  #end() {
    this.#socket = undefined;
    this.#waiting?.(0);
  }
}

/** A byte now and then, from many sides: `stop` ends it, `ended` counts those that were cut off. */
export function startCrowd(port, size, head) {
  let isOver = false;
  let ended = 0;
  const sockets = new Set();
  const join = () => {
    if (isOver) return;
    let sent = 0;
    const socket = connect({ port, host: "127.0.0.1" });
    sockets.add(socket);
    const timer = setInterval(() => socket.write(head[sent++ % head.length]), 100);
    socket.on("error", () => {});
    socket.resume();
    socket.on("close", () => {
      clearInterval(timer);
      sockets.delete(socket);
      if (!isOver) ended += 1;
      join();
    });
  };
  for (let index = 0; index < size; index += 1) join();
  return {
    get ended() {
      return ended;
    },
    stop() {
      isOver = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}
