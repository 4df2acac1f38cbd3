/**
 * The words in which the parts of the platform speak with each other: an account, a small
 * description of a message, a delivery and its attempts, the verdict on an answer.
 *
 * They are types and nothing else, so that the page, the commands and users' tests can read them
 * without taking any of the machinery with them.
 */

/** The kinds of files that a platform keeps. */
export type MediaType = "image" | "voice" | "video" | "thumb";

/** How the account's console is set: 明文, 兼容 or 安全. */
export type LabMode = "plain" | "compat" | "safe";

/** 数据格式 of what is sent and answered. Official Accounts have XML only. */
export type LabFormat = "xml" | "json";

/** An Official Account as the platform knows it: what its owner pasted into the console. */
export interface LabAccount {
  /** The account's own id, `gh_…`: `ToUserName` of what it receives. */
  readonly originalId: string;
  readonly token: string;
  readonly appId: string;
  /** 43 characters; needed for `compat` and `safe`. */
  readonly encodingAesKey?: string | undefined;
  readonly mode: LabMode;
  /** As a mini program, or 微信云托管, may have it. XML where nothing is said. */
  readonly format?: LabFormat | undefined;
}

/** A field of a description. Objects become nested elements, lists become repeated ones. */
export type FieldInput =
  | string
  | number
  | bigint
  | boolean
  | readonly FieldInput[]
  | { readonly [name: string]: FieldInput }
  | undefined;

/** What to deliver, in a few fields: `{ MsgType: "text", Content: "你好" }`. */
export interface Description {
  readonly MsgType: string;
  readonly [field: string]: FieldInput;
}

/** The fields that every message has and no description needs to say. */
export interface Envelope {
  readonly ToUserName: string;
  readonly FromUserName: string;
  /** Seconds since 1970. */
  readonly CreateTime: number;
  /** A decimal number of 64 bits; events have none. */
  readonly MsgId?: string | undefined;
}

/** A message as it is sent, with all its fields. */
export interface Composed {
  /** Its XML, or in the other format its JSON. */
  readonly xml: string;
  readonly fields: Description;
}

/** A SHA-1 over sorted strings, with what went into it. */
export interface HashSteps {
  /** In the order in which they are joined. */
  readonly parts: readonly { readonly name: string; readonly value: string }[];
  readonly joined: string;
  readonly sha1: string;
}

/** The parts of an encrypted frame, and the bytes they make before encryption. */
export interface FrameParts {
  /** The 16 random bytes, in hexadecimal. */
  readonly random: string;
  /** Length of the message in bytes. */
  readonly length: number;
  readonly message: string;
  readonly appId: string;
  /** How many bytes of padding, each with this value. */
  readonly padding: number;
  /** The whole frame with its padding, in hexadecimal, before encryption. */
  readonly bytesHex: string;
  /** The encrypted frame, as in `Encrypt`. */
  readonly base64: string;
}

/** How a delivery came by its signatures and its frame. */
export interface SealingSteps {
  readonly signature: HashSteps;
  readonly msgSignature?: HashSteps | undefined;
  readonly frame?: FrameParts | undefined;
}

/** A message ready to be sent: the query without its question mark, and the body. */
export interface SignedDelivery {
  readonly query: string;
  readonly body: string;
  readonly contentType: string;
  readonly steps: SealingSteps;
}

/** A request to the server that is tried. */
export interface LabRequest {
  readonly method: string;
  /** Without the question mark; may be empty. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** When the connection is dropped. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What came back in time. */
export interface LabResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly ms: number;
}

/** Anything that takes a delivery: an address, or a bot in the same process. */
export interface Target {
  /** Rejects with a `LabNoAnswer` when nothing whole came in time. */
  send(request: LabRequest): Promise<LabResponse>;
}

/** A bot as the platform sees it: something that answers requests at a path. */
export interface BotLike {
  readonly fetch: (request: Request) => Promise<Response>;
  readonly path: string;
  /** There on a bot of echostr; the platform never calls it. */
  readonly callback?: unknown;
}

/** Why there was no answer. */
export type NoAnswerReason = "timeout" | "reset" | "refused" | "dns" | "tls" | "aborted" | "failed";

/** How grave a finding is: the follower is harmed, may be, or is not. */
export type Severity = "error" | "warning" | "note";

/** Something wrong with an answer, why, and what to do about it. */
export interface Finding {
  /** One of a closed set, such as `ANSWER-NOT-XML`. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence that names the cause. */
  readonly message: string;
  readonly fix: string;
}

/** An article of a 图文 reply. */
export interface ShownArticle {
  readonly title: string;
  readonly description: string;
  readonly picUrl: string;
  readonly url: string;
}

/** A reply as the follower's phone gets it, with the fields that it shows. */
export type ShownReply =
  | { readonly MsgType: "text"; readonly content: string }
  | { readonly MsgType: "image"; readonly mediaId: string }
  | { readonly MsgType: "voice"; readonly mediaId: string }
  | {
      readonly MsgType: "video";
      readonly mediaId: string;
      readonly title: string;
      readonly description: string;
    }
  | {
      readonly MsgType: "music";
      readonly title: string;
      readonly description: string;
      readonly musicUrl: string;
      readonly hqMusicUrl: string;
      readonly thumbMediaId: string;
    }
  | { readonly MsgType: "news"; readonly articles: readonly ShownArticle[] }
  | { readonly MsgType: "transfer_customer_service"; readonly kfAccount: string };

/** What the follower's phone does after an answer. */
export type Shown =
  | { readonly what: "reply"; readonly reply: ShownReply }
  | { readonly what: "nothing" }
  /** 该公众号提供的服务出现故障，请稍后再试 */
  | { readonly what: "fault" }
  /** Nothing yet: the platform delivers the message again. */
  | { readonly what: "lost" };

/** What the platform makes of one answer. */
export interface Verdict {
  /** No finding is an error, and the follower does not read the notice of a fault. */
  readonly ok: boolean;
  readonly shows: Shown;
  readonly findings: readonly Finding[];
  /** The reply's XML, decrypted where it was encrypted. */
  readonly answerXml?: string | undefined;
}

/** What somebody who tries a server wants to be otherwise than WeChat would do it. */
export interface Alteration {
  /** Signs with this token instead of the account's. */
  readonly token?: string | undefined;
  /** Seconds since 1970, instead of the time of the attempt. */
  readonly timestamp?: number | undefined;
  readonly nonce?: string | undefined;
  /** Sent in place of the body; query and signatures stay those of the message. */
  readonly body?: string | undefined;
  /** Changes one character of what is signed, or, in plain mode, of the message. */
  readonly tamper?: boolean | undefined;
  /** How much later the request reaches the server; the 5 seconds run during that. */
  readonly delayMs?: number | undefined;
}

/** The request of an attempt, and the message that is in it. */
export interface AttemptRequest {
  readonly method: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The message's XML before encryption. */
  readonly plaintext: string;
  readonly steps: SealingSteps;
}

/** One of the up to three times that a message is delivered. */
export interface Attempt {
  /** From 1. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** How long it took until there was an answer, or the connection was dropped. */
  readonly ms: number;
  readonly request: AttemptRequest;
  readonly response?: LabResponse | undefined;
  readonly outcome: "answered" | "timeout" | "no-answer";
  /** Why there was no answer. */
  readonly reason?: NoAnswerReason | undefined;
  readonly verdict?: Verdict | undefined;
}

/** A message with all its attempts, and what the follower saw in the end. */
export interface DeliveryRecord {
  readonly id: string;
  /** When the first attempt began, in milliseconds since 1970. */
  readonly at: number;
  readonly openId: string;
  readonly description: Description;
  readonly xml: string;
  readonly attempts: readonly Attempt[];
  readonly shown: Shown;
}
