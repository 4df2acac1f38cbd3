/** Customer-service messages: stopped halfway, and messages that say themselves where they go. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CustomMessage } from "../../src/index.ts";
import { OPEN_ID, setStage } from "./stage.ts";

const SEND = "/cgi-bin/message/custom/send";
const LONG = "长".repeat(1000);

describe("A long text that its caller stops between two messages", { timeout: 120_000 }, () => {
  const reasons = { "the usual reason": undefined, "a reason of their own": new Error("Enough") };
  for (const [what, given] of Object.entries(reasons)) {
    test(`ends with ${what}, as it was`, async (context) => {
      const controller = new AbortController();
      let messages = 0;
      const { api, standIn, pass } = await setStage(context, {
        api: {
          fetch: (input, init) => {
            if (String(input).includes(SEND) && (messages += 1) === 2) controller.abort(given);
            return fetch(input, init);
          },
        },
      });
      const { signal } = controller;
      const sending = pass(api.customerService.send(OPEN_ID, LONG, { signal }));
      const error: unknown = await sending.then(() => undefined, (thrown: unknown) => thrown);
      assert.equal(error, signal.reason);
      assert.equal((error as Error).message, given === undefined ? "This operation was aborted" : "Enough");
      assert.equal(standIn.sent.length, 1);
    });
  }
});

describe("A message in WeChat's own form", { timeout: 120_000 }, () => {
  const customservice = { kf_account: "one@test" };
  const messages: readonly CustomMessage[] = [
    { msgtype: "image", image: { media_id: "m1" } },
    { msgtype: "text", text: { content: "你好" } },
    { msgtype: "text", text: { content: LONG } },
  ];
  for (const message of messages) {
    test(`(${JSON.stringify(message).slice(0, 40)}) goes out with its own agent`, async (context) => {
      const { api, standIn, pass } = await setStage(context);
      standIn.knows("m1");
      await pass(api.customerService.send(OPEN_ID, { ...message, customservice }));
      const agents = standIn.requestsFor(SEND).map(({ json }) => json["customservice"]);
      assert.deepEqual(agents, Array(agents.length).fill(customservice));
      await pass(
        api.customerService.send(OPEN_ID, { ...message, customservice }, { kfAccount: "two@test" }),
      );
      assert.deepEqual(standIn.requestsFor(SEND).at(-1)?.json["customservice"], {
        kf_account: "two@test",
      });
    });

    test(`(${JSON.stringify(message).slice(0, 40)}) goes to nobody else`, async (context) => {
      const { api, standIn, pass } = await setStage(context);
      standIn.knows("m1");
      await pass(api.customerService.send(OPEN_ID, { touser: "oSomebodyElse", ...message }));
      assert.equal(standIn.requestsFor(SEND).at(-1)?.json["touser"], OPEN_ID);
    });
  }
});

describe("A message that a program without types made by hand", { timeout: 120_000 }, () => {
  const halves: Readonly<Record<string, object>> = {
    "cannot be sent: Image of a reply must be an object with MediaId, got undefined": { MsgType: "image", MediaId: "m1" },
    "cannot be sent: Voice of a reply must be an object with MediaId, got null": { MsgType: "voice", Voice: null },
    "cannot be sent: Video of a reply must be an object with MediaId, Title, Description, got string": { MsgType: "video", Video: "m1" },
    "cannot be sent: Music of a reply must be an object with Title, Description, MusicUrl, HQMusicUrl, ThumbMediaId, got undefined": { MsgType: "music", MusicUrl: "u" },
    "cannot be sent: News must have 1 to 8 articles, got undefined": { MsgType: "news" },
    "cannot be sent: Article 1 of a reply must be an object with Title, Description, PicUrl, Url, got null": { MsgType: "news", Articles: [null] },
    "cannot be sent: Content must be a string, got undefined": { MsgType: "text" },
    'of kind "image" must have its parts under that name, got none': { msgtype: "image", image: null },
    // The parts of each kind: 发送客服消息.
    'of kind "text" must have text.content, got none': { msgtype: "text", text: {} },
    'of kind "image" must have image.media_id, got none': { msgtype: "image", image: { mediaId: "m1" } },
    'of kind "voice" must have voice.media_id, got none': { msgtype: "voice", voice: { media_id: "" } },
    'of kind "video" must have video.media_id, got none': { msgtype: "video", video: { title: "t" } },
    'of kind "music" must have music.thumb_media_id, got none': { msgtype: "music", music: { musicurl: "u" } },
    'of kind "news" must have news.articles, got none': { msgtype: "news", news: [] },
    'of kind "mpnews" must have mpnews.media_id, got none': { msgtype: "mpnews", mpnews: {} },
    'of kind "mpnewsarticle" must have mpnewsarticle.article_id, got none': { msgtype: "mpnewsarticle", mpnewsarticle: {} },
    'of kind "msgmenu" must have msgmenu.list, got none': { msgtype: "msgmenu", msgmenu: { head_content: "?" } },
    'of kind "wxcard" must have wxcard.card_id, got none': { msgtype: "wxcard", wxcard: {} },
    'cannot be of kind "undefined"': {},
  };
  for (const [problem, message] of Object.entries(halves)) {
    test(`is refused before anything is sent: ${problem}`, async (context) => {
      const { api, standIn } = await setStage(context);
      await assert.rejects(api.customerService.send(OPEN_ID, message as CustomMessage), {
        code: "API_INPUT_INVALID",
        message: `Customer-service message ${problem}`,
      });
      assert.equal(standIn.requests.length, 0);
    });
  }
});
