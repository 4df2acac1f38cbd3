/**
 * What goes wrong on purpose: refusals, answers that are none, connections that break, and requests
 * that wait until a test lets them go.
 *
 * @module
 */
import type { Given } from "./stand-in-wire.ts";
import { ERRMSG, refusal } from "./stand-in-wire.ts";

interface Aim {
  /** The path that it is meant for; every path unless told. */
  readonly path?: string;
  /** How many requests it is meant for; one unless told. */
  readonly times?: number;
  /** How many requests pass unharmed before; none unless told. */
  readonly skip?: number;
}

export interface Failure extends Aim {
  readonly errcode: number;
  readonly errmsg?: string;
}

export interface OddAnswer extends Aim {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Drop extends Aim {
  /** Before the request has had an effect, or after. */
  readonly when: "before" | "after";
}

/** Requests that wait. */
export interface Gate {
  /** How many wait or have waited. */
  readonly arrived: number;
  /** Lets them go, and all that are still to come. */
  open(): void;
}

/** What becomes of a request. */
type Fate =
  | { readonly kind: "answer"; readonly given: () => Given }
  | { readonly kind: "drop"; readonly when: "before" | "after" };

interface Planned {
  readonly path: string | undefined;
  left: number;
  skip: number;
  readonly fate: Fate;
}

interface Held extends Gate {
  readonly path: string | undefined;
  left: number;
  arrived: number;
  readonly opened: Promise<void>;
}

export class StandInFaults {
  #planned: Planned[] = [];
  #held: Held[] = [];

  /** The platform refuses. */
  failNext({ errcode, errmsg = ERRMSG[errcode] ?? "refused", ...aim }: Failure): void {
    this.#plan(aim, { kind: "answer", given: () => refusal(errcode, errmsg) });
  }

  /** Something answers that is not the platform. */
  answerNext({ status, headers = {}, body = "", ...aim }: OddAnswer): void {
    const given = (): Given => ({ status, headers, body, errcode: undefined });
    this.#plan(aim, { kind: "answer", given });
  }

  /** The connection breaks. */
  dropNext({ when, ...aim }: Drop): void {
    this.#plan(aim, { kind: "drop", when });
  }

  /** Requests wait before they have any effect, until the gate is opened. */
  slow({ path, times = Infinity }: Aim = {}): Gate {
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    const held: Held = { path, left: times, arrived: 0, opened, open };
    this.#held.push(held);
    return held;
  }

  /** Waits at the first gate that is meant for the path. */
  async wait(path: string): Promise<void> {
    const held = this.#held.find((each) => isMeant(each, path));
    if (held === undefined) return;
    held.left -= 1;
    held.arrived += 1;
    await held.opened;
  }

  /** What is to become of a request; `undefined` when nothing goes wrong with it. */
  take(path: string): Fate | undefined {
    for (const planned of this.#planned) {
      if (!isMeant(planned, path)) continue;
      if (planned.skip === 0) {
        planned.left -= 1;
        return planned.fate;
      }
      planned.skip -= 1;
    }
    return undefined;
  }

  openAll(): void {
    for (const held of this.#held) held.open();
  }

  /** Nothing goes wrong any more. */
  clear(): void {
    this.openAll();
    this.#planned = [];
    this.#held = [];
  }

  #plan({ path, times = 1, skip = 0 }: Aim, fate: Fate): void {
    this.#planned.push({ path, left: times, skip, fate });
  }
}

function isMeant(aim: { path: string | undefined; left: number }, path: string): boolean {
  return aim.left > 0 && (aim.path === undefined || aim.path === path);
}
