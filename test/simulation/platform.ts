/**
 * WeChat's side: it delivers each message as it does, to a process chosen at random, waits five seconds
 * for an answer, drops the connection and delivers it again, three times in all; and it takes
 * customer-service messages. What followers see is written down here.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { between, percent } from "./chance.ts";
import type { Chance } from "./chance.ts";
import type { BotProcess } from "./processes.ts";
import { partsIn } from "./record.ts";
import type { Delivery, Fault, HistoryRecord, Message, Read } from "./record.ts";
import type { CallbackResponse } from "../../src/index.ts";
import type { World } from "./world.ts";
import { NOTICE } from "./plan.ts";
import { answerOf, bodyOf, followerOf, nameOf, shorten, wordsOf } from "./wire.ts";

export const TOKEN = "tokenOfTheSimulator";
export const APP_ID = "wx5imu1at0r00000";
export const WINDOW_MS = 5000;
export const DELIVERIES = 3;

/** Chooses one of so many processes. */
export type Route = (count: number) => number;

export interface PlatformParts {
  readonly world: World;
  readonly chance: Chance;
  readonly record: HistoryRecord;
  /** The processes that there are now, dead ones too. */
  readonly processes: () => readonly BotProcess[];
  readonly route: Route;
  readonly happens: (fault: Fault, share: number) => boolean;
  readonly onRead: (read: Read) => void;
  /** How long the way between WeChat and a process takes, at most. */
  readonly wayMs: number;
}

export class Platform {
  readonly #parts: PlatformParts;
  #nonce = 0;

  constructor(parts: PlatformParts) {
    this.#parts = parts;
  }

  /** Delivers a message until it is answered. */
  deliver(message: Message, nth: number = 1): void {
    const { world, happens, chance } = this.#parts;
    const process = this.#anyProcess();
    const delivery = this.#begin(message, nth, process, false);
    if (happens("delivery lost", 10)) {
      this.#note("delivery lost", [message.id]);
      world.tell(() => `    delivery ${nth} of ${message.id} is lost on its way`);
      delivery.lost = true;
    }
    let closes: (() => void)[] = delivery.lost ? [] : [this.#send(message, delivery, process)];
    if (happens("proxy repeats", 25)) {
      const at = between(chance, 100, 3800);
      world.after(at, () => {
        if (delivery.came !== "open") return;
        for (const close of closes) close();
        this.#end(delivery, "repeated");
        const other = this.#anyProcess();
        this.#note("proxy repeats", [message.id]);
        const repeat = this.#begin(message, nth, other, true);
        closes = [this.#send(message, repeat, other)];
      });
    }
    world.after(WINDOW_MS, () => {
      const all = message.deliveries.filter((each) => each.nth === nth);
      if (all.some(({ came }) => came === "reply" || came === "success")) return;
      for (const each of all) if (each.came === "open") this.#end(each, "dropped");
      for (const close of closes) close();
      if (nth < DELIVERIES) world.after(this.#way(), () => this.deliver(message, nth + 1));
    });
  }

  #anyProcess(): BotProcess {
    const processes = this.#parts.processes();
    const process = processes[this.#parts.route(processes.length)];
    if (process === undefined) throw new Error("No process");
    return process;
  }

  #begin(message: Message, nth: number, process: BotProcess, isRepeat: boolean): Delivery {
    const { world } = this.#parts;
    const delivery: Delivery = {
      nth,
      process: process.name,
      at: world.now,
      isRepeat,
      beganAt: undefined,
      came: "open",
      endedAt: undefined,
      outcome: undefined,
      lost: false,
      isHeldUp: false,
      missed: [],
    };
    message.deliveries.push(delivery);
    const by = isRepeat ? ", from the proxy" : "";
    world.tell(() => `delivery ${nth} of ${message.id} goes to ${process.name}${by}`);
    return delivery;
  }

  #end(delivery: Delivery, came: Delivery["came"]): void {
    delivery.came = came;
    delivery.endedAt = this.#parts.world.now;
  }

  /** @returns tells the process that the peer has left */
  #send(message: Message, delivery: Delivery, process: BotProcess): () => void {
    const { world } = this.#parts;
    let close: (() => void) | undefined;
    let isClosed = false;
    world.after(this.#way(), () => {
      if (isClosed) return;
      const asked = process.ask(
        this.#request(message),
        (response, isHeldUp) => this.#written(message, delivery, response, isHeldUp),
        () => (delivery.beganAt = world.now),
        () => world.after(this.#way(), () => this.#broken(message, delivery)),
      );
      close = () => asked.close();
    });
    return () => {
      isClosed = true;
      world.after(this.#way(), () => close?.());
    };
  }

  #broken(message: Message, delivery: Delivery): void {
    if (delivery.came !== "open") return;
    this.#parts.world.tell(() => `    delivery ${delivery.nth} of ${message.id} breaks off`);
    this.#end(delivery, "broken");
  }

  #written(message: Message, delivery: Delivery, response: CallbackResponse, isHeldUp: boolean): void {
    const { world, record, happens } = this.#parts;
    const name = `delivery ${delivery.nth} of ${message.id}`;
    delivery.outcome = response.outcome;
    delivery.isHeldUp = isHeldUp;
    if (response.outcome === "refused") {
      record.wrong.push(`Refused: ${name}: ${String(response.error)}`);
    }
    if (response.outcome === "lapsed") return;
    world.after(this.#way(), () => {
      const { body } = response;
      if (delivery.came !== "open") {
        delivery.missed = partsIn(body).map((part) => part.message);
        world.tell(() => `    an answer to ${name} comes when it is over: ${shorten(wordsOf(body))}`);
        return;
      }
      if (happens("answer lost", 12)) {
        this.#note("answer lost", [message.id, ...partsIn(body).map((part) => part.message)]);
        world.tell(() => `    the answer to ${name} is lost: ${shorten(wordsOf(body))}`);
        delivery.lost = true;
        return;
      }
      const isSuccess = body === "success" || body === "";
      this.#end(delivery, isSuccess ? "success" : "reply");
      world.tell(() => `    ${name} gets: ${shorten(wordsOf(body))}`);
      if (isSuccess) return;
      this.#show(message.follower, "reply", wordsOf(body), message.id, delivery.nth);
    });
  }

  #show(follower: number, via: Read["via"], text: string, to?: number, nth?: number): void {
    const { record, world, onRead } = this.#parts;
    const parts = partsIn(text);
    const isNotice = text === NOTICE;
    const asksForMore = /（[^（）]*继续[^（）]*）/.test(text);
    const read = { at: world.now, follower, via, to, nth, parts, isNotice, asksForMore, text };
    record.reads.push(read);
    onRead(read);
  }

  /** The application takes a late answer into its own hands. */
  takeLate(follower: number, texts: readonly string[]): void {
    this.#parts.world.tell(() => `    onLate is handed for ${nameOf(follower)}: ${shorten(texts.join(" / "))}`);
    for (const text of texts) this.#show(follower, "onLate", text);
  }

  /** WeChat's API, as the client of a process calls it. */
  async fetch(process: BotProcess, url: URL, init: RequestInit): Promise<Response> {
    if (url.pathname === "/cgi-bin/stable_token") {
      await this.#travel(process, init.signal, () => {});
      return answerOf({ access_token: "t".repeat(100), expires_in: 7200 });
    }
    const { touser, text, image } = JSON.parse(String(init.body)) as Sent;
    const words = text?.content ?? image?.media_id ?? "";
    const follower = followerOf(touser);
    const messages = partsIn(words).map((part) => part.message);
    const { world, happens } = this.#parts;
    let answer: object = { errcode: 0, errmsg: "ok" };
    const trouble = (["push refused", "push lost"] as const).find((fault) => happens(fault, 20));
    await this.#travel(process, init.signal, () => {
      if (trouble !== undefined) this.#note(trouble, messages);
      if (trouble === "push refused") {
        world.tell(() => `    a push to ${nameOf(follower)} is refused: ${shorten(words)}`);
        answer = { errcode: 45047, errmsg: "out of response count limit" };
      } else {
        world.tell(() => `    ${nameOf(follower)} is pushed: ${shorten(words)}`);
        this.#show(follower, "push", words);
      }
    });
    if (trouble === "push lost") throw new TypeError("fetch failed");
    return answerOf(answer);
  }

  /** There and back again; only what leaves a living process gets there. */
  #travel(
    process: BotProcess,
    signal: RequestInit["signal"],
    arrive: () => void,
  ): Promise<void> {
    const { world } = this.#parts;
    return new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      process.line.out(() => {
        world.after(this.#way(), () => {
          arrive();
          world.after(this.#way(), () => process.line.in(resolve));
        });
      });
    });
  }

  #note(fault: Fault, messages: readonly number[]): void {
    const { record, world } = this.#parts;
    record.faults.push({ fault, at: world.now, until: world.now, messages });
  }

  #way(): number {
    return between(this.#parts.chance, 1, this.#parts.wayMs);
  }

  #request(message: Message): { method: "POST"; query: string; body: string } {
    this.#nonce += 1;
    const timestamp = String(Math.floor(this.#parts.world.now / 1000));
    const nonce = String(this.#nonce);
    const signed = [TOKEN, timestamp, nonce].sort().join("");
    const signature = createHash("sha1").update(signed).digest("hex");
    const query = `signature=${signature}&timestamp=${timestamp}&nonce=${nonce}`;
    return { method: "POST", query, body: bodyOf(message) };
  }
}

interface Sent {
  readonly touser: string;
  readonly text?: { readonly content: string };
  readonly image?: { readonly media_id: string };
}

/** For places that draw by themselves. */
export function happensWith(
  chance: Chance,
  faults: readonly Fault[],
  isCalm: () => boolean,
): PlatformParts["happens"] {
  return (fault, share) => faults.includes(fault) && !isCalm() && percent(chance, share);
}
