/** A play in a folder of its own, with a bot, and a window that watches it. */

import { request as httpRequest } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { startPlay } from "../../../lab/play/start-play.ts";
import type { Play } from "../../../lab/play/start-play.ts";
import type { Command } from "../../../lab/play/command.ts";
import type { Change, PlayState } from "../../../lab/play/view.ts";
import { temporaryFolder } from "../../cli/process.ts";
import { builtProgram } from "../../support/programs.ts";

/** Generous, for a machine that runs all test files at once. */
const PATIENCE_MS = 30_000;

interface PageStore {
  readonly state: PlayState;
  apply(change: Change): void;
}

/** A script of the page, which the compiler checks with the page and not with the tests. */
export async function pageScript<T>(name: string): Promise<T> {
  const file = new URL(`../../../lab/play/page/${name}`, import.meta.url);
  return (await import(file.href)) as T;
}

const { Store } = await pageScript<{ Store: new (state: PlayState) => PageStore }>("store.js");

/** Repeats what was said; an ordinary bot in an ordinary file. */
export const ECHO_BOT = `export default (bot) => {
  bot.on("text", (message) => "你说：" + message.Content);
};
`;

/** How Node is told to run the server program of the repository. */
export function serverCommand(): string[] {
  return [builtProgram("src/cli/main.ts")];
}

export interface Staged {
  readonly play: Play;
  readonly folder: string;
  readonly window: Window;
  /** The bot file. */
  readonly file: string;
}

export interface StageOptions {
  /** The bot file's text; without it the default bot runs. */
  readonly bot?: string;
  readonly timeoutMs?: number;
  /** Do not wait until the bot runs. */
  readonly atOnce?: boolean;
}

export async function stage(context: TestContext, options: StageOptions = {}): Promise<Staged> {
  const folder = temporaryFolder(context);
  const file = join(folder, "bot.mjs");
  if (options.bot !== undefined) writeFileSync(file, options.bot);
  const play = await startPlay({
    port: 0,
    program: {
      command: serverCommand(),
      botFile: options.bot === undefined ? undefined : file,
      folder,
    },
    environment: { PATH: process.env["PATH"], HOME: folder },
    timeoutMs: options.timeoutMs,
  });
  context.after(() => play.close());
  const window = await Window.open(play);
  context.after(() => window.close());
  if (options.atOnce !== true)
    await window.sees("a bot that runs", ({ bot }) => bot.status === "running");
  return { play, folder, window, file };
}

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A request as anybody could send it: fetch would not let us lie about Host and Origin. */
export function ask(
  port: number,
  { method = "GET", path, headers = {}, body }: Asked,
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, method, path, headers, agent: false as const };
    const request = httpRequest(options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
      response.on("error", reject);
    });
    request.on("error", reject).end(body);
  });
}

/** What the printed address is exchanged for. */
export interface Entry {
  readonly cookie: string;
  /** Below which the page lies, without a slash at its end. */
  readonly root: string;
}

export async function enter(play: Pick<Play, "address" | "port">): Promise<Entry> {
  const { pathname, search } = new URL(play.address);
  const { headers } = await ask(play.port, { path: pathname + search });
  const cookie = String(headers["set-cookie"]?.[0]).split(";")[0] ?? "";
  return { cookie, root: String(headers["location"]).replace(/\/$/, "") };
}

/** What a window of the page knows: the events as they come, kept as the page keeps them. */
export class Window {
  readonly cookie: string;
  readonly root: string;
  readonly #play: Play;
  readonly #ending = new AbortController();
  #store: PageStore | undefined;
  #wake: () => void = () => {};

  private constructor(play: Play, { cookie, root }: Entry) {
    this.#play = play;
    this.cookie = cookie;
    this.root = root;
  }

  static async open(play: Play): Promise<Window> {
    const window = new Window(play, await enter(play));
    void window.#listen();
    await window.sees("the first state", () => true);
    return window;
  }

  get state(): PlayState {
    if (this.#store === undefined) throw new Error("Nothing has come yet");
    return this.#store.state;
  }

  /** The first follower's openid. */
  get someone(): string {
    return this.state.followers[0]?.id ?? "";
  }

  /** Waits until the state is so. */
  async sees(what: string, holds: (state: PlayState) => boolean): Promise<PlayState> {
    const deadline = Date.now() + PATIENCE_MS;
    while (this.#store === undefined || !holds(this.#store.state)) {
      const left = deadline - Date.now();
      if (left < 0) {
        throw new Error(
          `Waited in vain for ${what}\n${JSON.stringify(this.#store?.state, null, 1)}`,
        );
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left + 1, 1000));
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#store.state;
  }

  /** Sends a command as the page does. */
  async tell(command: Command): Promise<Got> {
    const host = `127.0.0.1:${this.#play.port}`;
    return ask(this.#play.port, {
      method: "POST",
      path: `${this.root}/do`,
      headers: {
        Host: host,
        Origin: `http://${host}`,
        Cookie: this.cookie,
        "Content-Type": "application/json",
      },
      body: JSON.stringify(command),
    });
  }

  /** Writes a text and waits for what the follower sees; a text as it is, else its kind. */
  async says(text: string, openId: string = this.someone): Promise<string> {
    const before = this.state.entries.length;
    await this.tell({ do: "send", openId, description: { MsgType: "text", Content: text } });
    const { entries } = await this.sees(`an answer to ${text}`, (state) =>
      state.entries.slice(before).some(({ content }) => content.what === "shown"),
    );
    const shown = entries.slice(before).findLast(({ content }) => content.what === "shown");
    if (shown?.content.what !== "shown") return "";
    const { shown: seen } = shown.content;
    return seen.what === "reply" && seen.reply.MsgType === "text" ? seen.reply.content : seen.what;
  }

  close(): void {
    this.#ending.abort();
  }

  async #listen(): Promise<void> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.#play.port}${this.root}/events`, {
        headers: { Cookie: this.cookie },
        signal: this.#ending.signal,
      });
      let text = "";
      const decoder = new TextDecoder();
      for await (const bytes of response.body ?? []) {
        text += decoder.decode(bytes as Uint8Array, { stream: true });
        const events = text.split("\n\n");
        text = events.pop() ?? "";
        for (const event of events) this.#hear(event);
      }
    } catch {
      // Whoever waits for something says what did not come.
    }
  }

  #hear(event: string): void {
    if (!event.startsWith("data: ")) return;
    const change = JSON.parse(event.slice("data: ".length)) as Change;
    if (this.#store === undefined) {
      if (change.change === "all") this.#store = new Store(change.state);
    } else {
      this.#store.apply(change);
    }
    this.#wake();
  }
}
