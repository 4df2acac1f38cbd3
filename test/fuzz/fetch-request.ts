/**
 * Requests for the fetch adapter: written as text, so that they can be kept and spoiled, and made
 * into a `Request`.
 *
 * @module
 */
import type { Random } from "../support/random.ts";
import { wireHandshake, wireRequest, wireText } from "../support/wire.ts";
import { TurnedClock } from "../delivery/turned-clock.ts";

export const ACCOUNT = {
  token: "tok3nOfTheFetcher",
  encodingAesKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
  appId: "wxb11529c136998cb6",
} as const;

const timestamp = String(new TurnedClock().now() / 1000);

export const FETCH_FRAGMENTS: readonly string[] = [
  ...["@safe\n", "@pieces 1\n", "@pieces 7\n", "@stall 1\n", "@break 1\n", "@leave 1\n", "@left\n"],
  ...["GET ", "POST ", "HEAD ", "PUT ", "patch ", "OPTIONS ", "TRACE ", "/wx", "/wx/", "//wx", "?"],
  ...["&nonce=1", "%2e%2e/", "#x", "%00", "\\", "\n\n", "\n", "content-encoding: gzip\n"],
  ...["content-encoding: identity\n", "content-length: 99999\n", "content-length: x\n", "中"],
  ...["content-type: application/json\n", "x: \u00ff\n", "x: \u0001\n", "<xml>", "]]>", "x".repeat(999)],
];

/** How a request comes. */
export interface FetchInput {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
  /** To the bot in safe mode. */
  readonly safe: boolean;
  /** The size of the pieces of the body; 0 for a body that is no stream. */
  readonly pieces: number;
  /**
   * `stall`: after `after` pieces no more come. `break`: the stream fails. `leave`: the peer leaves,
   * and no more come. `left`: it has left before anything was read.
   */
  readonly ends: "whole" | "stall" | "break" | "leave" | "left";
  readonly after: number;
}

/** `@safe`, `@pieces 7`, `@stall 2`, `@break 2`, `@leave 2`, `@left`; then the request. */
export function readInput(input: Uint8Array): FetchInput {
  const text = Buffer.from(input).toString("latin1");
  const [head = "", ...rest] = text.split("\n\n");
  const lines = head.split("\n");
  const settings = lines.filter((line) => line.startsWith("@"));
  const [first = "", ...headers] = lines.filter((line) => !line.startsWith("@"));
  const [method = "", target = ""] = first.split(" ");
  const ending = settings.map((line) => /^@(stall|break|leave|left) ?(\d{0,2})$/.exec(line)).at(-1);
  return {
    method,
    target,
    headers: headers.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, Math.max(0, colon)), line.slice(colon + 1).trim()];
    }),
    body: Buffer.from(rest.join("\n\n"), "latin1"),
    safe: settings.includes("@safe"),
    pieces: Number(settings.map((line) => /^@pieces (\d{1,4})$/.exec(line)?.[1]).at(-1) ?? 0),
    ends: (ending?.[1] ?? "whole") as FetchInput["ends"],
    after: Number(ending?.[2] ?? 0),
  };
}

/** Undefined when there can be no such `Request`. */
export function toRequest(given: FetchInput): Request | undefined {
  const leaving = new AbortController();
  if (given.ends === "left") leaving.abort();
  const isEmpty = given.method === "GET" || given.method === "HEAD" || given.body.length === 0;
  const isStream = given.pieces > 0 || given.ends !== "whole";
  const body = isEmpty ? undefined : isStream ? streamOf(given, leaving) : given.body;
  try {
    return new Request(`http://x${given.target}`, {
      method: given.method,
      headers: given.headers.map(([name, value]): [string, string] => [name, value]),
      signal: leaving.signal,
      ...(body !== undefined && { body, duplex: "half" }),
    } as RequestInit);
  } catch {
    return undefined;
  }
}

function streamOf(given: FetchInput, leaving: AbortController): ReadableStream<Uint8Array> {
  const { body, ends, after } = given;
  const size = given.pieces || 16;
  let count = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller): void | Promise<void> {
      const at = count * size;
      const isOver = ends !== "whole" && ends !== "left" && count >= after;
      if (isOver && ends === "break") return controller.error(new Error("The body broke"));
      if (isOver && ends === "leave") leaving.abort();
      if (isOver) return new Promise(() => {});
      if (at >= body.length) return controller.close();
      count += 1;
      controller.enqueue(body.slice(at, at + size));
    },
  });
}

/** A request that a bot answers, or nearly so. */
export function aFetchInput(random: Random): string {
  const safe = random.below(3) === 0;
  const said = wireText(String(random.below(1000)));
  const mode = safe ? "safe" : "plain";
  const sent = wireRequest({ ...ACCOUNT, timestamp, mode, body: said });
  const token = random.below(8) === 0 ? "another" : ACCOUNT.token;
  const handshake = wireHandshake({ token, timestamp, nonce: "1", echostr: "echo 1" });
  const target = random.pick(["/wx", "/wx", "/wx", "/wx/", "/other"]);
  const settings = [
    ...(safe ? ["@safe"] : []),
    ...(random.below(2) === 0 ? [`@pieces ${random.pick([1, 7, 64, 999])}`] : []),
    ...(random.below(12) === 0
      ? [random.pick(["@stall 1", "@break 0", "@break 2", "@leave 1", "@left"])]
      : []),
  ];
  const headers = random.pick(["", "", "\ncontent-type: text/xml", "\ncontent-encoding: gzip"]);
  const body = random.below(12) === 0 ? "x".repeat(random.pick([1999, 2001, 5000])) : sent.body;
  const request = random.pick([
    `GET ${target}?${handshake}${headers}\n\n`,
    `HEAD ${target}?${handshake}${headers}\n\n`,
    `PUT ${target}?${sent.query}${headers}\n\n${body}`,
    `GET ${target}\n\n`,
    ...Array.from({ length: 4 }, () => `POST ${target}?${sent.query}${headers}\n\n${body}`),
  ]);
  return [...settings, request].join("\n");
}
