/**
 * The history of a message in words, for whoever looks for what went wrong.
 *
 * @module
 */
import { endOf } from "./history.ts";
import type { History, Written } from "./history.ts";

/** So much before and after a message is told of its follower. */
const AROUND_MS = 20_000;

/** How many are told of each kind. */
const MOST = 3;

/** What became of the messages that something is wrong with, to the standard error. */
export function tellHistories(history: History, found: Readonly<Record<string, readonly string[]>>): void {
  for (const [kind, ids] of Object.entries(found)) {
    for (const id of ids.slice(0, MOST)) console.error(`${kind}: ${id}\n${wordsOf(history, id)}`);
  }
}

type Line = readonly [at: number, what: string];

function wordsOf({ written, handled, still, endings }: History, id: string): string {
  const its = written.find((one) => one.id === id);
  const zero = its?.at ?? 0;
  const isNear = (at: number): boolean => Math.abs(at - zero) < AROUND_MS;
  const own = written.filter(({ follower }) => follower === its?.follower);
  const ids = new Set(own.map((one) => one.id));
  const lines: Line[] = [
    ...own.flatMap((one) => messageLines(one, zero)),
    ...handled.filter((one) => ids.has(one.id)).map(({ what, pid, at, id: of }): Line => [at, `${of} ${what} in ${pid}`]),
    ...still.map(({ pid, from, to }): Line => [from, `${pid} stands still until ${to - zero}`]),
    ...endings.map(({ pid, at, signal }): Line => [at, `${pid} gets ${signal}`]),
  ];
  const near = lines.filter(([at]) => isNear(at)).sort(([one], [two]) => one - two);
  return near.map(([at, what]) => `${String(at - zero).padStart(7)} ${what}`).join("\n");
}

function messageLines(one: Written, zero: number): readonly Line[] {
  const read = one.parts.map(({ id, nth, of }) => `${id}.${nth}/${of}`).join(" ");
  return [
    [one.at, `${one.id} is written: ${one.text}`],
    ...one.deliveries.map(({ pid, from, to, end }): Line => [from, `${one.id} to ${pid}, ${end} at ${to - zero}`]),
    [endOf(one), `${one.id} reads ${one.isTold ? "the notice" : read === "" ? "nothing of an answer" : read}`],
  ];
}
