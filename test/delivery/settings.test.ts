/** Settings of delivery that cannot be meant are refused when the bot is made, in a sentence. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prepareDelivery } from "../../src/delivery/delivery-options.ts";
import type { DeliveryOptions, LateOptions } from "../../src/index.ts";
import { fails } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";

const onLate = (): void => {};

const REFUSED: Readonly<Record<string, DeliveryOptions>> = {
  "delivery.deadlineMs must be a whole number of at least 1, got 0": { deadlineMs: 0 },
  "delivery.deadlineMs must be a whole number of at least 1, got -4500": { deadlineMs: -4500 },
  "delivery.deadlineMs must be a whole number of at least 1, got 4.5": { deadlineMs: 4.5 },
  "delivery.deadlineMs must be a whole number of at least 1, got NaN": { deadlineMs: NaN },
  "delivery.deliveries must be a whole number of at least 1, got 0": { deliveries: 0 },
  "delivery.deliveries must be a whole number of at least 1, got Infinity": { deliveries: Infinity },
  "delivery.hardCapMs must be a whole number of at least 1, got 0": { hardCapMs: 0 },
  "delivery.late.keepMs must be a whole number of at least 1, got 0": { late: { keepMs: 0 } },
  'delivery.late.push "customer-service" needs the option api or late.onLate, got neither': {
    late: { push: "customer-service" },
  },
  'delivery.late.onLate needs late.push "customer-service", got "next-message"': {
    late: { push: "next-message", onLate },
  },
};

/** What only a program without types can say. */
const REFUSED_UNTYPED: Readonly<Record<string, unknown>> = {
  "delivery.deadlineMs must be a whole number of at least 1, got string": { deadlineMs: "4500" },
  'delivery.late.push must be next-message or customer-service, got "pigeon"': {
    late: { push: "pigeon", onLate },
  },
  'delivery.late.give must be instead or before, got "after"': { late: { give: "after" } },
  "delivery.late.onLate must be a function, got string": {
    late: { push: "customer-service", onLate: "mail" },
  },
  "delivery.more must be a text, got number": { more: 7 },
  "delivery.late.notice must be a text or a reply, got number": { late: { notice: 7 } },
  "delivery.late.notice must be at most 1800 bytes": { late: { notice: "x".repeat(1801) } },
};

describe("A setting of delivery", () => {
  for (const [message, delivery] of Object.entries(REFUSED)) {
    test(`is refused: ${message}`, () => {
      const error = fails(() => echostr.createBot({ token: "t", delivery }), "SETTING_INVALID");
      assert.equal(error.message, message);
    });
  }

  for (const [message, delivery] of Object.entries(REFUSED_UNTYPED)) {
    test(`is refused: ${message}`, () => {
      const options = { token: "t", delivery: delivery as DeliveryOptions };
      const error = fails(() => echostr.createBot(options), "SETTING_INVALID", message);
      assert.equal(error.message, message);
    });
  }

  test("has a default, each of them as documented", () => {
    assert.deepEqual(prepareDelivery({}, 1800, false), {
      deadlineMs: 4500,
      deliveries: 3,
      hardCapMs: 20_000,
      more: "（回复任意内容继续）",
      limitBytes: 1800,
      hold: true,
      notice: undefined,
      keepMs: 3_600_000,
      give: "before",
      pushes: false,
      onLate: undefined,
    });
  });

  test("follows from others: who has asked the follower to write gives the answer instead", () => {
    const notice = { notice: "稍等" };
    const pushes = { push: "customer-service", onLate } as const;
    const giving = (late: LateOptions): string => prepareDelivery({ late }, 1800, false).give;
    assert.equal(giving(notice), "instead");
    assert.equal(giving({ ...notice, ...pushes }), "before");
    assert.equal(giving({ ...notice, give: "before" }), "before");
    assert.equal(giving({ give: "instead" }), "instead");
    assert.deepEqual(prepareDelivery({ late: notice }, 1800, false).notice, echostr.text("稍等"));
    assert.equal(prepareDelivery({ late: pushes }, 1800, false).pushes, true);
  });

  test("is not refused at its very edge", () => {
    prepareDelivery({ late: { push: "customer-service" } }, 1800, true);
    prepareDelivery({ late: { notice: "x".repeat(1800) } }, 1800, false);
    prepareDelivery({ more: "x".repeat(900) }, 1800, false);
    const late = { notice: echostr.image("m".repeat(2000)) };
    assert.equal(prepareDelivery({ late }, 1800, false).notice?.MsgType, "image");
  });

  test("is refused: a sentence for more that leaves no room for the text", () => {
    const options = { token: "t", textLimitBytes: 100, delivery: { more: "继".repeat(17) } };
    const error = fails(() => echostr.createBot(options), "SETTING_INVALID");
    assert.equal(error.message, "delivery.more must be at most half of textLimitBytes, got 51 B");
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
    const message = "delivery.late.notice must be at most 1800 bytes";
    assert.equal(fails(make, "SETTING_INVALID").message, message);
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
