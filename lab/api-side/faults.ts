/**
 * What goes wrong with calls on purpose: refusals, answers that are not WeChat's, connections that
 * break, and calls that wait until a test lets them go.
 *
 * @module
 */
import { refused } from "./answer.ts";
import type { ApiAnswer } from "./answer.ts";
import { sentenceOf } from "./api-errors.ts";

/** Which calls a fault is for. */
interface Aim {
  /** The path, such as `/cgi-bin/message/custom/send`. Default: every path. */
  readonly path?: string;
  /** How many calls. Default 1, for `hold` all that follow. */
  readonly times?: number;
}

/** Which calls a fault is for, after some that pass unharmed. */
interface LaterAim extends Aim {
  /** How many calls pass unharmed before. Default 0. */
  readonly skip?: number;
}

/** WeChat refuses. */
export interface Refusal extends LaterAim {
  readonly errcode: number;
  /** Default: WeChat's sentence for the code. */
  readonly errmsg?: string;
}

/** Something else answers, such as a proxy. */
export interface OddAnswer extends LaterAim {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** The connection breaks. */
export interface Drop extends LaterAim {
  /** Before the call has had its effect, or after. */
  readonly when: "before" | "after";
}

/** Calls that wait. */
export interface Gate {
  /** How many wait or have waited. */
  readonly arrived: number;
  /** Lets them go, and all that are still to come. */
  open(): void;
}

/** What becomes of a call. */
export type Fate =
  | { readonly kind: "answer"; readonly answer: () => ApiAnswer }
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

/**
 * The faults of one platform; there are none until one is asked for.
 *
 * @example
 * platform.api.faults.failNext({ path: "/cgi-bin/message/custom/send", errcode: 45047 });
 */
export class ApiFaults {
  #planned: Planned[] = [];
  #held: Held[] = [];

  failNext({ errcode, errmsg = sentenceOf(errcode), ...aim }: Refusal): void {
    const answer = (): ApiAnswer => refused({ errcode, message: errmsg });
    this.#plan(aim, { kind: "answer", answer });
  }

  answerNext({ status, headers = {}, body = "", ...aim }: OddAnswer): void {
    // Bytes, for a text would be given a Content-Type that nobody has asked for.
    const bytes = new Uint8Array(Buffer.from(body));
    const hasBody = status !== 204 && status !== 205 && status !== 304;
    const answer = (): ApiAnswer => {
      const response = new Response(hasBody ? bytes : null, { status, headers });
      return { response, errcode: 0, errmsg: "" };
    };
    this.#plan(aim, { kind: "answer", answer });
  }

  dropNext({ when, ...aim }: Drop): void {
    this.#plan(aim, { kind: "drop", when });
  }

  /** Calls wait, before they have any effect, until the gate is opened. */
  hold({ path, times = Infinity }: Aim = {}): Gate {
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    const held: Held = { path, left: times, arrived: 0, opened, open };
    this.#held.push(held);
    return held;
  }

  /** Nothing goes wrong any more, and what waits goes on. */
  clear(): void {
    for (const held of this.#held) held.open();
    this.#planned = [];
    this.#held = [];
  }

  /**
   * A call comes: waits at the first gate that is meant for it.
   *
   * @returns what is to become of it; `undefined` when nothing goes wrong with it
   */
  async meet(path: string): Promise<Fate | undefined> {
    const held = this.#held.find((each) => isMeant(each, path));
    if (held !== undefined) {
      held.left -= 1;
      held.arrived += 1;
      await held.opened;
    }
    for (const planned of this.#planned.filter((each) => isMeant(each, path))) {
      if (planned.skip === 0) {
        planned.left -= 1;
        return planned.fate;
      }
      planned.skip -= 1;
    }
    return undefined;
  }

  #plan({ path, times = 1, skip = 0 }: LaterAim, fate: Fate): void {
    this.#planned.push({ path, left: times, skip, fate });
  }
}

function isMeant(aim: { path: string | undefined; left: number }, path: string): boolean {
  return aim.left > 0 && (aim.path === undefined || aim.path === path);
}
