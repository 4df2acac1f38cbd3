/**
 * Transcripts: a conversation saved as a file, loaded again, and played against the bot as it is
 * now.
 *
 * Each message waits for the answer to the one before it, since a bot may remember what was said.
 * The pauses of the reader are left out; only where a customer-service message followed is it
 * waited for, about as long as it took then.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import type { ApiSide } from "../api-side/api-side.ts";
import type { SentMessage } from "../api-side/sent-message.ts";
import { invalidInput } from "../platform/lab-input.ts";
import type { LabAccount } from "../platform/types.ts";
import { scenesOf } from "../transcript/replay.ts";
import type { Scene } from "../transcript/replay.ts";
import { readTranscript, writeTranscript } from "../transcript/transcript.ts";
import type { Conversations } from "./conversations.ts";
import type { Playing } from "./play-state.ts";
import { readShown } from "./read-shown.ts";
import type { ReplayRow, ReplayView } from "./view.ts";

export interface ReplaysOptions {
  readonly playing: Playing;
  readonly conversations: Conversations;
  readonly api: ApiSide;
}

const NONE: ReplayView = { name: "", running: false, auto: false, rows: [] };

/** A longer one belongs into a test, where no window has to draw it. */
const MOST_ROWS = 500;

/** How much longer than then a customer-service message may take. */
const PATIENCE_MS = 2000;

export class Replays {
  readonly #options: ReplaysOptions;
  /** Counts up with each run, so that one that was overtaken stops. */
  #run = 0;

  constructor(options: ReplaysOptions) {
    this.#options = options;
  }

  /** The conversations of now, as a file. */
  transcript(account: LabAccount): string {
    const { conversations, api } = this.#options;
    const { records, clearedAt } = conversations;
    const sent = api.sent.filter(({ at }) => at >= clearedAt);
    return writeTranscript(account, { deliveries: records, sent });
  }

  /** @throws EchostrError `LAB_INPUT_INVALID` if it is not a transcript */
  load(name: string, text: string): void {
    const rows = scenesOf(readTranscript(text)).map(rowOf);
    if (rows.length === 0) throw invalidInput("The transcript is empty");
    if (rows.length > MOST_ROWS) {
      throw invalidInput(`A transcript may have ${MOST_ROWS} messages here, got ${rows.length}`);
    }
    this.#run += 1;
    this.#options.playing.set("replay", {
      ...NONE,
      name: name.slice(0, 100) || "transcript",
      rows,
    });
  }

  unload(): void {
    this.#run += 1;
    this.#options.playing.set("replay", NONE);
  }

  setAuto(auto: boolean): void {
    const { playing } = this.#options;
    playing.set("replay", { ...playing.get("replay"), auto });
  }

  /** Plays the rows from one on. */
  async run(from: number): Promise<void> {
    const { playing } = this.#options;
    this.#run += 1;
    const run = this.#run;
    const isOver = (): boolean => this.#run !== run;
    const rows = playing.get("replay").rows.slice(from);
    for (const { id } of rows) this.#setRow(id, WAITING);
    this.#setRunning(true);
    try {
      for (const row of rows) {
        await this.#play(row, isOver);
        if (isOver()) return;
      }
    } finally {
      if (!isOver()) this.#setRunning(false);
    }
  }

  /** The bot has started again. */
  botChanged(): void {
    const { auto, rows } = this.#options.playing.get("replay");
    if (!auto || rows.length === 0) return;
    this.run(0).catch(() => {}); // What can go wrong is seen in the deliveries.
  }

  async #play(row: ReplayRow, isOver: () => boolean): Promise<void> {
    const { conversations, api } = this.#options;
    this.#setRow(row.id, { state: "running" });
    this.#requireFollower(row.openId);
    const before = api.sent.length;
    const deadline = Date.now() + row.sentAfterMs + PATIENCE_MS;
    const { record, delivery } = await conversations.send(row.openId, row.description);
    const sentNow = (): string[] =>
      api.sent
        .slice(before)
        .filter(({ openId }) => openId === row.openId)
        .map(sentText);
    await this.#whenSent(() => isOver() || sentNow().length >= row.sentThen.length, deadline);
    if (isOver()) return;
    const sent = sentNow();
    const isSame = isDeepStrictEqual([row.then, row.sentThen], [record.shown, sent]);
    const state = isSame ? "same" : "different";
    this.#setRow(row.id, { state, now: record.shown, sentNow: sent, delivery });
  }

  /** Resolves as soon as it holds, or at the deadline. */
  #whenSent(holds: () => boolean, deadline: number): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        stop();
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, deadline - Date.now());
      const stop = this.#options.api.onSent(() => {
        if (holds()) done();
      });
    });
  }

  /** Anybody who is in the transcript and not here becomes a follower. */
  #requireFollower(openId: string): void {
    const { playing, conversations } = this.#options;
    if (playing.find("followers", openId) !== undefined) return;
    conversations.addFollower(openId.slice(0, 10), openId);
  }

  #setRow(id: string, change: Partial<ReplayRow>): void {
    const { playing } = this.#options;
    const replay = playing.get("replay");
    const rows = replay.rows.map((row) => (row.id === id ? { ...row, ...change } : row));
    playing.set("replay", { ...replay, rows });
  }

  #setRunning(running: boolean): void {
    const { playing } = this.#options;
    playing.set("replay", { ...playing.get("replay"), running });
  }
}

const WAITING: Partial<ReplayRow> = {
  state: "waiting",
  now: undefined,
  sentNow: [],
  delivery: undefined,
};

const MOST_SENT_AFTER_MS = 60_000;

function rowOf({ index, delivery, sent }: Scene): ReplayRow {
  const { openId, description, shown, at } = delivery;
  const afterMs = (sent.at(-1)?.at ?? at) - at;
  return {
    id: String(index),
    openId,
    description,
    then: readShown(shown),
    sentThen: sent.map(sentText),
    sentAfterMs: Math.min(afterMs, MOST_SENT_AFTER_MS),
    sentNow: [],
    state: "waiting",
  };
}

function sentText({ msgType, text, body }: Pick<SentMessage, "msgType" | "text" | "body">): string {
  return text === "" || text === undefined
    ? `[${msgType}] ${JSON.stringify(body[msgType] ?? {})}`
    : String(text);
}
