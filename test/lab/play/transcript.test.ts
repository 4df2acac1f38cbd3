/** A conversation saved, loaded, and played against the bot as it is now. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { readShown } from "../../../lab/play/read-shown.ts";
import { readTranscript } from "../../../lab/transcript/transcript.ts";
import { CALLS } from "./bot-calls.ts";
import { ask, stage } from "./stage.ts";
import type { Staged } from "./stage.ts";

const counting = (word: string): string =>
  `let count = 0;\nexport default (bot) => bot.on("text", (m) => "${word} " + (++count) + " " + m.Content);\n`;

async function saved({ play, window }: Staged): Promise<string> {
  const headers = { Host: `127.0.0.1:${play.port}`, Cookie: window.cookie };
  return (await ask(play.port, { path: `${window.root}/transcript`, headers })).body;
}

describe("A transcript", () => {
  test("has what was said and seen, and nothing secret", async (context) => {
    const staged = await stage(context, { bot: counting("one") });
    const { window } = staged;
    await window.says("a");
    await window.says("b");
    const text = await saved(staged);
    const { lines } = readTranscript(text);
    assert.deepEqual(
      lines.map((line) => (line.type === "delivery" ? line.shown : undefined)),
      ["one 1 a", "one 2 b"].map((content) => ({
        what: "reply",
        reply: { MsgType: "text", content },
      })),
    );
    assert.ok(!text.includes(window.state.session.token));
    assert.ok(!text.includes("signature"));
  });

  test("played again shows what is the same and what is not, whole or from a row on", async (context) => {
    const staged = await stage(context, { bot: counting("one") });
    const { window, file } = staged;
    await window.says("a");
    await window.says("b");
    const text = await saved(staged);
    writeFileSync(file, counting("two"));
    await window.sees("the changed bot", ({ bot }) => bot.starts === 2 && bot.status === "running");
    assert.equal(
      (await window.tell({ do: "transcript-load", name: "talk.jsonl", text })).status,
      200,
    );
    const { replay } = await window.sees("the rows", (state) => state.replay.rows.length === 2);
    assert.equal(replay.name, "talk.jsonl");
    await window.tell({ do: "replay", from: 1 });
    const after = await window.sees(
      "the second row",
      (state) => state.replay.rows[1]?.now !== undefined && !state.replay.running,
    );
    const [first, second] = after.replay.rows;
    assert.equal(first?.state, "waiting");
    assert.equal(second?.state, "different");
    assert.deepEqual(second?.now, {
      what: "reply",
      reply: { MsgType: "text", content: "two 1 b" },
    });
    assert.ok(after.deliveries.some(({ id }) => id === second?.delivery));
  });

  test("is played by itself whenever the bot changes, when that is wished for", async (context) => {
    const staged = await stage(context, { bot: counting("one") });
    const { window, file } = staged;
    await window.says("a");
    const text = await saved(staged);
    await window.tell({ do: "transcript-load", name: "talk.jsonl", text });
    await window.tell({ do: "replay-auto", on: true });
    writeFileSync(file, counting("two"));
    await window.sees("a difference", ({ replay }) => replay.rows[0]?.state === "different");
    writeFileSync(file, counting("one"));
    await window.sees("the same again", ({ replay }) => replay.rows[0]?.state === "same");
  });

  test("brings its followers, and what the bot sent by itself is compared too", async (context) => {
    const { window } = await stage(context, {
      bot: `${CALLS}
      export default (bot) => bot.on("text", (m) => {
        const later = { touser: m.FromUserName, msgtype: "text", text: { content: "later" } };
        setTimeout(() => call("message/custom/send", later), 400);
        return "now";
      });`,
    });
    const head = { transcript: "echostr", version: 1, originalId: "gh_1", mode: "plain" };
    const delivery = {
      type: "delivery",
      at: 0,
      openId: "oSomebodyElse",
      description: { MsgType: "text", Content: "a" },
      shown: { what: "reply", reply: { MsgType: "text", content: "now" } },
      attempts: [],
    };
    const sent = {
      type: "sent",
      at: 400,
      openId: "oSomebodyElse",
      msgType: "text",
      text: "later",
      body: {},
    };
    const text = [head, delivery, sent].map((line) => JSON.stringify(line)).join("\n");
    assert.equal((await window.tell({ do: "transcript-load", name: "x", text })).body, "");
    await window.tell({ do: "replay", from: 0 });
    const { replay, followers } = await window.sees(
      "the end",
      (state) => state.replay.rows[0]?.now !== undefined,
    );
    assert.equal(replay.rows[0]?.state, "same");
    assert.deepEqual(replay.rows[0]?.sentNow, ["later"]);
    assert.equal(followers[2]?.id, "oSomebodyElse");
  });

  test("that is none is refused with a sentence", async (context) => {
    const { window } = await stage(context, { atOnce: true });
    const head = '{"transcript":"echostr","version":1,"originalId":"gh_1","mode":"plain"}\n';
    const line = (shown: unknown): string =>
      JSON.stringify({
        type: "delivery",
        at: 0,
        openId: "o",
        description: { MsgType: "text" },
        shown,
        attempts: [],
      });
    for (const text of [
      "",
      "x",
      "{}",
      head,
      `${head}{}`,
      head + line({ what: "reply" }),
      head + line({ what: "script" }),
      head + line({ what: "reply", reply: { MsgType: "text", content: { a: 1 } } }),
      head + line({ what: "reply", reply: { MsgType: "__proto__" } }),
    ]) {
      const { status, body } = await window.tell({ do: "transcript-load", name: "x", text });
      assert.equal(status, 400, text);
      assert.match(body, /^\w.*[^.]$/);
    }
    assert.equal(window.state.replay.rows.length, 0);
  });
});

describe("What a follower saw", () => {
  test("is read in every form that a reply has, and fields that are none are left out", () => {
    const article = { title: "t", description: "", picUrl: "", url: "", extra: 1 };
    assert.deepEqual(
      readShown({ what: "reply", reply: { MsgType: "news", articles: [article, 3] }, more: 1 }),
      {
        what: "reply",
        reply: {
          MsgType: "news",
          articles: [{ title: "t", description: "", picUrl: "", url: "" }],
        },
      },
    );
    for (const what of ["nothing", "fault", "lost"])
      assert.deepEqual(readShown({ what }), { what });
  });
});
