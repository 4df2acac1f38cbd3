/**
 * Goes through a small world in every order: one follower, two messages, two processes, one kill.
 *
 *     make exhaust DELAYS=1
 *
 * A schedule is a list of choices: how long the first handler takes, when the second message comes and
 * what it is, which process each delivery goes to, at which of its ways out a process is killed, and, as
 * often as DELAYS allows, which of the events that are due in the same millisecond comes first. The
 * first schedule takes the first choice everywhere; each next one changes the last choice that has
 * another left. A world has no other chance in it, so the same choices give the same history.
 *
 * @module
 */
import type { Chance } from "./chance.ts";
import { judge } from "./checks.ts";
import { Stage } from "./history.ts";
import type { Plan } from "./plan.ts";
import type { Kind } from "./record.ts";

const DELAYS = Number(process.env["DELAYS"] || 0);
const KILLS = Number(process.env["KILLS"] || 24);
const MOST = Number(process.env["MOST"] || Infinity);

/** At once; just in time; for the second delivery; too late for all three. */
const TAKES_MS = [0, 4480, 6000, 20_000];
/** With the first one; between its first two deliveries; after the last. */
const SECOND_AFTER_MS = [1, 4990, 16_000];
const SECOND_KINDS: readonly Kind[] = ["pickup", "question"];

interface Choice {
  chosen: number;
  readonly count: number;
}

/** Hands out the choices of one schedule, and knows the next one. */
class Choices {
  readonly #trail: Choice[] = [];
  #at = 0;

  choose(count: number): number {
    const choice = (this.#trail[this.#at] ??= { chosen: 0, count });
    this.#at += 1;
    return choice.chosen;
  }

  /** @returns false when that was the last schedule */
  next(): boolean {
    this.#trail.length = this.#at;
    this.#at = 0;
    for (let last = this.#trail.pop(); last !== undefined; last = this.#trail.pop()) {
      if (last.chosen + 1 < last.count) {
        this.#trail.push({ chosen: last.chosen + 1, count: last.count });
        return true;
      }
    }
    return false;
  }

  /** The same choices once more, for a history that is to be shown. */
  again(): Choices {
    const again = new Choices();
    again.#trail.push(...this.#trail.map((choice) => ({ ...choice })));
    return again;
  }

  get words(): string {
    return this.#trail.map(({ chosen }) => chosen).join(" ");
  }
}

/** Nothing is left to chance: every way is the shortest, nothing happens that may not. */
function noChance(): Chance {
  let bytes = 0;
  return {
    below: (limit) => {
      if (limit === 100) return 99;
      return limit === 256 ? (bytes = (bytes + 1) % 256) : 0;
    },
  };
}

const PLAN: Plan = {
  processes: 2,
  shares: true,
  followers: 1,
  writes: 2,
  writesForMs: 1,
  faults: [],
  latency: "fast",
  calmAfterMs: 40_000,
  bot: {
    notice: true,
    hold: true,
    push: "next-message",
    session: false,
    onError: false,
    handlerMs: 30_000,
    keepMs: 600_000,
  },
};

interface Seen {
  readonly states: Set<string>;
  events: number;
}

interface Played {
  /** What does not hold. */
  readonly sentences: readonly string[];
  readonly lines: readonly string[];
}

async function playOnce(choices: Choices, seen: Seen, keepsLines: boolean): Promise<Played> {
  let delays = DELAYS;
  const choose = (due: readonly unknown[]): number => {
    seen.events += 1;
    if (delays === 0) return 0;
    const chosen = choices.choose(Math.min(due.length, 2));
    if (chosen > 0) delays -= 1;
    return chosen;
  };
  const route = (count: number): number => choices.choose(count);
  const stage = new Stage(noChance(), PLAN, { keepsLines, choose, route });
  const state = (): void => {
    const alive = stage.processes.map(({ isDead }) => isDead).join();
    const stored = stage.table.snapshot().replaceAll(/\d{9,}/g, "");
    seen.states.add(`${alive} ${stage.record.reads.length} ${stored}`);
  };
  stage.table.onChange = state;
  const history = await stage.play(() => {
    const takesMs = TAKES_MS[choices.choose(TAKES_MS.length)] ?? 0;
    const afterMs = SECOND_AFTER_MS[choices.choose(SECOND_AFTER_MS.length)] ?? 0;
    const kind = SECOND_KINDS[choices.choose(SECOND_KINDS.length)] ?? "question";
    // The processes are the same, so it is always the first that is killed; 0 is none.
    const kill = choices.choose(2 * KILLS + 1);
    if (kill > 0) stage.processes[0]?.killAt((kill - 1) >> 1, kill % 2 === 0);
    stage.followers.write(0, "question", { takesMs, ending: "text" });
    stage.world.after(afterMs, () => {
      stage.followers.write(0, kind, { takesMs: 0, ending: "text" });
    });
  });
  return { sentences: judge(history), lines: history.lines };
}

async function main(): Promise<void> {
  const startedAt = performance.now();
  const choices = new Choices();
  const seen: Seen = { states: new Set(), events: 0 };
  let schedules = 0;
  let failed = 0;
  do {
    schedules += 1;
    const { sentences } = await playOnce(choices, seen, false);
    if (sentences.length === 0) continue;
    failed += 1;
    if (failed <= 5) console.log(`schedule ${choices.words}\n  ${sentences.join("\n  ")}`);
    if (failed === 1) {
      const again = choices.again();
      console.log((await playOnce(again, seen, true)).lines.join("\n"));
    }
  } while (choices.next() && schedules < MOST);
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`
messages 2, processes 2, kills at most 1 at the first ${KILLS} ways out, delays at most ${DELAYS}
schedules                   ${schedules}
choices between events      ${seen.events}
states of the store         ${seen.states.size}
seconds                     ${seconds.toFixed(1)}
schedules that do not hold  ${failed}`);
  if (failed > 0) process.exitCode = 1;
}

await main();
