/**
 * Which blocks of `src` have run, told by V8 through its inspector, in this process.
 *
 * V8 counts blocks only of what it compiles after `start`: start it, then import what is watched.
 * A look takes some milliseconds, whatever has run since the last one. Offsets are those of the
 * script as V8 has it, which under tsx is not the file; nothing here needs lines.
 *
 * @module
 */
import { Session } from "node:inspector";
import type { Profiler } from "node:inspector";

/** What is known of a function: where its blocks begin and end, and what of it has run. */
interface KnownFunction {
  readonly start: number;
  readonly borders: Set<number>;
  readonly reached: Uint8Array;
}

/** What ran of a function since the last look: 1 for each character that did. */
interface Seen {
  readonly known: KnownFunction;
  readonly ran: Uint8Array;
}

/** What one look has shown of what was not reached before. */
export type Sight = readonly Seen[];

export class Coverage {
  readonly #session = new Session();
  readonly #isWatched: (url: string) => boolean;
  #functions = new Map<string, KnownFunction>();

  /** @param isWatched whether the script at an address counts */
  constructor(isWatched: (url: string) => boolean = (url) => /\/src\/.+\.ts$/.test(url)) {
    this.#isWatched = isWatched;
  }

  start(): void {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  stop(): void {
    this.#session.post("Profiler.stopPreciseCoverage");
    this.#session.disconnect();
  }

  /** What ran since the last look and is not noted. It is not noted by this. */
  look(): Sight {
    const seen: Seen[] = [];
    for (const { url, functions } of this.#take()) {
      if (!this.#isWatched(url)) continue;
      for (const { ranges } of functions) seen.push(this.#see(url, ranges));
    }
    return seen.filter(isNew);
  }

  /** From now on it is reached. */
  note(sight: Sight): void {
    for (const { known, ran } of sight) {
      for (let at = 0; at < ran.length; at += 1) if (ran[at] === 1) known.reached[at] = 1;
    }
  }

  /** Looks and notes. */
  lookAndNote(): Sight {
    const sight = this.look();
    this.note(sight);
    return sight;
  }

  /** Begins anew, as if nothing had run. */
  forget(): void {
    this.#take();
    this.#functions = new Map();
  }

  /**
   * How many blocks are reached. V8 tells two neighbours apart only when one ran more
   * often than the other, so the same work may count a few more or less.
   */
  get blocks(): number {
    let blocks = 0;
    for (const { start, borders, reached } of this.#functions.values()) {
      for (const border of borders) if (reached[border - start] === 1) blocks += 1;
    }
    return blocks;
  }

  #take(): readonly Profiler.ScriptCoverage[] {
    let result: readonly Profiler.ScriptCoverage[] = [];
    // The session is in this process: it answers before the call returns.
    this.#session.post("Profiler.takePreciseCoverage", (error, taken) => {
      if (error !== null) throw new Error(`Coverage could not be taken: ${error.message}`);
      ({ result } = taken);
    });
    return result;
  }

  /** A range within another comes behind it, and says more of its part. */
  #see(url: string, ranges: readonly Profiler.CoverageRange[]): Seen {
    const [{ startOffset: start = 0, endOffset: end = 0 } = {}] = ranges;
    const key = `${url} ${start} ${end}`;
    const known = this.#functions.get(key) ?? {
      start,
      borders: new Set(),
      reached: new Uint8Array(end - start),
    };
    this.#functions.set(key, known);
    const ran = new Uint8Array(end - start);
    for (const { startOffset, endOffset, count } of ranges) {
      ran.fill(count > 0 ? 1 : 0, startOffset - start, endOffset - start);
      known.borders.add(startOffset);
      if (endOffset < end) known.borders.add(endOffset);
    }
    return { known, ran };
  }
}

/** Whether it shows something that is not noted, by now. */
export function isNews(sight: Sight): boolean {
  return sight.some(isNew);
}

/** Whether one sight shows all that is new in another. */
export function showsAll(sight: Sight, wanted: Sight): boolean {
  return wanted.every(({ known, ran }) => {
    const same = sight.find((each) => each.known === known);
    return ran.every((here, at) => here === 0 || known.reached[at] === 1 || same?.ran[at] === 1);
  });
}

function isNew({ known, ran }: Seen): boolean {
  const { reached } = known;
  for (let at = 0; at < ran.length; at += 1) if (ran[at] === 1 && reached[at] === 0) return true;
  return false;
}
