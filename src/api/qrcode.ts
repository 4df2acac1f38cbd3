/**
 * QR codes with a scene (带参数二维码): a person who scans one follows the account or, as a follower, comes
 * back to it, and the event says which code it was.
 *
 * @module
 */
import { count, flag } from "../options.ts";
import type { Table } from "../options.ts";
import { answerInvalid, inputInvalid, requireText } from "./api-error.ts";
import { readInput } from "./call-options.ts";
import type { Caller } from "./caller.ts";

/** What creating answers. */
export interface Qrcode {
  readonly ticket: string;
  /** What the code holds, for drawing it oneself. */
  readonly url: string;
  /** Of a temporary one. */
  readonly expire_seconds?: number | undefined;
  /** The picture of the code. */
  readonly imageUrl: string;
}

/** How long a code is good. */
export interface QrcodeOptions {
  /** Default: 60. At most 2,592,000, 30 days. */
  readonly expireSeconds?: number | undefined;
  /** Good for ever. An account may have 100,000 of them. */
  readonly permanent?: boolean | undefined;
}

const CODE = {
  expireSeconds: { check: count({ most: 2_592_000 }) },
  permanent: { check: flag, default: false },
} satisfies Table<QrcodeOptions>;

const PERMANENT_NUMBERS = 100_000;
const SCENE_CHARACTERS = 64;

export class Qrcodes {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Makes a code.
   *
   * @param scene a number from 1 (up to 4,294,967,295, a permanent one up to 100,000), or a text of
   *   1 to 64 characters
   * @throws EchostrError `API_INPUT_INVALID` for a scene or a time out of bounds
   *
   * @example
   * const { imageUrl } = await api.qrcode.create("table-7", { permanent: true });
   */
  async create(scene: number | string, options: QrcodeOptions = {}): Promise<Qrcode> {
    const { permanent, expireSeconds } = readInput(CODE, options);
    checkScene(scene, permanent);
    if (permanent && expireSeconds !== undefined) {
      throw inputInvalid("A permanent code must have no expireSeconds, got some");
    }
    const isText = typeof scene === "string";
    const action_name = `QR_${permanent ? "LIMIT_" : ""}${isText ? "STR_" : ""}SCENE`;
    const action_info = { scene: isText ? { scene_str: scene } : { scene_id: scene } };
    const expire_seconds = permanent ? undefined : (expireSeconds ?? 60);
    const path = "/cgi-bin/qrcode/create";
    const answer = await this.#caller.json(path, { expire_seconds, action_name, action_info });
    const { ticket, url } = answer;
    if (typeof ticket !== "string" || typeof url !== "string") {
      throw answerInvalid(`ticket and url expected from ${path}`);
    }
    const seconds = answer["expire_seconds"];
    return {
      ticket,
      url,
      expire_seconds: typeof seconds === "number" ? seconds : undefined,
      imageUrl: this.imageUrl(ticket),
    };
  }

  /** Where the picture of a code is; anybody may fetch it. */
  imageUrl(ticket: string): string {
    const text = requireText("Ticket", ticket);
    return `https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=${encodeURIComponent(text)}`;
  }
}

function checkScene(scene: number | string, permanent: boolean): void {
  if (typeof scene === "string") {
    const { length } = [...scene];
    if (length >= 1 && length <= SCENE_CHARACTERS) return;
    throw inputInvalid(`Scene must have 1 to ${SCENE_CHARACTERS} characters, got ${length}`);
  }
  const highest = permanent ? PERMANENT_NUMBERS : 0xffff_ffff;
  if (Number.isInteger(scene) && scene >= 1 && scene <= highest) return;
  throw inputInvalid(`Scene must be a whole number from 1 to ${highest}, got ${String(scene)}`);
}
