/** Settings of delivery that cannot be meant are refused when the bot is made, in a sentence. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { DeliveryOptions } from "../../src/index.ts";
import { fails } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";

const onLate = (): void => {};

const REFUSED: Readonly<Record<string, DeliveryOptions>> = {
  "deadlineMs must be a whole number of at least 1, got 0": { deadlineMs: 0 },
  "deadlineMs must be a whole number of at least 1, got -4500": { deadlineMs: -4500 },
  "deadlineMs must be a whole number of at least 1, got 4.5": { deadlineMs: 4.5 },
  "deadlineMs must be a whole number of at least 1, got NaN": { deadlineMs: NaN },
  "deliveries must be a whole number of at least 1, got 0": { deliveries: 0 },
  "deliveries must be a whole number of at least 1, got Infinity": { deliveries: Infinity },
  "hardCapMs must be a whole number of at least 1, got 0": { hardCapMs: 0 },
  "late.keepMs must be a whole number of at least 1, got 0": { late: { keepMs: 0 } },
  'late.push "customer-service" needs an appSecret or late.onLate, got neither': {
    late: { push: "customer-service" },
  },
  'late.onLate needs late.push "customer-service", got "next-message"': {
    late: { push: "next-message", onLate },
  },
};

/** What only a program without types can say. */
const REFUSED_UNTYPED: Readonly<Record<string, unknown>> = {
  "deadlineMs as a text": { deadlineMs: "4500" },
  "late.push of another kind": { late: { push: "pigeon", onLate } },
  "late.give of another kind": { late: { give: "after" } },
  "late.onLate that is no function": { late: { push: "customer-service", onLate: "mail" } },
  "more that is no text": { more: 7 },
};

describe("A setting of delivery", () => {
  for (const [message, delivery] of Object.entries(REFUSED)) {
    test(`is refused: ${message}`, () => {
      const error = fails(() => echostr.createBot({ token: "t", delivery }), "SETTING_INVALID");
      assert.equal(error.message, message);
    });
  }

  for (const [what, delivery] of Object.entries(REFUSED_UNTYPED)) {
    test(`is refused: ${what}`, () => {
      const options = { token: "t", delivery: delivery as DeliveryOptions };
      fails(() => echostr.createBot(options), "SETTING_INVALID", what);
    });
  }

  test("is refused: a sentence for more that leaves no room for the text", () => {
    const options = { token: "t", textLimitBytes: 100, delivery: { more: "继".repeat(17) } };
    const error = fails(() => echostr.createBot(options), "SETTING_INVALID");
    assert.equal(error.message, "more must be at most half of textLimitBytes, got 51 B");
  });

  test("is refused: a notice that is no reply", () => {
    const late = { notice: 7 as unknown as string };
    fails(
      () => echostr.createBot({ token: "t", delivery: { late } }),
      ["ANSWER_INVALID", "SETTING_INVALID"],
    );
  });

  test("is refused: a notice that is longer than a text may be", () => {
    const late = { notice: "稍".repeat(601) };
    const make = (): unknown => echostr.createBot({ token: "t", delivery: { late } });
    assert.equal(fails(make, "SETTING_INVALID").message, "late.notice must be at most 1800 bytes");
    late.notice = "稍".repeat(600);
    assert.doesNotThrow(make);
  });

  test("may be anything that can be meant", () => {
    const possible: readonly (DeliveryOptions | false | undefined)[] = [
      undefined,
      false,
      {},
      { deadlineMs: 1, deliveries: 1, hardCapMs: 1, more: "" },
      { deliveries: 4 },
      { late: {} },
      { late: { hold: false, notice: "稍等", keepMs: 1, give: "before" } },
      { late: { notice: echostr.image("m"), give: "instead" } },
      { late: { push: "customer-service", onLate } },
      { late: { push: undefined, hold: undefined, keepMs: undefined } },
    ];
    for (const delivery of possible) {
      assert.doesNotThrow(() => echostr.createBot({ token: "t", delivery }));
    }
  });
});
