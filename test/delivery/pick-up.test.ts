/** Words that fetch what waits, and what people send for them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prepareDelivery } from "../../src/delivery/delivery-options.ts";
import { isPickUp, plainWord } from "../../src/delivery/pick-up.ts";
import { parseMessage } from "../../src/protocol/message.ts";
import { wireEnvelope, wireText, wireXml } from "../support/wire.ts";

const { pickups } = prepareDelivery({}, 1800, false);

function fetches(content: string, words: readonly string[] = pickups): boolean {
  return isPickUp(parseMessage(wireText(content)), words);
}

describe("A message fetches what waits", () => {
  for (const content of [
    ...["继续", "1", " 1 ", "1\n", "１", "１。", "①", "1！", "“继续”", "「继续」", "继续。", "【继续】", "继 续"],
    ...["继续～", "　继续　", "（1）", "1️⃣", "继续👍", "\u200b1\u200b"],
  ]) {
    test(`when it is ${JSON.stringify(content)}`, () => assert.equal(fetches(content), true));
  }

  test("when it is the account's own word, in capitals or not, full width or not", () => {
    const own = prepareDelivery({ late: { pickup: "ＯＫ" } }, 1800, false).pickups;
    for (const content of ["ok", "OK", "Ok!", "ｏｋ"]) assert.equal(fetches(content, own), true);
    assert.deepEqual([fetches("1", own), fetches("继续", own)], [false, false]);
  });
});

describe("A message is a question", () => {
  for (const content of [
    ...["", " ", "。", "？", "11", "继续说", "请继续", "1+1", "1.5", "10", "天气", "继续继续", "👍"],
    ...[`1${" ".repeat(32)}`, "一"],
  ]) {
    test(`when it is ${JSON.stringify(content)}`, () => assert.equal(fetches(content), false));
  }

  test("when it is no text, whatever it holds", () => {
    const voice = { MsgType: "voice", MediaId: "1", Format: "amr", Recognition: "继续", Content: "1" };
    assert.equal(isPickUp(parseMessage(wireXml(wireEnvelope(voice))), pickups), false);
    const click = { MsgType: "event", Event: "CLICK", EventKey: "1", Content: "1" };
    assert.equal(isPickUp(parseMessage(wireXml(wireEnvelope(click))), pickups), false);
  });
});

describe("A plain word", () => {
  test("of a text that is longer than 32 characters is none, at once", () => {
    assert.equal(plainWord("1".padEnd(32)), "1");
    assert.equal(plainWord("1".padEnd(33)), "");
  });
});
