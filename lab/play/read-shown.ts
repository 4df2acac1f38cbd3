/**
 * Checks what a transcript says that a follower saw. The file may come from anybody; the page draws
 * only what has this form.
 *
 * @module
 */
import { invalidInput, isRecord } from "../platform/lab-input.ts";
import type { Shown, ShownArticle, ShownReply } from "../platform/types.ts";

type Fields = Readonly<Record<string, unknown>>;

/** @throws EchostrError `LAB_INPUT_INVALID` */
export function readShown(value: unknown): Shown {
  if (!isRecord(value)) throw invalidInput("shown must be an object");
  const { what, reply } = value;
  switch (what) {
    case "nothing":
    case "fault":
    case "lost":
      return { what };
    case "reply":
      if (isRecord(reply)) return { what, reply: readReply(reply) };
  }
  throw invalidInput("shown must be a reply, nothing, fault or lost");
}

const READERS: {
  readonly [T in ShownReply["MsgType"]]: (fields: Fields) => Extract<ShownReply, { MsgType: T }>;
} = {
  text: (fields) => ({ MsgType: "text", content: text(fields, "content") }),
  image: (fields) => ({ MsgType: "image", mediaId: text(fields, "mediaId") }),
  voice: (fields) => ({ MsgType: "voice", mediaId: text(fields, "mediaId") }),
  video: (fields) => ({
    MsgType: "video",
    mediaId: text(fields, "mediaId"),
    title: text(fields, "title"),
    description: text(fields, "description"),
  }),
  music: (fields) => ({
    MsgType: "music",
    title: text(fields, "title"),
    description: text(fields, "description"),
    musicUrl: text(fields, "musicUrl"),
    hqMusicUrl: text(fields, "hqMusicUrl"),
    thumbMediaId: text(fields, "thumbMediaId"),
  }),
  news: (fields) => ({ MsgType: "news", articles: articles(fields["articles"]) }),
  transfer_customer_service: (fields) => ({
    MsgType: "transfer_customer_service",
    kfAccount: text(fields, "kfAccount"),
  }),
};

function readReply(fields: Fields): ShownReply {
  const type = String(fields["MsgType"]);
  if (!isReplyType(type))
    throw invalidInput(`There is no reply of type ${JSON.stringify(type.slice(0, 40))}`);
  return READERS[type](fields);
}

function isReplyType(type: string): type is ShownReply["MsgType"] {
  return Object.hasOwn(READERS, type);
}

function articles(value: unknown): ShownArticle[] {
  if (!Array.isArray(value)) throw invalidInput("articles must be a list");
  return value.filter(isRecord).map((fields) => ({
    title: text(fields, "title"),
    description: text(fields, "description"),
    picUrl: text(fields, "picUrl"),
    url: text(fields, "url"),
  }));
}

function text(fields: Fields, name: string): string {
  const value = fields[name] ?? "";
  if (typeof value === "string") return value;
  throw invalidInput(`${name} must be text, got ${typeof value}`);
}
