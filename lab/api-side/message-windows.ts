/**
 * How long and how often an account may write to a follower: five messages within 48 hours of a
 * message of theirs, three within a minute of a click, a follow or a scan.
 *
 * @module
 */
import type { Followers, Interaction } from "../platform/followers.ts";
import { ApiFailure } from "./api-errors.ts";

interface Allowance {
  readonly messages: number;
  readonly forMs: number;
}

/** As the documents have it since 2023. */
export const ALLOWANCES: Readonly<Record<Interaction, Allowance>> = {
  message: { messages: 5, forMs: 48 * 3_600_000 },
  click: { messages: 3, forMs: 60_000 },
  follow: { messages: 3, forMs: 60_000 },
  scan: { messages: 3, forMs: 60_000 },
};

/** When the follower did it, and how many messages are left of what it allowed. */
interface Window {
  readonly at: number;
  readonly left: number;
}

export class MessageWindows {
  readonly #followers: Followers;
  readonly #windows = new Map<string, Map<Interaction, Window>>();

  constructor(followers: Followers) {
    this.#followers = followers;
    followers.onChange(({ openId, follows, last }, interaction) => {
      if (!follows) this.#windows.delete(openId);
      const at = interaction === undefined ? undefined : last[interaction];
      if (interaction === undefined || at === undefined) return;
      const windows = this.#windows.get(openId) ?? new Map<Interaction, Window>();
      windows.set(interaction, { at, left: ALLOWANCES[interaction].messages });
      this.#windows.set(openId, windows);
    });
  }

  /**
   * Takes one message from what the follower allowed, from what ends soonest.
   *
   * @throws ApiFailure 40003, 45015, 45047
   */
  take(openId: string, now: number): void {
    if (this.#followers.get(openId) === undefined) throw new ApiFailure(40003);
    const windows = this.#windows.get(openId) ?? new Map<Interaction, Window>();
    const open = [...windows]
      .map(([interaction, window]) => ({
        interaction,
        window,
        until: window.at + ALLOWANCES[interaction].forMs,
      }))
      .filter(({ until }) => until > now)
      .sort((a, b) => a.until - b.until);
    if (open.length === 0) throw new ApiFailure(45015);
    const first = open.find(({ window }) => window.left > 0);
    if (first === undefined) throw new ApiFailure(45047);
    windows.set(first.interaction, { at: first.window.at, left: first.window.left - 1 });
  }

  /** When the follower did anything last; `undefined` when they never did. */
  lastInteraction(openId: string): number | undefined {
    const times = [...(this.#windows.get(openId)?.values() ?? [])].map(({ at }) => at);
    return times.length === 0 ? undefined : Math.max(...times);
  }
}
