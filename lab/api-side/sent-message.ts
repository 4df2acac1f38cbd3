/**
 * Customer-service messages (客服消息): what may be in one, and how the follower's phone shows it.
 *
 * @module
 */
import type { ShownReply } from "../platform/types.ts";
import { recordIn, recordsIn, requiredText, textIn } from "./api-call.ts";
import type { Fields } from "./api-call.ts";
import { ApiFailure } from "./api-errors.ts";

/** A message that the account sent by itself. */
export interface SentMessage {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly openId: string;
  readonly msgType: string;
  /** What the follower reads, when it is text. */
  readonly text: string;
  /** What the phone shows, where a passive reply could be the same. */
  readonly shows?: ShownReply | undefined;
  /** The whole message, as it was sent. */
  readonly body: Fields;
}

/** The bound of passive replies; WeChat documents none here either. */
const TEXT_LIMIT_BYTES = 2048;

interface MessageType {
  /** Fields that must not be empty; those that end with `media_id` must name media that is there. */
  readonly required: readonly string[];
  readonly shows?: (content: Fields) => ShownReply;
}

const TYPES: Readonly<Record<string, MessageType>> = {
  text: {
    required: ["content"],
    shows: (content) => ({ MsgType: "text", content: textIn(content, "content") }),
  },
  image: {
    required: ["media_id"],
    shows: (content) => ({ MsgType: "image", mediaId: textIn(content, "media_id") }),
  },
  voice: {
    required: ["media_id"],
    shows: (content) => ({ MsgType: "voice", mediaId: textIn(content, "media_id") }),
  },
  video: {
    required: ["media_id"],
    shows: (content) => ({
      MsgType: "video",
      mediaId: textIn(content, "media_id"),
      title: textIn(content, "title"),
      description: textIn(content, "description"),
    }),
  },
  music: {
    required: ["musicurl", "hqmusicurl", "thumb_media_id"],
    shows: (content) => ({
      MsgType: "music",
      title: textIn(content, "title"),
      description: textIn(content, "description"),
      musicUrl: textIn(content, "musicurl"),
      hqMusicUrl: textIn(content, "hqmusicurl"),
      thumbMediaId: textIn(content, "thumb_media_id"),
    }),
  },
  news: {
    required: [],
    shows: (content) => ({
      MsgType: "news",
      articles: recordsIn(content, "articles").map((article) => ({
        title: textIn(article, "title"),
        description: textIn(article, "description"),
        picUrl: textIn(article, "picurl"),
        url: textIn(article, "url"),
      })),
    }),
  },
  mpnews: { required: ["media_id"] },
  mpnewsarticle: { required: ["article_id"] },
  msgmenu: { required: [] },
  wxcard: { required: ["card_id"] },
  aimsgcontext: { required: [] },
  miniprogrampage: { required: ["title", "appid", "pagepath", "thumb_media_id"] },
};

/**
 * Reads a message and checks what can be checked without knowing the follower.
 *
 * @param hasMedia whether there is media with this id
 * @throws ApiFailure 40007, 40008, 41009, 44004, 45002, 45008, 65400
 */
export function readSentMessage(
  body: Fields,
  at: number,
  hasMedia: (mediaId: string) => boolean,
): SentMessage {
  const openId = requiredText(body, "touser", 41009);
  const msgType = textIn(body, "msgtype");
  const type = Object.hasOwn(TYPES, msgType) ? TYPES[msgType] : undefined;
  if (type === undefined) throw new ApiFailure(40008, msgType);
  const content = recordIn(body, msgType);
  for (const name of type.required) {
    const isMedia = name.endsWith("media_id");
    const value = requiredText(content, name, isMedia ? 40007 : 44004);
    if (isMedia && !hasMedia(value)) throw new ApiFailure(40007, name);
  }
  CHECKS[msgType]?.(content);
  if ("customservice" in body && textIn(recordIn(body, "customservice"), "kf_account") === "") {
    throw new ApiFailure(65400);
  }
  return {
    at,
    openId,
    msgType,
    text: textOf(msgType, content),
    shows: type.shows?.(content),
    body,
  };
}

const CHECKS: Readonly<Record<string, (content: Fields) => void>> = {
  text: (content) => {
    if (Buffer.byteLength(textIn(content, "content")) > TEXT_LIMIT_BYTES)
      throw new ApiFailure(45002);
  },
  news: (content) => {
    const articles = recordsIn(content, "articles");
    if (articles.length === 0) throw new ApiFailure(44004, "articles");
    if (articles.length > 1) throw new ApiFailure(45008);
  },
  msgmenu: (content) => {
    const items = recordsIn(content, "list");
    if (items.length === 0) throw new ApiFailure(44004, "list");
    for (const item of items) for (const name of ["id", "content"]) requiredText(item, name, 44004);
  },
};

/** What is read: of a menu its head, its items, each in a line, and its tail. */
function textOf(msgType: string, content: Fields): string {
  if (msgType === "text") return textIn(content, "content");
  if (msgType !== "msgmenu") return "";
  const items = recordsIn(content, "list").map((item) => textIn(item, "content"));
  return [textIn(content, "head_content"), ...items, textIn(content, "tail_content")]
    .filter((line) => line !== "")
    .join("\n");
}
