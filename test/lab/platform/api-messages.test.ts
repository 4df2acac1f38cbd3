/**
 * Customer-service messages: what may be sent, how often, and for how long after what.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ApiChange } from "../../../lab/api-side/api-side.ts";
import { ApiBench, upload } from "./api-bench.ts";

const PNG = "89504e470d0a1a0a";
const HOUR = 3_600_000;

describe("A customer-service message", () => {
  test("may be sent five times within 48 hours of a message", async () => {
    const bench = new ApiBench();
    bench.note("oA");
    bench.turn(47 * HOUR);
    for (let count = 0; count < 5; count += 1) assert.equal(await bench.text("oA"), 0);
    assert.equal(await bench.text("oA"), 45047);
    bench.note("oA");
    assert.equal(await bench.text("oA"), 0);
    bench.turn(49 * HOUR);
    assert.equal(await bench.text("oA"), 45015);
  });

  for (const event of ["CLICK", "subscribe", "SCAN", "scancode_waitmsg"]) {
    test(`may be sent three times within a minute of ${event}`, async () => {
      const bench = new ApiBench();
      bench.note("oA", event);
      bench.turn(59_000);
      for (let count = 0; count < 3; count += 1) assert.equal(await bench.text("oA"), 0);
      assert.equal(await bench.text("oA"), 45047);
      bench.turn(2_000);
      assert.equal(await bench.text("oA"), 45015);
    });
  }

  for (const event of ["VIEW", "LOCATION", "TEMPLATESENDJOBFINISH"]) {
    test(`may not be sent after ${event} alone`, async () => {
      const bench = new ApiBench();
      bench.note("oA", event);
      assert.equal(await bench.text("oA"), 45015);
    });
  }

  test("uses up first what ends first", async () => {
    const bench = new ApiBench();
    bench.note("oA");
    bench.note("oA", "CLICK");
    for (let count = 0; count < 3; count += 1) await bench.text("oA");
    bench.turn(HOUR);
    for (let count = 0; count < 5; count += 1) assert.equal(await bench.text("oA"), 0);
    assert.equal(await bench.text("oA"), 45047);
  });

  test("may not be sent to who has left, nor to a stranger", async () => {
    const bench = new ApiBench();
    bench.note("oA");
    bench.note("oA", "unsubscribe");
    assert.equal(await bench.text("oA"), 45015);
    assert.equal(await bench.text("oStranger"), 40003);
  });

  test("may not be sent by an account that is not verified", async () => {
    const bench = new ApiBench({ verified: false });
    bench.note("oA");
    assert.equal(await bench.text("oA"), 48001);
    assert.equal(await bench.code("getcallbackip"), 0);
  });

  test("must have its characters as they are: an escaped one is refused", async () => {
    const bench = new ApiBench();
    bench.note("oA");
    const body = '{"touser":"oA","msgtype":"text","text":{"content":"\\u4f60"}}';
    assert.equal(await bench.code("message/custom/send", body), 40033);
    const backslash = '{"touser":"oA","msgtype":"text","text":{"content":"\\\\u4f60"}}';
    assert.equal(await bench.code("message/custom/send", backslash), 0);
    assert.equal(bench.api.sent[0]?.text, "\\u4f60");
  });

  test("must be UTF-8", async () => {
    const bench = new ApiBench();
    bench.note("oA");
    const text = '{"touser":"oA","msgtype":"text","text":{"content":"é"}}';
    assert.equal(await bench.code("message/custom/send", Buffer.from(text, "latin1")), 40033);
    assert.equal(await bench.code("message/custom/send", Buffer.from(text)), 0);
  });

  test("may go out in the name of an agent, who must be named", async () => {
    const bench = new ApiBench();
    bench.note("oA");
    const message = { touser: "oA", msgtype: "text", text: { content: "x" } };
    const send = (customservice: object): Promise<unknown> =>
      bench.code("message/custom/send", { ...message, customservice });
    assert.equal(await send({ kf_account: "one@test" }), 0);
    assert.equal(await send({ kf_account: "" }), 65400);
    assert.equal(await send({}), 65400);
  });

  test("may say that an answer was made by a model", async () => {
    const bench = new ApiBench();
    bench.note("oA");
    const body = { touser: "oA", msgtype: "aimsgcontext", aimsgcontext: { is_ai_msg: 1 } };
    assert.equal(await bench.code("message/custom/send", body), 0);
  });

  const wrong: readonly (readonly [string, object, number])[] = [
    ["nobody it is for", { msgtype: "text", text: { content: "x" } }, 41009],
    ["an unknown type", { touser: "oA", msgtype: "toString" }, 40008],
    ["an empty text", { touser: "oA", msgtype: "text", text: { content: "" } }, 44004],
    ["a long text", { touser: "oA", msgtype: "text", text: { content: "x".repeat(2049) } }, 45002],
    [
      "a picture that is not there",
      { touser: "oA", msgtype: "image", image: { media_id: "m" } },
      40007,
    ],
    ["two articles", { touser: "oA", msgtype: "news", news: { articles: [{}, {}] } }, 45008],
    ["no article", { touser: "oA", msgtype: "news", news: { articles: [] } }, 44004],
    ["a menu without items", { touser: "oA", msgtype: "msgmenu", msgmenu: { list: [] } }, 44004],
    [
      "a menu with an empty item",
      { touser: "oA", msgtype: "msgmenu", msgmenu: { list: [{ id: "1" }] } },
      44004,
    ],
  ];
  for (const [what, body, code] of wrong) {
    test(`with ${what} is refused with ${code}, and costs nothing`, async () => {
      const bench = new ApiBench();
      bench.note("oA");
      assert.equal(await bench.code("message/custom/send", body), code);
      for (let count = 0; count < 5; count += 1) assert.equal(await bench.text("oA"), 0);
    });
  }

  test("is shown as the phone would show a reply of its kind", async () => {
    const bench = new ApiBench();
    bench.note("oA");
    const { media_id } = await bench.post("media/upload?type=image", upload(PNG));
    const send = (msgtype: string, content: object): Promise<unknown> =>
      bench.code("message/custom/send", { touser: "oA", msgtype, [msgtype]: content });
    assert.equal(await send("image", { media_id }), 0);
    const article = { title: "t", description: "d", url: "http://a/", picurl: "http://a/1.jpg" };
    assert.equal(await send("news", { articles: [article] }), 0);
    const list = [{ id: "1", content: "满意" }];
    assert.equal(await send("msgmenu", { head_content: "您满意吗", list }), 0);
    const [image, news, menu] = bench.api.sent;
    assert.deepEqual(image?.shows, { MsgType: "image", mediaId: media_id });
    assert.deepEqual(news?.shows, {
      MsgType: "news",
      articles: [{ title: "t", description: "d", url: "http://a/", picUrl: "http://a/1.jpg" }],
    });
    assert.equal(menu?.text, "您满意吗\n满意");
    assert.equal(menu?.shows, undefined);
  });

  test("may send back a picture that the follower sent", async () => {
    const bench = new ApiBench();
    bench.api.note("oA", { MsgType: "image", MediaId: "sent-1", PicUrl: "http://a/1.jpg" });
    const body = { touser: "oA", msgtype: "image", image: { media_id: "sent-1" } };
    assert.equal(await bench.code("message/custom/send", body), 0);
  });
});

describe("That somebody types", () => {
  const type = (bench: ApiBench, command = "Typing"): Promise<unknown> =>
    bench.code("message/custom/typing", { touser: "oA", command });

  test("is shown for 15 seconds, or until a message comes or it is cancelled", async () => {
    const bench = new ApiBench();
    bench.note("oA");
    assert.equal(await type(bench), 0);
    assert.equal(bench.api.isTyping("oA"), true);
    assert.equal(await type(bench), 45081);
    bench.turn(15_000);
    assert.equal(bench.api.isTyping("oA"), false);
    assert.equal(await type(bench), 0);
    await bench.text("oA");
    assert.equal(bench.api.isTyping("oA"), false);
    assert.equal(await type(bench), 0);
    assert.equal(await type(bench, "CancelTyping"), 0);
    assert.equal(bench.api.isTyping("oA"), false);
  });

  test("needs something that the follower did within 30 seconds", async () => {
    const bench = new ApiBench();
    bench.api.followers.add(bench.now, "oA");
    assert.equal(await type(bench), 45080);
    bench.note("oA");
    bench.turn(30_001);
    assert.equal(await type(bench), 45080);
  });

  test("is one of two commands", async () => {
    const bench = new ApiBench();
    bench.note("oA");
    assert.equal(await type(bench, "typing"), 45072);
  });
});

describe("Whoever watches", () => {
  test("is told what was sent, that somebody types, and of every call", async () => {
    const bench = new ApiBench();
    bench.note("oA");
    const [changes, sent]: [ApiChange[], string[]] = [[], []];
    const end = bench.api.onChange((change) => changes.push(change));
    bench.api.onSent(({ text }) => sent.push(text));
    await bench.text("oA", "甲");
    await bench.code("message/custom/typing", { touser: "oA", command: "Typing" });
    await bench.text("oStranger");
    end();
    await bench.text("oA", "乙");
    assert.deepEqual(sent, ["甲", "乙"]);
    const calls = changes.flatMap((change) => (change.what === "called" ? [change.call] : []));
    assert.deepEqual(
      calls.filter(({ path }) => !path.endsWith("token")).map(({ errcode }) => errcode),
      [0, 0, 40003],
    );
    assert.ok(calls.every(({ path }) => !path.includes("access_token")));
    assert.ok(changes.some(({ what }) => what === "typing"));
  });
});
