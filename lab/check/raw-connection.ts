/**
 * A connection on which bytes are written one by one, or not at all: what no client library does,
 * and what a slow phone network, a broken proxy or an attacker does.
 *
 * @module
 */
import { connect as connectTcp, isIP } from "node:net";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { ANSWER_LIMIT_BYTES } from "../platform/answer-bytes.ts";
import { withQuery } from "../platform/http-target.ts";

export interface RawConnection {
  write(bytes: string | Uint8Array): void;
  isOpen(): boolean;
  /** Whether the peer has neither closed it nor answered anything. */
  isSilent(): boolean;
  /** The bytes received so far; at most `ANSWER_LIMIT_BYTES` are read. */
  received(): string;
  /** Resolves when the first bytes have come, or it is closed. */
  readonly heard: Promise<void>;
  /** Resolves when it is closed, by whomever. */
  readonly closed: Promise<void>;
  close(): void;
}

/** @throws what the system says when there is nobody */
export async function openRaw(url: URL, insecure: boolean): Promise<RawConnection> {
  const socket = begin(url, insecure);
  const chunks: Buffer[] = [];
  let isClosed = false;
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => {
      isClosed = true;
      resolve();
    });
  });
  const heard = new Promise<void>((resolve) => {
    socket.once("data", () => resolve());
    void closed.then(resolve);
  });
  let size = 0;
  socket.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    // It stays open, and the peer has to wait: a server that sends without end has not answered.
    if (size > ANSWER_LIMIT_BYTES) socket.pause();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once(url.protocol === "https:" ? "secureConnect" : "connect", resolve);
    socket.once("error", reject);
  });
  // From now on it is `closed` that tells; a reset is a way to close.
  socket.on("error", () => {});
  return {
    write: (bytes) => {
      if (socket.writable) socket.write(bytes);
    },
    isOpen: () => !isClosed,
    isSilent: () => !isClosed && chunks.length === 0,
    received: () => Buffer.concat(chunks).toString("utf8"),
    heard,
    closed,
    close: () => socket.destroy(),
  };
}

function begin(url: URL, insecure: boolean): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (url.protocol === "https:") {
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const port = Number(url.port || 443);
    return connectTls({ host, port, ...servername, rejectUnauthorized: !insecure });
  }
  // Each write becomes a separate packet.
  return connectTcp({ host, port: Number(url.port || 80), noDelay: true });
}

/** The head of a request, up to and with the empty line. */
export function requestHead(
  url: URL,
  method: string,
  query: string,
  headers: Readonly<Record<string, string>>,
): string {
  const { pathname, search } = withQuery(url, query);
  const lines = Object.entries({ Host: url.host, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return [`${method} ${pathname}${search} HTTP/1.1`, ...lines, "", ""].join("\r\n");
}

/** Whether an answer ends where its head says, so that the next one can be told from it. */
export function isOneAnswer(received: string): boolean {
  const end = received.indexOf("\r\n\r\n") + 4;
  const [head, body] = [received.slice(0, end), received.slice(end)];
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  if (length !== undefined) return Buffer.byteLength(body) === Number(length);
  return !/^transfer-encoding: *chunked/im.test(head) || /(?:^|\r\n)0\r\n\r\n$/.test(body);
}

/** The status of the response; 0 if no complete one has come. */
export function statusIn(received: string): number {
  return Number(/^HTTP\/1\.[01] (\d{3})/.exec(received)?.[1] ?? 0);
}
