/**
 * The answer to what Node's parser refused: not HTTP, a head too large, a request too slow.
 *
 * @module
 */
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Log } from "../log.ts";

/** Answers and closes the connection; what follows on it could not be told apart any more. */
export function answerClientError(
  error: Error & { code?: string },
  socket: Socket,
  log: Log | undefined,
): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = CLIENT_ERROR_STATUS[error.code ?? ""] ?? 400;
  log?.({
    level: "warn",
    event: "refused",
    answer: String(status),
    code: "HTTP_INVALID",
    message: `Request must be HTTP, got ${error.code ?? error.message}`,
  });
  // Before TLS stands, nothing can be said.
  if (/^ERR_(?:SSL|TLS)/.test(error.code ?? "")) {
    socket.destroy();
    return;
  }
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`;
  socket.end(`${head}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

const CLIENT_ERROR_STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
