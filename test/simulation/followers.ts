/**
 * Who writes to the account. Each follower writes some messages whenever they like, answers notices and
 * long texts with a pick-up word, mostly, and in the end fetches what is still there for them.
 *
 * @module
 */
import { between, percent, pick, weighed } from "./chance.ts";
import type { Chance } from "./chance.ts";
import type { Plan } from "./plan.ts";
import { DELIVERIES } from "./platform.ts";
import { nameOf } from "./wire.ts";
import type { Ending, HistoryRecord, Kind, Message, Read } from "./record.ts";
import type { World } from "./world.ts";

/** What people send for the word that they are told. */
const PICKUPS = ["继续", "继续", "1", "１", " 继续 ", "继续！", "1。"];
/** What looks like it, and is a question. */
const NEARLY = ["12", "继续说", "1+1=?", "不继续"];

const ENDINGS: Readonly<Record<Ending, number>> = {
  text: 45,
  long: 18,
  several: 10,
  image: 6,
  nothing: 8,
  throws: 8,
  never: 5,
};

const PARTS: Readonly<Record<Ending, readonly [least: number, most: number]>> = {
  text: [1, 1],
  long: [4, 12],
  several: [2, 4],
  image: [1, 1],
  nothing: [0, 0],
  throws: [0, 0],
  never: [0, 0],
};

/** What is not left to chance of a message. */
interface Forced {
  readonly takesMs?: number;
  readonly ending?: Ending;
}

/** Once told, they write so often again at most; the rest they fetch in the end. */
const MOST_REACTIONS = 6;
/** Behind a word whose answer was late its follower asks once more. */
const LATER_MS = 30_000;
/** So often one asks in the end before something must be wrong. */
const MOST_FETCHES = 60;

export interface FollowerParts {
  readonly world: World;
  readonly chance: Chance;
  readonly record: HistoryRecord;
  readonly plan: Plan;
  readonly deliver: (message: Message) => void;
}

export class Followers {
  readonly #parts: FollowerParts;
  readonly #reactions: number[];
  #isEnding = false;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.#reactions = Array.from({ length: parts.plan.followers }, () => 0);
  }

  /** They write what they want to write. */
  begin(): void {
    const { world, chance, plan } = this.#parts;
    for (let follower = 0; follower < plan.followers; follower += 1) {
      for (let count = 0; count < plan.writes; count += 1) {
        world.after(chance.below(plan.writesForMs), () => {
          const kind = weighed<Kind>(chance, { question: 65, pickup: 20, event: 15 });
          this.write(follower, kind);
        });
      }
    }
  }

  /** Who is told to write a word does so, mostly. */
  reactTo(read: Read): void {
    const { world, chance } = this.#parts;
    const done = this.#reactions[read.follower] ?? 0;
    if (this.#isEnding || (!read.isNotice && !read.asksForMore) || done >= MOST_REACTIONS) return;
    if (!percent(chance, 70)) return;
    this.#reactions[read.follower] = done + 1;
    world.after(between(chance, 500, 20_000), () => {
      if (!this.#isEnding) this.write(read.follower, "pickup");
    });
  }

  /** When all handlers are over: each fetches until nothing comes that was owed. */
  end(): void {
    this.#isEnding = true;
    for (let follower = 0; follower < this.#parts.plan.followers; follower += 1) {
      this.#fetch(follower, MOST_FETCHES);
    }
  }

  /** @param isBehind the word before it got nothing: its own answer may come later than this one's */
  #fetch(follower: number, left: number, isBehind = false): void {
    const { world, record } = this.#parts;
    const message = this.write(follower, "pickup", { takesMs: 0, ending: "text" });
    const look = (): void => {
      const isOver = message.deliveries.some(({ came, nth }) => {
        return came === "reply" || came === "success" || (nth === DELIVERIES && came !== "open");
      });
      if (!isOver) return void world.after(500, look);
      const got = record.reads.filter(({ to }) => to === message.id);
      // Its own answer alone: nothing waits any more. Nothing at all: something came too late for it.
      const isOwn = got.some(({ parts }) => parts.every((part) => part.message === message.id) && parts.length > 0);
      if (isOwn && !got.some(({ asksForMore }) => asksForMore)) {
        if (isBehind) world.after(LATER_MS, () => this.#fetch(follower, left - 1));
        return;
      }
      if (left > 1) this.#fetch(follower, left - 1, isBehind || got.length === 0);
      else record.wrong.push(`${nameOf(follower)} fetched ${MOST_FETCHES} times, and there is more`);
    };
    world.after(2000, look);
  }

  write(follower: number, kind: Kind, forced: Forced = {}): Message {
    const { world, record, deliver } = this.#parts;
    const id = record.messages.length;
    const message = this.#draw(id, follower, kind, forced);
    record.messages.push(message);
    world.tell(() => {
      const { content, takesMs, ending } = message;
      const what = ending === "never" ? "never ends" : `takes ${takesMs} ms: ${ending}`;
      return `${nameOf(follower)} writes ${id}: ${kind} “${content}”; its handler ${what}`;
    });
    deliver(message);
    return message;
  }

  #draw(id: number, follower: number, kind: Kind, forced: Forced): Message {
    const { chance, world } = this.#parts;
    const ending = forced.ending ?? weighed(chance, ENDINGS);
    const takesMs = forced.takesMs ?? drawTime(chance);
    const [least, most] = PARTS[ending];
    const parts = least === most ? least : between(chance, least, most);
    return {
      id,
      follower,
      kind,
      content: contentOf(chance, id, kind),
      at: world.now,
      takesMs,
      ending,
      parts,
      heedsSignal: percent(chance, 50),
      deliveries: [],
      runs: [],
    };
  }
}

function contentOf(chance: Chance, id: number, kind: Kind): string {
  switch (kind) {
    case "question":
      return percent(chance, 15) ? pick(chance, NEARLY) : `问题${id}`;
    case "pickup":
      return pick(chance, PICKUPS);
    case "event":
      return "CLICK";
    default:
      return kind satisfies never;
  }
}

/** At once, within a delivery, near its end, within three, after them, or beyond what a handler may take. */
function drawTime(chance: Chance): number {
  const span = weighed(chance, { none: 30, short: 20, edge: 15, held: 15, late: 15, long: 5 });
  switch (span) {
    case "none":
      return 0;
    case "short":
      return between(chance, 1, 4400);
    case "edge":
      return pick(chance, [4490, 4500, 4510, 4990, 5010, 9500, 14_400, 14_500, 14_600]) + chance.below(20);
    case "held":
      return between(chance, 4500, 14_500);
    case "late":
      return between(chance, 14_500, 35_000);
    case "long":
      return between(chance, 35_000, 70_000);
    default:
      return span satisfies never;
  }
}
