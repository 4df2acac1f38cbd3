/**
 * Runs what docs/protocol.md shows, as its reader would: commands in a shell, requests against a server. Requests are answered for the account of the known answer whose
 * timestamp they carry, with the clock at that time.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { STATUS_CODES } from "node:http";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { BotOptions } from "../../src/index.ts";
import { ACCOUNT } from "../server/platform.ts";
import "../support/english.ts";
import { exchange } from "../support/http.ts";
import type { Sent } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { TurnedClock } from "./clock.ts";
import { ROOT } from "./markdown.ts";
import type { Block } from "./markdown.ts";

/** What stands in crypto-vectors.json, as far as it is used here. */
export interface Vector {
  readonly id: string;
  readonly token: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly signature?: string;
  readonly msg_signature?: string;
  readonly encrypt?: string;
  readonly encodingAESKey?: string;
  readonly appid?: string;
  readonly body?: string;
}

export const VECTORS: readonly Vector[] = JSON.parse(
  readFileSync(join(ROOT, "test/fixtures/crypto-vectors.json"), "utf8"),
);

/** A block and, where it is run, what the block under it says that it shows. */
export interface Demonstration {
  readonly block: Block;
  readonly shown: Block | undefined;
}

/** What a language's blocks are followed by; those of other languages stand alone. */
const FOLLOWED_BY: Readonly<Record<string, string>> = { sh: "text", http: "http" };

/** Puts each block together with the one under it. */
export function demonstrationsOf(blocks: readonly Block[]): Demonstration[] {
  const found: Demonstration[] = [];
  for (let index = 0; index < blocks.length; index += 1) {
    const block = blocks[index] as Block;
    const follower = FOLLOWED_BY[block.language];
    const shown = follower === undefined ? undefined : blocks[index + 1];
    if (shown?.language !== follower) throw new Error(`Nothing is shown under:\n${block.code}`);
    if (shown !== undefined) index += 1;
    found.push({ block, shown });
  }
  return found;
}

const TOOLS: readonly string[] = ["openssl", "sha1sum", "od", "base64"];

/** For `skip`: the tool of a command that is not on this machine. In CI all of them must be. */
export function withoutTools({ language, code }: Block): string | false {
  if (language !== "sh") return false;
  const isThere = (tool: string): boolean =>
    spawnSync("sh", ["-c", `command -v ${tool}`], { stdio: "ignore" }).status === 0;
  const lacking = TOOLS.find((tool) => new RegExp(`\\b${tool}\\b`).test(code) && !isThere(tool));
  if (lacking === undefined) return false;
  if (process.env["CI"] === "true") throw new Error(`CI needs ${lacking}: install it`);
  return `install ${lacking} to run this`;
}

/** Runs a block; gives what the block under it must be. */
export async function run(context: TestContext, block: Block): Promise<string> {
  switch (block.language) {
    case "sh":
      return ended(execFileSync("sh", ["-euc", block.code], { cwd: ROOT, encoding: "utf8" }));
    case "http":
      return answerTo(context, block.code);
    default:
      throw new Error(`A block of ${block.language} cannot be run`);
  }
}

function ended(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

/** Which headers of an answer the documents show. */
const SHOWN_HEADERS = ["Content-Type", "Content-Length"];

/** The answer to a request, in the form in which the documents show it. */
async function answerTo(context: TestContext, request: string): Promise<string> {
  const sent = readRequest(request);
  const bot = echostr.createBot(optionsFor(sent)).on("text", () => "测试");
  const server = await echostr.startServer(bot, { port: 0, host: "127.0.0.1" });
  context.after(() => server.close());
  const { status, headers, body } = await exchange(server.port, sent);
  const head = SHOWN_HEADERS.map((name) => `${name}: ${String(headers[name.toLowerCase()])}\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\n${head.join("")}\n${ended(body)}`;
}

export function readRequest(request: string): Sent & { readonly query: URLSearchParams } {
  const [head = "", ...rest] = request.split("\n\n");
  const [first = "", ...headerLines] = head.trimEnd().split("\n");
  const [method = "", target = ""] = first.split(" ");
  const headers = Object.fromEntries(headerLines.map((line) => line.split(": ")));
  const query = new URLSearchParams(target.slice(target.indexOf("?")));
  const body = rest.join("\n\n").replace(/\n$/, "");
  return { method, target, headers, query, ...(body !== "" && { body }) };
}

/** The known answer that a request was taken from. */
export function vectorFor(query: URLSearchParams): Vector {
  const timestamp = query.get("timestamp");
  const found = VECTORS.find((vector) => vector.timestamp === timestamp);
  if (found === undefined) throw new Error(`No known answer has the timestamp ${timestamp}`);
  return found;
}

function optionsFor({ query }: { readonly query: URLSearchParams }): BotOptions {
  const { token, timestamp, encodingAESKey, appid } = vectorFor(query);
  const shared = {
    token,
    clock: () => Number(timestamp) * 1000,
    random: (size: number) => Buffer.from("aaaabbbbccccdddd").subarray(0, size),
  };
  // Of the plain requests one is refused on purpose, which need not be told.
  if (encodingAESKey === undefined) return { ...shared, log: () => {} };
  return { ...shared, encodingAesKey: encodingAESKey, appId: appid };
}

/** What happens when a handler takes 12 seconds, second by second. */
export async function twelveSeconds(): Promise<string> {
  const clock = new TurnedClock();
  const start = clock.now();
  const lines: string[] = [];
  const tell = (what: string): void => {
    lines.push(`${((clock.now() - start) / 1000).toFixed(1).padStart(4)} s  ${what}\n`);
  };
  const bot = echostr.createBot({ token: ACCOUNT.token, clock, log: () => {} });
  bot.on("text", async () => {
    tell("the handler starts");
    await new Promise<void>((resolve) => clock.setTimeout(resolve, 12_000));
    tell("the handler is done");
    return "测试";
  });
  const body = readFileSync(join(ROOT, "test/fixtures/payloads/msg-text-tutorial.doc.xml"));
  for (const nth of [1, 2, 3]) {
    const timestamp = String(Math.floor(clock.now() / 1000));
    const signature = echostr.sign(ACCOUNT.token, timestamp, String(nth));
    const query = `signature=${signature}&timestamp=${timestamp}&nonce=${nth}`;
    tell(`delivery ${nth} arrives`);
    const answered = bot.callback({ method: "POST", query, body, receivedAt: clock.now() });
    void answered.then(({ outcome }) => tell(`delivery ${nth} is ${outcome}`));
    await clock.turn(5000);
  }
  return lines.join("");
}
