/**
 * WeChat and followers who write questions and pick-up words, all of which is written down. A second
 * of WeChat's is 100 ms here: a delivery is dropped after 500 ms, and the next one of its message is
 * sent then, to a process chosen at random.
 *
 * @module
 */
import { PlatformStandIn } from "../delivery/platform-stand-in.ts";
import { field, textMessage } from "../server/platform.ts";
import { seeded } from "../support/random.ts";
import type { Random } from "../support/random.ts";
import { raw } from "../support/wire.ts";
import { watch } from "../support/watch.ts";
import { sleep } from "./history-bots.ts";
import type { Bot } from "./history-bots.ts";
import type { Delivered, Written } from "./history.ts";

export const SECOND_MS: number = Number(process.env["HISTORY_SECOND"] ?? 100);
export const WINDOW_MS: number = 5 * SECOND_MS;
export const NOTICE = "正在思考，回复 1 获取答案";

const PICK_UPS = ["1", "继续", "１。", " 1", "“继续”"];

/** How long handlers take, in seconds of WeChat's, and how often: within each delivery, and late. */
const LENGTHS = [
  [0, 3], [0, 3], [0, 3], [0, 3], [0, 3],
  [3, 4], [5, 9], [10, 14], [12, 16], [16, 40],
] as const;

export interface FollowersOptions {
  readonly bots: readonly Bot[];
  readonly followers: number;
  readonly messages: number;
  readonly seed: number;
  /** The longest pause between two messages of a follower. */
  readonly pauseMs: number;
}

export class Followers {
  /** In the order in which they were written. */
  readonly written: Written[] = [];
  readonly #options: FollowersOptions;
  readonly #random: Random;
  #left: number;

  constructor(options: FollowersOptions) {
    this.#options = options;
    this.#random = seeded(options.seed);
    this.#left = options.messages;
  }

  /** Until all messages are written and answered. */
  async write(): Promise<void> {
    await this.#each((name) => this.#converse(name));
  }

  /** Each fetches what waits, until the word is a question like any other, or `times` words are over. */
  async fetchAll(times: number): Promise<void> {
    await this.#each(async (name) => {
      for (let nth = 0; nth < times; nth += 1) {
        const said = await this.#say(name, "1", true);
        if (said.parts.some(({ id }) => id === said.id)) return;
      }
    });
  }

  async #each(work: (name: string) => Promise<void>): Promise<void> {
    const names = Array.from({ length: this.#options.followers }, (_none, at) => `oHistory${at}`);
    await Promise.all(names.map(work));
  }

  async #converse(name: string): Promise<void> {
    const random = this.#random;
    const saying = new Set<Promise<Written>>();
    await sleep(random.below(this.#options.pauseMs));
    let isTold = false;
    while (this.#left > 0) {
      this.#left -= 1;
      const isPickUp = random.below(100) < (isTold ? 70 : 10);
      const text = isPickUp ? random.pick(PICK_UPS) : this.#question();
      const said = this.#say(name, text, isPickUp).then((one) => {
        saying.delete(said);
        isTold = one.isTold;
        return one;
      });
      saying.add(said);
      // Some do not wait for the answer before they write the next.
      if (random.below(100) < 75) await said;
      await sleep(random.below(this.#options.pauseMs));
    }
    await Promise.all(saying);
  }

  #question(): string {
    const [least, most] = this.#random.pick(LENGTHS);
    const ms = (least * SECOND_MS) + this.#random.below((most - least) * SECOND_MS);
    const form = this.#random.pick(["plain", "plain", "plain", "plain", "plain", "plain", "array", "text"]);
    return `${ms} ${form === "plain" ? 1 : 2 + this.#random.below(2)} ${form}`;
  }

  async #say(name: string, text: string, isPickUp: boolean): Promise<Written> {
    watch.secrets.learnOpenId(name);
    const id = String(1_000_000 + this.written.length);
    const deliveries: Delivered[] = [];
    const at = Date.now();
    const one = { id, follower: name, text, isPickUp, at, deliveries, parts: [], isTold: false, isAnswered: false };
    const place = this.written.push(one) - 1;
    const body = textMessage(text, { FromUserName: name, MsgId: raw(id) });
    for (let nth = 0; nth < 3; nth += 1) {
      const { pid, port } = await this.#choose();
      const platform = new PlatformStandIn({ ports: [port], limitMs: WINDOW_MS });
      const { startedAt, ms, end, status, body: answer } = await platform.attempt(body, port);
      deliveries.push({ pid, from: startedAt, to: startedAt + ms, end });
      if (end === "answered" && status === 200) return (this.written[place] = read(one, answer));
      const leftMs = startedAt + WINDOW_MS - Date.now();
      if (nth < 2 && leftMs > 0) await sleep(leftMs);
    }
    return one;
  }

  /** One that runs: a proxy sees that a connection is refused. One that is stopped accepts it. */
  async #choose(): Promise<{ readonly pid: number; readonly port: number }> {
    for (;;) {
      const { port, pid } = this.#random.pick(this.#options.bots);
      if (port !== undefined) return { port, pid };
      await sleep(1);
    }
  }
}

const PART = /A(\d+)\.(\d+)\/(\d+)/g;

function read(one: Written, answer: string): Written {
  const text = answer === "success" || answer === "" ? "" : (field(answer, "Content") ?? "");
  const parts = [...text.matchAll(PART)].map(([, id = "", nth, of]) => {
    return { id, nth: Number(nth), of: Number(of) };
  });
  return { ...one, parts, isTold: text === NOTICE, isAnswered: true };
}
