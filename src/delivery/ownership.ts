/**
 * Which of the processes that share a store runs a message, and what the others learn about it. If the store
 * is not shared, only late messages have a record, and there is no other process.
 *
 * @module
 */
import { pause } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { DeliverySettings } from "./delivery-options.ts";
import type { Reply } from "../protocol/reply.ts";
import type { Store } from "../store/store.ts";
import { givenToItsOwn, isRunning } from "./record.ts";
import type { Counted, Hold, MessageRecord, Ready, Standing, Working } from "./record.ts";
import type { Records } from "./records.ts";
import { KNOWN_AT_MOST_MS, REMEMBER_MS } from "./remembered.ts";
import { isCounted } from "./run.ts";
import type { Lease, Run } from "./run.ts";

/** Short, so that the repeat after 5 seconds finds the message of a killed process free. */
export const LEASE_MS = 3000;

/** How often a process looks whether another has the answer. */
export const WATCH_MS = 100;

/** The owner of a message that was given back: the first to come, even if it had the message before. */
const NOBODY = "";

/** What a delivery finds of its message. */
export interface Joined {
  readonly record: MessageRecord | undefined;
  /** The answer waited for it, and it has taken it. */
  readonly took: boolean;
  /** It still waited when the store was asked: what has been dropped takes nothing. */
  readonly wasAwaited: boolean;
}

/**
 * What became of an answer that reached no delivery: it is as it was before; another delivery has `"taken"`
 * it; its rest has been `"begun"`, and it comes before that.
 */
export type Reopened = "reopened" | "taken" | "begun";

/** What delivery works with, whatever it does. */
export interface BasicParts {
  readonly settings: DeliverySettings;
  readonly clock: Clock;
  readonly store: Store;
  readonly records: Records;
  /** Returns a unique name with each call. */
  readonly newOwner: () => string;
}

export class Ownership {
  readonly #parts: BasicParts;

  constructor(parts: BasicParts) {
    this.#parts = parts;
  }

  /**
   * Finds out whether this process may run a message, and takes it if it is free.
   *
   * @param isFirst its delivery is not counted yet
   * @param stale the `until` of a lease that was not renewed for its whole length: it has expired, even if the
   * clock was set back
   * @returns `"ours"`, or the record that was found: with an answer for this delivery, or of another process
   * that works
   */
  async take(run: Run, isFirst: boolean, stale?: number): Promise<"ours" | Joined> {
    const { clock, newOwner } = this.#parts;
    // Who asks again, since he was frozen, is the same.
    run.lease?.stop();
    const by = run.lease?.by ?? newOwner();
    // Before it is ours: a store that fails may have written it all the same.
    run.lease = { by, until: -Infinity, stop: () => {} };
    let [took, wasAwaited] = [false, false];
    const { record } = await this.#parts.records.change(
      run.key,
      (before, now) => {
        wasAwaited = run.isAwaited;
        if (before === undefined) return { ...this.#counted(run, now), ...working(by, now, run.isLate) };
        took = this.#mayTake(run, before);
        // While the store was asked, the delivery may have ended: then nothing is taken over.
        const isOver = before.state === "working" && run.isAwaited && (before.until <= now || before.until === stale);
        if (before.state !== "working" || (!isOf(before, by) && !isOver)) return this.#joined(run, before, isFirst);
        return { ...(this.#joined(run, before, isFirst) ?? before), ...working(by, now, before.late) };
      },
      isFirst ? { record: undefined } : undefined,
    );
    run.isRecorded = true;
    if (record === undefined) throw new Error("A record was written but does not exist");
    this.learn(run, record);
    if (record.state !== "working" || record.by !== by) {
      run.lease = undefined;
      return { record, took, wasAwaited };
    }
    // Who heard of it too late may have lost it, and asks again.
    if (record.until <= clock.now()) return this.take(run, false);
    this.#keep(run, by);
    return "ours";
  }

  /** Whether a message is still ours: a process that was frozen may have lost it. */
  holds(run: Run): boolean {
    return !this.#parts.store.shared || run.lease === undefined || this.#parts.clock.now() < run.lease.until;
  }

  /**
   * Counts a repeat, which takes the answer that waits for it.
   *
   * @param reads the process that gave the answer to another delivery can no longer take it back
   * @param isNew its delivery is not counted yet: one that is would stand behind a later one elsewhere
   */
  async join(run: Run, reads: boolean, isNew = true): Promise<Joined> {
    let [took, wasAwaited] = [false, false];
    const { record } = await this.#parts.records.change(run.key, (before) => {
      wasAwaited = run.isAwaited;
      if (before === undefined) return undefined;
      took = this.#mayTake(run, before);
      return this.#joined(run, before, isNew, reads);
    });
    if (record !== undefined) this.learn(run, record);
    return { record, took, wasAwaited };
  }

  /**
   * Writes the state of a message that is ours, or whose answer is ours and has not been sent.
   *
   * @returns false if it no longer is; the record that was found is in `run.seen`
   */
  async write(run: Run, standing: Standing): Promise<boolean> {
    const { records, store, settings } = this.#parts;
    const by = run.lease?.by;
    const isOver = standing.state === "given" && standing.rest.length === 0;
    const written = standing.state === "ready" ? { ...standing, by } : standing;
    const { changed, record } = await records.change(
      run.key,
      (before, now) => {
        if (before !== undefined && (!isFree(before) || (store.shared && !isOf(before, by)))) return undefined;
        const counted = this.#counted(run, now, before, isOver ? 0 : settings.keepMs);
        // Another process may have had the last delivery in the meantime.
        const isLate = written.state === "ready" && before?.late === true;
        return { ...counted, ...written, ...(isLate && { late: true }) };
      },
      run.seen && { record: run.seen },
    );
    run.lease?.stop();
    run.seen = record;
    if (changed) run.isRecorded = true;
    if (changed && record !== undefined) this.learn(run, record);
    return changed;
  }

  /**
   * Takes back an answer that was given to a delivery which had left, when no process holds its rest.
   *
   * @param rest what was to be fetched of it
   * @param replies the whole of it; missing, or nothing, while it is still to be found
   */
  async reopen(run: Run, rest: readonly Reply[], replies?: readonly Reply[]): Promise<Reopened> {
    const by = run.lease?.by ?? run.key;
    const isFound = replies !== undefined && replies.length > 0;
    let result = "taken" as Reopened | "held";
    const { record } = await this.#parts.records.change(run.key, (before, now) => {
      result = "taken";
      if (before?.state !== "given" || before.isSeen) return undefined;
      const isHeld = before.hold !== undefined && before.hold.by !== run.key;
      if (isHeld && isRunning(before.hold.until, now)) {
        result = "held";
        return undefined;
      }
      const { since, deliveries, at, expires, reply } = before;
      const counted = { since, deliveries, at, expires };
      if (JSON.stringify(before.rest) !== JSON.stringify(rest) && reply !== undefined) {
        result = "begun";
        return { ...counted, state: "given", rest: [reply, ...before.rest] };
      }
      result = "reopened";
      if (!isFound) return { ...counted, ...working(by, now, run.isLate) };
      return { ...counted, state: "ready", replies, late: run.isLate, by };
    });
    run.seen = record;
    if (result === "held") {
      await pause(this.#parts.clock, WATCH_MS);
      return this.reopen(run, rest, replies);
    }
    if (result === "reopened" && !isFound && run.lease !== undefined) this.#keep(run, by);
    return result;
  }

  /**
   * Keeps the rest of an answer from others while a delivery can take the beginning, or the beginning is taken back,
   * for which a slow store needs its time.
   */
  holdOf(run: Run, rest: readonly Reply[]): Hold | undefined {
    return rest.length === 0 ? undefined : { by: run.key, until: this.#parts.clock.now() + this.#parts.settings.restMs };
  }

  /** The beginning has been sent, and the rest may be fetched. */
  async letGo(run: Run): Promise<void> {
    const { records } = this.#parts;
    await records.change(
      run.key,
      (before) => {
        const isHeld = before?.state === "given" && before.hold?.by === run.key;
        return isHeld ? { ...before, hold: undefined } : undefined;
      },
      run.seen && { record: run.seen },
    );
  }

  /** Learns what other processes know of a message. */
  async look(run: Run): Promise<void> {
    const record = await this.#parts.records.get(run.key);
    if (record !== undefined) this.learn(run, record);
  }

  /** Notes that the last delivery was answered without the answer. */
  async markLate(run: Run): Promise<void> {
    const { records, settings, store } = this.#parts;
    await records.change(run.key, (before, now) => {
      if (before === undefined) {
        const until = now + settings.handlerMs + LEASE_MS;
        const ours = { state: "working", by: run.key, until, late: true } as const;
        return store.shared ? undefined : { ...this.#counted(run, now), ...ours };
      }
      return before.state === "given" || before.late ? undefined : { ...before, late: true };
    });
    run.isRecorded = true;
  }

  /** Lets another process have it at once. */
  async release(run: Run): Promise<void> {
    const { lease } = run;
    if (lease === undefined) return;
    lease.stop();
    await this.#parts.records.change(run.key, (before, now) => {
      const isOurs = before?.state === "working" && before.by === lease.by;
      return isOurs ? { ...before, by: NOBODY, until: now } : undefined;
    });
  }

  /** What the record of a message tells the process in which it is. */
  learn(run: Run, record: MessageRecord): void {
    run.seen = record;
    run.deliveriesElsewhere = Math.max(0, record.deliveries - run.deliveries);
    // Of a delivery and its repeats by a proxy, the first to come says how long WeChat waits.
    if (!isCounted(run.lastAt, record.at, this.#parts.settings.soonestMs)) run.repeats(record.at);
    else run.lastAt = Math.max(run.lastAt, record.at);
    run.since = Math.min(run.since, record.since);
    if (record.state !== "given" && record.late) run.isLate = true;
  }

  /** Renews the lease three times in its length, for as long as the message is ours. */
  #keep(run: Run, by: string): void {
    const { records, clock } = this.#parts;
    let timer: unknown;
    const renew = async (): Promise<void> => {
      const { record } = await records.change(run.key, (before, now) => {
        // Written again after the store has lost its data.
        if (before === undefined) return { ...this.#counted(run, now), ...working(by, now, run.isLate) };
        const isOurs = before.state === "working" && isOf(before, by);
        return isOurs && timer !== undefined ? { ...before, by, until: now + LEASE_MS } : undefined;
      });
      if (record === undefined || timer === undefined) return;
      this.learn(run, record);
      if (record.state === "working" && record.by === by) {
        lease.until = record.until;
        return;
      }
      stop();
      run.context.abort(new Error("Another process has taken over the message"));
    };
    let isRenewing = false;
    const tick = (): void => {
      timer = clock.setTimeout(tick, LEASE_MS / 3);
      // Two would be in each other's way, and the slower the store is, the more there were.
      if (isRenewing) return;
      isRenewing = true;
      // A failed renewal does no harm: the next one may succeed.
      void renew().catch(() => {}).finally(() => (isRenewing = false));
    };
    const stop = (): void => {
      clock.clearTimeout(timer);
      timer = undefined;
    };
    timer = clock.setTimeout(tick, LEASE_MS / 3);
    const lease: Lease = { by, until: clock.now() + LEASE_MS, stop };
    run.lease = lease;
  }

  /** The record after a delivery of ours joined it; `undefined` when nothing changes. */
  #joined(run: Run, before: MessageRecord, isNew: boolean, reads = true): MessageRecord | undefined {
    const { soonestMs } = this.#parts.settings;
    const at = run.lastAt;
    const counts = isNew && isCounted(before.at, at, soonestMs);
    const isEarlier = isNew && !counts && at < before.at;
    const deliveries = before.deliveries + (counts ? 1 : 0);
    const counted = counts || isEarlier ? { ...before, deliveries, at } : before;
    if (this.#mayTake(run, before)) {
      const { fetched } = this.#parts.settings;
      return givenToItsOwn(counted as MessageRecord & Ready, fetched, (rest) => this.holdOf(run, rest));
    }
    // What this process is giving itself it can still take back, and another one what no delivery here waits for.
    if (reads && run.isAwaited && before.state === "given" && !before.isSeen) {
      return { ...counted, isSeen: true } as MessageRecord;
    }
    return counted === before ? undefined : counted;
  }

  /** Whether an answer waits for a delivery of its own, as long as one can come. */
  #mayTake(run: Run, record: MessageRecord): record is MessageRecord & Ready {
    if (!run.isAwaited || record.state !== "ready" || record.late || record.hold !== undefined) return false;
    return Math.abs(run.lastAt - record.at) < this.#parts.settings.restMs;
  }

  /** @param keptMs how long it stands at least: a handler has its time, and its answer is kept behind that */
  #counted(run: Run, now: number, before?: MessageRecord, keptMs?: number): Counted {
    const { settings, store } = this.#parts;
    // While the timestamp of a delivery is accepted, and a minute more: repeats have later ones. If the store
    // is not shared, this process knows it by itself.
    const acceptedMs = store.shared ? Math.max(0, run.acceptedUntil - now) : 0;
    const knownMs = Math.min(KNOWN_AT_MOST_MS, acceptedMs) + REMEMBER_MS;
    return {
      since: before?.since ?? run.since,
      deliveries: Math.max(run.deliveries, before?.deliveries ?? 0),
      at: Math.max(run.lastAt, before?.at ?? 0),
      expires: now + Math.max(knownMs, keptMs ?? settings.keepMs + settings.handlerMs),
    };
  }
}

/** Nothing of its answer has been sent, or is about to be. */
function isFree(record: MessageRecord): record is MessageRecord & (Working | Ready) {
  return record.state === "working" || (record.state === "ready" && record.hold === undefined);
}

/** Whether a message belongs to that process, or to none. */
function isOf(record: Working | Ready, by: string | undefined): boolean {
  return record.by === by || record.by === NOBODY;
}

function working(by: string, now: number, late: boolean): Working {
  return { state: "working", by, until: now + LEASE_MS, late };
}
