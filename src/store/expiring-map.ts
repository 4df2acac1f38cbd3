/**
 * A map that forgets: each entry has a time, and the whole has a bound in entries and in bytes.
 *
 * There is no timer per entry. An expired entry is no longer found from that moment
 * on, and its memory is given back by a sweep that looks at two entries with each write: a map of
 * n entries is gone through once in n/2 writes, at a cost that no single write feels.
 *
 * The entries are chained from the oldest to the youngest, for the order in a `Map` is not to be
 * had cheaply: a new iterator steps over every slot that was ever deleted at the front, and one
 * that is kept alive keeps alive all the tables that the map has outgrown.
 *
 * @module
 */

export interface ExpiringMapOptions {
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** What a full map does with a new key: forget the oldest entry, or take nothing more. */
  readonly whenFull: "drop-oldest" | "refuse";
  /** Told of each entry that was dropped before its time. */
  readonly onDrop?: () => void;
}

/** An entry that is alive, with the time that is left to it. */
export interface LiveEntry {
  readonly key: string;
  readonly value: string;
  readonly ttlMs: number;
}

interface Entry {
  readonly key: string;
  readonly value: Kept;
  readonly bytes: number;
  readonly expiresAt: number;
  older: Entry | undefined;
  younger: Entry | undefined;
}

/** A text, or the code units of a long one. */
type Kept = string | Buffer;

/**
 * From so many characters on a text is kept outside of V8's heap. Before V8 looks for garbage again it
 * lets the heap grow to some four times of what was alive the last time: 64 MiB of texts in it make
 * 300 MiB.
 */
const LONG = 4096;

/** What an entry costs besides its text: object, slot, string headers. */
const ENTRY_BYTES = 128;

const SWEPT_PER_WRITE = 2;

export class ExpiringMap {
  readonly #options: ExpiringMapOptions;
  readonly #entries = new Map<string, Entry>();
  #oldest: Entry | undefined;
  #youngest: Entry | undefined;
  /** The entry that the sweep looks at next. */
  #swept: Entry | undefined;
  #bytes = 0;
  /** No entry ends before this moment. */
  #soonest = Infinity;

  constructor(options: ExpiringMapOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): string | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAt > this.#options.clock()) return textOf(entry.value);
    this.#remove(entry);
    return undefined;
  }

  /** The entry that is alive under the key. */
  entry(key: string): LiveEntry | undefined {
    const value = this.get(key);
    const expiresAt = this.#entries.get(key)?.expiresAt;
    if (value === undefined || expiresAt === undefined) return undefined;
    return { key, value, ttlMs: expiresAt - this.#options.clock() };
  }

  /** Writes the entry as the youngest. False if there is no room; then nothing has changed. */
  set(key: string, value: string, ttlMs: number): boolean {
    const { clock, maxBytes, whenFull } = this.#options;
    const now = clock();
    // V8 keeps a text in one byte a character or in two: two is never too little.
    const bytes = ENTRY_BYTES + 2 * (key.length + value.length);
    const earlier = this.#entries.get(key);
    if (bytes > maxBytes) return false;
    if (whenFull === "refuse" && !this.#hasRoom(bytes, earlier, now)) return false;
    if (earlier !== undefined) this.#unchain(earlier);
    const expiresAt = now + ttlMs;
    this.#add({ key, value: keep(value), bytes, expiresAt, older: undefined, younger: undefined });
    while (this.#isOver(this.#entries.size, this.#bytes)) this.#dropOldest(now);
    this.#sweepSome(now);
    return true;
  }

  /** True when there was something alive to delete. */
  delete(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#remove(entry);
    return entry.expiresAt > this.#options.clock();
  }

  clear(): void {
    this.#entries.clear();
    this.#oldest = this.#youngest = this.#swept = undefined;
    this.#bytes = 0;
    this.#soonest = Infinity;
  }

  /** What is alive, oldest first. */
  live(): LiveEntry[] {
    const now = this.#options.clock();
    const live: LiveEntry[] = [];
    for (let entry = this.#oldest; entry !== undefined; entry = entry.younger) {
      const { key, value, expiresAt } = entry;
      if (expiresAt > now) live.push({ key, value: textOf(value), ttlMs: expiresAt - now });
    }
    return live;
  }

  #isOver(entries: number, bytes: number): boolean {
    return entries > this.#options.maxEntries || bytes > this.#options.maxBytes;
  }

  /** Looks for what is over before it says no, but not again before another entry can be. */
  #hasRoom(bytes: number, earlier: Entry | undefined, now: number): boolean {
    const fits = (): boolean => {
      const entries = this.#entries.size + (earlier === undefined ? 1 : 0);
      return !this.#isOver(entries, this.#bytes + bytes - (earlier?.bytes ?? 0));
    };
    if (!fits() && this.#soonest <= now) this.#sweepAll(now, earlier);
    return fits();
  }

  #dropOldest(now: number): void {
    const oldest = this.#oldest;
    if (oldest === undefined) return;
    this.#remove(oldest);
    if (oldest.expiresAt > now) this.#options.onDrop?.();
  }

  #sweepSome(now: number): void {
    for (let seen = 0; seen < SWEPT_PER_WRITE; seen += 1) {
      const entry = this.#swept ?? this.#oldest;
      if (entry === undefined) return;
      this.#swept = entry.younger;
      if (entry.expiresAt <= now) this.#remove(entry);
    }
  }

  #sweepAll(now: number, except: Entry | undefined): void {
    this.#soonest = Infinity;
    for (const entry of this.#entries.values()) {
      if (entry.expiresAt <= now && entry !== except) this.#remove(entry);
      else if (entry.expiresAt < this.#soonest) this.#soonest = entry.expiresAt;
    }
  }

  #add(entry: Entry): void {
    this.#entries.set(entry.key, entry);
    this.#bytes += entry.bytes;
    if (entry.expiresAt < this.#soonest) this.#soonest = entry.expiresAt;
    entry.older = this.#youngest;
    if (this.#youngest === undefined) this.#oldest = entry;
    else this.#youngest.younger = entry;
    this.#youngest = entry;
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.key);
    this.#unchain(entry);
  }

  #unchain(entry: Entry): void {
    const { older, younger } = entry;
    this.#bytes -= entry.bytes;
    if (older === undefined) this.#oldest = younger;
    else older.younger = younger;
    if (younger === undefined) this.#youngest = older;
    else younger.older = older;
    if (this.#swept === entry) this.#swept = younger;
    // A removed entry that is still held somewhere must not hold the chain with it.
    entry.older = entry.younger = undefined;
  }
}

/** Code units as they are: a text need not be well formed. */
function keep(text: string): Kept {
  return text.length < LONG ? text : Buffer.from(text, "utf16le");
}

function textOf(kept: Kept): string {
  return typeof kept === "string" ? kept : kept.toString("utf16le");
}
