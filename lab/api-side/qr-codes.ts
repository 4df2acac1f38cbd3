/**
 * Codes with a scene: a person who scans one follows with `qrscene_…`, or, already following, sends the
 * scene with `SCAN`.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { Clock } from "../../src/clock.ts";
import { randomText } from "../platform/identifiers.ts";
import { jsonOf, recordIn, textIn } from "./api-call.ts";
import type { ApiCall, Fields } from "./api-call.ts";
import { ApiFailure } from "./api-errors.ts";

/** A code that was made. */
export interface QrCode {
  readonly ticket: string;
  readonly scene: string;
  /** Milliseconds since 1970; `undefined` when it does not end. */
  readonly expiresAt: number | undefined;
}

const DEFAULT_SECONDS = 60;
const MOST_SECONDS = 2_592_000;
const MOST_SCENE_LENGTH = 64;
const MOST_LASTING_SCENE = 100_000;

export class QrCodes {
  readonly #clock: Pick<Clock, "now">;
  #codes: readonly QrCode[] = [];

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Those that can still be scanned. */
  get list(): readonly QrCode[] {
    const now = this.#clock.now();
    return this.#codes.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
  }

  /** The ticket of a code with this scene; it is created if there is none. */
  ticketOf(scene: string): string {
    return (
      this.list.findLast((code) => code.scene === scene)?.ticket ?? this.#add(scene, undefined)
    );
  }

  /** POST `qrcode/create`. */
  async create(call: ApiCall): Promise<object> {
    const fields = await jsonOf(call);
    const action = textIn(fields, "action_name");
    if (!/^QR_(?:LIMIT_)?(?:STR_)?SCENE$/.test(action)) throw new ApiFailure(40053, "action_name");
    const lasts = action.includes("LIMIT");
    const scene = readScene(recordIn(recordIn(fields, "action_info"), "scene"), action, lasts);
    const url = `http://weixin.qq.com/q/${randomText(22)}`;
    if (lasts) return { ticket: this.#add(scene, undefined), url };
    const seconds = Number(fields["expire_seconds"] ?? DEFAULT_SECONDS);
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > MOST_SECONDS) {
      throw new ApiFailure(40053, `expire_seconds is 1 to ${MOST_SECONDS}`);
    }
    const ticket = this.#add(scene, this.#clock.now() + seconds * 1000);
    return { ticket, expire_seconds: seconds, url };
  }

  #add(scene: string, expiresAt: number | undefined): string {
    // Base64, as WeChat's: what has a meaning in a query must be escaped there.
    const ticket = `gQH4+/8D${randomBytes(67).toString("base64")}`;
    this.#codes = [...this.#codes, { ticket, scene, expiresAt }];
    return ticket;
  }
}

function readScene(scene: Fields, action: string, lasts: boolean): string {
  if (action.includes("STR")) {
    const text = scene["scene_str"];
    const isText = typeof text === "string" && text.length >= 1;
    if (isText && text.length <= MOST_SCENE_LENGTH) return text;
    throw new ApiFailure(40053, `scene_str has 1 to ${MOST_SCENE_LENGTH} characters`);
  }
  const most = lasts ? MOST_LASTING_SCENE : 0xffff_ffff;
  const id = scene["scene_id"];
  const isNumber = typeof id === "number" && Number.isInteger(id);
  if (isNumber && id >= 1 && id <= most) return String(id);
  throw new ApiFailure(40053, `scene_id is a number from 1 to ${most}`);
}
