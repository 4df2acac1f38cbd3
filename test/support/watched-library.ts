/**
 * The library with its logs under the watch: the makers of bots, servers, stores and clients of the
 * API are wrapped, so that the watch learns the secrets that they are given and sees each entry
 * and notice before the test does. A bot without a log writes to the standard error, which is
 * watched by itself.
 *
 * @module
 */
import { watch as watchOfProcess } from "./watch.ts";
import type { Watch } from "./watch.ts";

/** Whatever takes a log, or a secret that could get into one. */
export const MAKERS: readonly string[] = ["createBot", "createApi", "startServer", "openStore"];

/** What a library under the watch gives; the same in type, and in what it does. */
export function watched<Library extends object>(
  library: Library,
  watch: Watch = watchOfProcess,
): Library {
  const makers = Object.entries(library).flatMap(([name, make]: [string, unknown]) =>
    MAKERS.includes(name) && typeof make === "function"
      ? [[name, watchedMaker(name, make, watch)] as const]
      : [],
  );
  return { ...library, ...Object.fromEntries(makers) };
}

function watchedMaker(
  name: string,
  make: Function,
  watch: Watch,
): (...given: unknown[]) => unknown {
  return (...given) => {
    const taken = given.map((each) => watchedArgument(name, each, watch));
    return Reflect.apply(make, undefined, taken) as unknown;
  };
}

/** Bots, and whatever else is no plain object, are handed on as they are. */
function watchedArgument(maker: string, given: unknown, watch: Watch): unknown {
  if (typeof given === "string") watch.secrets.learnAddress(given);
  if (!isPlain(given)) return given;
  const short = [given, ...Object.values(given).filter(isPlain)].flatMap((settings) =>
    watch.secrets.learnSettings(settings),
  );
  const name = `log of ${maker}`;
  const watchedListener = (listener: Listener): Listener => (told) => {
    if (short.length > 0) watch.cannotSee(name, short);
    if (typeof told === "string") watch.notice(name, told);
    else watch.entry(name, told);
    return listener(told);
  };
  // No copy: some tests look which options are asked for.
  return new Proxy(given, {
    get(options, option) {
      const value: unknown = Reflect.get(options, option);
      const isTold = option === "log" || option === "onNotice";
      return isTold && isListener(value) ? watchedListener(value) : value;
    },
  });
}

type Listener = (told: unknown) => unknown;

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

function isListener(value: unknown): value is Listener {
  return typeof value === "function";
}
