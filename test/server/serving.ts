/** Servers for the length of a test, on a port that the system chooses. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { TestContext } from "node:test";
import type { Bot, BotOptions, LogEntry, ListenOptions } from "../../src/index.ts";
import { exchange, leave, withPatience } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { ACCOUNT, verification } from "./platform.ts";

export const PLAIN: BotOptions = { token: ACCOUNT.token };

export const SAFE: BotOptions = {
  token: ACCOUNT.token,
  encodingAesKey: ACCOUNT.encodingAesKey,
  appId: ACCOUNT.appId,
};

/** Of `localhost` and `127.0.0.1`, signed by itself, good until 2100. */
export const CERTIFICATE: { readonly cert: string; readonly key: string } = {
  cert: readFileSync(new URL("./fixtures/localhost.crt", import.meta.url), "utf8"),
  key: readFileSync(new URL("./fixtures/localhost.key", import.meta.url), "utf8"),
};

export const COMPAT: BotOptions = { ...SAFE, mode: "compat" };

/** Answers 测试 to every text and nothing to the rest, as the tutorial's bot does. */
export function tutorialBot(options: BotOptions): Bot {
  return echostr.createBot({ log: () => {}, ...options }).on("text", () => "测试");
}

/** Starts a server that is closed when the test ends. */
export async function serve(
  context: TestContext,
  bots: Parameters<typeof echostr.startServer>[0],
  options: ListenOptions = {},
): Promise<number> {
  const server = await echostr.startServer(bots, { port: 0, host: "127.0.0.1", ...options });
  context.after(() => {
    leave(context);
    return withPatience("the server to close", server.close(), 10_000);
  });
  return server.port;
}

/** An echo shows that a server is alive, whatever was done to it on other connections. */
export async function isAlive(port: number): Promise<void> {
  assert.equal((await exchange(port, verification(ACCOUNT, "alive"))).body, "alive");
}

/** A log that a test can read. */
export interface Log {
  readonly entries: LogEntry[];
  readonly log: (entry: LogEntry) => void;
  /** The cause that the only refusal so far was logged with. */
  cause(): string | undefined;
  /** Everything that was logged, as one text, causes of causes and stacks included. */
  text(): string;
}

export function readableLog(): Log {
  const entries: LogEntry[] = [];
  return {
    entries,
    log: (entry) => {
      entries.push(entry);
    },
    cause() {
      const codes = entries.map(codeOf).filter((code) => code !== undefined);
      assert.equal(codes.length, 1, `one refusal was expected in the log, got [${codes}]`);
      return codes[0];
    },
    text: () => entries.map((entry) => JSON.stringify(entry, spellOut)).join("\n"),
  };
}

/** The code stands in the entry or in the error that it carries. */
function codeOf(entry: LogEntry): string | undefined {
  const found: { readonly code?: unknown; readonly error?: unknown } = entry;
  if (typeof found.code === "string") {
    return found.code;
  }
  const { error } = found;
  return typeof error === "object" && error !== null && "code" in error
    ? String(error.code)
    : undefined;
}

/** `JSON.stringify` shows nothing of an error; a log may well show all of it. */
function spellOut(_name: string, value: unknown): unknown {
  return value instanceof Error
    ? { ...value, message: value.message, stack: value.stack, cause: value.cause }
    : value;
}
