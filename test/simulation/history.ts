/**
 * One history: followers write, the platform delivers, processes answer, something goes wrong, and in
 * the end everybody fetches what is still there and everything comes to rest. Its seed decides all of it.
 *
 * @module
 */
import { MemoryStore } from "../../src/store/memory.ts";
import { between, percent, pick, seededChance } from "./chance.ts";
import type { Chance } from "./chance.ts";
import { Followers } from "./followers.ts";
import { makeBot } from "./handlers.ts";
import { drawPlan, drawTrouble } from "./plan.ts";
import type { Plan } from "./plan.ts";
import { happensWith, Platform } from "./platform.ts";
import type { Route } from "./platform.ts";
import { BotProcess } from "./processes.ts";
import { HistoryRecord } from "./record.ts";
import { SharedTable, storeOver } from "./store.ts";
import type { StoreTrouble } from "./store.ts";
import { World } from "./world.ts";
import type { Choose } from "./world.ts";

export interface History {
  readonly plan: Plan;
  readonly record: HistoryRecord;
  /** What happened, in words; empty where it was not to be kept. */
  readonly lines: readonly string[];
}

/** Behind everything that may be waited for: sessions, tokens, answers and the timestamps of requests. */
const REST_MS = 4 * 3_600_000;
const JUMPS_MS = [-200_000, -9000, -1500, 1500, 9000, 200_000];
const FROZEN_MS = [200, 1000, 2500, 4000, 6000, 12_000, 30_000];
/** So long everybody fetches. */
const FETCHING_MS = 200_000;
/** An answer may be kept for its own repeats so long. */
const LATE_MS = 25_000;

export async function runHistory(seed: number, keepsLines: boolean = false): Promise<History> {
  const chance = seededChance(seed);
  const plan = drawPlan(chance);
  return new Stage(chance, plan, { keepsLines }).play();
}

export interface StageOptions {
  readonly keepsLines: boolean;
  /** Which of those that are due at the same time comes first. */
  readonly choose?: Choose | undefined;
  /** Which process a delivery goes to. */
  readonly route?: Route | undefined;
}

/** All that takes part in a history. */
export class Stage {
  readonly world: World;
  readonly record: HistoryRecord = new HistoryRecord();
  readonly table: SharedTable;
  readonly processes: BotProcess[] = [];
  readonly platform: Platform;
  readonly followers: Followers;
  readonly #chance: Chance;
  readonly #plan: Plan;
  readonly #trouble: StoreTrouble;
  readonly #all: BotProcess[] = [];

  constructor(chance: Chance, plan: Plan, options: StageOptions) {
    this.#chance = chance;
    this.#plan = plan;
    this.world = new World(options);
    const { world, record } = this;
    this.table = new SharedTable(world, record);
    this.#trouble = drawTrouble(chance, plan, world.now);
    const calmAt = world.now + plan.calmAfterMs;
    this.platform = new Platform({
      world,
      chance,
      record,
      processes: () => this.processes,
      route: options.route ?? ((count) => chance.below(count)),
      happens: happensWith(chance, plan.faults, () => world.now >= calmAt),
      onRead: (read) => this.followers.reactTo(read),
      wayMs: pick(chance, [5, 60]),
    });
    const deliver = this.platform.deliver.bind(this.platform);
    this.followers = new Followers({ world, chance, record, plan, deliver: (message) => deliver(message) });
    for (let index = 0; index < plan.processes; index += 1) this.#start(index);
    world.tell(() => JSON.stringify(plan));
  }

  /** @param act puts in what is to happen; as it was drawn, unless somebody else knows better */
  async play(act: () => void = () => this.#actAsDrawn()): Promise<History> {
    const { world, record, followers } = this;
    act();
    const { handlerMs } = this.#plan.bot;
    await world.turn(world.now + this.#plan.calmAfterMs + 20_000 + 2 * handlerMs + LATE_MS);
    world.tell(() => "All handlers are over; everybody fetches what is still there");
    followers.end();
    await world.turn(world.now + FETCHING_MS);
    // Where the store is slow, what the last word was promised is there only now.
    followers.end();
    await world.turn(world.now + FETCHING_MS);
    if (this.#trouble.latency === "spiky") {
      // That word may have been promised something itself.
      this.#trouble.latency = "fast";
      followers.end();
      await world.turn(world.now + FETCHING_MS);
    }
    await this.#rest();
    return { plan: this.#plan, record, lines: world.lines ?? [] };
  }

  #actAsDrawn(): void {
    this.#planFaults();
    this.followers.begin();
  }

  /** Time passes until nothing may be left. */
  async #rest(): Promise<void> {
    const { world, record } = this;
    world.tell(() => "Nothing happens any more");
    await world.turn(world.now + REST_MS);
    if (world.isWornOut) record.wrong.push("Something is repeated for ever: it has too many events");
    record.left.push(...this.table.contents());
    for (const process of this.#all) {
      if (process.isDead) continue;
      if (process.timers > 0) record.left.push(`${process.timers} timers of ${process.name}`);
      if (process.asked > 0) record.left.push(`${process.asked} requests of ${process.name}`);
    }
  }

  #start(index: number): void {
    const { world, record, table, platform } = this;
    const [chance, plan, trouble] = [this.#chance, this.#plan, this.#trouble];
    const letter = "ABC"[index] ?? "?";
    const before = this.#all.filter(({ name }) => name.startsWith(letter)).length;
    const name = before === 0 ? letter : `${letter}${before + 1}`;
    const process = new BotProcess({
      world,
      record,
      name,
      skewMs: plan.processes > 1 ? between(chance, -40, 40) : 0,
      makeStore: ({ line, clock }) =>
        plan.shares
          ? storeOver({ world, chance, record, table, trouble, line, name })
          : new MemoryStore({ clock: () => clock.now() }),
      makeBot: (made) => makeBot({ plan: plan.bot, record, platform, chance }, made),
      // Another takes its place.
      onGone: () => void world.after(between(chance, 100, 3000), () => this.#start(index)),
    });
    this.processes[index] = process;
    this.#all.push(process);
  }

  #planFaults(): void {
    const [chance, plan, { world, record }] = [this.#chance, this.#plan, this];
    const { still, away, forgetsAt } = this.#trouble;
    for (const { from, to } of still) {
      record.faults.push({ fault: "store stands still", at: from, until: to });
    }
    for (const { from, to } of away) {
      record.faults.push({ fault: "store fails", at: from, until: to });
    }
    for (const at of forgetsAt) {
      record.faults.push({ fault: "store forgets", at, until: at });
      world.after(at - world.now, () => {
        world.tell(() => "The store forgets everything");
        this.table.forget();
      });
    }
    if (plan.faults.includes("store slow")) {
      record.faults.push({ fault: "store slow", at: world.now, until: Infinity });
    }
    const times = (fault: Plan["faults"][number]): number[] =>
      plan.faults.filter((each) => each === fault).map(() => chance.below(plan.calmAfterMs));
    const at = (ms: number, run: (process: BotProcess) => void): void =>
      void world.after(ms, () => run(pick(chance, this.processes)));
    // At once, or at one of its next ways out.
    for (const ms of times("kill")) {
      at(ms, (process) => {
        if (percent(chance, 30)) process.kill();
        else process.killAt(chance.below(12), percent(chance, 50));
      });
    }
    for (const ms of times("freeze")) {
      at(ms, (process) => {
        const forMs = pick(chance, FROZEN_MS) + chance.below(500);
        if (percent(chance, 30)) process.freeze(forMs);
        else process.freezeAt(chance.below(12), forMs);
      });
    }
    for (const ms of times("close")) {
      at(ms, (process) => process.stop());
    }
    for (const ms of times("jump")) {
      at(ms, (process) => process.jump(pick(chance, JUMPS_MS)));
    }
  }
}
