/**
 * One function for each kind of reply. They return plain data; `formatReply` renders it.
 *
 * @module
 */
import { partInvalid, replyInvalid, requireArticles } from "./reply.ts";
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
  words: { readonly title?: string | undefined; readonly description?: string | undefined } = {},
): Reply {
  const { title, description } = partsOf("Words of a video", words, VIDEO_WORDS);
  return { MsgType: "video", Video: { MediaId: mediaId, Title: title, Description: description } };
}

/**
 * Answers with a piece of music. `thumbMediaId` is its picture; without one, WeChat plays it all the same.
 *
 * @throws EchostrError `REPLY_INVALID` for a part in another spelling
 */
export function music(piece: {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly musicUrl?: string | undefined;
  readonly hqMusicUrl?: string | undefined;
  readonly thumbMediaId?: string | undefined;
}): Reply {
  const parts = partsOf("Music", piece, MUSIC_PARTS);
  return {
    MsgType: "music",
    Music: {
      Title: parts.title,
      Description: parts.description,
      MusicUrl: parts.musicUrl,
      HQMusicUrl: parts.hqMusicUrl,
      ThumbMediaId: parts.thumbMediaId,
    },
  };
}

/**
 * Answers with articles. To a message WeChat shows the first only; to a click on the menu, a
 * follow or a scan up to eight. What an article has not, its element is left out.
 *
 * @throws EchostrError `REPLY_INVALID` for none or more than eight, and for a part in another spelling
 *
 * @example
 * news([{ title: "今天", url: "https://example.com/" }]);
 */
export function news(articles: readonly Article[]): Reply {
  requireArticles(articles);
  return {
    MsgType: "news",
    Articles: articles.map((article: Article, index) => {
      const parts = partsOf(`Article ${index + 1}`, article, ARTICLE_PARTS);
      return {
        Title: parts.title,
        Description: parts.description,
        PicUrl: parts.picUrl,
        Url: parts.url,
      };
    }),
  };
}

const VIDEO_WORDS: readonly string[] = ["title", "description"];
const MUSIC_PARTS: readonly string[] = [
  "title",
  "description",
  "musicUrl",
  "hqMusicUrl",
  "thumbMediaId",
];
const ARTICLE_PARTS: readonly string[] = ["title", "description", "picUrl", "url"];

/**
 * The parts unchanged. A known one in another spelling, such as `picurl` or `Url`, would silently be left out;
 * other names are accepted, since an article is often a row of a table.
 */
function partsOf<Parts extends object>(what: string, parts: Parts, known: readonly string[]): Parts {
  if (typeof parts !== "object" || parts === null) {
    throw partInvalid(what, `an object with ${known.join(", ")}`, parts);
  }
  for (const name of Object.keys(parts)) {
    const bare = name.replaceAll("_", "").toLowerCase();
    const meant = known.find((each) => each.toLowerCase() === bare);
    if (meant === undefined || meant === name || meant in parts) continue;
    throw replyInvalid(`${what}: ${name.slice(0, 80)} is not known, ${meant} is meant`);
  }
  return parts;
}

/**
 * Transfers the follower to a human agent. Only for messages, not for events.
 *
 * @param kfAccount the agent, such as `test1@test`; without one, or with "", any free agent. If that agent
 * cannot take the follower, no other does.
 */
export function transferToCustomerService(kfAccount?: string): Reply {
  return kfAccount
    ? { MsgType: "transfer_customer_service", TransInfo: { KfAccount: kfAccount } }
    : { MsgType: "transfer_customer_service" };
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
