/**
 * The API client: for a bot, and alone for programs without one.
 *
 * @module
 */
import { Api } from "./api/api.ts";
import { API_NAMES, prepareApi } from "./api/api-options.ts";
import type { ApiOptions } from "./api/api-options.ts";
import type { ApiParts } from "./api/parts.ts";
import { waitingClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
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
  requireSpelled(options, NAMES);
  const settings = prepareApi(options);
  const { store, clock, random, log } = options;
  const given = { store, clock, random, log: log && visibleLog(log) };
  return new Api(settings, given, ownParts(clock ?? waitingClock, random ?? createRandom()));
}

/** Its name is drawn when it is first needed: some runtimes have no random bytes before that. */
function ownParts(clock: Clock, random: (size: number) => Uint8Array): ApiParts {
  let name: string | undefined;
  return {
    store: new MemoryStore({ clock: () => clock.now() }),
    clock,
    random,
    log: visibleLog(logToStderr),
    get owner() {
      return (name ??= processName(random));
    },
  };
}
