/**
 * WeChat in a test, with any runner: followers that write, deliveries with their five seconds and
 * their repeats, a verdict on each answer, and the interfaces that a bot calls.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { createApiSide } from "./api-side/api-side.ts";
import type { ApiSide } from "./api-side/api-side.ts";
import type { SentMessage } from "./api-side/sent-message.ts";
import type { Clock } from "../src/clock.ts";
import { conversationOf } from "./conversation.ts";
import type { Conversation } from "./conversation.ts";
import { Follower } from "./follower.ts";
import { prepareLabAccount } from "./platform/accounts.ts";
import type { LabAccountInput } from "./platform/accounts.ts";
import { createBotTarget } from "./platform/bot-target.ts";
import { deliver } from "./platform/delivery.ts";
import type { DeliverOptions } from "./platform/delivery.ts";
import { createHttpTarget } from "./platform/http-target.ts";
import { invalidInput } from "./platform/lab-input.ts";
import type {
  BotLike,
  DeliveryRecord,
  Description,
  LabAccount,
  MediaType,
  Target,
} from "./platform/types.ts";
import { waitingClock } from "../src/clock.ts";
import type { Difference } from "./transcript/differences.ts";
import { replayTranscript } from "./transcript/replay.ts";
import type { ReplayOptions } from "./transcript/replay.ts";
import { readTranscript, writeTranscript } from "./transcript/transcript.ts";
import { turnedClock, underTurnedTime } from "./turned-time/turned-time.ts";

/** What a bot is made for: its account, and the interfaces that it may call. */
export interface BotPlace {
  readonly account: LabAccount;
  readonly api: ApiSide;
}

/** What is tried: a bot, one that is made for the platform, any server at an address. */
export type Tried = BotLike | Target | URL | ((place: BotPlace) => BotLike);

/** How the platform is. */
export interface TestPlatformOptions extends Pick<
  DeliverOptions,
  "deliveries" | "timeoutMs" | "repeats" | "cdataEnd"
> {
  /** What is not given is made up; a bot has to be made with the same. */
  readonly account?: LabAccountInput | undefined;
  /**
   * `turned`: while a method of the platform is under way, timers and `Date` are the platform's, and
   * time jumps to the next timer when there is nothing else to do. `real` leaves them alone. A
   * server at an address is always tried in real time; it would not know of any other.
   */
  readonly time?: "turned" | "real" | undefined;
  /** Before time jumps: how long an answer over a socket may take, in real milliseconds; 50. */
  readonly patienceMs?: number | undefined;
  /** The account's AppSecret; if it is not set, any is accepted. */
  readonly appSecret?: string | undefined;
  /** Whether the account is verified (认证) and may call all interfaces. Default: true. */
  readonly verified?: boolean | undefined;
}

/** WeChat, with one account on it. */
export interface TestPlatform {
  readonly account: LabAccount;
  readonly api: ApiSide;
  /** The customer-service messages that the bot sent through `api`. */
  readonly sent: readonly SentMessage[];
  /** Everything that was delivered so far. */
  readonly deliveries: readonly DeliveryRecord[];
  /** A new follower, or the one with this openid. */
  readonly follower: (openId?: string) => Follower;
  /** Milliseconds since 1970, by the platform's clock. */
  readonly now: () => number;
  /** Lets time go by: what a bot does later happens. */
  readonly passes: (ms: number) => Promise<void>;
  /** What happened so far, as JSON Lines. */
  readonly transcript: () => string;
  /**
   * Plays a transcript again: its text, or the URL of its file.
   *
   * @returns the differences; empty if there are none
   */
  readonly replay: (
    source: string | URL,
    options?: ReplayOptions,
  ) => Promise<readonly Difference[]>;
}

/**
 * Makes a platform for a test.
 *
 * @throws EchostrError `LAB_INPUT_INVALID`
 *
 * @example
 * const platform = createTestPlatform(({ account, api }) => {
 *   const bot = createBot({ token: account.token });
 *   bot.on("text", () => "测试");
 *   return bot;
 * });
 * const alice = platform.follower();
 * assert.equal((await alice.says("你好")).text, "测试");
 */
export function createTestPlatform(tried: Tried, options: TestPlatformOptions = {}): TestPlatform {
  const account = prepareLabAccount(options.account);
  const isTurned = !(tried instanceof URL) && options.time !== "real";
  const clock: Clock = isTurned ? turnedClock : waitingClock;
  const inTime = <T>(work: () => Promise<T>): Promise<T> =>
    isTurned ? underTurnedTime(work, options.patienceMs) : work();
  const { appSecret, verified } = options;
  const api = createApiSide({ account, appSecret, verified, clock });
  const target = targetOf(typeof tried === "function" ? tried({ account, api }) : tried, clock);
  const deliveries: DeliveryRecord[] = [];

  const deliverAs = async (openId: string, description: Description): Promise<DeliveryRecord> => {
    api.note(openId, description);
    const mediaType = (id: string): MediaType | undefined => api.media.find(id)?.type;
    const given = { ...options, openId, clock, mediaType };
    const record = await deliver(target, account, description, given);
    deliveries.push(record);
    return record;
  };
  const converse = (openId: string, description: Description): Promise<Conversation> =>
    inTime(async () => {
      const before = api.sent.length;
      const record = await deliverAs(openId, description);
      const sent = api.sent.slice(before).filter((message) => message.openId === openId);
      return conversationOf(record, sent);
    });
  const passes = (ms: number): Promise<void> =>
    inTime(() => new Promise((resolve) => clock.setTimeout(resolve, ms)));

  return {
    account,
    api,
    get sent() {
      return api.sent;
    },
    deliveries,
    follower: (openId) => {
      const record = api.followers.add(clock.now(), openId);
      return new Follower(record.openId, api, converse);
    },
    now: () => clock.now(),
    passes,
    transcript: () => writeTranscript(account, { deliveries, sent: api.sent }),
    replay: (source, replayOptions) => {
      const text = source instanceof URL ? readFileSync(source, "utf8") : source;
      const transcript = readTranscript(text);
      const stage = { deliver: deliverAs, passes, sent: () => api.sent };
      return inTime(() => replayTranscript(transcript, stage, replayOptions));
    },
  };
}

function targetOf(tried: BotLike | Target | URL, clock: Clock): Target {
  if (tried instanceof URL) return createHttpTarget(tried, { clock });
  if ("fetch" in tried && typeof tried.fetch === "function")
    return createBotTarget(tried, { clock });
  if ("send" in tried && typeof tried.send === "function") return tried;
  throw invalidInput("What is tried must be a bot, a target or the URL of a server");
}
