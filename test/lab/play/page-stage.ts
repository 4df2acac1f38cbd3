/** The page in a browser of its own, with a bot in a folder of its own that can be rewritten. */

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPlay } from "../../../lab/play/start-play.ts";
import type { Play } from "../../../lab/play/start-play.ts";
import { findBrowser, MISSING_BROWSER } from "./browser-programs.ts";
import { serverCommand, Window } from "./stage.ts";
import { Browser } from "./webdriver.ts";

/** Where pictures of the page are left for people to look at; none without it. */
const SHOTS = process.env["PLAY_SHOTS"];

export interface PageStageOptions {
  /** The bot file's text. */
  readonly bot: string;
  /** When the platform drops a connection. Default: 5,000 ms. */
  readonly timeoutMs?: number;
  /** For the bot's Node, such as `--max-old-space-size=32`. */
  readonly nodeArgs?: readonly string[];
  readonly language?: "zh-CN" | "en-US";
}

export class PageStage {
  readonly browser: Browser;
  readonly folder: string;
  /** What the server tells a page, for tests that wait for the bot. */
  readonly window: Window;
  #play: Play;
  readonly #options: PageStageOptions;

  private constructor(
    browser: Browser,
    play: Play,
    window: Window,
    folder: string,
    options: PageStageOptions,
  ) {
    this.browser = browser;
    this.#play = play;
    this.window = window;
    this.folder = folder;
    this.#options = options;
  }

  /** A window of 1280 by 800, with the page open in it. */
  static async open(options: PageStageOptions): Promise<PageStage> {
    const programs = findBrowser();
    assert.ok(programs !== undefined, MISSING_BROWSER);
    const folder = mkdtempSync(join(tmpdir(), "echostr-page-"));
    writeFileSync(join(folder, "bot.mjs"), options.bot);
    const play = await startIn(folder, options, 0);
    const { language = "en-US" } = options;
    try {
      const browser = await Browser.start(programs, { width: 1280, height: 800, language });
      const stage = new PageStage(browser, play, await Window.open(play), folder, options);
      await browser.setViewport(1280, 800);
      await browser.setColors("light");
      await browser.open(play.address);
      return stage;
    } catch (error) {
      await play.close();
      throw error;
    }
  }

  get play(): Play {
    return this.#play;
  }

  /** Writes the bot file anew, and waits until the bot has started again, or has failed to. */
  async rewrite(bot: string, status: "running" | "crashed" = "running"): Promise<void> {
    const before = this.window.state.bot.starts;
    writeFileSync(join(this.folder, "bot.mjs"), bot);
    await this.window.sees(
      `a bot that is ${status}`,
      (state) => state.bot.starts > before && state.bot.status === status,
    );
  }

  /** Ends the play, as Ctrl+C does. */
  stopPlay(): Promise<void> {
    return this.#play.close();
  }

  /** Starts the play again on the port that it had. */
  async startPlayAgain(): Promise<void> {
    this.#play = await startIn(this.folder, this.#options, this.#play.port);
  }

  /** Writes a text as the chosen follower. */
  async says(text: string): Promise<void> {
    await this.browser.type("#say", `${text}\n`);
  }

  /** How many elements fit. */
  count(selector: string): Promise<number> {
    return this.browser.run("return document.querySelectorAll(arguments[0]).length", selector);
  }

  /** Waits until a function body of the page is true. */
  until(what: string, body: string, argument: unknown = null): Promise<void> {
    return this.browser.until(what, () => this.browser.run<boolean>(body, argument));
  }

  async shot(name: string): Promise<void> {
    if (SHOTS === undefined) return;
    mkdirSync(SHOTS, { recursive: true });
    writeFileSync(join(SHOTS, `${name}.png`), await this.browser.picture());
  }

  async close(): Promise<void> {
    this.window.close();
    await this.browser.close();
    await this.#play.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function startIn(folder: string, options: PageStageOptions, port: number): Promise<Play> {
  return startPlay({
    port,
    program: {
      command: [...(options.nodeArgs ?? []), ...serverCommand()],
      botFile: join(folder, "bot.mjs"),
      folder,
    },
    environment: { PATH: process.env["PATH"], HOME: folder },
    timeoutMs: options.timeoutMs,
  });
}
