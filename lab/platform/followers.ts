/**
 * Who follows an account, and what they did last: an account may write to a follower only for a
 * while after that.
 *
 * @module
 */
import { randomOpenId } from "./identifiers.ts";
import type { Description } from "./types.ts";

/** What a follower did that lets the account write to them. */
export type Interaction = "message" | "click" | "follow" | "scan";

/** A follower as the account's own interfaces know them. */
export interface FollowerRecord {
  readonly openId: string;
  readonly follows: boolean;
  /** Milliseconds since 1970. */
  readonly followedAt: number;
  /** The scene of the code that they followed by, without `qrscene_`. */
  readonly scene: string;
  readonly remark: string;
  readonly tags: readonly number[];
  /** When they did each of these last, in milliseconds since 1970. */
  readonly last: Readonly<Partial<Record<Interaction, number>>>;
}

/** Told when a follower came, changed or did something. */
export type FollowerListener = (follower: FollowerRecord, interaction?: Interaction) => void;

export class Followers {
  readonly #records = new Map<string, FollowerRecord>();
  readonly #listeners = new Set<FollowerListener>();

  /**
   * A new follower, or the one with this openid.
   *
   * @param now milliseconds since 1970
   */
  add(now: number, openId: string = randomOpenId()): FollowerRecord {
    const known = this.#records.get(openId);
    if (known !== undefined) return known;
    return this.#set({
      openId,
      follows: true,
      followedAt: now,
      scene: "",
      remark: "",
      tags: [],
      last: {},
    });
  }

  get(openId: string): FollowerRecord | undefined {
    return this.#records.get(openId);
  }

  /** In the order in which they came. */
  get list(): readonly FollowerRecord[] {
    return [...this.#records.values()];
  }

  /** Changes what the account keeps about a follower. */
  change(openId: string, fields: Partial<Pick<FollowerRecord, "remark" | "tags">>): void {
    const record = this.#records.get(openId);
    if (record !== undefined) this.#set({ ...record, ...fields });
  }

  /** Notes what a delivered message says about its follower. */
  note(openId: string, description: Description, now: number): void {
    const record = this.add(now, openId);
    const interaction = interactionOf(description);
    const event = eventOf(description);
    const last = interaction === undefined ? record.last : { ...record.last, [interaction]: now };
    if (event === "subscribe") {
      const scene = /^qrscene_(.*)$/s.exec(String(description["EventKey"] ?? ""))?.[1] ?? "";
      this.#set({ ...record, follows: true, followedAt: now, scene, last }, interaction);
    } else if (event === "unsubscribe") {
      this.#set({ ...record, follows: false, last: {} });
    } else if (interaction !== undefined) {
      this.#set({ ...record, last }, interaction);
    }
  }

  /** @returns ends the listening */
  onChange(listener: FollowerListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #set(record: FollowerRecord, interaction?: Interaction): FollowerRecord {
    this.#records.set(record.openId, record);
    for (const listener of this.#listeners) listener(record, interaction);
    return record;
  }
}

const EVENT_INTERACTIONS: Readonly<Record<string, Interaction>> = {
  subscribe: "follow",
  scan: "scan",
  click: "click",
  scancode_push: "click",
  scancode_waitmsg: "click",
};

/** What lets the account write; most events do not. */
export function interactionOf(description: Description): Interaction | undefined {
  const event = eventOf(description);
  return event === undefined ? "message" : EVENT_INTERACTIONS[event];
}

function eventOf({ MsgType, Event }: Description): string | undefined {
  if (MsgType === "device_event") return MsgType;
  return MsgType === "event" ? String(Event).toLowerCase() : undefined;
}
