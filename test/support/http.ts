/**
 * HTTP over a bare socket, so that a test decides about every byte and about the moment at which it
 * is sent, and sees every byte that comes back. Nothing here knows the code under test.
 */

import { type Socket, connect } from "node:net";
import { connect as connectTls } from "node:tls";
import type { TestContext } from "node:test";

export interface Answer {
  readonly status: number;
  /** Names in lower case; the values of a repeated header are joined by ", ". */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bytes: Buffer;
  readonly body: string;
}

export interface Sent {
  readonly method?: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** How long a test waits for anything at all before it calls the server stuck. */
const PATIENCE_MS = 5_000;

/** One connection. Answers are taken from it in the order in which they arrive. */
export class Connection {
  readonly socket: Socket;
  /** Fulfilled when the other side has ended or reset the connection, with what was left unread. */
  readonly closed: Promise<string>;
  #received: Buffer = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
    // A reset is one of the ways in which a server may end a connection; what was received counts.
    socket.on("error", () => {});
    this.closed = new Promise((resolve) => {
      const finish = (): void => {
        this.#ended = true;
        this.#wake();
        resolve(this.#received.toString());
      };
      socket.on("end", finish);
      socket.on("close", finish);
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The bytes that came and that no answer has taken yet. */
  get unread(): string {
    return this.#received.toString("latin1");
  }

  write(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  send(request: Sent): void {
    this.write(compose(request));
  }

  /** The next whole answer; `method` matters only for HEAD, whose answers have no body. */
  async answer(method: string = "GET"): Promise<Answer> {
    for (;;) {
      const found = readAnswer(this.#received, method, this.#ended);
      if (found !== undefined) {
        this.#received = this.#received.subarray(found.length);
        return found.answer;
      }
      if (this.#ended) {
        throw new Error(`The connection ended before an answer was whole: ${this.unread}`);
      }
      await this.#more();
    }
  }

  close(): void {
    this.socket.destroy();
  }

  #more(): Promise<void> {
    return withPatience("bytes of an answer", new Promise((resolve) => {
      this.#wake = resolve;
    }));
  }
}

export function open(port: number, options: { tlsCa?: string } = {}): Promise<Connection> {
  return withPatience("a connection", new Promise((resolve, reject) => {
    const at = { host: "127.0.0.1", port };
    const socket = options.tlsCa === undefined
      ? connect(at)
      : connectTls({ ...at, ca: options.tlsCa, servername: "localhost" });
    const connection = new Connection(socket);
    socket.once(options.tlsCa === undefined ? "connect" : "secureConnect", () => {
      resolve(connection);
    });
    socket.once("error", reject);
  }));
}

const opened = new Map<TestContext, Connection[]>();

/** Opens a connection that the end of the test destroys, whatever became of the test. */
export async function openFor(context: TestContext, port: number): Promise<Connection> {
  const connection = await open(port);
  opened.set(context, [...(opened.get(context) ?? []), connection]);
  context.after(() => leave(context));
  return connection;
}

/** Destroys the connections of a test, which a server that closes might wait for. */
export function leave(context: TestContext): void {
  for (const connection of opened.get(context) ?? []) {
    connection.close();
  }
  opened.delete(context);
}

/** One request on a connection of its own. */
export async function exchange(
  port: number,
  request: Sent,
  options: { tlsCa?: string } = {},
): Promise<Answer> {
  const connection = await open(port, options);
  try {
    connection.send({ ...request, headers: { Connection: "close", ...request.headers } });
    return await connection.answer(request.method);
  } finally {
    connection.close();
  }
}

/** The request as bytes; `Content-Length` is added unless the headers frame the body already. */
export function compose({ method = "GET", target, headers = {}, body }: Sent): Buffer {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const content = Buffer.from(body ?? "");
  const framed = names.includes("content-length") || names.includes("transfer-encoding");
  const lines = [`${method} ${target} HTTP/1.1`];
  if (!names.includes("host")) {
    lines.push("Host: 127.0.0.1");
  }
  for (const [name, value] of Object.entries(headers)) {
    lines.push(`${name}: ${value}`);
  }
  if (body !== undefined && !framed) {
    lines.push(`Content-Length: ${content.length}`);
  }
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "utf8"), content]);
}

/** One chunk of a chunked body; the empty string is the last one. */
export function chunk(content: string): string {
  return `${Buffer.byteLength(content).toString(16)}\r\n${content}\r\n`;
}

/** Waits until `holds`, looking every few milliseconds; says what it waited for in vain. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > deadline) {
      throw new Error(`Waited ${PATIENCE_MS} ms in vain for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Fails instead of hanging when `promise` does not settle. */
export async function withPatience<T>(
  what: string,
  promise: Promise<T>,
  milliseconds: number = PATIENCE_MS,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`Waited ${milliseconds} ms in vain for ${what}`));
    }, milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function readAnswer(
  received: Buffer,
  method: string,
  ended: boolean,
): { answer: Answer; length: number } | undefined {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd < 0) {
    return undefined;
  }
  const [statusLine = "", ...lines] = received.toString("latin1", 0, headEnd).split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1]);
  if (Number.isNaN(status)) {
    throw new Error(`Not the status line of an answer: ${statusLine}`);
  }
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  const start = headEnd + 4;
  const content = status < 200 || status === 204 || status === 304 || method === "HEAD"
    ? { bytes: Buffer.alloc(0), length: 0 }
    : readContent(received.subarray(start), headers, ended);
  if (content === undefined) {
    return undefined;
  }
  const { bytes } = content;
  return {
    answer: { status, headers, bytes, body: bytes.toString() },
    length: start + content.length,
  };
}

function readContent(
  received: Buffer,
  headers: Readonly<Record<string, string | undefined>>,
  ended: boolean,
): { bytes: Buffer; length: number } | undefined {
  if (headers["transfer-encoding"] === "chunked") {
    return readChunks(received);
  }
  if (headers["content-length"] === undefined) {
    return ended ? { bytes: received, length: received.length } : undefined;
  }
  const length = Number(headers["content-length"]);
  return received.length < length ? undefined : { bytes: received.subarray(0, length), length };
}

function readChunks(received: Buffer): { bytes: Buffer; length: number } | undefined {
  const parts: Buffer[] = [];
  let position = 0;
  for (;;) {
    const lineEnd = received.indexOf("\r\n", position);
    if (lineEnd < 0) {
      return undefined;
    }
    const size = Number.parseInt(received.toString("latin1", position, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (received.length < next) {
      return undefined;
    }
    if (size === 0) {
      return { bytes: Buffer.concat(parts), length: next };
    }
    parts.push(received.subarray(lineEnd + 2, lineEnd + 2 + size));
    position = next;
  }
}
