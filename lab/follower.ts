/**
 * A follower in a test: what a person does with a phone, in one method each. Every one of them
 * resolves when the platform is through with the message: with its answer, or after three
 * deliveries without one.
 *
 * @module
 */
import type { ApiSide } from "./api-side/api-side.ts";
import type { Conversation } from "./conversation.ts";
import { invalidInput } from "./platform/lab-input.ts";
import type { Description } from "./platform/types.ts";

/** Delivers what a follower sends. */
export type SendAs = (openId: string, description: Description) => Promise<Conversation>;

/** A place on the map. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  readonly label?: string | undefined;
  readonly scale?: number | undefined;
}

export class Follower {
  readonly openId: string;
  readonly #api: ApiSide;
  readonly #send: SendAs;

  constructor(openId: string, api: ApiSide, send: SendAs) {
    this.openId = openId;
    this.#api = api;
    this.#send = send;
  }

  /** Whether they follow the account: from the start, until they leave. */
  get isFollowing(): boolean {
    return this.#api.followers.get(this.openId)?.follows === true;
  }

  /**
   * Writes a text.
   *
   * @example
   * assert.equal((await alice.says("你好")).text, "测试");
   */
  says(content: string): Promise<Conversation> {
    return this.sends({ MsgType: "text", Content: content });
  }

  /**
   * Sends a message or event of any kind.
   *
   * @throws EchostrError `LAB_INPUT_INVALID`
   *
   * @example
   * await alice.sends({ MsgType: "image", MediaId: "m1", PicUrl: "http://example.com/1.jpg" });
   */
  async sends(description: Description): Promise<Conversation> {
    const isReturning = description["Event"] === "subscribe";
    if (!this.isFollowing && !isReturning) {
      throw invalidInput(`${this.openId} has left, and must follow before anything else`);
    }
    return this.#send(this.openId, description);
  }

  /** Follows the account; with a scene, by scanning a code. */
  follows(scene?: string): Promise<Conversation> {
    const how =
      scene === undefined
        ? { EventKey: "" }
        : { EventKey: `qrscene_${scene}`, Ticket: this.#api.codes.ticketOf(scene) };
    return this.sends({ MsgType: "event", Event: "subscribe", ...how });
  }

  /** Leaves the account. */
  unfollows(): Promise<Conversation> {
    return this.sends({ MsgType: "event", Event: "unsubscribe", EventKey: "" });
  }

  /** Clicks the menu's button with this key. */
  clicks(key: string): Promise<Conversation> {
    return this.sends({ MsgType: "event", Event: "CLICK", EventKey: key });
  }

  /** Scans a code with this scene; who does not follow does so by it. */
  scans(scene: string): Promise<Conversation> {
    if (!this.isFollowing) return this.follows(scene);
    const Ticket = this.#api.codes.ticketOf(scene);
    return this.sends({ MsgType: "event", Event: "SCAN", EventKey: scene, Ticket });
  }

  /** Sends a place. */
  locates({ latitude, longitude, label = "", scale = 15 }: Place): Promise<Conversation> {
    return this.sends({
      MsgType: "location",
      Location_X: latitude,
      Location_Y: longitude,
      Scale: scale,
      Label: label,
    });
  }
}
