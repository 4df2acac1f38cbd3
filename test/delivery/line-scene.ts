/**
 * Lines with their records, under a clock that can be turned and set.
 *
 * @module
 */
import { bytesOf, readLine } from "../../src/delivery/line.ts";
import type { News, Ref } from "../../src/delivery/line.ts";
import { Lines } from "../../src/delivery/lines.ts";
import type { Asking, Found, Held } from "../../src/delivery/lines.ts";
import type { PieceLimits } from "../../src/delivery/pieces.ts";
import type { MessageRecord, Standing } from "../../src/delivery/record.ts";
import { Records } from "../../src/delivery/records.ts";
import type { Reply } from "../../src/protocol/reply.ts";
import { aRun } from "./a-run.ts";
import { NotingStore } from "./noting-store.ts";
import { SetClock } from "./set-clock.ts";

export const FOLLOWER = "wx1\ngh_1\noF";
export const OTHER = "wx1\ngh_1\noG";

/** What a test says of a message in the line. */
export interface Placed extends Partial<Ref> {
  readonly since: number;
}

/** The answer to a message, by default its key, and late. */
export interface Put extends Placed {
  readonly replies?: readonly Reply[];
  readonly late?: boolean;
}

export interface LineScene {
  readonly clock: SetClock;
  readonly store: NotingStore;
  readonly records: Records;
  readonly lines: Lines;
  /** Asked for a run of the follower. */
  mayHave(follower: string): boolean;
  write(key: string, standing: Standing): Promise<void>;
  place(of: string, placed: Placed, news?: News): Promise<boolean>;
  put(of: string, put: Put): Promise<boolean>;
  take(asking?: Asking, by?: string): Promise<Held | undefined>;
  /** Takes the next piece and hands it out: its text, or what there is in place of one. */
  fetch(asking?: Asking, follower?: string): Promise<string | undefined>;
  fetchAll(): Promise<string[]>;
  refs(): Promise<readonly Ref[]>;
}

export function text(Content: string): Reply {
  return { MsgType: "text", Content };
}

export function said(found: Found): string | undefined {
  if (typeof found !== "object") return found;
  return found.reply.MsgType === "text" ? found.reply.Content : `[${found.reply.MsgType}]`;
}

export function lineScene(
  { shared = false, limitBytes = 1800, more = "" }: Partial<PieceLimits & { shared: boolean }> = {},
): LineScene {
  const clock = new SetClock();
  const store = new NotingStore(clock, shared);
  const records = new Records(store, clock);
  const pieces = { limitBytes, more };
  const settings = { restMs: 10_000, fetched: pieces, pushedBytes: limitBytes };
  const lines = new Lines({ store, clock, records, settings });
  let fetching = 0;

  const mayHave = (follower: string): boolean => lines.mayHave(aRun(`${follower}\n1`));
  const write = async (key: string, standing: Standing): Promise<void> => {
    const counted = { since: 0, deliveries: 1, at: clock.now(), expires: clock.now() + 3_600_000 };
    const record = { ...counted, ...standing } as MessageRecord;
    await records.change(key, () => record);
  };
  const place: LineScene["place"] = (of, placed, news) => {
    const ref = { begun: false, until: clock.now() + 3_600_000, bytes: 5, ...placed, of };
    return lines.place(FOLLOWER, ref, news);
  };
  const put: LineScene["put"] = async (of, { replies = [text(of)], late = true, ...placed }) => {
    const { begun = false, bytes = bytesOf(replies) } = placed;
    const isPlaced = await place(of, { ...placed, bytes });
    if (isPlaced) {
      await write(of, begun ? { state: "given", rest: replies } : { state: "ready", replies, late });
    }
    return isPlaced;
  };
  const take: LineScene["take"] = async (asking = "pick-up", by = "one") => {
    const found = await lines.next(FOLLOWER, asking, by);
    return typeof found === "object" ? found : undefined;
  };
  const fetch: LineScene["fetch"] = async (asking = "pick-up", follower = FOLLOWER) => {
    const found = await lines.next(follower, asking, `fetching ${(fetching += 1)}`);
    if (typeof found === "object") await found.done();
    return said(found);
  };
  const fetchAll = async (): Promise<string[]> => {
    const all: string[] = [];
    for (let next = await fetch(); next !== undefined && all.length < 100; next = await fetch()) all.push(next);
    return all;
  };
  const refs = async (): Promise<readonly Ref[]> => {
    return readLine(await store.get(`line\n${FOLLOWER}`), clock.now());
  };
  return { clock, store, records, lines, mayHave, write, place, put, take, fetch, fetchAll, refs };
}
