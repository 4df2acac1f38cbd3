/**
 * One function for each kind of reply. They return plain data; `formatReply` renders it.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import { NEWS_LIMIT } from "./reply.ts";
import type { Article, Reply } from "./reply.ts";

/** Answers with a text. A line feed shows as a line break; `<a href="…">` makes a link. */
export function text(content: string): Reply {
  return { MsgType: "text", Content: content };
}

/**
 * Answers with a picture.
 *
 * @param mediaId of an uploaded picture, or `MediaId` of one that the follower sent
 */
export function image(mediaId: string): Reply {
  return { MsgType: "image", Image: { MediaId: mediaId } };
}

/** Answers with a recording. */
export function voice(mediaId: string): Reply {
  return { MsgType: "voice", Voice: { MediaId: mediaId } };
}

/** Answers with a video. */
export function video(
  mediaId: string,
  words: { readonly title?: string; readonly description?: string } = {},
): Reply {
  return {
    MsgType: "video",
    Video: { MediaId: mediaId, Title: words.title, Description: words.description },
  };
}

/** Answers with a piece of music. WeChat demands the picture, `thumbMediaId`, alone. */
export function music(piece: {
  readonly title?: string;
  readonly description?: string;
  readonly musicUrl?: string;
  readonly hqMusicUrl?: string;
  readonly thumbMediaId: string;
}): Reply {
  return {
    MsgType: "music",
    Music: {
      Title: piece.title,
      Description: piece.description,
      MusicUrl: piece.musicUrl,
      HQMusicUrl: piece.hqMusicUrl,
      ThumbMediaId: piece.thumbMediaId,
    },
  };
}

/**
 * Answers with articles. To a message WeChat shows the first only; to a click on the menu, a
 * follow or a scan up to eight.
 *
 * @throws EchostrError `REPLY_INVALID` for none or more than eight
 */
export function news(articles: readonly Article[]): Reply {
  if (articles.length < 1 || articles.length > NEWS_LIMIT) {
    throw new EchostrError(
      "REPLY_INVALID",
      `News must have 1 to ${NEWS_LIMIT} articles, got ${articles.length}`,
    );
  }
  return {
    MsgType: "news",
    Articles: articles.map((article) => ({
      Title: article.title,
      Description: article.description,
      PicUrl: article.picUrl,
      Url: article.url,
    })),
  };
}

/**
 * Hands the follower over to a human agent. Only for messages, not for events.
 *
 * @param kfAccount the agent, such as `test1@test`; without one, whoever is free. When the agent
 *   that is named cannot take the follower, nobody does.
 */
export function transferToCustomerService(kfAccount?: string): Reply {
  return kfAccount === undefined
    ? { MsgType: "transfer_customer_service" }
    : { MsgType: "transfer_customer_service", TransInfo: { KfAccount: kfAccount } };
}

/** The function of each kind: a kind without one does not compile. */
export const REPLY_MAKERS: { readonly [K in Reply["MsgType"]]: (...parts: never[]) => Reply } = {
  text,
  image,
  voice,
  video,
  music,
  news,
  transfer_customer_service: transferToCustomerService,
};
