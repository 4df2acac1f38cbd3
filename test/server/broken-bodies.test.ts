/** Thousands of bodies that are cut off or spoiled, character by character. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inboundPayloads } from "../support/payloads.ts";
import { ACCOUNT, plainDelivery } from "./platform.ts";
import { PLAIN, readableLog, tutorialBot } from "./serving.ts";

describe("A refusal of a broken body names no follower", () => {
  test("wherever the body ends early, lacks a character or has one too many", async () => {
    const log = readableLog();
    const bot = tutorialBot({ ...PLAIN, delivery: false, log: log.log });
    const deliver = async (body: string): Promise<void> => {
      const { target } = plainDelivery(ACCOUNT, body);
      await bot.fetch(new Request(`http://127.0.0.1${target}`, { method: "POST", body }));
    };
    const openIds = new Set<string>();
    for (const { text } of inboundPayloads) {
      const [, openId] = /<FromUserName><!\[CDATA\[(o[\w-]{27})\]/.exec(text) ?? [];
      if (openId === undefined || openIds.has(openId)) continue;
      openIds.add(openId);
      for (let at = 1; at < text.length; at += 3) {
        await deliver(text.slice(0, at));
        await deliver(text.slice(0, at) + text.slice(at + 1));
        await deliver(`${text.slice(0, at)}&${text.slice(at)}`);
      }
    }
    const refused = log.entries.filter(({ event }) => event === "refused");
    assert.ok(openIds.size > 5 && refused.length > 1000, `${refused.length} for ${openIds.size}`);
    const shown = refused.map(({ message = "" }) => message).join("\n");
    for (const openId of openIds) assert.ok(!shown.includes(openId), openId);
  });
});
