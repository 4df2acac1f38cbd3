import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runInNewContext } from "node:vm";
import { fails } from "../support/expect.ts";
import { payload } from "../support/payloads.ts";
import { readWire, textAt } from "../support/reader.ts";
import { echostr } from "../support/subject.ts";
import { wireReadReply } from "../support/wire.ts";

const { formatReply, image, music, news, text, transferToCustomerService, video, voice } = echostr;

type Reply = ReturnType<typeof text> | ReturnType<typeof news>;

const ENVELOPE = { ToUserName: "toUser", FromUserName: "fromUser", CreateTime: 12345678 };
const ARTICLE = { title: "title1", description: "description1", picUrl: "picurl", url: "url" };

function format(reply: Parameters<typeof formatReply>[0]): string {
  return formatReply(reply, ENVELOPE).xml;
}

describe("a reply of each kind is the documented one, its elements in the documented order", () => {
  const replies: Record<string, Parameters<typeof formatReply>[0]> = {
    text: text("你好"),
    image: image("media_id"),
    voice: voice("media_id"),
    video: video("media_id", { title: "title", description: "description" }),
    music: music({
      title: "TITLE",
      description: "DESCRIPTION",
      musicUrl: "MUSIC_Url",
      hqMusicUrl: "HQ_MUSIC_Url",
      thumbMediaId: "media_id",
    }),
    news: news([ARTICLE]),
  };
  for (const [kind, reply] of Object.entries(replies)) {
    it(`: ${kind}`, () => {
      assert.equal(reply.MsgType, kind);
      const { xml, rest } = formatReply(reply, ENVELOPE);
      assert.deepEqual(readWire(xml), readWire(payload(`reply-${kind}.SKIT`).text));
      assert.equal(rest, undefined);
    });
  }

  it(": transfer_customer_service, to one account or to any", () => {
    const envelope = { ToUserName: "touser", FromUserName: "fromuser", CreateTime: 1399197672 };
    const { xml } = formatReply(transferToCustomerService("test1@test"), envelope);
    assert.deepEqual(readWire(xml), readWire(payload("reply-transfer_customer_service.SKIT").text));
    const any = readWire(formatReply(transferToCustomerService(), envelope).xml);
    assert.deepEqual(
      any.children.map(({ name }) => name),
      ["ToUserName", "FromUserName", "CreateTime", "MsgType"],
    );
    assert.equal(textAt(any, "MsgType"), "transfer_customer_service");
  });
});

describe("the form of a reply", () => {
  it("has the root xml and no blank in any tag, no declaration and no byte order mark", () => {
    for (const reply of [
      text("x"),
      image("m"),
      news([ARTICLE, ARTICLE]),
      transferToCustomerService("a@b"),
    ]) {
      const xml = format(reply);
      assert.match(xml, /^<xml>/);
      assert.match(xml, /<\/xml>\s*$/);
      for (const [tag] of xml.matchAll(/<\/?\w[^>]*>/g)) assert.match(tag, /^<\/?\w+>$/);
    }
  });

  it("has its CreateTime and its ArticleCount as bare digits", () => {
    assert.match(format(text("x")), /<CreateTime>12345678<\/CreateTime>/);
    assert.match(format(news([ARTICLE, ARTICLE, ARTICLE])), /<ArticleCount>3<\/ArticleCount>/);
  });

  it("never shows an optional part that was not given as undefined or null", () => {
    const replies = [
      video("m"),
      video("m", {}),
      video("m", { title: "t" }),
      music({ thumbMediaId: "m" }),
    ];
    for (const reply of replies) {
      const xml = format(reply);
      assert.doesNotMatch(xml, /undefined|null|NaN|object/);
      readWire(xml);
    }
    const media = wireReadReply(format(video("m", { title: "t" })))["Video"] as Record<
      string,
      string
    >;
    assert.equal(media["MediaId"], "m");
    assert.equal(media["Title"], "t");
    assert.equal(media["Description"] ?? "", "");
    const song = wireReadReply(format(music({ thumbMediaId: "m" })))["Music"] as Record<
      string,
      string
    >;
    assert.equal(song["ThumbMediaId"], "m");
  });

  it("has all articles, in order, up to eight", () => {
    const articles = Array.from({ length: 8 }, (_, index) => ({
      ...ARTICLE,
      title: `第 ${index} 篇`,
    }));
    const fields = wireReadReply(format(news(articles)));
    assert.equal(fields["ArticleCount"], "8");
    const { item } = fields["Articles"] as { item: Record<string, string>[] };
    assert.deepEqual(
      item.map(({ Title }) => Title),
      articles.map(({ title }) => title),
    );
  });

  it("has the reply's names as the wire has them, in plain objects", () => {
    assert.deepEqual({ ...text("x") }, { MsgType: "text", Content: "x" });
    for (const reply of [text("x"), image("m"), news([ARTICLE]), transferToCustomerService()]) {
      assert.deepEqual(JSON.parse(JSON.stringify(reply)), reply);
      assert.equal(format(JSON.parse(JSON.stringify(reply)) as Reply), format(reply));
    }
  });

  it("leaves the reply as it was, so that it can be formatted again", () => {
    const reply = text("a\u0000b".repeat(2_000));
    const before = JSON.stringify(reply);
    const first = formatReply(reply, ENVELOPE);
    assert.deepEqual(formatReply(reply, ENVELOPE), first);
    assert.equal(JSON.stringify(reply), before);
  });
});

/** Made and formatted in one, since either may be the place of the refusal. */
function refused(make: () => Parameters<typeof formatReply>[0], about = ""): void {
  fails(() => format(make()), "REPLY_INVALID", about);
}

describe("what the platform would take for a failure is refused as REPLY_INVALID", () => {
  it(": news of no article and of nine", () => {
    refused(() => news([]));
    refused(() => news(Array.from({ length: 9 }, () => ARTICLE)));
    refused(() => news(Array.from({ length: 100 }, () => ARTICLE)));
  });

  it(": an empty media id", () => {
    refused(() => image(""), "image");
    refused(() => voice(""), "voice");
    refused(() => video("", { title: "t" }), "video");
  });

  it(": a media id of nothing but characters that XML forbids", () => {
    refused(() => image("\u0000\u0001"));
  });

  it(": an empty text", () => {
    refused(() => text(""));
  });

  it(": a text of nothing but characters that XML forbids", () => {
    refused(() => text("\u0000\u0001\uD800\uFFFF"));
  });

  it(": a CreateTime that is not a number of seconds", () => {
    const times = [NaN, Infinity, -Infinity, -1, 1.5, 1_714_112_445_000, Date.now(), 2 ** 53];
    for (const CreateTime of times) {
      fails(
        () => formatReply(text("x"), { ...ENVELOPE, CreateTime }),
        "REPLY_INVALID",
        `${CreateTime}`,
      );
    }
  });

  it("and a CreateTime of seconds, of any year that matters, is not", () => {
    for (const CreateTime of [
      1_345_000_000,
      1_714_112_445,
      1_795_000_000,
      2 ** 31,
      4_000_000_000,
    ]) {
      const { xml } = formatReply(text("x"), { ...ENVELOPE, CreateTime });
      assert.equal(wireReadReply(xml)["CreateTime"], String(CreateTime));
    }
  });
});

describe("articles of another realm, such as that of a test runner", () => {
  it("are articles", () => {
    const articles = runInNewContext("[{ title: '一' }, { title: '二' }]") as Parameters<typeof news>[0];
    const xml = format(news(articles));
    assert.match(xml, /<ArticleCount>2<\/ArticleCount><Articles><item><Title><!\[CDATA\[一\]\]><\/Title><\/item><item>/);
  });
});

describe("what a program without types made is refused in a sentence", () => {
  const made: Readonly<Record<string, unknown>> = {
    "News must have 1 to 8 articles, got 0": { MsgType: "news", Articles: [] },
    "News must have 1 to 8 articles, got object": { MsgType: "news", Articles: {} },
    "MsgType of a reply must be one of text, image, voice, video, music, news, transfer_customer_service, got sticker": { MsgType: "sticker" },
    "Content must be a string, got number": { MsgType: "text", Content: 7 },
    "MediaId must be a string, got undefined": { MsgType: "image", Image: {} },
  };
  for (const [message, reply] of Object.entries(made)) {
    it(`: ${message}`, () => {
      const error = fails(() => format(reply as Reply), "REPLY_INVALID");
      assert.equal(error.message, message);
    });
  }
});
