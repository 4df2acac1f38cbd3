/** Each reply as it stands on the wire, byte for byte, and what is said of one that cannot. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  image,
  music,
  news,
  text,
  transferToCustomerService,
  video,
  voice,
} from "../../src/protocol/replies.ts";
import { formatReply, requireReply, splitText } from "../../src/protocol/reply.ts";
import type { Reply } from "../../src/protocol/reply.ts";
import { fails } from "../support/expect.ts";

const ENVELOPE = { ToUserName: "oF", FromUserName: "gh_1", CreateTime: 1_714_112_445 };
const HEAD =
  "<xml><ToUserName><![CDATA[oF]]></ToUserName><FromUserName><![CDATA[gh_1]]></FromUserName>" +
  "<CreateTime>1714112445</CreateTime><MsgType><![CDATA[";

const ARTICLE = { title: "t", description: "d", picUrl: "p", url: "u" };

const WIRE: readonly (readonly [reply: Reply, wire: string])[] = [
  [text("好"), "text]]></MsgType><Content><![CDATA[好]]></Content>"],
  [text("]]>"), "text]]></MsgType><Content><![CDATA[]]]]><![CDATA[>]]></Content>"],
  [image("m"), "image]]></MsgType><Image><MediaId><![CDATA[m]]></MediaId></Image>"],
  [voice("m"), "voice]]></MsgType><Voice><MediaId><![CDATA[m]]></MediaId></Voice>"],
  [video("m"), "video]]></MsgType><Video><MediaId><![CDATA[m]]></MediaId></Video>"],
  [
    video("m", { title: "t", description: "d" }),
    "video]]></MsgType><Video><MediaId><![CDATA[m]]></MediaId><Title><![CDATA[t]]></Title>" +
      "<Description><![CDATA[d]]></Description></Video>",
  ],
  [
    music({ thumbMediaId: "m" }),
    "music]]></MsgType><Music><ThumbMediaId><![CDATA[m]]></ThumbMediaId></Music>",
  ],
  [
    music({ title: "t", description: "d", musicUrl: "u", hqMusicUrl: "h", thumbMediaId: "m" }),
    "music]]></MsgType><Music><Title><![CDATA[t]]></Title><Description><![CDATA[d]]>" +
      "</Description><MusicUrl><![CDATA[u]]></MusicUrl><HQMusicUrl><![CDATA[h]]></HQMusicUrl>" +
      "<ThumbMediaId><![CDATA[m]]></ThumbMediaId></Music>",
  ],
  [
    news([ARTICLE]),
    "news]]></MsgType><ArticleCount>1</ArticleCount><Articles><item><Title><![CDATA[t]]></Title>" +
      "<Description><![CDATA[d]]></Description><PicUrl><![CDATA[p]]></PicUrl>" +
      "<Url><![CDATA[u]]></Url></item></Articles>",
  ],
  // The document demands all four; other libraries leave out those that an article has not, and an
  // empty Url shows a blank page when it is tapped.
  [
    news([{ title: "t" }]),
    "news]]></MsgType><ArticleCount>1</ArticleCount><Articles><item><Title><![CDATA[t]]></Title>" +
      "</item></Articles>",
  ],
  [
    news([{ title: "t", description: "", picUrl: "", url: "" }]),
    "news]]></MsgType><ArticleCount>1</ArticleCount><Articles><item><Title><![CDATA[t]]></Title>" +
      "</item></Articles>",
  ],
  // The document demands it; https://github.com/node-webot/wechat/issues/206 found that WeChat plays the
  // music without the element and shows a notice of failure with an empty one, and
  // https://github.com/w7corp/easywechat/pull/1302 that an account that is not verified has no id to name.
  [
    music({ title: "t", musicUrl: "u" }),
    "music]]></MsgType><Music><Title><![CDATA[t]]></Title><MusicUrl><![CDATA[u]]></MusicUrl></Music>",
  ],
  [
    music({ title: "", musicUrl: "u", hqMusicUrl: undefined, thumbMediaId: "" }),
    "music]]></MsgType><Music><MusicUrl><![CDATA[u]]></MusicUrl></Music>",
  ],
  [
    video("m", { title: "", description: "d" }),
    "video]]></MsgType><Video><MediaId><![CDATA[m]]></MediaId><Description><![CDATA[d]]></Description>" +
      "</Video>",
  ],
  [
    untyped({ MsgType: "music", Music: { MusicUrl: "u", Title: null } }),
    "music]]></MsgType><Music><MusicUrl><![CDATA[u]]></MusicUrl></Music>",
  ],
  [transferToCustomerService(), "transfer_customer_service]]></MsgType>"],
  [transferToCustomerService(""), "transfer_customer_service]]></MsgType>"],
  [
    untyped({ MsgType: "transfer_customer_service", TransInfo: null }),
    "transfer_customer_service]]></MsgType>",
  ],
  [
    transferToCustomerService("a@b"),
    "transfer_customer_service]]></MsgType><TransInfo><KfAccount><![CDATA[a@b]]></KfAccount>" +
      "</TransInfo>",
  ],
];

describe("a reply on the wire", () => {
  for (const [reply, wire] of WIRE) {
    it(`is ${wire}`, () => {
      assert.deepEqual(formatReply(reply, ENVELOPE), { xml: `${HEAD}${wire}</xml>` });
    });
  }

  it("has two articles in one list", () => {
    const { xml } = formatReply(news([ARTICLE, { ...ARTICLE, title: "t2" }]), ENVELOPE);
    assert.match(xml, /<ArticleCount>2<.*<\/item><item><Title><!\[CDATA\[t2\]\]>/);
  });

  it("leaves out what XML has no place for", () => {
    const content = "a\u0000\u0008b\t\n\rc\u000b\u000c\u000e\u001fd\uFFFE\uFFFFe\uD800f";
    const { xml } = formatReply(text(content), ENVELOPE);
    assert.match(xml, /<Content><!\[CDATA\[ab\t\n\rcdef\]\]>/);
  });
});

function odd(value: unknown): never {
  return value as never;
}

/** As a program without types may make it. */
function untyped(fields: Readonly<Record<string, unknown>>): Reply {
  return fields as unknown as Reply;
}

const KINDS = "text, image, voice, video, music, news, transfer_customer_service";

/** As somebody writes it who has read WeChat's page, where a field seems to stand in the message itself. */
const HALF_MADE: Readonly<Record<string, object>> = {
  "Image of a reply must be an object with MediaId, got undefined": { MsgType: "image", MediaId: "m" },
  "Image of a reply must be an object with MediaId, got null": { MsgType: "image", Image: null },
  "Voice of a reply must be an object with MediaId, got string": { MsgType: "voice", Voice: "m" },
  "Video of a reply must be an object with MediaId, Title, Description, got undefined": {
    MsgType: "video",
    MediaId: "m",
  },
  "Music of a reply must be an object with Title, Description, MusicUrl, HQMusicUrl, ThumbMediaId, got undefined":
    { MsgType: "music", MusicUrl: "u" },
  "TransInfo of a reply must be an object with KfAccount, got string": {
    MsgType: "transfer_customer_service",
    TransInfo: "a@b",
  },
  "Article 2 of a reply must be an object with Title, Description, PicUrl, Url, got null": {
    MsgType: "news",
    Articles: [{ Title: "t" }, null],
  },
  "News must have 1 to 8 articles, got undefined": { MsgType: "news" },
  "Title must be a string, got undefined": { MsgType: "news", Articles: [{ Url: "u" }] },
  "Url must be a string, got number": { MsgType: "news", Articles: [{ Title: "t", Url: 1 }] },
  "MediaId must be a string, got undefined": { MsgType: "image", Image: { media_id: "m" } },
  "MediaId must be a string, got null": { MsgType: "voice", Voice: { MediaId: null } },
  "KfAccount must be a string, got number": {
    MsgType: "transfer_customer_service",
    TransInfo: { KfAccount: 1 },
  },
  "Content must be a string, got null": { MsgType: "text", Content: null },
  [`MsgType of a reply must be one of ${KINDS}, got undefined`]: { Content: "x" },
};

const REFUSED: Readonly<Record<string, Reply>> = {
  "Content of a text must not be empty": text(""),
  "Content must be a string, got number": untyped({ MsgType: "text", Content: 7 }),
  "Content must be a string, got undefined": untyped({ MsgType: "text" }),
  "MediaId must not be empty": image(""),
  "MediaId must be a string, got object": untyped({ MsgType: "voice", Voice: { MediaId: {} } }),
  "Music must have one of Title, Description, MusicUrl, HQMusicUrl, ThumbMediaId, got none": music({}),
  "Title must be a string, got number": untyped({
    MsgType: "video",
    Video: { MediaId: "m", Title: 1 },
  }),
  "News must have 1 to 8 articles, got 0": untyped({ MsgType: "news", Articles: [] }),
  "News must have 1 to 8 articles, got 9": untyped({
    MsgType: "news",
    Articles: Array.from({ length: 9 }, () => ({})),
  }),
  "News must have 1 to 8 articles, got object": untyped({
    MsgType: "news",
    Articles: { length: 1 },
  }),
  [`MsgType of a reply must be one of ${KINDS}, got Text`]: untyped({ MsgType: "Text", Content: "x" }),
  [`MsgType of a reply must be one of ${KINDS}, got pigeon`]: untyped({ MsgType: "pigeon" }),
};

describe("a reply that the platform would not take is refused in a sentence", () => {
  for (const [message, reply] of [...Object.entries(REFUSED), ...Object.entries(HALF_MADE)]) {
    it(`: ${message}`, () => {
      const error = fails(() => formatReply(reply as Reply, ENVELOPE), "REPLY_INVALID");
      assert.equal(error.message, message);
      assert.equal(fails(() => requireReply(reply as Reply), "REPLY_INVALID").message, message);
    });
  }

  it(": what is no object", () => {
    for (const [reply, got] of [[undefined, "undefined"], [null, "null"], ["x", "string"]] as const) {
      const error = fails(() => formatReply(reply as never, ENVELOPE), "REPLY_INVALID");
      assert.equal(error.message, `Reply must be an object, got ${got}`);
    }
  });

  const misspelled: Readonly<Record<string, () => Reply>> = {
    "Article 1: picurl is not known, picUrl is meant": () => news([odd({ title: "t", picurl: "p" })]),
    "Article 2: Url is not known, url is meant": () => news([ARTICLE, odd({ title: "t", Url: "u" })]),
    "Article 1: Title is not known, title is meant": () => news([odd({ Title: "t" })]),
    "Music: thumb_media_id is not known, thumbMediaId is meant": () => music(odd({ thumb_media_id: "m" })),
    "Words of a video: Title is not known, title is meant": () => video("m", odd({ Title: "t" })),
    "Article 1 must be an object with title, description, picUrl, url, got null": () => news([odd(null)]),
    "Music must be an object with title, description, musicUrl, hqMusicUrl, thumbMediaId, got string":
      () => music(odd("u")),
    "Words of a video must be an object with title, description, got null": () => video("m", odd(null)),
    "News must have 1 to 8 articles, got object": () => news(odd(ARTICLE)),
    "News must have 1 to 8 articles, got string": () => news(odd("x")),
  };
  for (const [message, make] of Object.entries(misspelled)) {
    it(`, where it is made: ${message}`, () => {
      assert.equal(fails(make, "REPLY_INVALID").message, message);
    });
  }

  it("; but an article may have more than its parts, as a row of a table has", () => {
    const row = { id: 7, ...ARTICLE, PicURL: "another" };
    assert.deepEqual(news([row]), news([ARTICLE]));
  });

  it(": a list of news, where it is made", () => {
    for (const length of [0, 9]) {
      const articles = Array.from({ length }, () => ARTICLE);
      assert.equal(
        fails(() => news(articles), "REPLY_INVALID").message,
        `News must have 1 to 8 articles, got ${length}`,
      );
    }
    assert.equal(news(Array.from({ length: 8 }, () => ARTICLE)).MsgType, "news");
  });

  it(": a CreateTime that is none, but not the first and the last of them", () => {
    const at = (CreateTime: number): unknown => formatReply(text("x"), { ...ENVELOPE, CreateTime });
    for (const time of [-1, 0.5, 100_000_000_001]) {
      assert.equal(
        fails(() => at(time), "REPLY_INVALID").message,
        `CreateTime must be unix seconds, got ${time}`,
      );
    }
    at(0);
    at(100_000_000_000);
  });
});

describe("a text that is too long", () => {
  it("is cut at 1,800 bytes by default", () => {
    assert.equal(formatReply(text("x".repeat(1800)), ENVELOPE).rest, undefined);
    const { xml, rest } = formatReply(text("x".repeat(1801)), ENVELOPE);
    assert.deepEqual(rest, text("x"));
    assert.ok(xml.includes(`[${"x".repeat(1800)}]`));
    assert.deepEqual(formatReply(text("xyz"), ENVELOPE, { textLimitBytes: 2 }).rest, text("z"));
  });

  const cut: readonly (readonly [text: string, limit: number, head: string, tail: string])[] = [
    ["", 1, "", ""],
    ["abc", 3, "abc", ""],
    ["abc", 2, "ab", "c"],
    ["\u007f\u007f", 1, "\u007f", "\u007f"],
    ["\u0080\u0080", 2, "\u0080", "\u0080"],
    ["\u07ff\u07ff", 3, "\u07ff", "\u07ff"],
    ["\u07ff\u07ff", 4, "\u07ff\u07ff", ""],
    ["\u0800\u0800", 3, "\u0800", "\u0800"],
    ["\u0800\u0800", 5, "\u0800", "\u0800"],
    ["\uffff\uffff", 6, "\uffff\uffff", ""],
    ["\uffffab", 4, "\uffffa", "b"],
    ["😀😀", 4, "😀", "😀"],
    ["😀😀", 7, "😀", "😀"],
    ["😀😀", 8, "😀😀", ""],
    // The first character goes out, whatever it takes: else it would never be done.
    ["你好", 1, "你", "好"],
    ["😀x", 1, "😀", "x"],
    // A grapheme stays whole where it can.
    ["ae\u0301b", 2, "a", "e\u0301b"],
    ["ae\u0301b", 4, "ae\u0301", "b"],
    ["e\u0301b", 1, "e", "\u0301b"],
    ["x👨‍👩‍👧y", 8, "x", "👨‍👩‍👧y"],
  ];
  for (const [whole, limit, head, tail] of cut) {
    it(`of ${limit} bytes: ${JSON.stringify(whole)} is ${JSON.stringify([head, tail])}`, () => {
      assert.deepEqual(splitText(whole, limit), [head, tail]);
    });
  }

  it("is cut within a grapheme that is longer than 64 code units", () => {
    const grapheme = (marks: number): string => `e${"\u0301".repeat(marks)}`;
    const short = `${"x".repeat(100)}${grapheme(60)}`;
    assert.equal(splitText(short, 140)[0], "x".repeat(100));
    const long = `${"x".repeat(100)}${grapheme(200)}`;
    assert.equal(Buffer.byteLength(splitText(long, 301)[0]), 301);
  });
});
