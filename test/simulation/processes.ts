/**
 * The processes of the bot's server. Each has a real bot, a clock and a way to the store of its own, and
 * can be killed, frozen for a while, or told to stop.
 *
 * What comes into a process (a timer, an answer of the store, a request) goes through `in`, what leaves
 * it (a call of the store, an answer, a push) through `out`. A dead process lets nothing through any
 * more; a frozen one keeps it until it thaws. Between the two a process only computes, so killing it at
 * its n-th way out is killing it at any await.
 *
 * @module
 */
import type { Bot, CallbackRequest, CallbackResponse, Clock, Store } from "../../src/index.ts";
import type { HistoryRecord } from "./record.ts";
import type { Line } from "./store.ts";
import type { Due, World } from "./world.ts";

/** Whoever runs the server kills it then. */
const STOPS_WITHIN_MS = 10_000;
/** So that the last answers leave. */
const WRITES_WITHIN_MS = 100;

export interface ProcessParts {
  readonly world: World;
  readonly record: HistoryRecord;
  /** `A`, `B`, `C`; one that takes another's place has a number behind it. */
  readonly name: string;
  /** By how much its clock is off. */
  readonly skewMs: number;
  readonly makeBot: (process: BotProcess) => Bot;
  readonly makeStore: (process: BotProcess) => Store;
  /** Called when it has been killed, or has stopped. */
  readonly onGone: () => void;
}

export class BotProcess {
  readonly name: string;
  readonly bot: Bot;
  readonly store: Store;
  readonly clock: Clock;
  readonly line: Line;
  readonly #world: World;
  readonly #record: HistoryRecord;
  readonly #timers = new Set<Due>();
  readonly #connections = new Set<() => void>();
  readonly #onGone: () => void;
  #skewMs: number;
  #state: "runs" | "frozen" | "dead" = "runs";
  /** What came in and what was to leave while it was frozen. */
  #waiting: (() => void)[] = [];
  /** It is killed or frozen at so many ways out from now. */
  #fuse: { left: number; burn: () => "leaves" | "stays" } | undefined;
  #isStopping = false;
  /** Calls of the bot that have not come back. */
  asked = 0;

  constructor(parts: ProcessParts) {
    this.name = parts.name;
    this.#world = parts.world;
    this.#record = parts.record;
    this.#skewMs = parts.skewMs;
    this.#onGone = parts.onGone;
    this.line = { out: (run) => this.#out(run), in: (run) => this.#in(run) };
    this.clock = {
      now: () => this.#world.now + this.#skewMs,
      setTimeout: (run, ms) => this.#setTimeout(run, ms),
      clearTimeout: (timer) => this.#clearTimeout(timer as Due | undefined),
    };
    this.store = parts.makeStore(this);
    this.bot = parts.makeBot(this);
  }

  get isDead(): boolean {
    return this.#state === "dead";
  }

  get isFrozen(): boolean {
    return this.#state === "frozen";
  }

  /** What the clocks of the others say. */
  get worldNow(): number {
    return this.#world.now;
  }

  tell(text: string): void {
    this.#world.tell(() => `${this.name} ${text}`);
  }

  /** How many timers wait. */
  get timers(): number {
    return this.#timers.size;
  }

  /** For a handler that takes its time. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.setTimeout(resolve, ms));
  }

  /**
   * A request arrives.
   *
   * @param write takes what is to be sent back, and whether the process froze when it was about to send it;
   * not called when the process dies before
   * @param onBroken called when the process dies before it has answered
   */
  ask(
    request: Omit<CallbackRequest, "receivedAt" | "onClose">,
    write: (response: CallbackResponse, isHeldUp: boolean) => void,
    onBegun: () => void,
    onBroken: () => void,
  ): { close(): void } {
    if (this.isDead || this.#isStopping) {
      onBroken();
      return { close: () => {} };
    }
    this.#connections.add(onBroken);
    let isClosed = false;
    let left = (): void => {};
    this.#in(() => {
      onBegun();
      this.asked += 1;
      const onClose = (tell: () => void): void => {
        left = tell;
        if (isClosed) tell();
      };
      const receivedAt = this.clock.now();
      void this.bot.callback({ ...request, receivedAt, onClose }).then(
        (response) => {
          this.asked -= 1;
          this.#connections.delete(onBroken);
          const isHeldUp = this.isFrozen;
          this.#out(() => write(response, isHeldUp));
        },
        (error: unknown) => this.#record.wrong.push(`bot.callback rejected: ${String(error)}`),
      );
    });
    const close = (): void => {
      isClosed = true;
      left();
    };
    return { close: () => this.#in(close) };
  }

  kill(): void {
    if (this.isDead) return;
    this.#world.tell(() => `${this.name} is killed`);
    this.#note("kill", this.#world.now);
    this.#end();
  }

  /** Kills it at its n-th way out, before or after. */
  killAt(left: number, leaves: boolean): void {
    const burn = (): "leaves" | "stays" => {
      this.kill();
      return leaves ? "leaves" : "stays";
    };
    this.#fuse = { left, burn };
  }

  freeze(forMs: number): void {
    if (this.#state !== "runs") return;
    this.#world.tell(() => `${this.name} is frozen for ${forMs} ms`);
    this.#note("freeze", this.#world.now + forMs);
    this.#state = "frozen";
    this.#world.after(forMs, () => this.#thaw());
  }

  freezeAt(left: number, forMs: number): void {
    const burn = (): "leaves" => {
      this.freeze(forMs);
      return "leaves";
    };
    this.#fuse = { left, burn };
  }

  jump(byMs: number): void {
    if (this.isDead) return;
    this.#world.tell(() => `The clock of ${this.name} jumps by ${byMs} ms`);
    this.#note("jump", this.#world.now, byMs);
    this.#skewMs += byMs;
  }

  /** Stops as a server does that is told to: it takes no request, ends its work, and is gone. */
  stop(): void {
    if (this.#state !== "runs" || this.#isStopping) return;
    this.#world.tell(() => `${this.name} is told to stop`);
    this.#note("close", this.#world.now);
    this.#isStopping = true;
    this.#world.after(STOPS_WITHIN_MS, () => this.#end());
    void this.bot.close().then(() => this.#world.after(WRITES_WITHIN_MS, () => this.#end()));
  }

  #end(): void {
    if (this.isDead) return;
    this.#world.tell(() => `${this.name} is gone`);
    this.#state = "dead";
    this.#waiting = [];
    for (const timer of this.#timers) this.#world.cancel(timer);
    this.#timers.clear();
    for (const onBroken of [...this.#connections]) onBroken();
    this.#connections.clear();
    this.#onGone();
  }

  #thaw(): void {
    if (this.#state !== "frozen") return;
    this.#world.tell(() => `${this.name} thaws`);
    this.#state = "runs";
    const waiting = this.#waiting;
    this.#waiting = [];
    // One after the other, with what each sets off before the next, as a loop of events does.
    for (const run of waiting) this.#world.after(0, () => this.#in(run));
  }

  #in(run: () => void): void {
    if (this.#state === "runs") run();
    else if (this.#state === "frozen") this.#waiting.push(run);
  }

  #out(send: () => void): void {
    if (this.isDead) return;
    if (this.isFrozen) return void this.#waiting.push(() => this.#out(send));
    const fuse = this.#fuse;
    if (fuse !== undefined && (fuse.left -= 1) < 0) {
      this.#fuse = undefined;
      if (fuse.burn() === "stays") return;
    }
    send();
  }

  #setTimeout(run: () => void, ms: number): Due {
    // As Node does it.
    const due = this.#world.after(Math.max(1, Math.floor(ms)), () => {
      this.#in(() => {
        if (!this.#timers.delete(due)) return;
        run();
      });
    });
    this.#timers.add(due);
    return due;
  }

  #clearTimeout(timer: Due | undefined): void {
    if (timer === undefined || !this.#timers.delete(timer)) return;
    this.#world.cancel(timer);
  }

  #note(fault: "kill" | "freeze" | "close" | "jump", until: number, byMs?: number): void {
    this.#record.faults.push({ fault, at: this.#world.now, until, process: this.name, byMs });
  }
}
