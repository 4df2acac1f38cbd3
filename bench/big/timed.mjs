// Requests over many connections, one in flight on each, with the time that each takes.

import { openLane, statusOf } from "../load.mjs";

/**
 * Opens `count` connections, a few at a time: a thousand at once would overflow the queue of the kernel.
 *
 * @param begin what each of them does first; a server closes those that ask nothing
 */
export async function openLanes(port, count, begin = () => {}) {
  const lanes = [];
  while (lanes.length < count) {
    const some = Array.from({ length: Math.min(200, count - lanes.length) }, async () => {
      const lane = await oneLane(port);
      await begin(lane);
      return lane;
    });
    lanes.push(...(await Promise.all(some)));
  }
  return lanes;
}

function oneLane(port) {
  return new Promise((resolve, reject) => {
    let waiting;
    const fail = (error) => (waiting === undefined ? reject(error) : waiting.reject(error));
    const socket = openLane(
      port,
      (bytes) => {
        if (statusOf(bytes) !== 200) fail(new Error(`a wrong reply: ${bytes.toString("utf8", 0, 400)}`));
        else waiting.resolve({ ms: performance.now() - waiting.since, reply: Buffer.from(bytes) });
      },
      fail,
    );
    socket.once("connect", () => resolve(lane));
    const lane = {
      /** @returns `{ ms, reply }` */
      ask: (request) =>
        new Promise((done, failed) => {
          if (socket.destroyed) return failed(new Error("the server closed a connection"));
          waiting = { resolve: done, reject: failed, since: performance.now() };
          socket.write(request);
        }),
      close: () => {
        socket.removeAllListeners("close");
        socket.destroy();
      },
    };
  });
}

/**
 * @param makeRequest the bytes of the next request
 * @param onReply `(reply, index)`
 * @returns `{ seconds, latencies }`, in milliseconds
 */
export async function askAll(lanes, count, makeRequest, onReply = () => {}) {
  let sent = 0;
  const latencies = [];
  // Made beforehand, so that only their answers are measured.
  const requests = Array.from({ length: count }, (_none, index) => makeRequest(index));
  const startedAt = performance.now();
  await Promise.all(
    lanes.map(async (lane) => {
      while (sent < count) {
        const index = sent;
        sent += 1;
        const { ms, reply } = await lane.ask(requests[index]);
        latencies.push(ms);
        onReply(reply, index);
      }
    }),
  );
  return { seconds: (performance.now() - startedAt) / 1000, latencies };
}

export function percentile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}
