/** What followers do and see, as a window of the page is told of it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { DeliveryView, PlayState } from "../../../lab/play/view.ts";
import { CALLS } from "./bot-calls.ts";
import { ask, ECHO_BOT, stage } from "./stage.ts";
import type { Window } from "./stage.ts";

function lastDelivery(state: PlayState): DeliveryView | undefined {
  return state.deliveries.at(-1);
}

/** Sends the latest delivery again and waits for its end. */
async function again(window: Window, alter: DeliveryView["alteration"]): Promise<DeliveryView> {
  const id = lastDelivery(window.state)?.id ?? "";
  await window.tell({ do: "again", id, alter });
  const { deliveries } = await window.sees("the repeat", (state) =>
    state.deliveries.some(({ of, shown }) => of === id && shown !== undefined),
  );
  const repeat = deliveries.find(({ of }) => of === id);
  assert.ok(repeat);
  return repeat;
}

describe("A follower", () => {
  test("writes, and each step of the delivery is there to be looked at", async (context) => {
    const { window } = await stage(context, { bot: ECHO_BOT });
    assert.equal(await window.says("你好 👨‍👩‍👧 ]]> \u0002"), "你说：你好 👨‍👩‍👧 ]]> ");
    const { deliveries, session } = window.state;
    const [handshake, delivery] = deliveries;
    assert.equal(handshake?.description.MsgType, "handshake");
    assert.equal(handshake?.attempts[0]?.verdict?.ok, true);
    const attempt = delivery?.attempts[0];
    assert.equal(delivery?.attempts.length, 1);
    assert.equal(attempt?.outcome, "answered");
    assert.match(attempt?.request?.url ?? "", /^http:\/\/127\.0\.0\.1:\d+\/wx\?signature=/);
    const parts = attempt?.request?.steps.signature.parts ?? [];
    assert.deepEqual(
      new Set(parts.map(({ name }) => name)),
      new Set(["token", "timestamp", "nonce"]),
    );
    assert.ok(parts.some(({ value }) => value === session.token));
    assert.equal(attempt?.request?.steps.frame, undefined);
    assert.equal(attempt?.response?.status, 200);
    assert.match(attempt?.response?.text ?? "", /你说/);
    assert.equal(attempt?.verdict?.ok, true);
  });

  test("is one of several, whose conversations are kept apart", async (context) => {
    const { window } = await stage(context, { bot: ECHO_BOT });
    await window.tell({ do: "follower", name: " 小红 " });
    const { followers } = await window.sees(
      "three followers",
      (state) => state.followers.length === 3,
    );
    const added = followers[2];
    assert.equal(added?.name, "小红");
    assert.match(added?.id ?? "", /^o[\w-]{27}$/);
    await window.says("一", added?.id);
    assert.deepEqual([...new Set(window.state.entries.map(({ openId }) => openId))], [added?.id]);
    for (const name of ["", "  ", "很".repeat(21)]) {
      assert.equal((await window.tell({ do: "follower", name })).status, 400);
    }
  });

  test("unfollows, can write no more, and follows again with the scene of a code", async (context) => {
    const { window } = await stage(context, {
      bot: `export default (bot) => {
        bot.on("event:subscribe", (m) => "welcome " + m.EventKey + " " + (m.Ticket !== undefined));
        bot.on("event:scan", (m) => "scanned " + m.EventKey);
      };`,
    });
    const openId = window.someone;
    await window.tell({ do: "unfollow", openId });
    await window.sees("the unfollowing", ({ followers }) => followers[0]?.following === false);
    const refused = await window.tell({
      do: "send",
      openId,
      description: { MsgType: "text", Content: "a" },
    });
    assert.equal(refused.status, 400);
    assert.match(refused.body, /does not follow/);
    const sees = (content: string): Promise<PlayState> =>
      window.sees(content, ({ entries }) => JSON.stringify(entries).includes(content));
    await window.tell({ do: "scan", openId, scene: "shop 7" });
    await sees("welcome qrscene_shop 7 true");
    await window.tell({ do: "scan", openId, scene: "42" });
    await sees("scanned 42");
  });

  test("sends a picture that the bot can fetch, and sees it come back", async (context) => {
    const { window, play } = await stage(context, {
      bot: `export default (bot) => bot.on("image", async (m) => {
        const response = await fetch(m.PicUrl);
        return response.headers.get("content-type") + " " + (await response.arrayBuffer()).byteLength;
      });`,
    });
    const host = `127.0.0.1:${play.port}`;
    const { body: MediaId } = await ask(play.port, {
      method: "POST",
      path: `${window.root}/media?type=image`,
      headers: { Host: host, Origin: `http://${host}`, Cookie: window.cookie },
      body: Buffer.from("89504e470d0a1a0a00", "hex"),
    });
    const PicUrl = `http://${host}/mmbiz/${MediaId}`;
    await window.tell({
      do: "send",
      openId: window.someone,
      description: { MsgType: "image", PicUrl, MediaId },
    });
    await window.sees("the answer", ({ entries }) =>
      JSON.stringify(entries).includes("image/png 9"),
    );
  });

  test("sees what the bot sends by itself, that it is typing, and the menu it has set", async (context) => {
    const { window } = await stage(context, {
      bot: `${CALLS}
      export default async (bot) => {
        await call("menu/create", { button: [
          { type: "click", name: "今天", key: "TODAY" },
          { name: "更多", sub_button: [{ type: "scancode_waitmsg", name: "扫码", key: "SCAN" }] },
        ] });
        bot.click("TODAY", () => "晴");
        bot.on("event:scancode_waitmsg", (m) => m.EventKey + " " + m.ScanCodeInfo.ScanResult);
        bot.on("text", async (m) => {
          const typing = { touser: m.FromUserName, command: "Typing" };
          await call("message/custom/typing", typing);
          const later = { touser: m.FromUserName, msgtype: "text", text: { content: "后来" } };
          setTimeout(() => call("message/custom/send", later), 300);
        });
      };`,
    });
    const openId = window.someone;
    const { menu } = await window.sees("the menu", (state) => state.menu.buttons.length === 2);
    assert.deepEqual(
      menu.buttons.map(({ name }) => name),
      ["今天", "更多"],
    );
    const sees = (content: string): Promise<PlayState> =>
      window.sees(content, ({ entries }) => JSON.stringify(entries).includes(content));
    await window.tell({ do: "press", openId, at: [0], input: {} });
    await sees("晴");
    await window.tell({
      do: "press",
      openId,
      at: [1, 0],
      input: { scan: "https://example.com/1" },
    });
    await sees("SCAN https://example.com/1");
    assert.equal((await window.tell({ do: "press", openId, at: [2], input: {} })).status, 400);

    await window.tell({ do: "send", openId, description: { MsgType: "text", Content: "a" } });
    await window.sees(
      "the typing",
      ({ followers }) => (followers[0]?.typingUntil ?? 0) > Date.now(),
    );
    const { log } = await sees("后来");
    await window.sees("its end", ({ followers }) => followers[0]?.typingUntil === undefined);
    assert.ok(log.some(({ text }) => text === "API POST /cgi-bin/menu/create -> ok"));
  });

  test("reads the notice of a fault when the bot is too slow for all deliveries", async (context) => {
    const { window } = await stage(context, {
      bot: `export const options = { delivery: false };
      export default (bot) => bot.on("text", () => new Promise((resolve) => setTimeout(resolve, 20_000, "late")));`,
      timeoutMs: 150,
    });
    assert.equal(await window.says("慢"), "fault");
    const delivery = lastDelivery(window.state);
    assert.deepEqual(
      delivery?.attempts.map(({ outcome }) => outcome),
      ["timeout", "timeout", "timeout"],
    );
    assert.deepEqual(
      delivery?.attempts.map(({ verdict }) => verdict?.shows.what),
      ["lost", "lost", "fault"],
    );
    // A timer may be a millisecond early by the clock that tells the time of day.
    assert.ok(delivery?.attempts.every(({ ms = 0 }) => ms >= 145 && ms < 5000));
  });

  test("cannot be named who is none, and nothing is sent for them", async (context) => {
    const { window } = await stage(context, { bot: ECHO_BOT });
    const before = window.state.deliveries.length;
    const answer = await window.tell({
      do: "send",
      openId: "oNobody",
      description: { MsgType: "text" },
    });
    assert.equal(answer.status, 400);
    assert.equal(window.state.deliveries.length, before);
  });
});

describe("A delivery", () => {
  test("goes out in the mode that was chosen, and its answer is opened", async (context) => {
    const { window } = await stage(context, { bot: ECHO_BOT });
    for (const mode of ["safe", "compat", "plain"] as const) {
      const { starts } = window.state.bot;
      await window.tell({ do: "mode", mode });
      await window.sees(
        mode,
        ({ bot, session }) =>
          session.mode === mode && bot.status === "running" && bot.starts > starts,
      );
      assert.equal(await window.says(mode), `你说：${mode}`);
      const request = lastDelivery(window.state)?.attempts[0]?.request;
      const response = lastDelivery(window.state)?.attempts[0]?.response;
      assert.equal(request?.steps.frame !== undefined, mode !== "plain");
      assert.equal(response?.sealed !== undefined, mode !== "plain");
      if (mode === "plain") continue;
      assert.equal(request?.url.includes("encrypt_type=aes"), true);
      assert.equal(response?.sealed?.given, response?.sealed?.signature.sha1);
      assert.match(response?.sealed?.frame?.message ?? "", /你说/);
      assert.equal(response?.sealed?.frame?.appId, window.state.session.appId);
    }
    // Settings that were saved are checked anew: once for each mode.
    const handshakes = window.state.deliveries.filter(
      ({ description }) => description.MsgType === "handshake",
    );
    assert.deepEqual(
      handshakes.map(({ mode }) => mode),
      ["plain", "safe", "compat", "plain"],
    );
  });

  test("is sent again as the same message, which the bot knows", async (context) => {
    const { window } = await stage(context, {
      bot: 'let count = 0;\nexport default (bot) => bot.on("text", () => String(++count));\n',
    });
    assert.equal(await window.says("a"), "1");
    const first = lastDelivery(window.state);
    const repeat = await again(window, {});
    assert.equal(repeat.xml, first?.xml);
    assert.deepEqual(repeat.shown, { what: "reply", reply: { MsgType: "text", content: "1" } });
  });

  test("is refused when it was altered, and the follower's conversation knows nothing of it", async (context) => {
    const { window } = await stage(context, { bot: ECHO_BOT });
    await window.tell({ do: "mode", mode: "safe" });
    await window.sees(
      "safe mode",
      ({ bot, session }) => session.mode === "safe" && bot.status === "running",
    );
    for (const alter of [{ token: true }, { timestamp: true }, { body: true }]) {
      await window.says("a");
      const before = window.state.entries.length;
      const forged = await again(window, alter);
      assert.equal(forged.attempts.length, 1);
      assert.equal(forged.attempts[0]?.response?.status, 403, JSON.stringify(alter));
      // What the server computed is another signature, but for one that is only too old.
      const check = forged.attempts[0]?.request?.check;
      assert.equal(check?.name, "msg_signature");
      assert.equal(check?.steps.sha1 === check?.given, "timestamp" in alter);
      assert.equal(window.state.entries.length, before);
    }
  });

  test("can be late on its way, which takes from the time that the bot has", async (context) => {
    const { window } = await stage(context, { bot: ECHO_BOT, timeoutMs: 1500 });
    await window.says("a");
    const slow = await again(window, { delayMs: 500 });
    assert.equal(slow.attempts.length, 1);
    assert.ok((slow.attempts[0]?.ms ?? 0) >= 495);
    const late = await again(window, { delayMs: 2000 });
    assert.equal(late.attempts.length, 3);
    assert.equal(late.shown?.what, "fault");
  });

  test("finds nobody while the bot is down, and waits while it is starting", async (context) => {
    const { window } = await stage(context, { bot: ECHO_BOT });
    await window.tell({ do: "restart" });
    assert.equal(await window.says("a"), "你说：a");
  });

  test("is forgotten when the page is cleared", async (context) => {
    const { window } = await stage(context, { bot: ECHO_BOT });
    await window.says("a");
    await window.tell({ do: "clear" });
    const state = await window.sees("nothing", ({ deliveries }) => deliveries.length === 0);
    assert.equal(state.entries.length, 0);
    assert.equal(state.followers.length, 2);
  });

  test("stays when the log is cleared", async (context) => {
    const { window } = await stage(context, { bot: ECHO_BOT });
    await window.says("a");
    await window.tell({ do: "clear-log" });
    const { entries, log } = await window.sees("no log", (state) => state.log.length === 0);
    assert.equal(entries.length, 2, JSON.stringify(log));
  });
});
