/**
 * The bots of a server, each at its path. They may come and go while it runs.
 *
 * @module
 */
import { settingInvalid } from "../errors.ts";
import { having } from "../options.ts";
import type { NodeHandler } from "./node-handler.ts";
import { ANY_PATH, preparePath } from "./path.ts";

/** What the server serves: a bot. */
export interface Mounted {
  readonly path: string;
  readonly handler: NodeHandler;
}

/** Of more paths than these a line of the log says how many there are. */
const MOST_NAMED = 10;

const aBot = /* @__PURE__ */ having<Mounted>("handler");

export class Mounts {
  readonly #bots = new Map<string, Mounted>();

  /** @throws EchostrError `SETTING_INVALID` when two have the same path */
  constructor(bots: readonly Mounted[]) {
    for (const bot of bots) this.add(bot);
  }

  /** @throws EchostrError `SETTING_INVALID` if another bot has its path, or it is not a bot */
  add(bot: Mounted): void {
    const { path } = aBot(bot, "bot");
    if (this.#bots.has(path)) {
      const problem = `Each bot must have a path of its own, got "${path}" twice`;
      throw settingInvalid(problem);
    }
    this.#bots.set(path, bot);
  }

  /**
   * @param which a bot, or its path
   * @throws EchostrError `SETTING_INVALID` when it is not mounted
   */
  get(which: Mounted | string): Mounted {
    const path = typeof which === "string" ? preparePath(which) : which.path;
    const bot = this.#bots.get(path);
    if (bot !== undefined && (bot === which || typeof which === "string")) return bot;
    const problem = bot === undefined ? "no bot is" : "another bot is";
    throw settingInvalid(`Bot must be mounted, ${problem} at "${path}"`);
  }

  remove({ path }: Mounted): void {
    this.#bots.delete(path);
  }

  /** Whose requests to a path are; a slash at its end makes no difference. */
  find(path: string): Mounted | undefined {
    const bots = this.#bots;
    const withoutSlash = path.endsWith("/") ? bots.get(path.slice(0, -1)) : undefined;
    return bots.get(path) ?? withoutSlash ?? bots.get(ANY_PATH);
  }

  /** For a sentence. */
  get paths(): string {
    const all = [...this.#bots.keys()];
    if (all.length === 0) return "that of a bot, but none is mounted";
    const others = all.length - MOST_NAMED;
    const named = all.slice(0, MOST_NAMED).join(", ");
    return others > 0 ? `${named} or one of ${others} others` : named;
  }
}
