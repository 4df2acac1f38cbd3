/**
 * The connection to Redis as the store sees it: there, or away. It connects again by itself, each time after a
 * longer pause, and while Redis is away it refuses every command at once, so that no caller waits for a silent
 * server (a circuit breaker, closed again by a connection that answers).
 *
 *     dialling  commands wait, at most as long as a command may take
 *     ready     commands are sent
 *     away      commands are refused at once; dialling goes on in the background
 *
 * A server that answers but cannot be used, such as a master that was demoted, is away too. A server that only
 * closes an idle connection is not away: it is dialled again, without a log line.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import { fn, readOptions, someText, timerMs } from "../options.ts";
import type { Filled, Table } from "../options.ts";
import { fairTimer } from "./fair-timer.ts";
import type { Watched, Watcher } from "./fallback.ts";
import type { RedisAddress } from "./redis-address.ts";
import { unavailable } from "./redis-errors.ts";
import { RedisLink } from "./redis-link.ts";
import type { RespReply } from "./resp.ts";

export interface RedisConnectionOptions {
  /** The longest that a command takes, waiting for the connection included. Default 1,000. */
  readonly commandTimeoutMs?: number | undefined;
  /** The longest that a dial takes, to the first answer. Default 2,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** The pause before dialling again, doubled each time. Default 50. */
  readonly firstPauseMs?: number | undefined;
  /** The longest pause. Default 2,000. */
  readonly longestPauseMs?: number | undefined;
  /** A number from 0 up to 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Certificates to trust in place of the usual ones, as PEM (`rediss:` only). */
  readonly ca?: string | undefined;
}

const CONNECTION = {
  commandTimeoutMs: { check: timerMs, default: 1000 },
  connectTimeoutMs: { check: timerMs, default: 2000 },
  firstPauseMs: { check: timerMs, default: 50 },
  longestPauseMs: { check: timerMs, default: 2000 },
  random: { check: fn<() => number>(), default: () => Math.random() },
  ca: { check: someText },
} satisfies Table<RedisConnectionOptions>;
export const CONNECTION_OPTIONS: Table<RedisConnectionOptions> = CONNECTION;

interface Waiting {
  readonly go: (link: RedisLink) => void;
  readonly reject: (error: EchostrError) => void;
}

export class RedisConnection implements Watched {
  readonly #address: RedisAddress;
  readonly #options: Filled<RedisConnectionOptions, "ca">;
  readonly #probes: readonly (readonly string[])[];
  #watcher: Watcher | undefined;
  #link: RedisLink | undefined;
  #waiting: Waiting[] = [];
  /** What commands are refused with while it is away. */
  #away: EchostrError | undefined;
  #dialled = 0;
  #pause: NodeJS.Timeout | undefined;
  #stopPatience: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  /** @param probes tried at each dial: commands that fail where the ones to be sent would */
  constructor(
    address: RedisAddress,
    options: RedisConnectionOptions = {},
    probes: readonly (readonly string[])[] = [],
  ) {
    this.#address = address;
    this.#probes = probes;
    this.#options = readOptions(CONNECTION, options, "redis.");
    this.#connect();
  }

  watch(watcher: Watcher): void {
    this.#watcher = watcher;
  }

  /**
   * The server's answer, which may be an error of the server's.
   *
   * @throws EchostrError STORE_UNAVAILABLE when none came in time, or the server cannot be used now;
   *   whether the command was carried out is unknown
   * @throws EchostrError STORE_INVALID when the server is a node of a cluster
   */
  send(words: readonly string[]): Promise<RespReply> {
    if (this.#closed !== undefined) {
      return Promise.reject(new EchostrError("STORE_UNAVAILABLE", "Redis store is closed"));
    }
    if (this.#away !== undefined) return Promise.reject(this.#away);
    const { commandTimeoutMs } = this.#options;
    const deadline = performance.now() + commandTimeoutMs;
    if (this.#link?.ready === true) return this.#link.send(words, deadline);
    this.#stopPatience ??= fairTimer(commandTimeoutMs, () =>
      this.#goAway(unavailable(this.#address, `no connection within ${commandTimeoutMs} ms`)),
    );
    return new Promise((resolve, reject) => {
      const go = (link: RedisLink): void => {
        // If this process was frozen in the meantime, the time is over though none of it was used.
        const now = performance.now();
        link.send(words, deadline > now ? deadline : now + commandTimeoutMs).then(resolve, reject);
      };
      this.#waiting.push({ go, reject });
    });
  }

  /** What was asked before is still answered, or fails, within the command timeout. */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    if (this.#waiting.length > 0) {
      await new Promise<void>((resolve) => {
        this.#waiting.push({ go: () => resolve(), reject: () => resolve() });
      });
    }
    clearTimeout(this.#pause);
    await this.#link?.end();
  }

  #connect(): void {
    const { commandTimeoutMs, connectTimeoutMs, ca } = this.#options;
    this.#link = new RedisLink(this.#address, {
      commandTimeoutMs,
      connectTimeoutMs,
      ca,
      probes: this.#probes,
      onReady: () => this.#becomeReady(),
      onLost: (error, quiet) => this.#lose(error, quiet),
    });
  }

  #becomeReady(): void {
    const link = this.#link;
    if (link === undefined) return;
    this.#dialled = 0;
    this.#away = undefined;
    this.#watcher?.back();
    this.#stopWaiting((waiting) => waiting.go(link));
  }

  #lose(error: EchostrError, quiet: boolean): void {
    this.#link = undefined;
    if (this.#closed !== undefined && this.#waiting.length === 0) return;
    if (!quiet) this.#goAway(error);
    this.#pause = setTimeout(() => this.#connect(), this.#nextPauseMs());
  }

  #goAway(error: EchostrError): void {
    const known = this.#away?.code;
    this.#away = error;
    if (known !== error.code) this.#watcher?.away(error);
    this.#stopWaiting((waiting) => waiting.reject(error));
  }

  #stopWaiting(each: (waiting: Waiting) => void): void {
    this.#stopPatience?.();
    this.#stopPatience = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) each(one);
  }

  /**
   * Between half of the pause and the whole: many processes that lost the same Redis do not dial as
   * one.
   */
  #nextPauseMs(): number {
    const { firstPauseMs, longestPauseMs, random } = this.#options;
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(this.#dialled, 30));
    this.#dialled += 1;
    return (pause * (1 + random())) / 2;
  }
}
