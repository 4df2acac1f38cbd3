/**
 * What followers do and what they see: everything they send is delivered to the bot, shown in the
 * inspector while it is under way, and in their conversation when it has been answered.
 *
 * @module
 */
import type { ApiSide } from "../api-side/api-side.ts";
import { deliver } from "../platform/delivery.ts";
import type { DeliverOptions } from "../platform/delivery.ts";
import { createHttpTarget } from "../platform/http-target.ts";
import { invalidInput } from "../platform/lab-input.ts";
import { LabNoAnswer } from "../platform/no-answer.ts";
import type { DeliveryRecord, LabAccount, Target } from "../platform/types.ts";
import { attemptView, isForged, platformAlteration, startedView } from "./delivery-view.ts";
import type { Delivering } from "./delivery-view.ts";
import type { Playing } from "./play-state.ts";
import type {
  Alteration,
  AttemptView,
  DeliveryView,
  Description,
  EntryContent,
  FollowerView,
} from "./view.ts";

export interface ConversationsOptions {
  readonly playing: Playing;
  readonly api: ApiSide;
  readonly account: () => LabAccount;
  /** Resolves when the bot takes messages, or has failed to start. */
  readonly botSettled: () => Promise<void>;
}

/** A message that is delivered again. */
export interface Repeat {
  readonly of: DeliveryView;
  readonly alteration: Alteration;
}

/** A delivery that has ended. */
export interface Sent {
  readonly record: DeliveryRecord;
  /** Its id in the inspector. */
  readonly delivery: string;
}

/** Deliveries under way at once; a hanging bot must not collect them without end. */
const MOST_UNDER_WAY = 30;

export class Conversations {
  readonly #options: ConversationsOptions;
  readonly #ending = new AbortController();
  #underWay = 0;
  /** What was really sent, oldest first: what a transcript is made of. */
  #records: DeliveryRecord[] = [];
  #clearedAt = 0;

  constructor(options: ConversationsOptions) {
    this.#options = options;
  }

  get records(): readonly DeliveryRecord[] {
    return this.#records;
  }

  /** Milliseconds since 1970; everything before is forgotten. */
  get clearedAt(): number {
    return this.#clearedAt;
  }

  addFollower(name: string, openId?: string): FollowerView {
    const { playing, api } = this.#options;
    const record = api.followers.add(Date.now(), openId);
    const follower = { id: record.openId, name, following: record.follows };
    playing.put("followers", follower);
    return follower;
  }

  /** @throws EchostrError `LAB_INPUT_INVALID` if there is no such follower */
  follower(openId: string): FollowerView {
    const found = this.#options.playing.find("followers", openId);
    if (found === undefined) throw invalidInput("There is no such follower");
    return found;
  }

  /**
   * Delivers what a follower sends or does.
   *
   * @returns when the last attempt has ended: what became of it, and its id in the inspector
   * @throws EchostrError `LAB_INPUT_INVALID`
   */
  async send(openId: string, description: Description, repeat?: Repeat): Promise<Sent> {
    this.#underWay += 1;
    try {
      return await this.#send(openId, description, repeat);
    } finally {
      this.#underWay -= 1;
    }
  }

  /** @throws EchostrError `LAB_INPUT_INVALID` when too many deliveries are under way */
  requireRoom(): void {
    if (this.#underWay < MOST_UNDER_WAY) return;
    throw invalidInput(`${MOST_UNDER_WAY} deliveries are under way; wait until some have ended`);
  }

  /** Delivers a message once more, as it was or altered. */
  async again(id: string, alteration: Alteration): Promise<void> {
    const delivery = this.#options.playing.find("deliveries", id);
    if (delivery === undefined) throw invalidInput("There is no such delivery");
    await this.send(delivery.openId, delivery.description, { of: delivery, alteration });
  }

  clear(): void {
    const { playing } = this.#options;
    this.#records = [];
    this.#clearedAt = Date.now();
    playing.clear("entries");
    playing.clear("deliveries");
  }

  close(): void {
    this.#ending.abort();
  }

  async #send(openId: string, description: Description, repeat?: Repeat): Promise<Sent> {
    const { playing, api, botSettled } = this.#options;
    const alteration = repeat?.alteration ?? {};
    const forged = isForged(alteration);
    const delivery = playing.nextId("d");
    if (repeat === undefined) {
      api.note(openId, description);
      this.#showFollower(openId);
      this.#say(openId, delivery, { what: "sent", description });
    }
    await botSettled();
    const record = await this.#deliver(openId, description, delivery, repeat);
    // An attacker's messages are not part of the conversation.
    if (forged) return { record, delivery };
    if (repeat === undefined) this.#records = [...this.#records, record].slice(-MOST_RECORDS);
    if (isWorthShowing(record)) this.#say(openId, delivery, { what: "shown", shown: record.shown });
    return { record, delivery };
  }

  async #deliver(
    openId: string,
    description: Description,
    id: string,
    repeat: Repeat | undefined,
  ): Promise<DeliveryRecord> {
    const { playing, account, botSettled } = this.#options;
    const { timeoutMs, deliveries } = playing.get("session");
    const alteration = repeat?.alteration ?? {};
    /** Where an attempt goes: a bot that was restarted in the meantime has another port, and perhaps another mode. */
    const delivering = (): Delivering => ({
      url: playing.get("bot").url,
      account: account(),
      alteration,
    });
    const now = Date.now();
    const of = repeat?.of;
    let view: DeliveryView = {
      id,
      at: now,
      openId,
      mode: account().mode,
      description,
      alteration,
      of: of?.id,
      xml: "",
      attempts: [],
    };
    const show = (change: Partial<DeliveryView>): void => {
      // The bot's lines are added to it in the meantime.
      view = { ...(playing.find("deliveries", id) ?? view), ...change };
      playing.put("deliveries", view);
    };
    const showAttempt = (attempt: AttemptView): void => {
      const others = view.attempts.filter(({ number }) => number !== attempt.number);
      const xml = attempt.request?.plaintext ?? view.xml;
      show({ attempts: [...others, attempt], xml, mode: attempted.account.mode });
    };
    let attempted = delivering();
    const target: Target = { send: (request) => targetOf(attempted.url).send(request) };
    const record = await deliver(target, account(), description, {
      openId,
      timeoutMs,
      ...(of && identityOf(of)),
      mediaType: (id) => this.#options.api.media.find(id)?.type,
      deliveries: isForged(alteration) ? 1 : deliveries,
      alter: platformAlteration(alteration, now),
      signal: this.#ending.signal,
      prepare: async () => {
        await botSettled();
        attempted = delivering();
        return attempted.account;
      },
      onStart: (started) => showAttempt(startedView(started, attempted)),
      onAttempt: (attempt) => showAttempt(attemptView(attempt, attempted)),
    });
    show({ shown: record.shown, xml: record.xml });
    return record;
  }

  #say(openId: string, delivery: string, content: EntryContent): void {
    const { playing } = this.#options;
    playing.put("entries", { id: playing.nextId("e"), at: Date.now(), openId, delivery, content });
  }

  #showFollower(openId: string): void {
    const { playing, api } = this.#options;
    const shown = playing.find("followers", openId);
    const following = api.followers.get(openId)?.follows ?? false;
    if (shown !== undefined && shown.following !== following) {
      playing.put("followers", { ...shown, following });
    }
  }
}

/** As many as the inspector keeps. */
const MOST_RECORDS = 200;

/** A repeat has the id and the time of what it repeats: by these a server knows it. */
function identityOf({ xml }: DeliveryView): Pick<DeliverOptions, "messageId" | "createTime"> {
  const messageId = /(?:<MsgId>|"MsgId":)(\d+)/.exec(xml)?.[1];
  const createTime = /(?:<CreateTime>|"CreateTime":)(\d+)/.exec(xml)?.[1];
  return { messageId, createTime: createTime === undefined ? undefined : Number(createTime) };
}

/** A bot that does not run is a server at which nobody answers. */
function targetOf(url: string): Target {
  if (url !== "") return createHttpTarget(url);
  return { send: () => Promise.reject(new LabNoAnswer("refused", 0, "The bot is not running")) };
}

/** Events to which nobody expects an answer. */
const SILENT_EVENTS: ReadonlySet<string> = new Set([
  "unsubscribe",
  "view",
  "view_miniprogram",
  "location",
]);

/** That nothing came is worth a line only where something was to be expected. */
function isWorthShowing({ description, shown }: DeliveryRecord): boolean {
  if (shown.what !== "nothing") return true;
  return !SILENT_EVENTS.has(String(description["Event"] ?? "").toLowerCase());
}
