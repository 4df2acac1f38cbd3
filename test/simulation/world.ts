/**
 * Time, and what happens at which time. Nothing in a history waits for the machine: all that is to
 * happen stands in one queue, and what an event sets off among promises is done before the next one.
 *
 * @module
 */

/** When histories begin, in milliseconds since 1970. */
const START = 1_714_112_445_000;

/** Ordinary histories have some hundreds. */
const MOST_EVENTS = 60_000;

/** Something that will happen. */
export interface Due {
  readonly at: number;
  /** Of two at the same time the one that was put in first happens first. */
  readonly order: number;
  /** `undefined` once it has happened or was called off. */
  run: (() => void) | undefined;
}

/** Chooses among those that are due at the same time; gives an index. */
export type Choose = (due: readonly Due[]) => number;

export class World {
  now: number = START;
  /** What happened, in words; kept for a history that is to be shown. */
  readonly lines: string[] | undefined;
  readonly #queue: Due[] = [];
  readonly #choose: Choose | undefined;
  #order = 0;
  #events = 0;

  /** @param choose missing where those that are due at the same time happen in their order */
  constructor({ keepsLines, choose }: { keepsLines: boolean; choose?: Choose | undefined }) {
    this.lines = keepsLines ? [] : undefined;
    this.#choose = choose;
  }

  /** Since the beginning, in milliseconds. */
  get elapsed(): number {
    return this.now - START;
  }

  /** Says what happens; `text` is called only where lines are kept. */
  tell(text: () => string): void {
    this.lines?.push(`${(this.elapsed / 1000).toFixed(3).padStart(9)}  ${text()}`);
  }

  /** More happened than can be: the history was broken off. */
  get isWornOut(): boolean {
    return this.#events >= MOST_EVENTS;
  }

  after(ms: number, run: () => void): Due {
    const due: Due = { at: this.now + Math.max(0, ms), order: (this.#order += 1), run };
    push(this.#queue, due);
    return due;
  }

  cancel(due: Due | undefined): void {
    if (due !== undefined) due.run = undefined;
  }

  /**
   * Lets things happen until the time comes.
   *
   * @param isOver asked after each event; true ends it before
   */
  async turn(until: number, isOver: () => boolean = () => false): Promise<void> {
    await settled();
    for (let due = this.#next(until); due !== undefined; due = this.#next(until)) {
      this.now = Math.max(this.now, due.at);
      const { run } = due;
      due.run = undefined;
      run?.();
      await settled();
      this.#events += 1;
      if (isOver() || this.isWornOut) return;
    }
    this.now = Math.max(this.now, until);
  }

  #next(until: number): Due | undefined {
    for (;;) {
      const first = this.#queue[0];
      if (first === undefined || first.at > until) return undefined;
      if (first.run === undefined) pop(this.#queue);
      else return this.#choose === undefined ? pop(this.#queue) : this.#chosen(first.at, this.#choose);
    }
  }

  #chosen(at: number, choose: Choose): Due | undefined {
    const ready: Due[] = [];
    while (this.#queue[0]?.at === at) {
      const due = pop(this.#queue);
      if (due?.run !== undefined) ready.push(due);
    }
    const [chosen] = ready.splice(ready.length > 1 ? choose(ready) : 0, 1);
    for (const due of ready) push(this.#queue, due);
    return chosen;
  }
}

/** Node looks at this queue when no promise has anything to do any more. */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

function isBefore(one: Due, other: Due): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** A heap: the first is the next one. */
function push(heap: Due[], due: Due): void {
  let place = heap.push(due) - 1;
  while (place > 0) {
    const above = (place - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(due, parent)) break;
    heap[place] = parent;
    place = above;
  }
  heap[place] = due;
}

function pop(heap: Due[]): Due | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (last === undefined || first === last) return first;
  let place = 0;
  for (;;) {
    let below = 2 * place + 1;
    const [left, right] = [heap[below], heap[below + 1]];
    if (left === undefined) break;
    if (right !== undefined && isBefore(right, left)) below += 1;
    const child = heap[below];
    if (child === undefined || !isBefore(child, last)) break;
    heap[place] = child;
    place = below;
  }
  heap[place] = last;
  return first;
}
