/**
 * A delivery in safe mode that somebody captured and sends again while its timestamp is accepted. It
 * is WeChat's own, byte for byte: nothing but the memory of it tells it from a repeat.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Bot, BotOptions } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { wireText } from "../support/wire.ts";
import { SafeAccount } from "./safe-account.ts";
import { sharing } from "./sharing-store.ts";
import { TurnedClock } from "./turned-clock.ts";

interface Scene {
  readonly clock: TurnedClock;
  readonly account: SafeAccount;
  readonly other: Bot;
  /** What the handlers of both processes were given. */
  readonly ran: string[];
}

/** Two processes: 慢 takes 20 s, 长 is answered in two pieces, the rest at once. */
function scene(options: Partial<BotOptions> = {}): Scene {
  const clock = new TurnedClock();
  const store = sharing(echostr.openStore("memory", { clock: () => clock.now() }));
  const account = new SafeAccount("a", clock, { store, ...options });
  const other = account.createBot();
  const ran: string[] = [];
  for (const bot of [account.bot, other]) {
    bot.on("text", async ({ Content }) => {
      ran.push(Content);
      if (Content.startsWith("慢")) await clock.sleep(20_000);
      return Content === "长" ? "长".repeat(700) : `${Content}答`;
    });
  }
  return { clock, account, other, ran };
}

/** Lets the time pass, in which others write now and then. */
async function busy({ account, clock }: Scene, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 31_000) {
    await clock.turn(Math.min(left, 31_000));
    await account.send(account.capture(wireText("又", { FromUserName: "oAnother" })));
  }
}

/** A store of its own has only the process that had the delivery. */
const PLACES: Record<string, { options: Partial<BotOptions>; to: "bot" | "other" }> = {
  "the process that had it, alone": { options: { store: undefined }, to: "bot" },
  "the process that had it, on a shared store": { options: {}, to: "bot" },
  "another process on the same store": { options: {}, to: "other" },
};

for (const [place, { options, to }] of Object.entries(PLACES)) {
  describe(`A captured delivery that is sent again to ${place}`, () => {
    const bot = ({ account, other }: Scene): Bot => (to === "bot" ? account.bot : other);

    for (const minutes of [61 / 60, 2.5, 5, 9]) {
      test(`leaves the answer that waits for its follower where it is, after ${minutes.toFixed(0)} min`, async () => {
        const made = scene(options);
        const { account, ran } = made;
        const captured = account.capture(wireText("先"));
        assert.equal(await account.send(captured), "先答");
        await account.say(wireText("慢"));
        await busy(made, minutes * 60_000 - 15_000);
        assert.notEqual(await account.send(captured, bot(made)), "慢答\n\n先答");
        assert.equal(await account.send(account.capture(wireText("好"))), "慢答\n\n好答");
        assert.deepEqual(ran.filter((content) => content !== "又"), ["先", "慢", "好"]);
      });
    }

    test("does not take back its own answer, which waits, after a minute", async () => {
      const made = scene(options);
      const { account, clock, ran } = made;
      const captured = account.capture(wireText("慢"));
      const first = account.open(captured);
      await clock.turn(95_000);
      assert.equal(await first, "lapsed");
      assert.equal(await account.send(captured, bot(made)), "success");
      assert.equal(await account.send(account.capture(wireText("好"))), "慢答\n\n好答");
      assert.deepEqual(ran, ["慢", "好"]);
    });

    test("does not take it back at all once the last delivery was answered without it", async () => {
      const made = scene({ ...options, delivery: { late: { notice: "稍等" } } });
      const { account, clock, ran } = made;
      const body = wireText("慢");
      const captured = account.capture(body);
      assert.deepEqual(await account.say(body), ["lapsed", "lapsed", "稍等"]);
      await clock.turn(10_000);
      assert.equal(await account.send(captured, bot(made)), "success");
      assert.equal(await account.send(account.capture(wireText("1"))), "慢答");
      assert.deepEqual(ran, ["慢"]);
    });

    test("parks the later pieces of a long answer no second time", async () => {
      const made = scene(options);
      const { account, clock } = made;
      const captured = account.capture(wireText("长"));
      await account.send(captured);
      assert.match(await account.send(account.capture(wireText("继续"))), /^长+$/);
      await clock.turn(300_000);
      await account.send(captured, bot(made));
      assert.equal(await account.send(account.capture(wireText("继续"))), "继续答");
    });

    test("runs nothing to the last moment at which its timestamp is accepted", async () => {
      const made = scene({ ...options, delivery: { late: { keepMs: 1000 } } });
      const { account, clock, ran } = made;
      const captured = account.capture(wireText("先"));
      await account.send(captured);
      await clock.turn(599_800);
      await account.send(captured, bot(made));
      assert.deepEqual(ran, ["先"]);
      await clock.turn(1000);
      await assert.rejects(account.open(captured, bot(made)), { code: "TIMESTAMP_SKEW" });
    });

    test("runs nothing for twenty minutes where WeChat's clock is ten minutes ahead", async () => {
      const made = scene({ ...options, delivery: { late: { keepMs: 1000 } } });
      const { account, clock, ran } = made;
      await clock.turn(600_000);
      const captured = account.capture(wireText("先"));
      clock.setBack(600_000);
      await account.send(captured);
      await clock.turn(1_199_000);
      await account.send(captured, bot(made));
      assert.deepEqual(ran, ["先"]);
    });
  });
}

test("A captured delivery of a message that was answered at once runs nothing, however many came behind it", async () => {
  const clock = new TurnedClock();
  const account = new SafeAccount("a", clock);
  const ran: string[] = [];
  account.bot.on("text", ({ Content }) => {
    ran.push(Content);
    return "答";
  });
  const captured = account.capture(wireText("问"));
  await account.send(captured);
  for (const minutes of [0, 2, 2]) {
    await clock.turn(minutes * 60_000);
    for (let count = 0; count < 4096; count += 1) await account.open(account.capture(wireText("又")));
  }
  await account.send(captured);
  assert.deepEqual(ran.filter((content) => content === "问"), ["问"]);
  assert.equal(ran.length, 12_289);
});

describe("WeChat's own repeat of a message", () => {
  test("with a fresh timestamp joins the run of the first delivery", async () => {
    const { account, ran, clock } = scene({ store: undefined });
    const body = wireText("慢");
    assert.deepEqual(await account.say(body), ["lapsed", "lapsed", "success"]);
    await clock.turn(300_000);
    assert.deepEqual(ran, ["慢"]);
  });

  test("gets the answer again that was lost on the way", async () => {
    const { account, ran } = scene({ store: undefined });
    const body = wireText("好");
    assert.equal(await account.send(account.capture(body)), "好答");
    assert.equal(await account.send(account.capture(body)), "好答");
    assert.deepEqual(ran, ["好"]);
  });
});
