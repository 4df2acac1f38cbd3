/**
 * A server of our own: node:http or node:https with limits, one path for each bot, and a way to
 * stop without cutting anybody off.
 *
 * @module
 */
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { builtin } from "../builtin.ts";
import { EchostrError, messageOf, settingInvalid } from "../errors.ts";
import { visible } from "../log.ts";
import type { Log } from "../log.ts";
import { Connections } from "./connections.ts";
import { answerWith, pathOf, refusalWith, TEXT_TYPE } from "./exchange.ts";
import { prepareListen } from "./listen-options.ts";
import type { ListenOptions, ListenSettings } from "./listen-options.ts";
import { Mounts } from "./mounts.ts";
import type { Mounted } from "./mounts.ts";
import { ignoreBody, markWaiting, send } from "./node-handler.ts";
import { watchPackets } from "./packets.ts";
import { sentenceOf } from "./status.ts";

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  /** Such as `http://127.0.0.1:8080`, without a path. */
  readonly url: string;
  /**
   * Serves one more bot, from the next request on.
   *
   * @throws EchostrError `SETTING_INVALID` when another bot has its path
   *
   * @example
   * server.mount(createBot({ path: "/shop", token }));
   */
  mount(bot: Mounted): void;
  /**
   * Stops serving a bot: from the next request on its path is free, or belongs to a bot that is mounted there.
   * Running handlers and answers are finished; after `shutdownTimeoutMs` the remaining connections are closed.
   * Resolves when none is left; then call `bot.close()`, as at a stop.
   *
   * @param bot the bot, or its path
   * @throws EchostrError `SETTING_INVALID` when it is not mounted
   *
   * @example
   * await server.unmount("/shop");
   * await shop.close();
   */
  unmount(bot: Mounted | string): Promise<void>;
  /**
   * Stops: no new connections, idle ones closed, answers in the making finished; after
   * `shutdownTimeoutMs` the remaining connections are closed. Resolves when none is left.
   */
  close(): Promise<void>;
}

/**
 * Starts a server.
 *
 * @param mounted one bot, or several with different paths
 * @throws EchostrError `SETTING_INVALID` when two bots have the same path or an option cannot be
 *   meant, `LISTEN_FAILED` if the port is not available (the reason is its `cause`)
 *
 * @example
 * const server = await startServer(bot, { port: 8080 });
 * process.once("SIGTERM", () => void server.close());
 */
export async function startServer(
  mounted: Mounted | readonly Mounted[],
  options: ListenOptions = {},
): Promise<RunningServer> {
  const settings = prepareListen(options);
  const { tls, host, maxConnections, shutdownTimeoutMs, log } = settings;
  const mounts = new Mounts((Array.isArray(mounted) ? mounted : [mounted]) as readonly Mounted[]);
  let closing = false;
  const server = makeServer(settings);
  server.maxHeadersCount = MOST_HEADERS;
  const connections = new Connections(server, {
    tls: tls !== undefined,
    maxConnections,
    lookEveryMs: lookEveryMs(settings),
    log,
  });

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    if (!connections.heard(request, response)) return;
    if (closing) response.setHeader("Connection", "close");
    const path = pathOf(request.url ?? "/");
    const bot = mounts.find(path);
    if (bot !== undefined) {
      bot.handler(request, response);
    } else if (path === "/healthz") {
      answerHealth(request, response, closing);
    } else {
      logMissedPath(request, path, mounts, log);
      send(request, response, refusalWith(404));
    }
  };
  server.on("request", onRequest);
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    markWaiting(request);
    onRequest(request, response);
  });
  server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => {
    if (connections.heard(request, response)) send(request, response, refusalWith(417));
  });
  server.on(tls === undefined ? "connection" : "secureConnection", (socket: Socket) => {
    watchPackets(socket, (error) => server.emit("clientError", error, socket));
  });
  server.on("clientError", (error: Error & { code?: string }, socket: Socket) => {
    connections.whenAnswered(socket, () => answerClientError(error, socket, log));
  });

  await listen(server, settings);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  let closed: Promise<void> | undefined;
  return {
    port,
    url: `${tls === undefined ? "http" : "https"}://${hostOf(host)}:${port}`,
    mount: (bot) => mounts.add(bot),
    async unmount(which) {
      const bot = mounts.get(which);
      const isFor = ({ url = "/" }: IncomingMessage): boolean => mounts.find(pathOf(url)) === bot;
      const unanswered = connections.unanswered(isFor);
      mounts.remove(bot);
      await finish(unanswered, shutdownTimeoutMs);
    },
    close() {
      closing = true;
      closed ??= closeServer(server, connections, shutdownTimeoutMs);
      return closed;
    },
  };
}

/**
 * The most bytes of a request's head; Node's default is 16,384. WeChat's has less than 1,000, and
 * 10,000 connections may each hold one that is not finished.
 */
const HEAD_LIMIT_BYTES = 8192;

/**
 * The most headers that are kept of a head, finished or not; Node's default is 2,000. Node 20 leaves
 * out the others, newer versions refuse the head.
 */
const MOST_HEADERS = 100;

/** How often connections are looked at that are too slow, by Node and by us. */
function lookEveryMs({ headersTimeoutMs }: ListenSettings): number {
  return Math.min(1000, headersTimeoutMs);
}

function makeServer(settings: ListenSettings): Server {
  const { headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs, tls } = settings;
  const limits: ServerOptions = {
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: lookEveryMs(settings),
    maxHeaderSize: HEAD_LIMIT_BYTES,
  };
  if (tls === undefined) return builtin("node:http").createServer(limits);
  try {
    const secure = { ...limits, ...tls, handshakeTimeout: headersTimeoutMs };
    return builtin("node:https").createServer(secure);
  } catch (cause) {
    const message = `tls must be a certificate and its key: ${messageOf(cause)}`;
    throw settingInvalid(message, { cause });
  }
}

/**
 * How many connections may wait to be accepted; the system may have a lower bound. What comes above
 * it, WeChat's among it, is tried again by its sender after a second.
 */
const BACKLOG = 4096;

function listen(server: Server, { host, port, log }: ListenSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: Error & { code?: string }) => {
      const where = `${host ?? "all addresses"}, port ${port}`;
      const message = `Cannot listen on ${where}: ${cause.code ?? cause.message}`;
      reject(new EchostrError("LISTEN_FAILED", message, { cause }));
    });
    server.listen({ port, backlog: BACKLOG, ...(host !== undefined && { host }) }, () => {
      server.removeAllListeners("error");
      // Such as EMFILE: one connection fails, the server goes on.
      server.on("error", (error: Error) => {
        log?.({ level: "error", event: "notice", message: error.message });
      });
      resolve();
    });
  });
}

/** A host for an address: a server on all addresses is reached by the loopback one. */
function hostOf(host: string | undefined): string {
  if (host === undefined || host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function answerHealth(request: IncomingMessage, response: ServerResponse, closing: boolean): void {
  if (request.method !== "GET" && request.method !== "HEAD") {
    send(request, response, refusalWith(405, ["Allow", "GET, HEAD"]));
    return;
  }
  ignoreBody(request);
  const [status, body] = closing ? ([503, sentenceOf(503)] as const) : ([200, "ok"] as const);
  send(request, response, answerWith(status, TEXT_TYPE, body));
}

/** A signed request at another path is not a scanner: most likely the settings disagree. */
function logMissedPath(
  request: IncomingMessage,
  path: string,
  mounts: Mounts,
  log: Log | undefined,
): void {
  if (!request.url?.includes("signature=")) return;
  log?.({
    level: "warn",
    event: "refused",
    answer: "404",
    code: "PATH_UNKNOWN",
    message: `Path must be ${mounts.paths}, got ${visible(path, 100)}`,
  });
}

/** What Node's parser refused: not HTTP, a head too large, a request too slow. */
const CLIENT_ERRORS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/** Answers and closes the connection; what follows on it could not be told apart any more. */
function answerClientError(
  error: Error & { code?: string },
  socket: Socket,
  log: Log | undefined,
): void {
  const { code = "" } = error;
  if (code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = CLIENT_ERRORS[code] ?? "400 Bad Request";
  const isOurs = error instanceof EchostrError;
  log?.({
    level: "warn",
    event: "refused",
    answer: status.slice(0, 3),
    code: isOurs ? error.code : "HTTP_INVALID",
    message: isOurs ? error.message : `Request must be HTTP, got ${error.code ?? error.message}`,
  });
  // Before TLS stands, nothing can be said.
  if (/^ERR_(?:SSL|TLS)/.test(code)) socket.destroy();
  else socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Waits for answers in the making, and cuts off what takes longer. */
async function finish(responses: readonly ServerResponse[], timeoutMs: number): Promise<void> {
  const cutOff = setTimeout(() => {
    for (const response of responses) if (!response.closed) response.req.socket.destroy();
  }, timeoutMs);
  await Promise.all(
    responses.map((response) => new Promise<void>((resolve) => response.once("close", resolve))),
  );
  clearTimeout(cutOff);
}

/** How often connections that have become idle are closed while the server stops. */
const SWEEP_MS = 25;

function closeServer(server: Server, connections: Connections, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const closeIdle = server.closeIdleConnections.bind(server);
    // `close` calls it too. Node 26 takes a connection that has just come for an idle one.
    server.closeIdleConnections = () => {
      if (!connections.maySoonAsk) closeIdle();
    };
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    const cutOff = setTimeout(() => connections.destroy(), timeoutMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(cutOff);
      resolve();
    });
    connections.retire();
    server.closeIdleConnections();
  });
}
