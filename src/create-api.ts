/**
 * The API client alone, for programs without a bot.
 *
 * @module
 */
import { Api } from "./api/api.ts";
import { API_NAMES, prepareApi } from "./api/api-options.ts";
import type { ApiOptions } from "./api/api-options.ts";
import { waitingClock } from "./clock.ts";
import { requireSpelled } from "./known-options.ts";
import type { Names } from "./known-options.ts";
import { logToStderr, visibleLog } from "./log.ts";
import { createRandom, processName } from "./random.ts";
import { MemoryStore } from "./store/memory.ts";

const NAMES: Names<ApiOptions> = {
  ...API_NAMES,
  appId: true,
  appSecret: true,
  store: true,
  clock: true,
  random: true,
  log: true,
};

/**
 * Makes a client of the platform's API.
 *
 * @throws EchostrError `APPID_MISSING`, `SETTING_INVALID`
 *
 * @example
 * const api = createApi({ appId: "wx…", appSecret: "…" });
 * await api.menu.create({ button: [{ type: "view", name: "主页", url: "https://example.com/" }] });
 */
export function createApi(options: ApiOptions): Api {
  requireSpelled(options, NAMES);
  const settings = prepareApi(options);
  const random = options.random ?? createRandom();
  const clock = options.clock ?? waitingClock;
  const log = visibleLog(options.log ?? logToStderr);
  const store = options.store ?? new MemoryStore({ clock: () => clock.now() });
  return new Api(settings, { store, clock, log, random, owner: processName(random) });
}
