/**
 * A browser, spoken to over WebDriver with nothing but `fetch`: Debian's chromium through its
 * chromedriver.
 */

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../cli/process.ts";
import type { BrowserPrograms } from "./browser-programs.ts";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** Generous, for a machine that runs all test files at once. */
const PATIENCE_MS = 30_000;

export interface BrowserOptions {
  readonly width: number;
  readonly height: number;
  readonly language: "zh-CN" | "en-US";
}

/** One window of a browser of its own. */
export class Browser {
  readonly #driver: ChildProcess;
  readonly #profile: string;
  readonly #base: string;

  private constructor(driver: ChildProcess, profile: string, base: string) {
    this.#driver = driver;
    this.#profile = profile;
    this.#base = base;
  }

  static async start(programs: BrowserPrograms, options: BrowserOptions): Promise<Browser> {
    const port = await freePort();
    const profile = mkdtempSync(join(tmpdir(), "echostr-browser-"));
    const driver = spawn(programs.chromedriver, [`--port=${port}`], {
      stdio: "ignore",
      env: { ...process.env, LANG: "C.UTF-8" },
    });
    const root = `http://127.0.0.1:${port}`;
    try {
      await waitUntil(
        "chromedriver to answer",
        async () => (await call("GET", `${root}/status`))["ready"] === true,
      );
      const args = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        `--user-data-dir=${profile}`,
        `--window-size=${options.width},${options.height}`,
        `--lang=${options.language}`,
        `--accept-lang=${options.language}`,
      ];
      const session = await call("POST", `${root}/session`, {
        capabilities: {
          alwaysMatch: {
            browserName: "chrome",
            "goog:chromeOptions": { binary: programs.chromium, args },
            "goog:loggingPrefs": { browser: "ALL" },
          },
        },
      });
      return new Browser(driver, profile, `${root}/session/${String(session["sessionId"])}`);
    } catch (error) {
      driver.kill();
      rmSync(profile, { recursive: true, force: true });
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#delete("").catch(() => {});
    const ended = new Promise((resolve) => this.#driver.once("exit", resolve));
    this.#driver.kill();
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  async open(address: string): Promise<void> {
    await this.#post("/url", { url: address });
  }

  /** The window that it is in. */
  async window(): Promise<string> {
    return String(await this.#get("/window"));
  }

  async enterWindow(handle: string): Promise<void> {
    await this.#post("/window", { handle });
  }

  /** Opens another window and goes on in it. */
  async openWindow(address: string): Promise<string> {
    const { handle } = (await this.#post("/window/new", { type: "tab" })) as { handle: string };
    await this.enterWindow(handle);
    await this.open(address);
    return handle;
  }

  /** Closes the window that it is in. */
  async closeWindow(): Promise<void> {
    await this.#delete("/window");
  }

  /** Runs a function body in the page; `arguments[0]` is the argument. */
  async run<T>(body: string, argument: unknown = null): Promise<T> {
    return (await this.#post("/execute/sync", { script: body, args: [argument] })) as T;
  }

  /** Clicks as a mouse does, as soon as it can: what is covered or hidden cannot be clicked. */
  async click(selector: string): Promise<void> {
    let problem = "";
    await waitUntil(
      `a click on ${selector}`,
      async () => {
        const id = await this.#find(selector);
        problem = await this.#post(`/element/${id}/click`, {}).then(() => "", String);
        return problem === "";
      },
      () => problem,
    );
  }

  async type(selector: string, text: string): Promise<void> {
    const id = await this.#find(selector);
    await this.#post(`/element/${id}/value`, { text });
  }

  /** Presses keys where the focus is. */
  async press(...keys: readonly string[]): Promise<void> {
    const actions = keys.flatMap((value) => [
      { type: "keyDown", value },
      { type: "keyUp", value },
    ]);
    await this.#post("/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  /** The visible text of the first element that fits. */
  async text(selector: string): Promise<string> {
    return this.run<string>(
      "return document.querySelector(arguments[0])?.innerText ?? ''",
      selector,
    );
  }

  /** Waits until the text of the page, or of what fits the selector, holds something. */
  async sees(pattern: RegExp, selector: string = "body"): Promise<string> {
    let last = "";
    await waitUntil(
      `${pattern} in ${selector}`,
      async () => {
        last = await this.run<string>(
          "return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText).join('\\n')",
          selector,
        );
        return pattern.test(last);
      },
      () => last,
    );
    return last;
  }

  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    await waitUntil(what, holds);
  }

  /** The exact size of what the page sees, which a window with a frame would not have. */
  async setViewport(width: number, height: number): Promise<void> {
    await this.#cdp("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    });
  }

  async setColors(
    scheme: "light" | "dark",
    motion: "no-preference" | "reduce" = "reduce",
  ): Promise<void> {
    const features = [
      { name: "prefers-color-scheme", value: scheme },
      { name: "prefers-reduced-motion", value: motion },
    ];
    await this.#cdp("Emulation.setEmulatedMedia", { features });
  }

  /** A picture of the window, as PNG. */
  async picture(): Promise<Buffer> {
    return Buffer.from(String(await this.#get("/screenshot")), "base64");
  }

  /** What the page said to the console, and what was refused to it. */
  async console(): Promise<string[]> {
    const entries = (await this.#post("/se/log", { type: "browser" })) as {
      level: string;
      message: string;
    }[];
    return entries.map(({ level, message }) => `${level} ${message}`);
  }

  async #find(selector: string): Promise<string> {
    let id = "";
    await waitUntil(`an element ${selector}`, async () => {
      const found = (await this.#post("/elements", {
        using: "css selector",
        value: selector,
      })) as Record<string, string>[];
      id = found[0]?.[ELEMENT] ?? "";
      return id !== "";
    });
    return id;
  }

  async #cdp(cmd: string, params: Record<string, unknown>): Promise<unknown> {
    return this.#post("/goog/cdp/execute", { cmd, params });
  }

  async #get(path: string): Promise<unknown> {
    return unwrap(await call("GET", this.#base + path));
  }

  async #post(path: string, body: unknown): Promise<unknown> {
    return unwrap(await call("POST", this.#base + path, body));
  }

  async #delete(path: string): Promise<unknown> {
    return unwrap(await call("DELETE", this.#base + path));
  }
}

interface Answered {
  readonly [name: string]: unknown;
}

function unwrap(answer: Answered): unknown {
  return "wrapped" in answer ? answer["wrapped"] : answer;
}

/** @throws Error with what the driver says */
async function call(method: string, url: string, body?: unknown): Promise<Answered> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { value } = (await response.json()) as { value: unknown };
  if (!response.ok) {
    const { error, message } = value as { error: string; message: string };
    throw new Error(`${error}: ${message}`);
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Answered)
    : { wrapped: value };
}

/** Looks every few milliseconds; says what it waited for in vain. */
export async function waitUntil(
  what: string,
  holds: () => Promise<boolean>,
  state: () => string = () => "",
): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    if (await holds().catch(() => false)) return;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}\n${state()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
