/**
 * What an account may answer: one message, as XML, in the response to the delivery.
 *
 * The reply turns sender and recipient round: `ToUserName` is the follower's openid and
 * `FromUserName` the account's `gh_…` id, as they came. `CreateTime` is in seconds. Everything
 * that a person wrote goes into CDATA; a `]]>` inside would end the section and let the rest be
 * read as markup, so each one is split over two sections. Characters that XML forbids are removed:
 * with one of them WeChat shows the follower a notice of failure instead of the reply.
 *
 * Limits: eight articles in news (one, when the follower had sent a message: WeChat drops the
 * others). The length of a text is not documented; 2,048 bytes have been measured, and more is
 * answered with a notice of failure. We stop at 1,800, cut between two characters, and hand the
 * rest back.
 *
 * @module
 */
import { EchostrError, kindOf } from "../errors.ts";
import { graphemeStart } from "./graphemes.ts";
import type { BodyFormat } from "./json-body.ts";
import { sign } from "./signature.ts";
import { endWithin } from "./text-cut.ts";

/** An article of a news reply. */
export interface Article {
  readonly title: string;
  readonly description?: string | undefined;
  /** JPG or PNG; 360×200 for the first article, 200×200 for the others. */
  readonly picUrl?: string | undefined;
  /** What is opened when the article is tapped. */
  readonly url?: string | undefined;
}

/** A reply, under the names of the wire. It is plain data and may be kept as JSON. */
export type Reply =
  | { readonly MsgType: "text"; readonly Content: string }
  | { readonly MsgType: "image"; readonly Image: { readonly MediaId: string } }
  | { readonly MsgType: "voice"; readonly Voice: { readonly MediaId: string } }
  | {
      readonly MsgType: "video";
      readonly Video: {
        readonly MediaId: string;
        readonly Title?: string | undefined;
        readonly Description?: string | undefined;
      };
    }
  | {
      readonly MsgType: "music";
      readonly Music: {
        readonly Title?: string | undefined;
        readonly Description?: string | undefined;
        readonly MusicUrl?: string | undefined;
        readonly HQMusicUrl?: string | undefined;
        readonly ThumbMediaId?: string | undefined;
      };
    }
  | { readonly MsgType: "news"; readonly Articles: readonly NewsItem[] }
  | {
      readonly MsgType: "transfer_customer_service";
      readonly TransInfo?: { readonly KfAccount: string } | undefined;
    };

interface NewsItem {
  readonly Title: string;
  readonly Description?: string | undefined;
  readonly PicUrl?: string | undefined;
  readonly Url?: string | undefined;
}

/** Who answers whom, and when. */
export interface ReplyEnvelope {
  /** The follower's openid: `FromUserName` of the message. */
  readonly ToUserName: string;
  /** The account's id: `ToUserName` of the message. */
  readonly FromUserName: string;
  /** Unix seconds. */
  readonly CreateTime: number;
}

/** A reply as XML, and what did not fit into it. */
export interface FormattedReply {
  readonly xml: string;
  /** The rest of a text that was too long: a reply of its own, for the next occasion. */
  readonly rest?: Reply;
}

/** What WeChat takes for "received, nothing to say, do not send it again". */
export const SUCCESS = "success";

/** The most bytes of UTF-8 that go into one text. */
export const TEXT_LIMIT_BYTES = 1800;

/** The most articles that a news reply may have. */
export const NEWS_LIMIT = 8;

/** Seconds of the year 5138: a larger `CreateTime` is in milliseconds. */
const CREATE_TIME_LIMIT = 100_000_000_000;

/**
 * Renders a reply.
 *
 * @param options.textLimitBytes the most bytes of UTF-8 in a text. Default 1,800
 * @throws EchostrError `REPLY_INVALID` when the reply could not be shown: an empty text, no media
 *   id, no or more than eight articles, a `CreateTime` that is not in seconds
 *
 * @example
 * const { xml } = formatReply(text("测试"), {
 *   ToUserName: "oABC",
 *   FromUserName: "gh_1",
 *   CreateTime: Math.floor(Date.now() / 1000),
 * });
 */
export function formatReply(
  reply: Reply,
  envelope: ReplyEnvelope,
  options: { readonly textLimitBytes?: number } = {},
): FormattedReply {
  if (typeof reply !== "object" || reply === null) {
    throw partInvalid("Reply", "an object", reply);
  }
  const { CreateTime } = (envelope ?? {}) as ReplyEnvelope;
  if (!Number.isInteger(CreateTime) || CreateTime < 0 || CreateTime > CREATE_TIME_LIMIT) {
    throw replyInvalid(`CreateTime must be unix seconds, got ${CreateTime}`);
  }
  const head =
    `<xml>${cdata("ToUserName", envelope.ToUserName)}` +
    `${cdata("FromUserName", envelope.FromUserName)}` +
    `<CreateTime>${CreateTime}</CreateTime><MsgType><![CDATA[${reply.MsgType}]]></MsgType>`;
  if (reply.MsgType !== "text") return { xml: `${head}${formatFields(replyFields(reply))}</xml>` };

  const content = contentOf(reply.Content);
  const [first, rest] = splitText(content, options.textLimitBytes ?? TEXT_LIMIT_BYTES);
  const xml = `${head}<Content><![CDATA[${splitCdataEnd(first)}]]></Content></xml>`;
  return rest === "" ? { xml } : { xml, rest: { MsgType: "text", Content: rest } };
}

/**
 * Refuses a reply that could not be shown, as `formatReply` would: so it is known before it is kept for
 * later. It may come from a program without types, and hold anything.
 *
 * @throws EchostrError `REPLY_INVALID`
 */
export function requireReply(reply: Reply): void {
  if (reply.MsgType === "text") contentOf(reply.Content);
  else replyFields(reply);
}

function contentOf(content: string): string {
  return filled("Content of a text", textOf("Content", content));
}

/** Fields of a reply, without the characters that none may hold. An array has an `<item>` for each. */
interface ReplyFields {
  readonly [name: string]: string | number | ReplyFields | readonly ReplyFields[];
}

/**
 * The fields that only a reply of its kind has, for both formats. Those that may be missing are left out,
 * also when they are empty.
 */
export function replyFields(reply: Exclude<Reply, { MsgType: "text" }>): ReplyFields {
  switch (reply.MsgType) {
    case "image":
      return partOf("Image", reply.Image, ["MediaId"]);
    case "voice":
      return partOf("Voice", reply.Voice, ["MediaId"]);
    case "video":
      return partOf("Video", reply.Video, ["MediaId"], ["Title", "Description"]);
    case "music": {
      const music = partOf("Music", reply.Music, [], MUSIC_FIELDS);
      if ("Music" in music) return music;
      throw replyInvalid(`Music must have one of ${MUSIC_FIELDS.join(", ")}, got none`);
    }
    case "news":
      return articlesOf(reply.Articles);
    case "transfer_customer_service":
      return partOf("TransInfo", reply.TransInfo ?? { KfAccount: "" }, [], ["KfAccount"]);
    default:
      reply satisfies never; // But a program without types may make anything.
      throw replyInvalid(`MsgType of a reply must be one of ${KINDS}, got ${String((reply as Reply).MsgType)}`);
  }
}

const KINDS = "text, image, voice, video, music, news, transfer_customer_service";

/**
 * The document demands `ThumbMediaId` alone. Without its element WeChat plays the music all the same, and
 * with an empty one it shows a notice of failure; an account that is not verified has no media to name.
 */
const MUSIC_FIELDS = ["Title", "Description", "MusicUrl", "HQMusicUrl", "ThumbMediaId"] as const;

/** A part with its fields in their order; nothing when none of them is left. */
function partOf<Part extends object>(
  name: string,
  part: Part,
  required: readonly (keyof Part & string)[],
  optional: readonly (keyof Part & string)[] = [],
): ReplyFields {
  const given = objectOf(name, part, [...required, ...optional]);
  const always = required.map((each) => [each, filled(each, textOf(each, given[each]))] as const);
  const fields = Object.fromEntries([...always, ...optionalOf(given, optional)]);
  return Object.keys(fields).length === 0 ? {} : { [name]: fields };
}

/** A program without types may have written `{ MsgType: "image", MediaId }`. */
function objectOf(name: string, part: unknown, known: readonly string[]): Record<string, unknown> {
  if (typeof part === "object" && part !== null) return part as Record<string, unknown>;
  throw partInvalid(`${name} of a reply`, `an object with ${known.join(", ")}`, part);
}

function optionalOf(given: Record<string, unknown>, names: readonly string[]): [string, string][] {
  return names
    .map((name): [string, string] => [name, textOf(name, given[name] ?? "")])
    .filter(([, text]) => text !== "");
}

/** All are demanded by the document, but an empty `Url` shows a blank page when the article is tapped. */
const ARTICLE_FIELDS: readonly string[] = ["Description", "PicUrl", "Url"];

function articlesOf(articles: readonly NewsItem[]): ReplyFields {
  requireArticles(articles);
  const items = articles.map((item: NewsItem, index) => {
    const given = objectOf(`Article ${index + 1}`, item, ["Title", ...ARTICLE_FIELDS]);
    const title = textOf("Title", given["Title"]);
    return { Title: title, ...Object.fromEntries(optionalOf(given, ARTICLE_FIELDS)) };
  });
  return { ArticleCount: items.length, Articles: items };
}

export function requireArticles(articles: unknown): void {
  const got = Array.isArray(articles) ? articles.length : typeof articles;
  if (typeof got === "number" && got >= 1 && got <= NEWS_LIMIT) return;
  throw replyInvalid(`News must have 1 to ${NEWS_LIMIT} articles, got ${got}`);
}

function formatFields(fields: ReplyFields): string {
  return Object.entries(fields)
    .map(([name, value]) => `<${name}>${formatValue(value)}</${name}>`)
    .join("");
}

function formatValue(value: ReplyFields[string]): string {
  if (typeof value === "string") return `<![CDATA[${splitCdataEnd(value)}]]>`;
  if (typeof value === "number") return String(value);
  if (!Array.isArray(value)) return formatFields(value as ReplyFields);
  return value.map((item: ReplyFields) => `<item>${formatFields(item)}</item>`).join("");
}

/**
 * The body of an encrypted reply, signed over its own parts. In JSON, `TimeStamp` is a number.
 *
 * @param encrypted base64, made by `encrypt` of a formatted reply
 * @param timestamp unix seconds
 * @param nonce the request's
 */
export function formatEncryptedReply(
  encrypted: string,
  token: string,
  timestamp: string,
  nonce: string,
  format: BodyFormat = "xml",
): string {
  const signature = sign(token, timestamp, nonce, encrypted);
  if (format === "json") {
    const TimeStamp = Number(timestamp);
    return JSON.stringify({ Encrypt: encrypted, MsgSignature: signature, TimeStamp, Nonce: nonce });
  }
  return (
    `<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt>` +
    `<MsgSignature><![CDATA[${signature}]]></MsgSignature>` +
    `<TimeStamp>${timestamp}</TimeStamp>` +
    `<Nonce><![CDATA[${splitCdataEnd(nonce)}]]></Nonce></xml>`
  );
}

function cdata(name: string, value: unknown): string {
  return `<${name}><![CDATA[${splitCdataEnd(textOf(name, value))}]]></${name}>`;
}

function filled(name: string, text: string): string {
  if (text === "") throw replyInvalid(`${name} must not be empty`);
  return text;
}

/** A value from JavaScript without types may be anything. */
function textOf(name: string, value: unknown): string {
  if (typeof value === "string") return removeForbidden(value);
  throw partInvalid(name, "a string", value);
}

/** Each `]]>` becomes the end of one section and the start of the next, between `]]` and `>`. */
function splitCdataEnd(text: string): string {
  return text.replaceAll("]]>", "]]]]><![CDATA[>");
}

const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;
const LONE_SURROGATE = /[\uD800-\uDFFF]/gu;

/** Removes what XML 1.0 does not allow in a document. */
export function removeForbidden(text: string): string {
  // Halves go first: what stood between two of them must not make a character of them.
  const whole = text.isWellFormed() ? text : text.replace(LONE_SURROGATE, "");
  return whole.replace(FORBIDDEN, "");
}

/**
 * Cuts a text where a limit in bytes of UTF-8 falls, without cutting a character in two. A
 * character is what a reader sees as one: not half of a surrogate pair, and not 👨 out of 👨‍👩‍👧.
 *
 * @param limitBytes below 4, a character may need more: one is then returned all the same
 * @returns what fits, and the rest (`""` when all of it does); joined they are the text
 *
 * @example
 * splitText("你好", 4); // ["你", "好"]
 */
export function splitText(text: string, limitBytes: number): [string, string] {
  // A code unit takes three bytes at most: a short text need not be measured.
  if (text.length * 3 <= limitBytes) return [text, ""];
  const end = endWithin(text, 0, limitBytes);
  if (end === text.length) return [text, ""];
  const start = graphemeStart(text, 0, end);
  const cut = start === 0 || end - start >= LONGEST_GRAPHEME ? end : start;
  return [text.slice(0, cut), text.slice(cut)];
}

/** A grapheme longer than this many code units is cut all the same. */
const LONGEST_GRAPHEME = 64;

/** What came instead is not shown: it may be a follower's text. */
export function partInvalid(name: string, expected: string, value: unknown): EchostrError {
  return replyInvalid(`${name} must be ${expected}, got ${kindOf(value)}`);
}

export function replyInvalid(message: string): EchostrError {
  return new EchostrError("REPLY_INVALID", message);
}
