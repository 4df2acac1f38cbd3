/**
 * The stand-in's followers and the messages that may be sent to them: five within 48 hours of a
 * message of theirs, three within a minute of a click, a follow or a scan.
 *
 * @module
 */
import { Refusal, done, json, readJson, recordOf, textOf } from "./stand-in-wire.ts";
import type { Given, Received } from "./stand-in-wire.ts";

/** A message as it was taken. */
export interface SentMessage {
  readonly touser: string;
  readonly msgtype: string;
  readonly [part: string]: unknown;
}

interface Allowance {
  readonly from: "message" | "event";
  left: number;
  readonly until: number;
}

interface Follower {
  subscribed: boolean;
  allowances: Allowance[];
  /** When they last did anything, and until when they see that somebody types. */
  lastAt: number;
  typingUntil: number;
}

const TWO_DAYS_MS = 48 * 3_600_000;

/** The member that each kind must have, and what must stand in it. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  text: ["content"],
  image: ["media_id"],
  voice: ["media_id"],
  video: ["media_id"],
  music: ["thumb_media_id"],
  news: [],
  mpnews: ["media_id"],
  mpnewsarticle: ["article_id"],
  msgmenu: [],
  wxcard: ["card_id"],
  miniprogrampage: ["appid", "pagepath", "thumb_media_id"],
  aimsgcontext: [],
};

export class StandInMessages {
  /** What was taken, in order. */
  readonly sent: SentMessage[] = [];
  /** The limit is not documented. */
  textLimitBytes = 2048;
  readonly #followers = new Map<string, Follower>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Somebody follows, writes, clicks or scans. */
  heard(openId: string, what: "message" | "click" | "follow" | "scan" = "message"): void {
    const at = this.#now();
    const from = what === "message" ? "message" : "event";
    const follower = this.#followers.get(openId) ?? newFollower();
    follower.subscribed = true;
    follower.lastAt = at;
    const [left, forMs] = from === "message" ? [5, TWO_DAYS_MS] : [3, 60_000];
    const others = follower.allowances.filter((allowance) => allowance.from !== from);
    follower.allowances = [...others, { from, left, until: at + forMs }];
    this.#followers.set(openId, follower);
  }

  unfollow(openId: string): void {
    this.#follower(openId).subscribed = false;
  }

  /** POST /cgi-bin/message/custom/send */
  send(request: Received): Given {
    const { at } = request;
    const message = readJson(request);
    const { touser, msgtype, customservice } = message;
    const follower = this.#follower(touser);
    checkKind(message, this.textLimitBytes);
    const agent = textOf(recordOf(customservice)["kf_account"]);
    if (customservice !== undefined && agent === undefined) {
      throw new Refusal(65400, "please enable new custom service, or wait for a while if you did");
    }
    if (!follower.subscribed) throw new Refusal(45015);
    const open = follower.allowances.filter(({ until }) => until > at);
    if (open.length === 0) throw new Refusal(45015);
    const [first] = open.filter(({ left }) => left > 0).sort((a, b) => a.until - b.until);
    if (first === undefined) throw new Refusal(45047);
    first.left -= 1;
    follower.typingUntil = 0;
    this.sent.push({ ...message, touser: String(touser), msgtype: String(msgtype) });
    return done();
  }

  /** POST /cgi-bin/message/custom/typing */
  typing(request: Received): Given {
    const { at } = request;
    const { touser, command } = readJson(request);
    const follower = this.#follower(touser);
    if (command !== "Typing" && command !== "CancelTyping") throw new Refusal(45072);
    if (at - follower.lastAt > 30_000) throw new Refusal(45080);
    if (command === "Typing" && follower.typingUntil > at) throw new Refusal(45081);
    follower.typingUntil = command === "Typing" ? at + 15_000 : 0;
    return done();
  }

  isTyping(openId: string): boolean {
    return this.#follower(openId).typingUntil > this.#now();
  }

  /** GET /cgi-bin/user/info */
  info({ query }: Received): Given {
    const { openid = "", lang = "zh_CN" } = query;
    const { subscribed } = this.#follower(openid);
    if (!subscribed) return json({ subscribe: 0, openid });
    return json({
      subscribe: 1,
      openid,
      language: lang,
      subscribe_time: 1_434_093_047,
      unionid: "o7bAUwKwcJTyEOkbKvRfVVJY9uUE",
      remark: "",
      groupid: 0,
      tagid_list: [128, 2],
      subscribe_scene: "ADD_SCENE_QR_CODE",
      qr_scene: 98765,
      qr_scene_str: "",
    });
  }

  #follower(openId: unknown): Follower {
    const follower = this.#followers.get(String(openId));
    if (follower === undefined) throw new Refusal(40003);
    return follower;
  }
}

function newFollower(): Follower {
  return { subscribed: true, allowances: [], lastAt: 0, typingUntil: 0 };
}

function checkKind(message: Record<string, unknown>, textLimitBytes: number): void {
  const kind = String(message["msgtype"]);
  const required = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (required === undefined) throw new Refusal(40008);
  const part = recordOf(message[kind]);
  for (const name of required) {
    if (textOf(part[name]) === undefined) throw new Refusal(kind === "text" ? 44004 : 40007);
  }
  if (kind === "text" && Buffer.byteLength(String(part["content"])) > textLimitBytes) {
    throw new Refusal(45002);
  }
  if (kind === "news" && countOf(part["articles"]) !== 1) throw new Refusal(45008);
  if (kind === "msgmenu" && countOf(part["list"]) === 0) throw new Refusal(47001);
}

function countOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
