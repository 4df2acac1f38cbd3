/**
 * Quick messages: who writes a thought in three texts, one right after the other, gets one answer to
 * all of it.
 *
 * Each text waits a moment for another one. If one comes, it takes the earlier texts along, and the
 * earlier messages are answered with nothing; the last one's handler gets them all, a line each. What
 * was written is in the bot's store, so that it makes no difference which process got each message, or
 * whether one is killed.
 *
 * @module
 */
import { pause } from "../clock.ts";
import { count, readOptions } from "../options.ts";
import type { Table } from "../options.ts";
import { changeValue } from "../store/change.ts";
import { parseJson } from "../store/written.ts";
import { servicesOf } from "./context.ts";
import type { Context } from "./context.ts";
import type { Handler, TextMessage } from "./handler.ts";
import { followerKey } from "./keys.ts";
import { requireCalled } from "./slips.ts";

/** Settings of quick messages. */
export interface MergeOptions {
  /** How long a text waits for another one, in milliseconds, at most 4,000. Default 2,000. */
  readonly windowMs?: number | undefined;
}

const MERGE = {
  windowMs: { check: count({ most: 4000 }), default: 2000 },
} satisfies Table<MergeOptions>;
export const MERGE_OPTIONS: Table<MergeOptions> = MERGE;

/** The most texts and characters in one: then it waits no longer. */
const MOST_TEXTS = 20;
const MOST_CHARACTERS = 20_000;

/** Longer than the repeats of a message may come: one whose process was killed finds its texts again. */
const KEEP_MS = 60_000;

/** Texts of a follower that belong together, each with the id of its message, in their order. */
interface Group {
  readonly texts: readonly (readonly [id: string, text: string])[];
  /** Nothing is added any more: the last one's handler has them. */
  readonly isTaken: boolean;
}

/**
 * Middleware that hands several texts of a follower, written within a moment, to one handler. Add it
 * before `session()`, in which a message waits for the one before it.
 *
 * @throws EchostrError `SETTING_INVALID`
 *
 * @example
 * bot.use(merge({ windowMs: 2000 }));
 * bot.on("text", (message) => askModel(message.Content)); // "你好\n帮我查一下\n北京的天气"
 */
export function merge(options: MergeOptions = {}): Handler {
  requireCalled("merge", arguments.length);
  const { windowMs } = readOptions(MERGE, options);

  return async (message, context, next) => {
    if (message.kind !== "text") return next();
    const key = `merge\n${followerKey(context.accountId, context.account, context.openId)}`;
    const { clock } = servicesOf(context);
    if (!(await join(context, key, message))) {
      await pause(clock, windowMs);
    }
    const texts = await take(context, key, message);
    if (texts === undefined) return undefined;
    (message as { Content: string }).Content = texts.join("\n");
    return next();
  };
}

/** @returns whether there is nothing left to wait for */
async function join({ store }: Context, key: string, message: TextMessage): Promise<boolean> {
  let isFull = false;
  await changeValue(store, key, (text) => {
    const group = readGroup(text);
    const isIn = group?.texts.some(([id]) => id === idOf(message)) === true;
    // A repeat of one whose process was killed.
    if (isIn) return undefined;
    const before = group === undefined || group.isTaken ? [] : group.texts;
    const texts = [...before, [idOf(message), message.Content] as const];
    const characters = texts.reduce((sum, [, each]) => sum + each.length, 0);
    isFull = texts.length >= MOST_TEXTS || characters >= MOST_CHARACTERS;
    return { value: JSON.stringify({ texts, isTaken: false } satisfies Group), ttlMs: KEEP_MS };
  });
  return isFull;
}

/** All texts, for the last message of them; `undefined` for those before it. */
async function take(
  { store }: Context,
  key: string,
  message: TextMessage,
): Promise<readonly string[] | undefined> {
  let texts: readonly string[] | undefined;
  await changeValue(store, key, (text) => {
    const group = readGroup(text);
    // The store has forgotten it.
    texts = group === undefined ? [message.Content] : undefined;
    if (group?.texts.at(-1)?.[0] !== idOf(message)) return undefined;
    texts = group.texts.map(([, each]) => each);
    return { value: JSON.stringify({ ...group, isTaken: true }), ttlMs: KEEP_MS };
  });
  return texts;
}

/** Equal for the repeats of a message. Those made by hand may all have the same `MsgId`, or none. */
function idOf({ MsgId, CreateTime, Content }: TextMessage): string {
  return `${MsgId}\n${CreateTime}\n${Content}`;
}

/** What another program has written there is as if it were not there. */
function readGroup(text: string | undefined): Group | undefined {
  const { texts, isTaken } = Object(parseJson(text)) as Partial<Group>;
  const isGroup = isTaken !== undefined && Array.isArray(texts) && texts.every(isPair);
  return isGroup ? { texts, isTaken } : undefined;
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === "string");
}
