/**
 * The server under test, and all that a probe can do to it: send a request of any kind, deliver a
 * message as the platform would, make texts and encrypted bodies. Nothing here rejects because of
 * what the server does: no answer is an answer too.
 *
 * @module
 */
import { composeMessage } from "../platform/compose.ts";
import { deliver } from "../platform/delivery.ts";
import { nextMessageId, randomText } from "../platform/identifiers.ts";
import { judge } from "../platform/judge.ts";
import { isNoAnswer } from "../platform/no-answer.ts";
import { waitingClock } from "../../src/clock.ts";
import { CONTENT_TYPES, withEncrypt } from "../platform/sealing.ts";
import type {
  Attempt,
  Composed,
  Description,
  LabAccount,
  Target,
  Verdict,
} from "../platform/types.ts";
import { formatQuery, signedFields } from "./signed-query.ts";
import { encryptTampered } from "./tampered-frame.ts";
import type { Tampering } from "./tampered-frame.ts";
import { textOf } from "./watched-target.ts";
import type { Answered } from "./watched-target.ts";

/** What came back to a probe. */
export interface Heard extends Answered {
  readonly headers: Readonly<Record<string, string>>;
  /** What the platform makes of it, where it was asked. */
  readonly verdict?: Verdict | undefined;
}

/** A request that a probe makes. */
export interface Asked {
  readonly method: string;
  readonly query: string;
  readonly body?: string | Uint8Array;
  readonly timeoutMs?: number;
  /** Have the platform's judge look at the answer. */
  readonly isJudged?: boolean;
}

/** What differs from an ordinary delivery. */
export interface DeliverySettings {
  /** When it is signed, in milliseconds since 1970. */
  readonly now?: number;
  readonly timeoutMs?: number;
  readonly method?: string;
}

/** How the server answers an ordinary text; what the probes' answers are compared with. */
export interface Usual {
  readonly isReply: boolean;
  readonly text: string;
  /** It took a second or more, or several deliveries. */
  readonly isSlow: boolean;
}

/** A message as the account's mode demands it: its body, and queries that are signed for it. */
export interface Sealed {
  readonly body: string | Uint8Array;
  /** @param now when it is signed, in milliseconds since 1970 */
  query(now: number): string;
}

type Parts = Pick<
  Subject,
  "url" | "insecure" | "account" | "openId" | "isLocal" | "patienceMs" | "target"
>;

export class Subject {
  readonly url: URL;
  readonly insecure: boolean;
  readonly account: LabAccount;
  readonly openId: string;
  readonly isLocal: boolean;
  /** How long an answer is waited for; WeChat's 5 seconds, or a test's. */
  readonly patienceMs: number;
  readonly target: Target;
  /** Whether a handshake is answered at all, rightly or not: then it tells whether it is alive. */
  greets: boolean = false;
  /** `undefined` when an ordinary text is not accepted, or not sent yet. */
  usual: Usual | undefined;

  constructor({ url, insecure, account, openId, isLocal, patienceMs, target }: Parts) {
    this.url = url;
    this.insecure = insecure;
    this.account = account;
    this.openId = openId;
    this.isLocal = isLocal;
    this.patienceMs = patienceMs;
    this.target = target;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return waitingClock.now();
  }

  async send(asked: Asked): Promise<Heard> {
    const { account, openId, target } = this;
    const { method, query, body, timeoutMs = this.patienceMs } = asked;
    const type = body === undefined ? {} : { "Content-Type": CONTENT_TYPES[account.format ?? "xml"] };
    const headers = { "User-Agent": "Mozilla/4.0", Accept: "*/*", ...type };
    try {
      const response = await target.send({ method, query, headers, body, timeoutMs });
      const expectation = { account, openId, fields: this.#describe({}), at: this.now(), isLast: true };
      const verdict = asked.isJudged === true ? judge(response, expectation) : undefined;
      return { ...response, text: textOf(response), verdict };
    } catch (error) {
      if (!isNoAnswer(error)) throw error;
      return { status: 0, reason: error.reason, headers: {}, text: "", ms: error.ms };
    }
  }

  /** Delivers a description as the platform does, and again where no answer comes in time. */
  async converse(
    description: Description,
    deliveries: number,
    openId: string = this.openId,
  ): Promise<readonly Attempt[]> {
    const options = { openId, deliveries, timeoutMs: this.patienceMs };
    return (await deliver(this.target, this.account, description, options)).attempts;
  }

  /** A message, whatever it is, signed and sealed as the account's mode demands. */
  deliver(xml: string | Uint8Array, settings: DeliverySettings = {}): Promise<Heard> {
    const { now = this.now(), method = "POST", timeoutMs = this.patienceMs } = settings;
    const { body, query } = this.seal(xml);
    return this.send({ method, query: query(now), body, timeoutMs, isJudged: true });
  }

  /** @param plain what stands beside `<Encrypt>` in compat mode; an ordinary text by default */
  seal(xml: string | Uint8Array, plain?: string): Sealed {
    const { openId, account } = this;
    const encrypt = account.mode === "plain" ? undefined : this.encrypt(xml);
    return {
      body: encrypt === undefined ? xml : this.wrap(encrypt, plain),
      query: (now) => {
        const openid = encrypt === undefined ? undefined : openId;
        return formatQuery({ ...signedFields(account.token, now, encrypt), openid });
      },
    };
  }

  /** A new text message as it is sent; fields that are given replace those that it has. */
  text(fields: Readonly<Record<string, string>> = {}): string {
    return this.#compose(fields).xml;
  }

  encrypt(message: string | Uint8Array, tampering: Tampering = {}): string {
    const { encodingAesKey = randomText(43), appId } = this.account;
    return encryptTampered(message, encodingAesKey, appId, tampering);
  }

  /** The body around `<Encrypt>`: alone in safe mode, beside the plain fields in compat mode. */
  wrap(encrypt: string, plain?: string): string {
    const composed = this.#compose({});
    const message = plain === undefined ? composed : { ...composed, xml: plain };
    return withEncrypt(this.account, message, encrypt);
  }

  #describe(fields: Readonly<Record<string, string>>): Description {
    return { MsgType: "text", FromUserName: this.openId, Content: "你好", ...fields };
  }

  #compose(fields: Readonly<Record<string, string>>): Composed {
    const { account, openId } = this;
    const at = this.now();
    const envelope = {
      ToUserName: account.originalId,
      FromUserName: openId,
      CreateTime: Math.floor(at / 1000),
      MsgId: nextMessageId(at),
    };
    return composeMessage(this.#describe(fields), envelope, { format: account.format });
  }
}

/** Whether the answer is a reply to a follower, plain or encrypted: its handler ran. */
export function isReply(heard: Pick<Answered, "status" | "text">): boolean {
  return heard.status === 200 && /<(?:MsgType|Encrypt)[\s>]|"(?:MsgType|Encrypt)"\s*:/.test(heard.text);
}

/** The reply's XML, decrypted if possible; otherwise the body unchanged. */
export function answerOf(heard: Heard): string {
  return heard.verdict?.answerXml ?? heard.text;
}

/**
 * Whether a right message was not taken: with an error, or without the reply that other texts get.
 * Silence says nothing, for a slow bot is silent too.
 */
export function isTurnedDown(subject: Subject, heard: Heard): boolean {
  if (heard.status === 0) return false;
  return heard.status !== 200 || (subject.usual?.isReply === true && !isReply(heard));
}
