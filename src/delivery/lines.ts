/**
 * What waits for a follower: one line for each, of references to the records of messages whose answer
 * is still to be handed out, in the order in which it will be. A record decides; a reference only says
 * where to look. It is written before the record that it names, and taken out after it.
 *
 * @module
 */
import { pause } from "../clock.ts";
import { changeValue } from "../store/change.ts";
import type { Reply } from "../protocol/reply.ts";
import type { DeliverySettings } from "./delivery-options.ts";
import { bytesOf, isLater, placed, readLine } from "./line.ts";
import type { News, Ref } from "./line.ts";
import { firstPiece, toPieces } from "./pieces.ts";
import { WATCH_MS } from "./ownership.ts";
import type { BasicParts } from "./ownership.ts";
import { handedOut, isRunning, LONGEST_MS, remaining } from "./record.ts";
import type { GivenAnswer, Hold, MessageRecord, Ready } from "./record.ts";
import type { Run } from "./run.ts";
import { WaitingFollowers } from "./waiting-followers.ts";

/** How long a piece that somebody is handing out is kept from others. */
export const HOLD_MS = 3000;

/** And one that is pushed: longer than an API call may take. */
const PUSH_HOLD_MS = 30_000;

/** As much of a reference as its holder knows. */
type Placed = Pick<Ref, "of" | "since" | "until">;

/**
 * Who asks. `"pick-up"`: a message that was written to fetch something. `"along"`: an answer before
 * which whole ones go out. `"push"`: a customer-service message.
 */
export type Asking = "pick-up" | "along" | "push";

/** The next piece, reserved for the caller until `until`. */
export interface Held {
  readonly reply: Reply;
  readonly of: string;
  /** Nothing of its answer has been sent before. */
  readonly isWhole: boolean;
  readonly until: number;
  /** It went out; of one that is sent in parts, `left` did not. */
  done(left?: readonly Reply[]): Promise<void>;
  /** All of the answer went out. */
  allDone(): Promise<void>;
  /** It did not. */
  back(): Promise<void>;
}

/** What there is: a piece; `"promised"`, one in the making; `"busy"`, one in other hands; nothing. */
export type Found = Held | "promised" | "busy" | undefined;

/** Of a record: `"left"` if the process that held it was killed; nothing while it is not available. */
type Verdict = "free" | "left" | "over" | "promised" | "busy" | undefined;

/** How something is taken. */
export interface Taking {
  /** Along with an answer only what was written before its message. */
  readonly writtenBefore?: number;
  /** The message whose answer is pushed now: its beginning has been sent. */
  readonly pushed?: string;
}

/** What lines work with. */
export interface LineParts extends Pick<BasicParts, "clock" | "store" | "records"> {
  readonly settings: Pick<DeliverySettings, "restMs" | "fetched" | "pushedBytes">;
}

export class Lines {
  readonly #parts: LineParts;
  /** Whose lines are not empty; spares a look where no other process puts anything in. */
  readonly #known: WaitingFollowers;
  /** Something was put into a line, or others may do so: most processes need not look any further. */
  isUsed: boolean;

  constructor(parts: LineParts) {
    this.#parts = parts;
    this.isUsed = parts.store.shared;
    this.#known = new WaitingFollowers(parts.clock);
  }

  /** Whether the line of a run's follower could hold something; false is certain. */
  mayHave(run: Run): boolean {
    return this.#parts.store.shared || (!this.#known.isEmpty && this.#known.mayHave(run.follower));
  }

  /**
   * Puts a message into its place; see `placed`.
   *
   * @returns false, and nothing is changed, when the line is full
   */
  async place(follower: string, ref: Ref, news?: News): Promise<boolean> {
    let hasRoom = true;
    this.isUsed = true;
    await this.#change(follower, (line) => {
      const next = placed(line, ref, news);
      hasRoom = next !== "full";
      return typeof next === "object" ? next : undefined;
    });
    // Last: a look in the meantime may have found nothing and forgotten the follower.
    if (hasRoom) this.#known.add(follower, ref.until);
    return hasRoom;
  }

  /** @param until of the reference to remove; one that was placed again in the meantime stays. By default each one goes */
  async remove(follower: string, of: string, until?: number): Promise<void> {
    await this.#change(follower, (line) => {
      const left = line.filter((ref) => ref.of !== of || (until !== undefined && ref.until !== until));
      return left.length < line.length ? left : undefined;
    });
  }

  /**
   * Takes the next piece and holds it; `"busy"` when somebody else holds one that must go first.
   *
   * @param by the key of the message with which it is sent, or the name of a process that pushes
   */
  async next(follower: string, asking: Asking, by: string, options: Taking = {}): Promise<Found> {
    const { writtenBefore = Infinity } = options;
    const line = readLine(await this.#parts.store.get(nameOf(follower)), this.#parts.clock.now());
    if (line.length === 0) {
      this.#known.delete(follower);
      return undefined;
    }
    let promised: Found;
    for (const ref of line) {
      if (asking === "along" && (ref.begun || isLater(ref, writtenBefore, this.#parts.clock.now()))) continue;
      const found = await this.hold(follower, ref, asking, by, options);
      if (typeof found === "object") return found;
      // One that somebody else holds is ready in a moment; the next ones must not overtake it.
      if (found === "busy" && asking !== "along") return "busy";
      if (found === "promised") promised = found;
    }
    return promised;
  }

  /** The same for one message of the line. */
  async hold(
    follower: string,
    ref: Placed,
    asking: Asking,
    by: string,
    options: Taking = {},
  ): Promise<Found> {
    const holdMs = asking === "push" ? PUSH_HOLD_MS : HOLD_MS;
    let verdict = "over" as Verdict;
    const mine: Hold = { by, until: this.#parts.clock.now() + holdMs };
    const { record } = await this.#parts.records.change(ref.of, (before, now) => {
      verdict = this.#judge(before, asking, now, options.pushed === ref.of);
      return verdict === "free" ? ({ ...before, hold: mine } as MessageRecord) : undefined;
    });
    if (verdict === "free") {
      return this.#held(follower, ref, record as MessageRecord & (Ready | GivenAnswer), asking, mine);
    }
    if (verdict === "left") {
      if (!(await this.#freeLeft(ref.of, record))) return "busy";
      return this.hold(follower, ref, asking, by, options);
    }
    if (verdict !== "over") return verdict;
    await this.remove(follower, ref.of, ref.until);
    return undefined;
  }

  #judge(record: MessageRecord | undefined, asking: Asking, now: number, isPushed: boolean): Verdict {
    // It is just being written, or the store has lost it: then the reference is forgotten with its time.
    if (record === undefined) return undefined;
    if (record.state === "working") {
      // If the store is not shared, its handler runs here, and ends.
      const longestMs = this.#parts.store.shared ? LONGEST_MS : Infinity;
      // One whose lease is over may only be slow, and about to write its answer.
      return isRunning(record.until, now, longestMs) ? "promised" : undefined;
    }
    if (remaining(record).length === 0) return "over";
    if (record.hold !== undefined) return isRunning(record.hold.until, now) ? "busy" : "left";
    if (asking === "along" && !isWhole(record)) return undefined;
    // A delivery of its own may still come for it, or be getting its beginning just now.
    const mayBeAwaited = record.state === "ready" ? !record.late : record.reply !== undefined && !isPushed;
    const isAwaited = mayBeAwaited && Math.abs(now - record.at) < this.#parts.settings.restMs;
    return asking === "push" && isAwaited ? undefined : "free";
  }

  #held(
    follower: string,
    ref: Placed,
    record: MessageRecord & (Ready | GivenAnswer),
    asking: Asking,
    mine: Hold,
  ): Found {
    const { fetched, pushedBytes } = this.#parts.settings;
    const replies = remaining(record);
    // What is pushed was cut to go out in few messages, and stays cut so.
    const [pushed, ...others] = asking === "push" ? toPieces(replies, pushedBytes) : [];
    const [reply, rest] = pushed === undefined ? firstPiece(replies, fetched) : [pushed, others];
    if (reply === undefined) return undefined;
    const letGo = async (left: readonly Reply[] | undefined): Promise<boolean> => {
      const { changed } = await this.#parts.records.change(ref.of, (now) => {
        if (now === undefined || now.state === "working" || !isSame(now.hold, mine)) return undefined;
        return left === undefined ? { ...now, hold: undefined } : handedOut(now, left);
      });
      if (changed && left !== undefined) await this.#placeRest(follower, ref, left);
      return changed;
    };
    return {
      reply,
      of: ref.of,
      isWhole: isWhole(record),
      until: mine.until,
      done: async (left = []) => void (await letGo([...left, ...rest])),
      allDone: async () => void (await letGo([])),
      back: async () => {
        if (!(await letGo(undefined))) await this.#putBack(follower, ref, reply, mine);
      },
    };
  }

  async #placeRest(follower: string, ref: Placed, left: readonly Reply[]): Promise<void> {
    if (left.length === 0) await this.remove(follower, ref.of, ref.until);
    else await this.place(follower, { ...ref, begun: true, bytes: bytesOf(left) });
  }

  /** A piece that counted as sent before its holder could report that it was not sent. */
  async #putBack(follower: string, ref: Placed, reply: Reply, mine: Hold): Promise<void> {
    for (let isCounted = false; ; await pause(this.#parts.clock, WATCH_MS)) {
      const { changed, record } = await this.#parts.records.change(ref.of, (now) => {
        if (now?.state !== "given") return undefined;
        isCounted ||= isSame(now.counted, mine);
        // The next piece is held, and is removed from the front when it has been sent.
        if (!isCounted || now.hold !== undefined) return undefined;
        return { ...now, rest: [reply, ...now.rest], counted: undefined };
      });
      if (changed && record?.state === "given") {
        // Another one: a process that found nothing to fetch removes only the one that it saw.
        return this.#placeRest(follower, { ...ref, until: record.expires + 1 }, record.rest);
      }
      if (!isCounted || record?.state !== "given" || record.hold === undefined) return;
      if (!isRunning(record.hold.until, this.#parts.clock.now())) await this.#freeLeft(ref.of, record);
    }
  }

  /**
   * Ends the hold of a process that was killed. Its piece has gone out if, and only if, the message that took
   * it is in the state "given".
   *
   * @returns false while the piece may still be taken back or given again: that message may be delivered again
   */
  async #freeLeft(of: string, record: MessageRecord | undefined): Promise<boolean> {
    if (record === undefined || record.state === "working" || record.hold === undefined) return true;
    const { hold } = record;
    const other = await this.#parts.records.get(hold.by);
    const wentOut = other?.state === "given" && other.took === of;
    if (wentOut && Math.abs(this.#parts.clock.now() - other.at) < this.#parts.settings.restMs) return false;
    await this.#parts.records.change(of, (now) => {
      if (now === undefined || now.state === "working" || !isSame(now.hold, hold)) return undefined;
      const [, rest] = firstPiece(remaining(now), this.#parts.settings.fetched);
      return wentOut ? { ...handedOut(now, rest), counted: hold } : { ...now, hold: undefined };
    });
    return true;
  }

  async #change(
    follower: string,
    next: (line: readonly Ref[]) => readonly Ref[] | undefined,
  ): Promise<void> {
    await changeValue(this.#parts.store, nameOf(follower), (text) => {
      const now = this.#parts.clock.now();
      const line = next(readLine(text, now));
      if (line === undefined) return undefined;
      if (line.length === 0) return { value: undefined, ttlMs: 1 };
      const until = line.reduce((latest, ref) => Math.max(latest, ref.until), 0);
      return { value: JSON.stringify(line), ttlMs: Math.max(1, Math.ceil(until - now)) };
    });
  }
}

/** Whether nothing of an answer has been sent. */
function isWhole(record: Ready | GivenAnswer): boolean {
  return record.state === "ready" || record.isWhole === true;
}

/** Whether it is that piece, and not one that the same has taken since. */
function isSame(one: Hold | undefined, other: Hold): boolean {
  return one?.by === other.by && one.until === other.until;
}

function nameOf(follower: string): string {
  return `line\n${follower}`;
}
