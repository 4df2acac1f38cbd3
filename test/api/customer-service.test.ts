/** Customer-service messages: every kind, long texts, and the sign that somebody types. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CustomMessage, Reply } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { OPEN_ID, setStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

const SEND = "/cgi-bin/message/custom/send";
const { image, music, news, text, transferToCustomerService, video, voice } = echostr;

const ARTICLE = { title: "标题", description: "描述", picUrl: "http://a/p.jpg", url: "http://a/" };

interface Case {
  readonly message: string | Reply | CustomMessage;
  readonly sent: Readonly<Record<string, unknown>>;
}

const CASES: Readonly<Record<string, Case>> = {
  "a string": { message: "你好", sent: { msgtype: "text", text: { content: "你好" } } },
  "a text": { message: text("你好"), sent: { msgtype: "text", text: { content: "你好" } } },
  "a picture": { message: image("m1"), sent: { msgtype: "image", image: { media_id: "m1" } } },
  "a recording": { message: voice("m2"), sent: { msgtype: "voice", voice: { media_id: "m2" } } },
  "a video": {
    message: video("m3", { title: "标题", description: "描述" }),
    sent: { msgtype: "video", video: { media_id: "m3", title: "标题", description: "描述" } },
  },
  "a video without words": {
    message: video("m3"),
    sent: { msgtype: "video", video: { media_id: "m3" } },
  },
  "a piece of music": {
    message: music({
      title: "曲",
      description: "描述",
      musicUrl: "http://a/m",
      hqMusicUrl: "http://a/hq",
      thumbMediaId: "t1",
    }),
    sent: {
      msgtype: "music",
      music: {
        title: "曲",
        description: "描述",
        musicurl: "http://a/m",
        hqmusicurl: "http://a/hq",
        thumb_media_id: "t1",
      },
    },
  },
  "an article": {
    message: news([ARTICLE]),
    sent: {
      msgtype: "news",
      news: {
        articles: [
          { title: "标题", description: "描述", url: "http://a/", picurl: "http://a/p.jpg" },
        ],
      },
    },
  },
  "a menu of answers": {
    message: echostr.msgmenu({
      head_content: "满意吗？",
      list: [
        { id: "101", content: "满意" },
        { id: "102", content: "不满意" },
      ],
      tail_content: "欢迎再次光临",
    }),
    sent: {
      msgtype: "msgmenu",
      msgmenu: {
        head_content: "满意吗？",
        list: [
          { id: "101", content: "满意" },
          { id: "102", content: "不满意" },
        ],
        tail_content: "欢迎再次光临",
      },
    },
  },
  "a page of a mini program": {
    message: echostr.miniprogrampage({
      title: "标题",
      appid: "wx1",
      pagepath: "pages/index",
      thumb_media_id: "t2",
    }),
    sent: {
      msgtype: "miniprogrampage",
      miniprogrampage: {
        title: "标题",
        appid: "wx1",
        pagepath: "pages/index",
        thumb_media_id: "t2",
      },
    },
  },
  "a kind in WeChat's own form (mpnewsarticle)": {
    message: { msgtype: "mpnewsarticle", mpnewsarticle: { article_id: "a1" } },
    sent: { msgtype: "mpnewsarticle", mpnewsarticle: { article_id: "a1" } },
  },
  "a kind in WeChat's own form (mpnews)": {
    message: { msgtype: "mpnews", mpnews: { media_id: "m4" } },
    sent: { msgtype: "mpnews", mpnews: { media_id: "m4" } },
  },
  "a kind in WeChat's own form (wxcard)": {
    message: { msgtype: "wxcard", wxcard: { card_id: "123dsdajkasd231jhksad" } },
    sent: { msgtype: "wxcard", wxcard: { card_id: "123dsdajkasd231jhksad" } },
  },
  "a kind in WeChat's own form (aimsgcontext)": {
    message: { msgtype: "aimsgcontext", aimsgcontext: { is_ai_msg: 1 } },
    sent: { msgtype: "aimsgcontext", aimsgcontext: { is_ai_msg: 1 } },
  },
};

describe("customerService.send", { timeout: 120_000 }, () => {
  for (const [what, { message, sent }] of Object.entries(CASES)) {
    test(`sends ${what}`, async (context) => {
      const { api, standIn } = await setStage(context);
      standIn.knows("m1", "m2", "m3", "m4", "t1", "t2");
      assert.equal(await api.customerService.send(OPEN_ID, message), undefined);
      assert.deepEqual(standIn.sent, [{ touser: OPEN_ID, ...sent }]);
    });
  }

  test("writes in the name of an agent", async (context) => {
    const { api, standIn } = await setStage(context);
    const options = { kfAccount: "test1@kftest" };
    await api.customerService.send(OPEN_ID, "你好", options);
    await api.customerService.send(OPEN_ID, "长".repeat(1000), options);
    for (const { customservice } of standIn.sent) {
      assert.deepEqual(customservice, { kf_account: "test1@kftest" });
    }
    assert.equal(standIn.sent.length, 3);
  });

  const REFUSED: Readonly<Record<string, string | Reply | CustomMessage>> = {
    "an empty text": "",
    "a text of nothing but what is left out": "\u0001\u0002",
    "two articles, of which WeChat sends none (45008)": news([ARTICLE, ARTICLE]),
    "a transfer to a human agent": transferToCustomerService(),
    "a picture without a media id": image(""),
    "a message without a kind": { msgtype: "" },
  };
  for (const [what, message] of Object.entries(REFUSED)) {
    test(`refuses ${what} before anything is sent`, async (context) => {
      const { api, standIn, fails } = await setStage(context);
      await fails(api.customerService.send(OPEN_ID, message), "API_INPUT_INVALID");
      assert.equal(standIn.requests.length, 0);
    });
  }

  test("refuses to write to nobody before anything is sent", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    await fails(api.customerService.send("", "你好"), "API_INPUT_INVALID");
    assert.equal(standIn.requests.length, 0);
  });

  const PLATFORM: readonly (readonly [errcode: number, prepare: (stage: Stage) => void])[] = [
    [40003, () => {}],
    [45015, ({ standIn }) => standIn.heard(OPEN_ID, "unfollow")],
    [45015, ({ standIn }) => standIn.turn(48 * 3_600_000)],
    [48001, ({ standIn }) => void standIn.faults.failNext({ path: SEND, errcode: 48001, times: Infinity })],
  ];
  for (const [errcode, prepare] of PLATFORM) {
    test(`says what WeChat refused it with (${errcode})`, async (context) => {
      const stage = await setStage(context);
      prepare(stage);
      const to = errcode === 40003 ? "oSomebodyElse" : OPEN_ID;
      await stage.refused(stage.api.customerService.send(to, "你好"), errcode);
      assert.equal(stage.standIn.sent.length, 0);
    });
  }

  test("says when the messages are used up, and sends again later", async (context) => {
    const { api, standIn, refused } = await setStage(context);
    for (let nth = 0; nth < 5; nth += 1) await api.customerService.send(OPEN_ID, `${nth}`);
    await refused(api.customerService.send(OPEN_ID, "5"), 45047);
    standIn.heard(OPEN_ID, "scan");
    await api.customerService.send(OPEN_ID, "6");
    assert.equal(standIn.sent.length, 6);
  });
});

describe("A long text", { timeout: 120_000 }, () => {
  const contents = ({ standIn }: Stage): string[] =>
    standIn.sent.map((sent) => String((sent["text"] as { content: string }).content));

  for (const [what, long] of Object.entries({
    "of Chinese": "长".repeat(2000),
    "of emoji": "😀".repeat(1500),
    "of ASCII": "a".repeat(5000),
    "of both": "a长😀é".repeat(500),
  })) {
    test(`${what} goes in several messages, and nothing of it is lost`, async (context) => {
      const stage = await setStage(context);
      await stage.api.customerService.send(OPEN_ID, long);
      const pieces = contents(stage);
      assert.equal(pieces.join(""), long);
      assert.equal(pieces.length, Math.ceil(Buffer.byteLength(long) / 1800));
      for (const piece of pieces) {
        assert.ok(Buffer.byteLength(piece) <= 1800, `${Buffer.byteLength(piece)} bytes`);
        assert.ok(piece.isWellFormed());
      }
    });
  }

  test("is not cut inside what a reader sees as one character", async (context) => {
    const stage = await setStage(context);
    const long = `a${"👨‍👩‍👧".repeat(200)}`;
    await stage.api.customerService.send(OPEN_ID, long);
    const pieces = contents(stage);
    assert.equal(pieces.join(""), long);
    assert.equal(pieces.length, 3);
    for (const piece of pieces) assert.ok(piece.endsWith("👨‍👩‍👧"), piece.slice(-8));
  });

  test("of just 1,800 bytes goes in one", async (context) => {
    const stage = await setStage(context);
    await stage.api.customerService.send(OPEN_ID, "长".repeat(600));
    assert.equal(contents(stage).length, 1);
    await stage.api.customerService.send(OPEN_ID, text(`${"长".repeat(600)}a`));
    assert.equal(contents(stage).length, 3);
  });

  test("stops with the piece that is refused", async (context) => {
    const stage = await setStage(context);
    await stage.refused(stage.api.customerService.send(OPEN_ID, "长".repeat(4000)), 45047);
    assert.equal(contents(stage).length, 5);
    assert.equal(stage.standIn.requestsFor(SEND).length, 6);
  });
});

describe("customerService.typing", { timeout: 120_000 }, () => {
  test("shows and hides that somebody types", async (context) => {
    const { api, standIn } = await setStage(context);
    assert.equal(await api.customerService.typing(OPEN_ID), undefined);
    assert.ok(standIn.side.isTyping(OPEN_ID));
    await api.customerService.typing(OPEN_ID, false);
    assert.ok(!standIn.side.isTyping(OPEN_ID));
    await api.customerService.typing(OPEN_ID, true);
    const sent = standIn.requestsFor("/cgi-bin/message/custom/typing").map(({ json }) => json);
    const commands = ["Typing", "CancelTyping", "Typing"];
    assert.deepEqual(sent, commands.map((command) => ({ touser: OPEN_ID, command })));
  });

  test("says what WeChat refuses it with (45080, 45081)", async (context) => {
    const { api, standIn, refused } = await setStage(context);
    await api.customerService.typing(OPEN_ID);
    await refused(api.customerService.typing(OPEN_ID), 45081);
    standIn.turn(31_000);
    await refused(api.customerService.typing(OPEN_ID), 45080);
  });
});
