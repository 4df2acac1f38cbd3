/**
 * A customer-service message (客服消息): what an account may send to a follower without being
 * asked, within 48 hours of their last message. It is JSON where a reply is XML, with names of its
 * own: `media_id` for `MediaId`, `musicurl` for `MusicUrl`.
 *
 * @module
 */
import { kindOf, messageOf } from "../errors.ts";
import type { EchostrError } from "../errors.ts";
import { removeForbidden, requireReply, TEXT_LIMIT_BYTES } from "../protocol/reply.ts";
import type { Reply } from "../protocol/reply.ts";
import { inputInvalid } from "./api-error.ts";
import { cutText } from "../protocol/text-cut.ts";

/** A message in WeChat's own form: `msgtype`, and under the name of that type its parts. */
export interface CustomMessage {
  readonly msgtype: string;
  readonly [part: string]: unknown;
}

/**
 * A question with answers to tap. The tapped one comes back as a text message with `bizmsgmenuid`.
 *
 * @example
 * msgmenu({ head_content: "满意吗？", list: [{ id: "1", content: "满意" }], tail_content: "谢谢" })
 */
export function msgmenu(menu: {
  readonly head_content: string;
  readonly list: readonly { readonly id: string; readonly content: string }[];
  readonly tail_content: string;
}): CustomMessage {
  return { msgtype: "msgmenu", msgmenu: menu };
}

/** The card of a mini program that is linked to the account. */
export function miniprogrampage(page: {
  readonly title: string;
  readonly appid: string;
  readonly pagepath: string;
  readonly thumb_media_id: string;
}): CustomMessage {
  return { msgtype: "miniprogrampage", miniprogrampage: page };
}

/**
 * A reply, as a handler returns it, in the form of a customer-service message.
 *
 * @throws EchostrError `API_INPUT_INVALID` for what cannot be sent this way: nothing at all, a
 *   transfer to a human agent, news of several articles
 */
export function toCustomMessage(message: Reply | CustomMessage): CustomMessage {
  if (typeof message !== "object" || message === null || Array.isArray(message)) {
    const got = Array.isArray(message) ? "array: send them one by one" : kindOf(message);
    throw invalid(`must be a text or a reply, got ${got}`);
  }
  if ("msgtype" in message) return checkRaw(message);
  requireSendable(message);
  switch (message.MsgType) {
    case "text":
      return { msgtype: "text", text: { content: message.Content } };
    case "image":
      return { msgtype: "image", image: { media_id: message.Image.MediaId } };
    case "voice":
      return { msgtype: "voice", voice: { media_id: message.Voice.MediaId } };
    case "video": {
      const { MediaId, Title, Description } = message.Video;
      // The document lists a thumb_media_id too, but a video goes out without one.
      return {
        msgtype: "video",
        video: { media_id: MediaId, title: Title, description: Description },
      };
    }
    case "music": {
      const { Title, Description, MusicUrl, HQMusicUrl, ThumbMediaId } = message.Music;
      // A reply may do without; here WeChat refuses it with 40007.
      if (!ThumbMediaId) throw invalid("of kind music must have a ThumbMediaId, got none");
      const musicurl = MusicUrl ?? HQMusicUrl;
      return {
        msgtype: "music",
        music: {
          title: Title,
          description: Description,
          musicurl,
          hqmusicurl: HQMusicUrl ?? musicurl,
          thumb_media_id: ThumbMediaId,
        },
      };
    }
    case "news": {
      const [article, ...more] = message.Articles;
      if (article === undefined || more.length > 0) {
        throw invalid(`of kind news must have 1 article, got ${message.Articles.length}`);
      }
      const { Title, Description, Url, PicUrl } = article;
      const parts = { title: Title, description: Description, url: Url, picurl: PicUrl };
      return { msgtype: "news", news: { articles: [parts] } };
    }
  }
}

/** A text in pieces that fit into a message each; anything else, and a text that fits, as it is. */
export function splitReply(message: string | Reply | CustomMessage): (Reply | CustomMessage)[] {
  const whole: unknown = typeof message === "string" ? { MsgType: "text", Content: message } : message;
  const { MsgType, Content, msgtype, text } = Object(whole) as Readonly<Record<string, unknown>>;
  const isRaw = msgtype !== undefined;
  const content = isRaw ? Object(text).content : Content;
  if ((isRaw ? msgtype : MsgType) !== "text" || typeof content !== "string") {
    return [whole as Reply | CustomMessage];
  }
  return cutText(removeForbidden(content), TEXT_LIMIT_BYTES).map(({ content: piece }) =>
    // In WeChat's own form a text may have more members, such as `customservice`.
    isRaw && piece !== ""
      ? { ...(message as CustomMessage), text: { content: piece } }
      : { MsgType: "text", Content: piece },
  );
}

const SENDABLE: readonly string[] = ["text", "image", "voice", "video", "music", "news"];

type Sendable = Exclude<Reply, { readonly MsgType: "transfer_customer_service" }>;

/** It may come from a program without types, be of any kind and lack anything. */
function requireSendable(reply: Reply): asserts reply is Sendable {
  if (!SENDABLE.includes(reply.MsgType)) {
    throw invalid(`cannot be of kind "${String(reply.MsgType)}"`);
  }
  try {
    requireReply(reply);
  } catch (error) {
    throw invalid(`cannot be sent: ${messageOf(error)}`);
  }
}

/** The part without which each kind says nothing, as the table of 发送客服消息 demands it. */
const NEEDED: Readonly<Record<string, string>> = {
  text: "content",
  image: "media_id",
  voice: "media_id",
  video: "media_id",
  music: "thumb_media_id",
  news: "articles",
  mpnews: "media_id",
  mpnewsarticle: "article_id",
  msgmenu: "list",
  wxcard: "card_id",
};

function checkRaw(message: CustomMessage): CustomMessage {
  const { msgtype } = message;
  const parts = typeof msgtype === "string" ? message[msgtype] : undefined;
  if (Object(parts) !== parts) {
    throw invalid(`of kind "${String(msgtype)}" must have its parts under that name, got none`);
  }
  const needed = NEEDED[msgtype];
  if (needed !== undefined && !(parts as Readonly<Record<string, unknown>>)[needed]) {
    throw invalid(`of kind "${msgtype}" must have ${msgtype}.${needed}, got none`);
  }
  return message;
}

function invalid(problem: string): EchostrError {
  return inputInvalid(`Customer-service message ${problem}`);
}
