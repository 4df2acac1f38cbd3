/**
 * The runs that a process knows: those in which somebody is still to get something, and the answers
 * of the latest others, for repeats. The latter are bounded in time, number and bytes. Beside them
 * it is known for longer which messages have been delivered at all.
 *
 * Answers are kept in two generations. When the young one is full or old enough, it becomes the old
 * one, and the old one goes as a whole: nothing is looked for or taken out one by one.
 *
 * @module
 */
import { AnswerTable } from "./answer-table.ts";
import { seedFingerprints } from "./fingerprint.ts";
import type { Fingerprint, FingerprintOf } from "./fingerprint.ts";
import { KnownMessages } from "./known-messages.ts";
import { OpenRuns } from "./open-runs.ts";
import { Run } from "./run.ts";

/** How long an answer is remembered at least. WeChat's last repeat comes after 10 to 15 seconds. */
export const REMEMBER_MS = 60_000;

/** How many answers a generation holds: under a heavy load, fewer seconds are remembered. */
const GENERATION_SIZE = 8000;
const TABLE_SLOTS = 16_384;

export class Runs {
  readonly #open = new OpenRuns();
  readonly #fingerprintOf: FingerprintOf;
  readonly #delivered = new KnownMessages();
  #young = new AnswerTable(TABLE_SLOTS);
  #old = new AnswerTable(TABLE_SLOTS);
  #youngSince = 0;
  #lastKey = "";
  #lastFingerprint: Fingerprint;

  /** @param seed random bytes, so that nobody can know which keys have the same fingerprint */
  constructor(seed: Uint8Array) {
    this.#fingerprintOf = seedFingerprints(seed);
    this.#lastFingerprint = this.#fingerprintOf("");
  }

  get(key: string): Run | undefined {
    return this.#open.get(key) ?? this.#recall(key);
  }

  /** Whether the message was delivered before, though nothing else may be known of it any more. */
  isKnown(key: string): boolean {
    return this.#delivered.has(this.#fingerprint(key));
  }

  /** Keeps a run until it is forgotten, or its answer remembered in its place. */
  add(run: Run): void {
    this.#open.add(run);
  }

  /** Whether a run for a message of so many code units may begin. */
  hasRoom(size: number): boolean {
    return this.#open.hasRoom(size);
  }

  /** Counts what the answer of a run takes. */
  noteAnswer(run: Run): void {
    this.#open.noteAnswer(run);
  }

  /**
   * Remembers the answer in place of the run.
   *
   * @param now milliseconds since 1970
   */
  remember(run: Run, now: number): void {
    const [reply] = run.pieces;
    const answer = { reply, deliveries: run.deliveries + run.deliveriesElsewhere };
    const isOver = this.#young.size >= GENERATION_SIZE || now - this.#youngSince > REMEMBER_MS;
    if (isOver || !this.#young.set(this.#fingerprint(run.key), answer)) {
      this.#turn(now);
      // What does not fit into an empty table is not remembered; the message is known all the same.
      this.#young.set(this.#fingerprint(run.key), answer);
    }
    this.forget(run, now);
  }

  /**
   * Forgets all of a run but that its message was delivered.
   *
   * @param now milliseconds since 1970
   */
  forget(run: Run, now: number): void {
    this.#delivered.note(this.#fingerprint(run.key), run.acceptedUntil, now);
    this.drop(run);
  }

  /** Forgets a run as if its message had never come: another process answers it. */
  drop(run: Run): void {
    this.#open.delete(run);
  }

  /** Those in the making, and those whose answer nobody has taken. */
  owed(): Run[] {
    return [...this.#open.values()].filter((run) => run.isOwed);
  }

  #turn(now: number): void {
    [this.#young, this.#old] = [this.#old, this.#young];
    this.#young.clear();
    this.#youngSince = now;
  }

  /** A key is looked for and then, most of the time, remembered at once. */
  #fingerprint(key: string): Fingerprint {
    if (key !== this.#lastKey) {
      this.#lastKey = key;
      this.#lastFingerprint = this.#fingerprintOf(key);
    }
    return this.#lastFingerprint;
  }

  /** A repeat of what was answered already. */
  #recall(key: string): Run | undefined {
    const fingerprint = this.#fingerprint(key);
    const found = this.#young.get(fingerprint) ?? this.#old.get(fingerprint);
    if (found === undefined) return undefined;
    const run = new Run(key);
    run.pieces = found.reply === undefined ? [] : [found.reply];
    run.deliveries = found.deliveries;
    run.done = true;
    run.given = true;
    run.givenNoted = true;
    run.errorTold = true;
    return run;
  }
}
