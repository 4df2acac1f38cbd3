/** Turns: work under one key is done one piece after the other, and who has waited long enough goes on without. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Turns } from "../../src/store/turns.ts";
import { NotingStore } from "../delivery/noting-store.ts";
import { SetClock } from "../delivery/set-clock.ts";

const HOUR_MS = 3_600_000;

/** Work that hangs in another process, or in this one, and work that waits for it with patience for 5 s. */
async function waiting(isShared: boolean): Promise<{ clock: SetClock; begun: () => boolean }> {
  const clock = new SetClock();
  const store = new NotingStore(clock, isShared);
  let owners = 0;
  const parts = { store, clock, newOwner: () => `${(owners += 1)}` };
  const [here, there] = [1, 2].map(() => new Turns({ leaseMs: 3000, everyMs: 50 }));
  void (isShared ? there : here)?.take("k", parts, () => new Promise(() => {}));
  await clock.turn(0);
  let begun = false;
  void here?.take("k", parts, async () => void (begun = true), 5000);
  await clock.turn(0);
  return { clock, begun: () => begun };
}

describe("Whoever waits for their turn with patience", () => {
  for (const [where, isShared] of [["this process", false], ["another", true]] as const) {
    for (const [how, ms] of [["stands", 0], ["is set back by an hour", -HOUR_MS], ["is set forward", HOUR_MS]] as const) {
      test(`waits for it and no longer, while work in ${where} hangs and the clock ${how}`, async () => {
        const { clock, begun } = await waiting(isShared);
        await clock.turn(1000);
        clock.set(ms);
        await clock.turn(3900);
        // Where a store has leases by this clock, one set forward ends them.
        assert.equal(begun(), isShared && ms > 0);
        await clock.turn(200);
        assert.equal(begun(), true);
      });
    }
  }
});
