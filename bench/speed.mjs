// Messages a second: many short rounds; in each, every server in turn gets the same messages.
//
// The servers stay up for many rounds. A machine shared with others has slow spells of a second or
// so; rounds shorter than those let a spell hit one round of many, which the median forgets, and
// leave no time for a restart, since a server needs some 15,000 messages to come up to speed. Two
// processes of one program differ by some per cent for as long as they live; so all are started anew
// a few times between the rounds.

import { sendBatch } from "./load.mjs";
import { answersForged, processorSeconds, start, stop } from "./programs.mjs";
import { median, quartiles, spread, table } from "./report.mjs";
import { OTHER_BUILD } from "./variants.mjs";
import { buildBatch } from "./wire.mjs";

const WARM_UP_STEP = 5_000;

async function warmUp(server, messages, connections) {
  for (let sent = 0; sent < messages; sent += WARM_UP_STEP) {
    const batch = buildBatch(Math.min(WARM_UP_STEP, messages - sent), server.variant.mode);
    await sendBatch(server.port, batch, connections);
  }
}

async function measure(server, batch, connections) {
  const { pid } = server.child;
  let before;
  const { seconds, timed } = await sendBatch(server.port, batch, connections, () => {
    before = processorSeconds(pid);
  });
  const busySeconds = processorSeconds(pid) - before;
  return { perMessage: seconds / timed, busyPerMessage: busySeconds / timed };
}

/**
 * One round of one mode: bare, A, bare, B, bare, … so that each server is compared with the two
 * runs of the bare one beside it, which most probably saw the same spell of the machine. That gives
 * the bare server more messages than the others; it has long been up to speed by then.
 */
async function playRound([bare, ...others], batch, connections, results) {
  const measureBare = async () => {
    const measured = await measure(bare, batch, connections);
    results.get(bare.variant).measured.push(measured);
    return measured;
  };
  let before = await measureBare();
  for (const server of others) {
    const measured = await measure(server, batch, connections);
    const after = await measureBare();
    const speed = (before.perMessage + after.perMessage) / 2 / measured.perMessage;
    const work = (2 * measured.busyPerMessage) / (before.busyPerMessage + after.busyPerMessage);
    results.get(server.variant).measured.push({ ...measured, speed, work });
    before = after;
  }
}

/**
 * By variant: whether it answers forged messages, and what it took; the numbers are seconds.
 *
 * @param processes how many processes of each variant take part, one after the other
 */
export async function measureSpeed(variants, { processes, rounds, ...settings }) {
  const results = new Map(variants.map((variant) => [variant, { measured: [], forged: false }]));
  const all = Array.from({ length: rounds }, (_none, round) => round);
  const each = Math.ceil(rounds / Math.min(processes, rounds));
  for (let from = 0; from < rounds; from += each) {
    await playRounds(variants, all.slice(from, from + each), settings, results);
  }
  return results;
}

/** Some of the rounds, with one process of each variant. */
async function playRounds(variants, rounds, { cores, connections, messages, warmup }, results) {
  const servers = [];
  try {
    for (const variant of variants) {
      process.stderr.write(`warming up ${variant.name} (${variant.mode})\n`);
      const server = await start(variant, cores); // it has given a right answer
      servers.push(server);
      results.get(variant).forged ||= await answersForged(server);
      await warmUp(server, warmup, connections);
    }
    const modes = [...new Set(variants.map((variant) => variant.mode))];
    for (const round of rounds) {
      process.stderr.write(`round ${round + 1}\n`);
      for (const mode of modes) {
        const [bare, ...others] = servers.filter((server) => server.variant.mode === mode);
        // Every second round runs backwards: nobody always comes after the same one.
        if (round % 2 === 1) others.reverse();
        // New messages each round, for a repeated one would meet the check for repeats.
        const batch = buildBatch(messages, mode);
        await playRound([bare, ...others], batch, connections, results);
      }
    }
  } finally {
    await Promise.all(servers.map(stop));
  }
}

/**
 * Below this share of its core the bare server was kept waiting, by the load or by other programs:
 * then messages a second say little about it, while processor time still does.
 */
const BUSY_ENOUGH = 0.9;

export function wasDisturbed(results) {
  const baselines = [...results].filter(([variant]) => variant.baseline);
  return baselines.some(([, { measured }]) => {
    const busy = measured.map((entry) => entry.busyPerMessage / entry.perMessage);
    return median(busy) < BUSY_ENOUGH;
  });
}

export function speedTable(results) {
  const rows = [...results].map(([variant, { measured, forged }]) => {
    const perMessage = median(measured.map((entry) => entry.perMessage));
    const busyPerMessage = median(measured.map((entry) => entry.busyPerMessage));
    const busy = median(measured.map((entry) => entry.busyPerMessage / entry.perMessage));
    return [
      variant.name,
      variant.mode,
      Math.round(1 / perMessage),
      (perMessage * 1e6).toFixed(1),
      (busyPerMessage * 1e6).toFixed(1),
      `${Math.round(busy * 100)} %`,
      variant.baseline ? "1" : spread(measured.map((entry) => entry.speed)),
      variant.baseline ? "1" : median(measured.map((entry) => entry.work)).toFixed(2),
      variant.constant ? "-" : forged ? "answered" : "refused",
    ];
  });
  const head = ["server", "mode", "messages/s", "µs/message", "CPU µs/message", "core busy"];
  return table([...head, "speed / bare", "CPU / bare", "forged message"], rows);
}

/** Who is compared with whom, and not only with the bare server. */
const PAIRS = [["echostr", OTHER_BUILD], ["echostr", "by hand"], ["echostr, delivery on", "echostr, delivery off"]];

/**
 * How many messages a server answers in the processor time in which the other one answers one: the
 * median of the rounds, and where the middle half of them lies.
 */
export function pairTable(results) {
  const rows = [...results].flatMap(([variant, { measured }]) =>
    PAIRS.filter(([name]) => name === variant.name).flatMap(([, otherName]) => {
      const other = [...results].find(([{ name, mode }]) => name === otherName && mode === variant.mode);
      if (other === undefined) return [];
      const ratios = measured.map(({ busyPerMessage }, round) => other[1].measured[round].busyPerMessage / busyPerMessage);
      return [[variant.name, variant.mode, otherName, quartiles(ratios)]];
    }),
  );
  return rows.length === 0 ? undefined : table(["server", "mode", "compared with", "speed"], rows);
}
