/**
 * The faults that `plants.ts` plants. The first ones were in the source once and were seen by
 * followers; the others are such as somebody could make.
 *
 * @module
 */

export interface Plant {
  /** What is wrong then. */
  readonly name: string;
  readonly file: string;
  /** Stands once in the file. */
  readonly find: string;
  readonly replace: string;
}

const PICK_UP = "src/delivery/pick-up.ts";
const WORKER = "src/delivery/run-worker.ts";
const OWNERSHIP = "src/delivery/ownership.ts";
const HAND_OVER = "src/delivery/hand-over.ts";
const LINES = "src/delivery/lines.ts";
const LINE = "src/delivery/line.ts";
const LATE = "src/delivery/late-answers.ts";
const RUN = "src/delivery/run.ts";
const TURNS = "src/store/turns.ts";
const ENGINE = "src/delivery/delivery-engine.ts";
const OPTIONS = "src/delivery/delivery-options.ts";

export const PLANTS: readonly Plant[] = [
  {
    name: "any text picks up what waits",
    file: PICK_UP,
    find: "words.includes(plainWord(message.Content))",
    replace: "words.length > 0",
  },
  {
    name: "every message fetches, events too",
    file: WORKER,
    find: "return isPickUp(message, this.#parts.settings.pickups);",
    replace: "return message !== undefined;",
  },
  {
    name: "handler limit missing",
    file: WORKER,
    find: "}, settings.handlerMs);",
    replace: "}, 3_600_000);",
  },
  {
    name: "message of a killed process is free after a minute only",
    file: OWNERSHIP,
    find: "export const LEASE_MS = 3000;",
    replace: "export const LEASE_MS = 59_000;",
  },
  {
    name: "push not serialised among processes",
    file: TURNS,
    find: "await claim.wait({ everyMs, isOver: patience.isOver });",
    replace: "await claim.take();",
  },
  {
    name: "push not serialised in a process",
    file: TURNS,
    find: "if (before !== undefined) await Promise.race([before.catch(() => {}), patience.end]);",
    replace: "",
  },
  {
    name: "two get the same claim",
    file: "src/store/claim.ts",
    find: "return store.claim(key, owner, leaseMs);",
    replace: "return store.claim(key, owner, leaseMs).then(() => true);",
  },
  {
    name: "swap not compared",
    file: "src/store/change.ts",
    find: "if (done) return true;",
    replace: "if (done || value !== undefined) return true;",
  },
  {
    name: "answer given to a connection that WeChat has dropped",
    file: HAND_OVER,
    find: "return run.isInTime(this.#parts.clock.now(), this.#parts.settings.windowMs);",
    replace: "return run.isAwaited;",
  },
  {
    name: "given although the delivery had lapsed",
    file: HAND_OVER,
    find: "isTooLate ? await ownership.reopen(run, rest, own) : \"taken\"",
    replace: "\"taken\" as Awaited<ReturnType<Ownership[\"reopen\"]>>",
  },
  {
    name: "lease not renewed",
    file: OWNERSHIP,
    find: "timer = clock.setTimeout(tick, LEASE_MS / 3);\n    const lease",
    replace: "const lease",
  },
  {
    name: "answer published after the message was given back",
    file: OWNERSHIP,
    find: "!isFree(before) || (store.shared && !isOf(before, by))",
    replace: "!isFree(before)",
  },
  {
    name: "lost wake-up",
    file: RUN,
    find: "leave(\"given\");",
    replace: "void leave;",
  },
  {
    name: "line reference not inserted",
    file: HAND_OVER,
    find: "if (await lines.place(run.follower, this.#refTo(run, replies, begun), news)) return true;",
    replace: "if (lines.mayHave(run) || !begun) return true;",
  },
  {
    name: "every process runs the handler",
    file: OWNERSHIP,
    find: "(!isOf(before, by) && !isOver)",
    replace: "(!isOf(before, by) && false)",
  },
  {
    name: "no word picks up",
    file: PICK_UP,
    find: "return message.kind === \"text\" && ",
    replace: "return message.kind === \"text\" && words.length > 9 && ",
  },
  {
    name: "events take late answers along",
    file: HAND_OVER,
    find: "run.message.MsgType !== \"event\" && ",
    replace: "",
  },
  {
    name: "deliveries of other processes not counted",
    file: OWNERSHIP,
    find: "before.deliveries + (counts ? 1 : 0)",
    replace: "before.deliveries",
  },
  {
    name: "a proxy's repeat counts",
    file: OPTIONS,
    find: "soonestMs: windowMs * 0.8,",
    replace: "soonestMs: 1,",
  },
  {
    name: "deliveries answered when WeChat has dropped them",
    file: OPTIONS,
    find: "deadlineMs: { check: count(), default: 4500 }",
    replace: "deadlineMs: { check: count(), default: 5200 }",
  },
  {
    name: "success said before the last delivery",
    file: ENGINE,
    find: "const isLast = !settings.hold || attempt.nth >= settings.deliveries;",
    replace: "const isLast = !settings.hold || attempt.nth >= settings.deliveries - 1;",
  },
  {
    name: "whole answers in any order",
    file: LINE,
    find: ".sort((one, two) => one.since - two.since)",
    replace: ".sort((one, two) => two.since - one.since)",
  },
  {
    name: "further pieces thrown away",
    file: HAND_OVER,
    find: "(await this.#place(run, others, !isWhole)) ? others : []",
    replace: "(await this.#place(run, others, !isWhole)) ? others.slice(1) : []",
  },
  {
    name: "two may hand out the same piece",
    file: LINES,
    find: "if (record.hold !== undefined) return isRunning(record.hold.until, now) ? \"busy\" : \"left\";",
    replace: "if (record.hold?.by === \"\") return \"busy\";",
  },
  {
    name: "a piece that went out is not noted",
    file: LATE,
    find: "await held.done();\n",
    replace: "await held.back();\n",
  },
  {
    name: "records kept for a day",
    file: "src/delivery/records.ts",
    find: "Math.max(1, Math.ceil(after.expires - now))",
    replace: "86_400_000",
  },
  {
    name: "an answer that is there is kept for a moment only",
    file: OWNERSHIP,
    find: "isOver ? 0 : settings.keepMs)",
    replace: "0)",
  },
  {
    name: "the last delivery is told, and the record not",
    file: HAND_OVER,
    find: "await ownership.markLate(run);",
    replace: "",
  },
  {
    name: "the last delivery is told, and nothing stands in the process's own store",
    file: OWNERSHIP,
    find: "return store.shared ? undefined : { ...this.#counted(run, now), ...ours };",
    replace: "return undefined;",
  },
  {
    name: "a refused push is thrown away",
    file: LATE,
    find: "held.done(left) : held.back()",
    replace: "held.done(left) : held.allDone()",
  },
  {
    name: "what a store fails to keep is not kept",
    file: HAND_OVER,
    find: "else this.#waitForDelivery(run, replies, false);",
    replace: "else this.give(run, undefined);",
  },
];
