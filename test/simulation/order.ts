/**
 * The third check: whose answers stand in which reply, and in which order they are read.
 *
 * Whether an answer "was ready" is a question of milliseconds between processes. So it counts as
 * ready only when it has been so for a while, and two reads that are closer than that may be swapped.
 *
 * @module
 */
import type { Case } from "./checks.ts";
import { WINDOW_MS } from "./platform.ts";
import { nameOf } from "./wire.ts";
import { GONE, partsDue } from "./record.ts";
import type { Message, Part, Read } from "./record.ts";

const A_WHILE_MS = 1500;
/** What was written so close together may come to processes the other way round: ways and clocks differ. */
const TOGETHER_MS = 150;
/** After its last delivery a message's own repeat may still take its answer. */
const REPEAT_MS = 10_000;

export function checkOrder(subject: Case): void {
  const { record, plan } = subject;
  for (const read of record.reads) checkWhose(subject, read);
  for (let follower = 0; follower < plan.followers; follower += 1) {
    const reads = record.reads.filter((read) => read.follower === follower);
    checkSequence(subject, reads, follower);
    checkPushes(subject, reads, follower);
    if (subject.excuses.isCalm) for (const read of reads) checkTurn(subject, reads, read);
  }
}

/** A reply holds its own message's answer, and before it what may go along with it. */
function checkWhose({ record, plan, say }: Case, { to, parts, follower, at }: Read): void {
  for (const { message } of parts) {
    if (record.message(message).follower === follower) continue;
    say(3, `${nameOf(follower)} read an answer to ${message}, which somebody else wrote`);
  }
  if (to === undefined) return;
  const { kind } = record.message(to);
  const others = parts.filter((part) => part.message !== to);
  const [first] = others;
  if (first === undefined) return;
  const what = `The ${kind} ${to} was answered with ${wordsOf(parts)}`;
  if (kind === "event") return say(3, `${what}: an event fetches nothing`);
  const own = parts.findIndex((part) => part.message === to);
  if (own >= 0 && parts.slice(own).some((part) => part.message !== to)) {
    say(3, `${what}: its own answer came first`);
  }
  // A pick-up word waits for what was promised, and may get what was written meanwhile.
  const isQuestion = kind === "question" || own >= 0;
  // A process with a memory of its own knows nothing of what came before it was started.
  const ends = record.faults.filter(({ fault, until }) => GONE.includes(fault) && until <= at);
  const since = plan.shares ? -Infinity : Math.max(...ends.map(({ until }) => until));
  const [theirs, its] = [record.message(first.message), record.message(to)];
  // Nobody may know any more of the deliveries that came before the store forgot, or whose process was killed before
  // the store, which failed, could be told of them.
  const isForgotten = record.faults.some(({ fault, at: then, process }) => {
    if (then < its.at || then > at) return false;
    const wasTold = record.tells("Store failed", process, its.at, then);
    return fault === "store forgets" || (fault === "kill" && wasTold && its.deliveries.some((each) => each.process === process));
  });
  const ahead = cameAt(theirs, since) - (isForgotten ? cameLastAt(its, at) : cameAt(its, since));
  const isLater = first.message > to && ahead >= TOGETHER_MS;
  if (isQuestion && isLater && !record.had("jump")) {
    say(3, `${what}: which was written later`);
  }
  if (new Set(others.map(({ message }) => message)).size > 1) {
    say(3, `${what}: of several messages`);
  }
  if (isQuestion && first.index > 0) {
    say(3, `${what}: a question does not fetch the rest of another answer`);
  }
}

/**
 * Its place among the others: nobody but WeChat knows of a delivery that was lost before it came, or of one
 * that came to a process which has forgotten it.
 */
function cameAt({ deliveries, at }: Message, since: number): number {
  return deliveries.find(({ beganAt = -Infinity }) => beganAt > since)?.beganAt ?? at;
}

function cameLastAt({ deliveries, at }: Message, until: number): number {
  return deliveries.findLast(({ beganAt = Infinity }) => beganAt <= until)?.beganAt ?? at;
}

/** The parts of an answer come one behind the other. */
function checkSequence(
  { record, excuses, say }: Case,
  reads: readonly Read[],
  follower: number,
): void {
  if (record.had("store fails", "store forgets")) return;
  const next = new Map<number, { index: number; at: number }>();
  for (const { at, parts, via } of reads) {
    for (const { message, index } of parts) {
      const before = next.get(message) ?? { index: 0, at: -Infinity };
      next.set(message, { index: Math.max(before.index, index + 1), at });
      const owner = record.message(message);
      if (index === before.index || at - before.at < A_WHILE_MS) continue;
      const isExcused = index < before.index ? excuses.readTwice(owner, index) : excuses.neverRead(owner);
      if (isExcused || excuses.outOfOrder(owner)) continue;
      const isSwapped = reads.some((read) => {
        const isSoon = read.at >= at && read.at - at < A_WHILE_MS;
        const areReplies = via === "reply" && read.via === "reply";
        const isDue = read.parts.some((part) => part.message === message && part.index === before.index);
        return isSoon && isDue && (areReplies || excuses.isSlow);
      });
      if (isSwapped) continue;
      const name = nameOf(follower);
      say(3, `${name} read part ${index} of ${message} (${via}) where part ${before.index} was due`);
    }
  }
}

/** Pushes of one answer are not broken by those of another, unless a reply has just begun that one, or was a notice. */
function checkPushes({ excuses, say }: Case, reads: readonly Read[], follower: number): void {
  if (excuses.interleaved()) return;
  const pushed = reads.flatMap(({ via, at, parts }) => (via === "push" ? parts.map((part) => ({ ...part, at })) : []));
  const ended = new Set<number>();
  let last: (typeof pushed)[number] | undefined;
  for (const part of pushed) {
    const [before, { message, index, at }] = [last, part];
    last = part;
    if (before === undefined || before.message === message) continue;
    if (ended.has(message)) {
      say(3, `${nameOf(follower)} was pushed ${wordsOf(pushed)}: one among the other`);
    }
    // What they were shown last goes on first. Behind a notice come whole answers, and then all rests.
    const isFirst = reads.some((read) => {
      const isThen = read.via === "reply" && read.at >= before.at - A_WHILE_MS && read.at <= at;
      return isThen && ((read.isNotice && index === 0) || read.parts.some((shown) => shown.message === message));
    });
    if (!isFirst) ended.add(before.message);
  }
}

/** What a pick-up word fetches is the next in turn, and a question takes along what is ready. */
function checkTurn(subject: Case, reads: readonly Read[], read: Read): void {
  const { record, say } = subject;
  if (read.to === undefined) return;
  const { id, kind, at, deliveries } = record.message(read.to);
  if (kind === "event" || read.nth !== 1) return;
  const earlier = (deliveries[0]?.at ?? at) - A_WHILE_MS;
  const others = read.parts.filter((part) => part.message !== id);
  const before = reads.filter((each) => each.at < earlier);
  // Whatever another message of theirs is fetching at the same time may come in between.
  if (isCrowded(subject, id, read)) return;
  const [next] = others;
  const shown = before.findLast(({ parts, isNotice }) => parts.length > 0 || isNotice);
  // What a notice has promised goes before all rests.
  const isPromised = before.some((each) => each.isNotice && (shown?.at ?? 0) - each.at < A_WHILE_MS);
  if (kind === "pickup" && shown?.asksForMore === true && !isPromised) {
    const asMuch = before.filter((each) => shown.at - each.at < A_WHILE_MS && hasRest(subject, before, each));
    if (next !== undefined && asMuch.some((each) => isBehind(next, each))) return;
    if (asMuch.length > 0) {
      return say(3, `The pick-up word ${id} got ${wordsOf(read.parts)} behind ${wordsOf(shown.parts)}`);
    }
  }
  // A rest goes first as well when others were shown meanwhile that have none, or none any more.
  const begun = before.findLast((each) => each.parts.length > 0 && hasRest(subject, before, each));
  const isRest = next !== undefined && begun !== undefined && isOf(next, begun);
  if (read.isNotice || isRest) return;
  const waiting = record.messages.find((message) => {
    const isTheirs = message.id < id && message.follower === read.follower;
    return isTheirs && waitsWhole(subject, reads, message, earlier);
  });
  if (waiting === undefined) return;
  // One that was written earlier may have come into its place just now.
  const isItsTurn = next?.index === 0 && record.message(next.message).at <= waiting.at + TOGETHER_MS;
  if (isItsTurn || next?.message === waiting.id) return;
  say(3, `${kind} ${id} got ${wordsOf(read.parts)} where the answer to ${waiting.id} was due`);
}

/** The next part of what was shown last. */
function isBehind({ message, index }: Part, { parts }: Read): boolean {
  const indices = parts.filter((part) => part.message === message).map((part) => part.index);
  return indices.length > 0 && index === Math.max(...indices) + 1;
}

/** Of what was shown with a reply, something has not been read yet. */
function hasRest({ record, plan }: Case, reads: readonly Read[], { parts }: Read): boolean {
  const all = reads.flatMap((read) => read.parts.map(({ message }) => message));
  return parts.some(({ message: of }) => {
    return all.filter((each) => each === of).length < partsDue(record.message(of), plan.bot.onError);
  });
}

/** A part of what was begun with a reply, be it further on. */
function isOf({ message, index }: Part, { parts }: Read): boolean {
  return index > 0 && parts.some((part) => part.message === message);
}

function isCrowded({ record }: Case, id: number, read: Read): boolean {
  const own = record.message(id);
  return record.messages.some(({ follower, deliveries, id: other }) => {
    if (follower !== read.follower || other === id) return false;
    return deliveries.some(({ at, endedAt = Infinity }) => {
      return at <= read.at && endedAt >= own.at - A_WHILE_MS;
    });
  });
}

/** The answer had been there for a while, no delivery could take it, and nobody had read any of it. */
function waitsWhole(
  { plan, excuses }: Case,
  reads: readonly Read[],
  message: Message,
  at: number,
): boolean {
  const { id, deliveries, runs } = message;
  const ended = runs.find(({ end }) => end === "answered" || end === "threw")?.endedAt ?? Infinity;
  if (partsDue(message, plan.bot.onError) === 0 || ended > at) return false;
  // Its answer is not used, as the log says.
  if (plan.bot.push !== "next-message" || excuses.neverRead(message)) return false;
  if (at - ended > plan.bot.keepMs - WINDOW_MS) return false;
  const last = deliveries.at(-1);
  if ((last?.endedAt ?? Infinity) + REPEAT_MS > at) return false;
  return !reads.some((read) => {
    return read.at <= at + A_WHILE_MS && read.parts.some((part) => part.message === id);
  });
}

function wordsOf(parts: readonly Part[]): string {
  return parts.map(({ message, index }) => `${message}:${index}`).join(" ") || "nothing of an answer";
}
