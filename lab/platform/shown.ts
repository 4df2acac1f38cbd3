/**
 * What a follower's phone shows of an answer.
 *
 * @module
 */
import type { AnswerElement } from "./answer-reader.ts";
import { textOf } from "./reply-fields.ts";
import { articleLimit, articlesOf, isEvent } from "./reply-rules.ts";
import type { Answered } from "./reply-rules.ts";
import type { Shown, ShownReply } from "./types.ts";

/** What the follower reads when the server did not answer as it should. */
export const FAULT_NOTICE = "该公众号提供的服务出现故障，请稍后再试";

export const SHOWS_NOTHING: Shown = { what: "nothing" };
export const SHOWS_FAULT: Shown = { what: "fault" };
export const SHOWS_LATER: Shown = { what: "lost" };

/** A reply that was found to be in order. */
export function showReply(root: AnswerElement, answered: Answered): Shown {
  if (isEvent(answered, "unsubscribe")) return SHOWS_NOTHING;
  const read = READERS[textOf(root, "MsgType")];
  return read === undefined ? SHOWS_FAULT : { what: "reply", reply: read(root, answered) };
}

type ReadReply = (root: AnswerElement, answered: Answered) => ShownReply;

const READERS: Readonly<Record<string, ReadReply>> = {
  text: (root) => ({ MsgType: "text", content: textOf(root, "Content") }),
  image: (root) => ({ MsgType: "image", mediaId: textOf(root, "Image/MediaId") }),
  voice: (root) => ({ MsgType: "voice", mediaId: textOf(root, "Voice/MediaId") }),
  video: (root) => ({
    MsgType: "video",
    mediaId: textOf(root, "Video/MediaId"),
    title: textOf(root, "Video/Title"),
    description: textOf(root, "Video/Description"),
  }),
  music: (root) => ({
    MsgType: "music",
    title: textOf(root, "Music/Title"),
    description: textOf(root, "Music/Description"),
    musicUrl: textOf(root, "Music/MusicUrl"),
    hqMusicUrl: textOf(root, "Music/HQMusicUrl"),
    thumbMediaId: textOf(root, "Music/ThumbMediaId"),
  }),
  // Of more articles than are allowed, WeChat drops the rest.
  news: (root, { fields }) => ({
    MsgType: "news",
    articles: articlesOf(root)
      .slice(0, articleLimit(fields))
      .map((item) => ({
        title: textOf(item, "Title"),
        description: textOf(item, "Description"),
        picUrl: textOf(item, "PicUrl"),
        url: textOf(item, "Url"),
      })),
  }),
  transfer_customer_service: (root) => ({
    MsgType: "transfer_customer_service",
    kfAccount: textOf(root, "TransInfo/KfAccount"),
  }),
};
