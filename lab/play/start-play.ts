/**
 * Puts the play together: an account of its own, the platform, the bot's process, the server for
 * the page.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import { VERSION } from "../../src/version.ts";
import { createApiSide } from "../api-side/api-side.ts";
import type { ApiChange, ApiSide } from "../api-side/api-side.ts";
import { DELIVERIES, DELIVERY_TIMEOUT_MS } from "../platform/delivery.ts";
import { BotKeeper } from "./bot-keeper.ts";
import type { BotProgram } from "./bot-process.ts";
import { Controls } from "./controls.ts";
import { Conversations } from "./conversations.ts";
import { shakeHands } from "./handshake.ts";
import { keepMedia } from "./keep-media.ts";
import { Playing } from "./play-state.ts";
import { startPlayServer } from "./play-server.ts";
import { Replays } from "./replays.ts";
import { BOT_PATH, botEnvironment, makeSessionAccount } from "./session-account.ts";
import type { SessionAccount } from "./session-account.ts";
import type { LabFormat } from "../platform/types.ts";
import type { CustomView, LabMode, MenuButton, SessionView } from "./view.ts";

export interface PlayOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly program: BotProgram;
  /** The variables of the parent process; the bot gets them, except those of its account. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** When the platform drops a connection. Default: 5,000 ms. */
  readonly timeoutMs?: number | undefined;
  /** The format of what the platform sends. Default: XML. */
  readonly format?: LabFormat | undefined;
}

export interface Play {
  readonly port: number;
  /** The address to open in a browser. */
  readonly address: string;
  /** Stops the server and the bot. */
  close(): Promise<void>;
}

/** Two, so that it can be seen that a bot keeps them apart. */
const FIRST_FOLLOWERS = ["小明", "Alice"];

/** How long a message waits for a bot that is starting. */
const MOST_STARTING_MS = 10_000;

/**
 * Starts the play.
 *
 * @throws EchostrError `LISTEN_FAILED`
 *
 * @example
 * const play = await startPlay({ port: 8090, program, environment: process.env });
 * console.log(play.address);
 */
export async function startPlay(options: PlayOptions): Promise<Play> {
  const { program, environment, timeoutMs = DELIVERY_TIMEOUT_MS } = options;
  let account = makeSessionAccount("plain", options.format);
  let verifiedMode: LabMode | undefined;
  const name = program.botFile === undefined ? "" : basename(program.botFile);
  const playing = new Playing({
    session: sessionView(account, timeoutMs),
    bot: { status: "starting", name, url: "", starts: 0, cause: "first" },
    menu: { buttons: [] },
    replay: { name: "", running: false, auto: false, rows: [] },
  });
  const api = createApiSide({ account, appSecret: account.appSecret });
  const conversations = new Conversations({
    playing,
    api,
    account: () => account,
    botSettled: () => settled(playing),
  });
  for (const follower of FIRST_FOLLOWERS) conversations.addFollower(follower);
  const replays = new Replays({ playing, conversations, api });
  const apiSecret = randomBytes(24).toString("base64url");
  let keeper: BotKeeper | undefined;

  const server = await startPlayServer(options.port, (origin) => {
    const bot = new BotKeeper({
      playing,
      program,
      path: BOT_PATH,
      environment: () => botEnvironment(environment, account, `${origin}/api/${apiSecret}`),
    });
    bot.onReady(() => {
      // As in the console: when the settings are new, and not for new code.
      if (verifiedMode !== account.mode) void shakeHands(playing, account);
      verifiedMode = account.mode;
      replays.botChanged();
    });
    keeper = bot;
    const controls = new Controls({
      playing,
      api,
      conversations,
      replays,
      origin,
      restart: () => bot.start("asked"),
      setMode: async (mode) => {
        if (mode === account.mode) return;
        account = { ...account, mode };
        playing.set("session", sessionView(account, timeoutMs));
        await bot.start("mode");
      },
    });
    return {
      playing,
      api,
      apiSecret,
      run: (json) => controls.run(json),
      keepMedia: (type, bytes) => keepMedia(api, type, bytes),
      transcript: () => replays.transcript(account),
    };
  });
  api.onChange((change) => showApiChange(playing, api, change));
  void keeper?.start("first");
  return {
    port: server.port,
    address: server.address,
    async close() {
      conversations.close();
      await Promise.all([server.close(), keeper?.close()]);
    },
  };
}

function sessionView(account: SessionAccount, timeoutMs: number): SessionView {
  const { mode, originalId, appId, token, encodingAesKey } = account;
  return {
    version: VERSION,
    mode,
    originalId,
    appId,
    token,
    encodingAesKey,
    timeoutMs,
    deliveries: DELIVERIES,
  };
}

/** Resolves when the bot is not starting, or takes too long for it. */
function settled(playing: Playing): Promise<void> {
  if (playing.get("bot").status !== "starting") return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      stop();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, MOST_STARTING_MS);
    const stop = playing.listen((change) => {
      if (change.change === "set" && change.name === "bot" && change.value.status !== "starting")
        done();
    });
  });
}

/** How long a phone shows that the account is typing. */
const TYPING_MS = 15_000;

/** What the bot does through the interfaces is seen in the phone and in the log. */
function showApiChange(playing: Playing, api: ApiSide, change: ApiChange): void {
  const at = Date.now();
  switch (change.what) {
    case "sent": {
      const { openId, msgType, shows, body } = change.message;
      const message: CustomView = { msgType, shows, body: body[msgType] };
      playing.put("entries", {
        id: playing.nextId("e"),
        at,
        openId,
        content: { what: "custom", message },
      });
      showTyping(playing, openId, undefined);
      return;
    }
    case "typing":
      showTyping(playing, change.openId, api.isTyping(change.openId) ? at + TYPING_MS : undefined);
      return;
    case "menu":
      playing.set("menu", { buttons: api.menu as unknown as readonly MenuButton[] });
      return;
    case "called": {
      const { method, path, errcode, errmsg } = change.call;
      const text = `API ${method} ${path.replace(/^.*?\/cgi-bin\//, "/cgi-bin/")}`;
      const [level, result] =
        errcode === 0 ? (["play", "ok"] as const) : (["error", `${errcode} ${errmsg}`] as const);
      playing.put("log", { id: playing.nextId("l"), at, level, text: `${text} -> ${result}` });
    }
  }
}

function showTyping(playing: Playing, openId: string, typingUntil: number | undefined): void {
  const follower = playing.find("followers", openId);
  if (follower !== undefined && follower.typingUntil !== typingUntil) {
    playing.put("followers", { ...follower, typingUntil });
  }
}
