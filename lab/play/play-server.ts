/**
 * The server of the play: the page, its events and commands, and the platform's interfaces for the
 * bot.
 *
 * ```text
 * for whoever has the key                  for the bot, under a path that only it knows
 *   GET  /?key=…  the cookie, and on to ROOT   ANY /api/SECRET/cgi-bin/…
 * for the page, with the cookie            for both, by an id that cannot be guessed
 *   GET  ROOT         it, and its files        GET /mmbiz/ID   pictures and recordings
 *   GET  ROOT/events  what changes
 *   POST ROOT/do      a command
 *   POST ROOT/media   a picture to send
 *   GET  ROOT/samples, ROOT/transcript
 * ```
 *
 * @module
 */
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { EchostrError, isEchostrError, messageOf } from "../../src/errors.ts";
import type { ApiSide } from "../api-side/api-side.ts";
import { samples } from "../platform/samples.ts";
import { EventStreams } from "./event-stream.ts";
import { createGuard, isSameSecret } from "./guard.ts";
import type { Guard } from "./guard.ts";
import { fetchRequest, HttpRefusal, readBody, send, sendResponse, sendText } from "./http.ts";
import { pageFile } from "./page-files.ts";
import type { Playing } from "./play-state.ts";

/** What the server hands requests to. */
export interface PlayParts {
  readonly playing: Playing;
  readonly api: ApiSide;
  /** The part of the bot's `WECHAT_API_BASE` that nobody else knows. */
  readonly apiSecret: string;
  /** @throws EchostrError `LAB_INPUT_INVALID` */
  readonly run: (commandJson: string) => Promise<void>;
  /** Keeps what a follower sends. @throws EchostrError `LAB_INPUT_INVALID` */
  readonly keepMedia: (type: string, bytes: Buffer) => string;
  readonly transcript: () => string;
}

export interface PlayServer {
  readonly port: number;
  /** The address to open, with the key. */
  readonly address: string;
  close(): Promise<void>;
}

/** A transcript of a long conversation, or a picture as large as WeChat takes one. */
const MOST_BODY_BYTES = 11 * 1024 * 1024;

/**
 * @param port 0 takes a free one
 * @throws EchostrError `LISTEN_FAILED`
 */
export async function startPlayServer(
  port: number,
  makeParts: (origin: string) => PlayParts,
): Promise<PlayServer> {
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 10_000 });
  await listen(server, port);
  const address = server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  const origin = `http://127.0.0.1:${actual}`;
  const parts = makeParts(origin);
  const guard = createGuard(actual);
  const streams = new EventStreams(parts.playing);
  server.on("request", (request, response) => {
    answer(request, response, { guard, parts, streams, origin }).catch((error: unknown) => {
      refuse(request, response, error);
    });
  });
  return {
    port: actual,
    address: `${origin}/?key=${guard.key}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        streams.close();
        server.closeAllConnections();
      }),
  };
}

interface Serving {
  readonly guard: Guard;
  readonly parts: PlayParts;
  readonly streams: EventStreams;
  readonly origin: string;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  serving: Serving,
): Promise<void> {
  const { guard, parts, origin } = serving;
  const url = urlOf(request, origin);
  // The bot is not a browser: it proves itself by the path, and then by its access token.
  const [, first, secret = ""] = url.pathname.split("/");
  if (first === "api" && isSameSecret(secret, parts.apiSecret) && isOwnHost(request, origin)) {
    const body = await readBody(request, MOST_BODY_BYTES);
    await sendResponse(response, await parts.api.handle(fetchRequest(request, url.href, body)));
    return;
  }
  const refusal = guard.refuse(request);
  if (refusal !== undefined) throw new HttpRefusal(refusal.status, refusal.sentence);
  const file = request.method === "GET" ? parts.api.media.serve(url.pathname) : undefined;
  if (file !== undefined) return sendResponse(response, file);
  if (url.pathname === "/" && guard.isKey(url.searchParams.get("key") ?? "")) {
    // Redirects to the address without the key, which then is in no history and no screenshot.
    const headers = { "Set-Cookie": guard.cookie, Location: guard.root };
    return send(response, 303, "text/plain", "", headers);
  }
  if (!guard.hasCookie(request) || !url.pathname.startsWith(guard.root)) {
    throw new HttpRefusal(403, "Open the address that play printed; the key in it opens this page");
  }
  await route(request, response, url, serving);
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { guard, parts, streams }: Serving,
): Promise<void> {
  const path = url.pathname.slice(guard.root.length - 1);
  const name = `${request.method} ${path}`;
  switch (name) {
    case "GET /events":
      if (!streams.open(response)) throw new HttpRefusal(503, "Too many browsers have the page open");
      return;
    case "POST /do":
      if (!/^application\/json\b/.test(request.headers["content-type"] ?? "")) {
        throw new HttpRefusal(415, "A command must be application/json");
      }
      await parts.run((await readBody(request, MOST_BODY_BYTES)).toString());
      return sendText(response, 200, "");
    case "POST /media": {
      const bytes = await readBody(request, MOST_BODY_BYTES);
      return sendText(response, 200, parts.keepMedia(url.searchParams.get("type") ?? "", bytes));
    }
    case "GET /samples":
      return send(response, 200, "application/json; charset=utf-8", JSON.stringify(samples()));
    case "GET /transcript":
      return send(response, 200, "application/jsonl; charset=utf-8", parts.transcript());
    default:
      sendPage(request, response, path);
  }
}

function sendPage(request: IncomingMessage, response: ServerResponse, path: string): void {
  if (request.method !== "GET" && request.method !== "HEAD") {
    throw new HttpRefusal(405, "Method must be GET or, for commands, POST");
  }
  const file = pageFile(path === "/" ? "index.html" : path.slice(1));
  if (file === undefined) throw new HttpRefusal(404, "There is nothing here");
  send(response, 200, file.type, file.text);
}

/** The path is put after our own origin: `//evil.example/` is a path like any other. */
function urlOf({ url = "/" }: IncomingMessage, origin: string): URL {
  const text = origin + url;
  if (url.startsWith("/") && URL.canParse(text)) return new URL(text);
  throw new HttpRefusal(400, "The request must name a path");
}

function isOwnHost(request: IncomingMessage, origin: string): boolean {
  return `http://${request.headers.host}` === origin;
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  // What is left of a body that was not read would be taken for the next request.
  if (!request.complete) response.setHeader("Connection", "close");
  const status = error instanceof HttpRefusal ? error.status : isEchostrError(error) ? 400 : 500;
  if (response.headersSent) response.destroy();
  else sendText(response, status, messageOf(error));
}

/** On the loopback address and on no other. */
function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const hint =
        cause.code === "EADDRINUSE"
          ? ": another program listens there; PLAY_PORT=0 takes a free one"
          : `: ${cause.message}`;
      reject(new EchostrError("LISTEN_FAILED", `Cannot listen on port ${port}${hint}`, { cause }));
    });
    server.listen(port, "127.0.0.1", () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
}
