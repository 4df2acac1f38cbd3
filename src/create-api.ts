/**
 * The API client: for a bot, and alone for programs without one.
 *
 * @module
 */
import { Api } from "./api/api.ts";
import { prepareApi } from "./api/api-options.ts";
import type { ApiOptions } from "./api/api-options.ts";
import { waitingClock } from "./clock.ts";
import { logToStderr, visibleLog } from "./log.ts";
import { createRandom, processName } from "./random.ts";
import { MemoryStore } from "./store/memory.ts";

/**
 * Makes a client of the platform's API. One that is handed to `createBot` uses the bot's store, clock,
 * log and random bytes where it was not given others; alone it keeps its token in memory.
 *
 * @throws EchostrError `APPID_MISSING`, `SETTING_INVALID`
 *
 * @example
 * const api = createApi({ appId: "wx…", appSecret: "…" });
 * const bot = createBot({ token: "…", api });
 * await api.menu.create({ button: [{ type: "view", name: "主页", url: "https://example.com/" }] });
 */
export function createApi(options: ApiOptions): Api {
  const { parts, ...settings } = prepareApi(options);
  const { clock = waitingClock, random = createRandom() } = parts;
  return new Api(settings, parts, {
    store: new MemoryStore({ clock: () => clock.now() }),
    clock,
    random,
    log: visibleLog(logToStderr),
    owner: processName(random),
  });
}
