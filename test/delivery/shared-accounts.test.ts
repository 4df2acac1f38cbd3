/**
 * Two accounts on one store: what one owner knows of the other is a follower's openid and the
 * account's `gh_…` id, and writes both into messages that carry their own valid signature.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BotOptions, Store } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { wireText } from "../support/wire.ts";
import { SafeAccount } from "./safe-account.ts";
import { sharing } from "./sharing-store.ts";
import { TurnedClock } from "./turned-clock.ts";
import { TurnedPlatform } from "./turned-platform.ts";

const FORGED = { ToUserName: "gh_ofAlice", FromUserName: "oFollowerOfAlice0000000000000" };

interface Town {
  readonly clock: TurnedClock;
  readonly alice: SafeAccount;
  readonly bob: SafeAccount;
  readonly ran: string[];
}

const STORES: Record<string, (store: Store) => Store> = {
  "in one process": (store) => store,
  "that says of itself that it is shared": (store) => sharing(store),
};

/** Alice's bot and Bob's take 20 s for 慢, count other texts in the session, and note what runs. */
function town(share: (store: Store) => Store, options: Partial<BotOptions> = {}): Town {
  const clock = new TurnedClock();
  const store = share(echostr.openStore("memory", { clock: () => clock.now() }));
  const ran: string[] = [];
  const [alice, bob] = ["a", "b"].map((letter) => {
    const account = new SafeAccount(letter, clock, { store, ...options });
    account.bot.hears("慢", async () => {
      ran.push(`${letter} slow`);
      await clock.sleep(20_000);
      return `secret of ${letter}`;
    });
    account.bot.use(echostr.session());
    account.bot.on("text", ({ Content }, { session }) => {
      ran.push(`${letter} ${Content}`);
      const before = String(session["before"] ?? "nothing");
      session["before"] = Content;
      return `before: ${before}`;
    });
    return account;
  });
  assert.ok(alice !== undefined && bob !== undefined);
  return { clock, alice, bob, ran };
}

for (const [kind, share] of Object.entries(STORES)) {
  describe(`The owner of another account on the same store ${kind}, who names a follower of ours`, () => {
    test("reads no answer that waits for the follower", async () => {
      const { alice, bob, clock } = town(share);
      // Bob's own process must have something parked, or it would not look.
      await Promise.all([alice.say(wireText("慢", FORGED)), bob.say(wireText("慢", FORGED))]);
      await clock.turn(60_000);
      assert.equal(await bob.send(bob.capture(wireText("?", FORGED))), "secret of b\n\nbefore: nothing");
      assert.equal(await bob.send(bob.capture(wireText("!", FORGED))), "before: ?");
      const next = await alice.send(alice.capture(wireText("好", FORGED)));
      assert.equal(next, "secret of a\n\nbefore: nothing");
    });

    test("reads no session of the follower", async () => {
      const { alice, bob } = town(share);
      await alice.send(alice.capture(wireText("my secret", FORGED)));
      assert.equal(await bob.send(bob.capture(wireText("?", FORGED))), "before: nothing");
      assert.equal(await alice.send(alice.capture(wireText("好", FORGED))), "before: my secret");
    });

    test("joins no run of the follower's message, and gets none of its answer", async () => {
      const { alice, bob, ran, clock } = town(share);
      const body = wireText("慢", FORGED);
      const first = alice.open(alice.capture(body));
      await clock.turn(100);
      const second = bob.open(bob.capture(body));
      await clock.turn(5000);
      assert.deepEqual([await first, await second], ["lapsed", "lapsed"]);
      assert.deepEqual(ran, ["a slow", "b slow"]);
    });

    test("is not made to wait by what the follower is owed, and does not end that", async () => {
      const late = { notice: "稍等" };
      const { alice, bob, clock } = town(share, { delivery: { late } });
      assert.deepEqual(await alice.say(wireText("慢", FORGED)), ["lapsed", "lapsed", "稍等"]);
      assert.equal(await bob.send(bob.capture(wireText("?", FORGED))), "before: nothing");
      const fetching = alice.open(alice.capture(wireText("好", FORGED)));
      await clock.turn(10_000);
      assert.equal(await fetching, "lapsed");
    });
  });
}

describe("Processes of one account that share a store", () => {
  test("have the same keys in it, whatever their paths and further tokens", async () => {
    const clock = new TurnedClock();
    const store = sharing(echostr.openStore("memory", { clock: () => clock.now() }));
    const wechat = new TurnedPlatform({ store }, clock);
    const other = wechat.createBot({ store, path: "/other" });
    for (const bot of [wechat.bot, other]) {
      bot.use(echostr.session());
      bot.on("text", (_message, { session }) => {
        session["count"] = Number(session["count"] ?? 0) + 1;
        return String(session["count"]);
      });
    }
    const told: unknown[] = [];
    for (const to of [wechat.bot, other, wechat.bot]) {
      const answering = wechat.deliver(wireText("一"), { to });
      await clock.turn(100);
      const reply = (await answering).delivered?.reply;
      told.push(reply?.MsgType === "text" ? reply.Content : reply);
    }
    assert.deepEqual(told, ["1", "2", "3"]);
  });

  test("do not confuse one that has line ends in its ids with another", async () => {
    const { alice } = town(STORES["in one process"] ?? ((store) => store));
    await alice.send(alice.capture(wireText("mine", { ToUserName: "gh_1\noX", FromUserName: "oY" })));
    const other = wireText("?", { ToUserName: "gh_1", FromUserName: "oX\noY" });
    assert.equal(await alice.send(alice.capture(other)), "before: nothing");
  });
});
