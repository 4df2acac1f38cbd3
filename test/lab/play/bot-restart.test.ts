/** A bot that is started again while a message is under way. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { ECHO_BOT, stage } from "./stage.ts";

describe("A message that is under way when the bot is started again", () => {
  const hanging = `export default (bot) => bot.on("text", () => {
    console.log("hanging");
    return new Promise(() => {});
  });
`;

  test("goes to the new process with its next delivery, under the id that it had", async (context) => {
    const { window, file } = await stage(context, { bot: hanging, timeoutMs: 60_000 });
    const answer = window.says("你好");
    await window.sees("the first delivery", ({ log }) => log.some(({ text }) => text === "hanging"));
    writeFileSync(file, ECHO_BOT);
    assert.equal(await answer, "你说：你好");
    const { attempts = [] } = window.state.deliveries.at(-1) ?? {};
    assert.deepEqual(attempts.map(({ outcome }) => outcome), ["no-answer", "answered"]);
    const [first, second] = attempts.map(({ request }) => new URL(request?.url ?? "").port);
    assert.notEqual(first, second, "the port of the new process");
    const ids = attempts.map(({ request }) => /<MsgId>\d+/.exec(request?.plaintext ?? "")?.[0]);
    assert.equal(ids[0], ids[1]);
  });

  test("is sealed as the new mode wants it when it is the mode that has changed", async (context) => {
    const { window, file } = await stage(context, { bot: hanging, timeoutMs: 60_000 });
    const answer = window.says("你好");
    await window.sees("the first delivery", ({ log }) => log.some(({ text }) => text === "hanging"));
    // Both at once: the new process has the new mode and the new code.
    await window.tell({ do: "mode", mode: "safe" });
    writeFileSync(file, ECHO_BOT);
    assert.equal(await answer, "你说：你好");
    const delivery = window.state.deliveries.find(({ description }) => description.MsgType === "text");
    assert.equal(delivery?.mode, "safe");
    assert.match(delivery?.attempts.at(-1)?.request?.body ?? "", /<Encrypt>/);
  });
});
