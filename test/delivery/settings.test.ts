/** Settings of delivery that cannot be meant are refused when the bot is made, in a sentence. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prepareDelivery } from "../../src/delivery/delivery-options.ts";
import type { DeliveryOptions } from "../../src/index.ts";
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
  "delivery.handlerMs must be a whole number from 1 to 2147483647, got 0": { handlerMs: 0 },
  "delivery.handlerMs must be a whole number from 1 to 2147483647, got 2147483648": {
    handlerMs: 2 ** 31,
  },
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
  "Option delivery.late.give is not known, known are hold, notice, keepMs, pickup, push, onLate": {
    late: { give: "before" },
  },
  "delivery.late.pickup must be words of 1 to 32 characters, got number": { late: { pickup: 1 } },
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
      handlerMs: 300_000,
      hardCapMs: 20_000,
      hold: true,
      notice: undefined,
      pickups: ["继续", "1"],
      keepMs: 3_600_000,
      pushes: false,
      hint: undefined,
      onLate: undefined,
      windowMs: 5000,
      soonestMs: 4000,
      restMs: 10_000,
      patienceMs: 12_000,
      fetched: { limitBytes: 1800, more: "（回复“继续”查看更多）" },
      pushedBytes: 1800,
    });
  });

  test("of time follows from the deadline: WeChat's five seconds to our four and a half", () => {
    for (const [deadlineMs, windowMs, soonestMs, restMs] of [[4500, 5000, 4000, 10_000], [450, 500, 400, 1000]]) {
      const settings = prepareDelivery({ deadlineMs }, 1800, false);
      assert.deepEqual([settings.windowMs, settings.soonestMs, settings.restMs], [windowMs, soonestMs, restMs]);
    }
    const once = prepareDelivery({ late: { hold: false } }, 1800, false);
    assert.equal(once.patienceMs, 4000, "the first delivery is the last one");
  });

  test("follows from others: the end of a text names the first word that fetches", () => {
    const ending = (pickup: string | readonly string[]): string => {
      return prepareDelivery({ late: { pickup } }, 1800, false).fetched.more;
    };
    assert.equal(ending(["下一页", "n"]), "（回复“下一页”查看更多）");
    assert.equal(ending("N"), "（回复“N”查看更多）");
    const own = prepareDelivery({ more: "…", late: { pickup: "N" } }, 1800, false);
    assert.deepEqual([own.fetched.more, own.pickups], ["…", ["n"]]);
  });

  test("follows from others: who is pushed an answer is asked for nothing", () => {
    const push = "customer-service";
    const pushing = prepareDelivery({ late: { push } }, 1800, true);
    assert.deepEqual([pushing.pushes, pushing.fetched.more], [true, ""]);
    const handing = prepareDelivery({ late: { push, onLate } }, 1800, true);
    assert.deepEqual([handing.pushes, handing.onLate], [false, onLate]);
    assert.equal(handing.fetched.more, "（回复“继续”查看更多）", "what is left of a passive reply is fetched");
  });

  test("follows from others: a customer-service message holds no more than a reply", () => {
    assert.equal(prepareDelivery({}, 5000, false).pushedBytes, 1800);
    assert.equal(prepareDelivery({}, 100, false).pushedBytes, 100);
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
      { deadlineMs: 1, deliveries: 1, handlerMs: 1, hardCapMs: 1, more: "" },
      { deliveries: 4 },
      { late: {} },
      { late: { hold: false, notice: "稍等", keepMs: 1, pickup: ["好", "ok"] } },
      { late: { notice: echostr.image("m"), pickup: "取" } },
      { late: { push: "customer-service", onLate } },
      { late: { push: undefined, hold: undefined, keepMs: undefined } },
    ];
    for (const delivery of possible) {
      assert.doesNotThrow(() => echostr.createBot({ token: "t", delivery }));
    }
  });
});
