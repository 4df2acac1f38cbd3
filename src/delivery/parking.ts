/**
 * Answers that wait for their follower: those that came too late, and the later pieces of long
 * ones. One line for each follower, first in, first out, kept in the store, so that any process may
 * hand them over.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { Claim } from "../store/claim.ts";
import type { Store } from "../store/store.ts";
import { readLine } from "./stored.ts";
import type { ParkedReply } from "./stored.ts";

/** The most bytes of one follower's line, as it stands in the store. */
export const LINE_BYTES: number = 512 * 1024;

/** The most that the names take, two bytes a character. */
export const FOLLOWERS_BYTES: number = 16 * 1024 * 1024;

/** What a name costs beside its characters. */
const ENTRY_BYTES = 96;

/** How long a process may hold a line. It takes a few operations of the store. */
const LOCK_LEASE_MS = 2000;
/** A handler may hang: after a minute more, its follower's messages are handled as others are. */
const OWED_MS = 60_000;

const SWEEP_MS = 60_000;
const LOCK_TRIES = 40;
const LOCK_WAIT_MS = 25;

export class Parking {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #owner: string;
  /** Until when followers may have something; where no other process parks, it spares a look. */
  readonly #known = new WaitingFollowers();
  #nextSweep = 0;
  /**
   * Followers who have been told that an answer will come, and until when they wait for it. Each has
   * an open run, whose bytes are bounded.
   */
  readonly #owed = new Map<string, number>();
  #locks = 0;
  /**
   * Whether anything was ever parked or promised, by this process or perhaps another. Most bots never
   * do, and then nobody needs to look.
   */
  isUsed: boolean;

  constructor(store: Store, clock: Clock, owner: string) {
    this.#store = store;
    this.#clock = clock;
    this.#owner = owner;
    this.isUsed = store.shared;
  }

  /** True when `take` can find nothing, whoever the follower. */
  get isEmpty(): boolean {
    if (this.#store.shared) return false;
    this.#sweep();
    return this.#known.isEmpty && this.#owed.size === 0;
  }

  /** Whether `take` could find something; false is certain. */
  mayHave(follower: string): boolean {
    return this.#store.shared || this.#known.mayHave(follower) || this.#owed.has(follower);
  }

  /**
   * Adds answers at the end of the line, as many as find room.
   *
   * @returns how many found none
   */
  async add(follower: string, replies: readonly ParkedReply[]): Promise<number> {
    if (replies.length === 0) return 0;
    this.isUsed = true;
    const left = await this.#change(follower, (line) => {
      const room = roomFor(replies, line);
      return [[...line, ...replies.slice(0, room)], replies.length - room];
    });
    // Last: a look in the meantime may have found nothing and forgotten the follower.
    this.#known.add(follower, latest(replies));
    return left;
  }

  /** Forgets, now and then, those who never came for what they had. */
  #sweep(): void {
    const now = this.#clock.now();
    // A clock that was set back must not put it off.
    const leftMs = this.#nextSweep - now;
    if (leftMs > 0 && leftMs <= SWEEP_MS) return;
    this.#nextSweep = now + SWEEP_MS;
    this.#known.sweep(now);
  }

  /**
   * Takes the first answer.
   *
   * @param hold is given the answer before it leaves the line, so that it is nowhere missing
   */
  async take(
    follower: string,
    hold: (parked: ParkedReply) => Promise<void>,
  ): Promise<ParkedReply | undefined> {
    if ((await this.#read(follower)).length === 0) {
      this.#known.delete(follower);
      return undefined;
    }
    return this.#change(follower, async (line) => {
      const [first, ...rest] = line;
      if (first !== undefined) await hold(first);
      return [rest, first];
    });
  }

  /** Takes all answers to a message out of the line; false when there are none any more. */
  async remove(follower: string, of: string): Promise<boolean> {
    return this.#change(follower, (line) => {
      const rest = line.filter((parked) => parked.of !== of);
      return [rest, rest.length < line.length];
    });
  }

  /** Notes that an answer is in the making which the follower has been told of. */
  async owe(follower: string): Promise<void> {
    this.isUsed = true;
    if (this.#store.shared) await this.#store.set(owedTo(follower), "1", OWED_MS);
    else this.#owed.set(follower, this.#clock.now() + OWED_MS);
  }

  /** Notes that it is parked, or will not come. */
  async settle(follower: string): Promise<void> {
    this.#owed.delete(follower);
    if (this.#store.shared) await this.#store.delete(owedTo(follower));
  }

  /** Whether an answer is in the making, in whichever process, and still worth waiting for. */
  async isOwed(follower: string): Promise<boolean> {
    if (this.#store.shared) return (await this.#store.get(owedTo(follower))) !== undefined;
    const until = this.#owed.get(follower);
    if (until === undefined) return false;
    const leftMs = until - this.#clock.now();
    // More than the whole is left where the clock was set back.
    if (leftMs > 0 && leftMs <= OWED_MS) return true;
    this.#owed.delete(follower);
    return false;
  }

  async #change<T>(
    follower: string,
    change: (line: readonly ParkedReply[]) => Changed<T> | Promise<Changed<T>>,
  ): Promise<T> {
    const key = keyOf(follower);
    const owner = `${this.#owner} ${(this.#locks += 1)}`;
    const [store, clock] = [this.#store, this.#clock];
    const lock = new Claim({ store, clock, key, owner, leaseMs: LOCK_LEASE_MS });
    // When the tries are over, whoever has the line is not coming back.
    await lock.wait({ everyMs: LOCK_WAIT_MS, tries: LOCK_TRIES });
    try {
      const before = await this.#read(follower);
      const [after, result] = await change(before);
      await this.#write(follower, before, after);
      return result;
    } finally {
      await lock.release();
    }
  }

  async #read(follower: string): Promise<readonly ParkedReply[]> {
    const line = readLine(await this.#store.get(keyOf(follower)));
    const now = this.#clock.now();
    return line.filter((parked) => parked.until > now);
  }

  async #write(
    follower: string,
    before: readonly ParkedReply[],
    line: readonly ParkedReply[],
  ): Promise<void> {
    const ttlMs = latest(line) - this.#clock.now();
    if (ttlMs >= 1) {
      await this.#store.set(keyOf(follower), JSON.stringify(line), ttlMs);
    } else if (before.length > 0) {
      await this.#store.delete(keyOf(follower));
      this.#known.delete(follower);
    }
  }
}

/** How many of the replies the line has room for. */
function roomFor(replies: readonly ParkedReply[], line: readonly ParkedReply[]): number {
  let left = LINE_BYTES - bytesOf(line);
  const end = replies.findIndex((reply) => (left -= bytesOf([reply])) < 0);
  return end < 0 ? replies.length : end;
}

function bytesOf(line: readonly ParkedReply[]): number {
  return Buffer.byteLength(JSON.stringify(line));
}

function latest(replies: readonly ParkedReply[]): number {
  return replies.reduce((until, parked) => Math.max(until, parked.until), 0);
}

type Changed<T> = [line: readonly ParkedReply[], result: T];

function owedTo(follower: string): string {
  return `owed\n${follower}`;
}

function keyOf(follower: string): string {
  return `parked\n${follower}`;
}

/**
 * Followers who may have something that waits for them, and until when. It spares a look into the
 * store at each message, and is bounded: when there are too many to name, everybody may have
 * something until the last of these is over, and each message costs a look.
 */
export class WaitingFollowers {
  readonly #until = new Map<string, number>();
  #bytes = 0;
  /** `undefined` while each of them has a name. */
  #everybodyUntil: number | undefined;

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#until.size === 0 && this.#everybodyUntil === undefined;
  }

  /** False is certain. */
  mayHave(follower: string): boolean {
    return this.#everybodyUntil !== undefined || this.#until.has(follower);
  }

  add(follower: string, until: number): void {
    if (this.#everybodyUntil !== undefined) {
      this.#everybodyUntil = Math.max(this.#everybodyUntil, until);
      return;
    }
    if (!this.#until.has(follower)) this.#bytes += nameBytes(follower);
    this.#until.set(follower, until);
    if (this.#bytes > FOLLOWERS_BYTES) this.#overflow();
  }

  delete(follower: string): void {
    if (this.#until.delete(follower)) this.#bytes -= nameBytes(follower);
  }

  /** Forgets those who never came for what they had. */
  sweep(now: number): void {
    for (const [follower, until] of this.#until) if (until <= now) this.delete(follower);
    if (this.#everybodyUntil !== undefined && this.#everybodyUntil <= now) {
      this.#everybodyUntil = undefined;
    }
  }

  #overflow(): void {
    let latest = 0;
    for (const until of this.#until.values()) latest = Math.max(latest, until);
    this.#everybodyUntil = latest;
    this.#until.clear();
    this.#bytes = 0;
  }
}

function nameBytes(follower: string): number {
  return ENTRY_BYTES + 2 * follower.length;
}
