/**
 * Replies that can be read and whose fields are wrong, as the rows of `wrong-answers.ts`.
 *
 * @module
 */
import {
  ACCOUNT,
  articles,
  CLICK,
  FOLLOWER,
  NOW,
  reply,
  replyOf,
  replyWithout,
} from "./judge-bench.ts";
import type { Row } from "./wrong-answers.ts";

const UNSUBSCRIBE = { MsgType: "event", Event: "unsubscribe", EventKey: "" };

export const FIELDS: readonly Row[] = [
  ["no ToUserName", { body: replyWithout("ToUserName") }, "FIELD-MISSING", "fault"],
  ["no MsgType", { body: replyWithout("MsgType") }, "FIELD-MISSING", "fault"],
  [
    "a picture without its element",
    { body: replyOf("image", { MediaId: "m" }) },
    "FIELD-UNKNOWN,FIELD-MISSING",
    "fault",
  ],
  [
    "a picture without an id",
    { body: replyOf("image", { Image: { MediaId: "" } }) },
    "FIELD-EMPTY",
    "fault",
  ],
  [
    "sender and recipient as they came",
    { body: reply({ ToUserName: ACCOUNT.originalId, FromUserName: FOLLOWER }) },
    "RECIPIENT-WRONG,SENDER-WRONG",
    "fault",
  ],
  [
    "the AppID as sender",
    { body: reply({ FromUserName: ACCOUNT.appId }) },
    "SENDER-WRONG",
    "fault",
  ],
  [
    "a time as text",
    { body: reply({ CreateTime: "2026-01-01" }) },
    "CREATE-TIME-NOT-NUMBER",
    "fault",
  ],
  [
    "a time in milliseconds",
    { body: reply({ CreateTime: NOW * 1000 }) },
    "CREATE-TIME-MILLISECONDS",
    "reply",
  ],
  [
    "a time of yesterday",
    { body: reply({ CreateTime: NOW - 86_400 }) },
    "CREATE-TIME-OFF",
    "reply",
  ],
  ["an unknown kind", { body: replyOf("Text", { Content: "x" }) }, "TYPE-UNKNOWN", "fault"],
  ["an element of no kind", { body: reply({ Emoji: "x" }) }, "FIELD-UNKNOWN", "reply"],
  ["an empty text", { body: reply({ Content: "" }) }, "CONTENT-EMPTY", "fault"],
  [
    "a text of 2,049 bytes",
    { body: reply({ Content: "x".repeat(2049) }) },
    "CONTENT-TOO-LONG",
    "fault",
  ],
  ["the word undefined", { body: reply({ Content: "undefined" }) }, "CONTENT-NOT-MEANT", "reply"],
  ...["看**这里**", "一\n## 二", "```js\nx\n```", "[文档](https://a.cn)", "|a|b|\n|---|---|"].map(
    (Content): Row => [
      `Markdown: ${JSON.stringify(Content)}`,
      { body: reply({ Content }) },
      "CONTENT-MARKDOWN",
      "reply",
    ],
  ),
  [
    "a count that is not that of the articles",
    { body: replyOf("news", { ...articles(1), ArticleCount: 2 }) },
    "ARTICLE-COUNT-WRONG",
    "reply",
  ],
  ["no articles", { body: replyOf("news", articles(0)) }, "ARTICLES-MISSING", "fault"],
  [
    "two articles for a message",
    { body: replyOf("news", articles(2)) },
    "ARTICLES-MORE-THAN-ONE",
    "reply",
  ],
  [
    "nine articles for an event",
    { body: replyOf("news", articles(9)), to: CLICK },
    "ARTICLES-TOO-MANY",
    "reply",
  ],
  [
    "an article with an empty address",
    { body: replyOf("news", articles(1, { Url: "" })) },
    "ARTICLE-FIELD-MISSING",
    "reply",
  ],
  [
    "an article with only a title",
    { body: replyOf("news", { ArticleCount: 1, Articles: { item: { Title: "t" } } }) },
    "ARTICLE-FIELD-LEFT-OUT",
    "reply",
  ],
  [
    "an article with only an address",
    { body: replyOf("news", { ArticleCount: 1, Articles: { item: { Url: "u" } } }) },
    "ARTICLE-FIELD-MISSING,ARTICLE-FIELD-LEFT-OUT",
    "reply",
  ],
  // https://github.com/node-webot/wechat/issues/206
  [
    "music without a picture",
    { body: replyOf("music", { Music: { MusicUrl: "u" } }) },
    "MUSIC-WITHOUT-PICTURE",
    "reply",
  ],
  [
    "music with an empty picture",
    { body: replyOf("music", { Music: { MusicUrl: "u", ThumbMediaId: "" } }) },
    "FIELD-EMPTY",
    "fault",
  ],
  ["music that is none", { body: replyOf("music", { MusicUrl: "u" }) }, "FIELD-UNKNOWN,FIELD-MISSING", "fault"],
  ["music of nothing", { body: replyOf("music", { Music: "" }) }, "FIELD-EMPTY", "fault"],
  [
    "a picture that was never uploaded",
    { body: replyOf("image", { Image: { MediaId: "no-such-media" } }), files: {} },
    "MEDIA-UNKNOWN",
    "reply",
  ],
  [
    "a voice with the id of a picture",
    { body: replyOf("voice", { Voice: { MediaId: "m" } }), files: { m: "image" } },
    "MEDIA-UNKNOWN",
    "reply",
  ],
  [
    "a video that was never uploaded",
    { body: replyOf("video", { Video: { MediaId: "m" } }), files: {} },
    "MEDIA-UNKNOWN",
    "reply",
  ],
  [
    "music whose cover was never uploaded",
    { body: replyOf("music", { Music: { ThumbMediaId: "m" } }), files: {} },
    "MEDIA-UNKNOWN",
    "reply",
  ],
  [
    "an event that is transferred",
    { body: replyOf("transfer_customer_service", {}), to: CLICK },
    "TRANSFER-FOR-EVENT",
    "reply",
  ],
  ["an answer to who has left", { to: UNSUBSCRIBE }, "UNSUBSCRIBE-ANSWERED", "nothing"],
];
