/**
 * Waits until the process has nothing else to do than to wait for a timer.
 *
 * Promises and what is there already are through after a few rounds of the event loop. Files, names
 * and new connections are requests, which Node can list. What cannot be seen is an answer that is on
 * its way over a socket: while there are more sockets than at the start, it is given a moment of
 * real time. (A pause of the machine's own: by now the global timers are the turned ones.)
 *
 * @module
 */

/** The machine's own functions, taken before they were replaced. */
export interface RealTime {
  readonly setImmediate: (run: () => void) => unknown;
  readonly setTimeout: (run: () => void, ms: number) => unknown;
}

/** What is asked. */
export interface IdleQuestion {
  readonly real: RealTime;
  /** Changes whenever something happens. */
  readonly changes: () => number;
  /** Whether nobody waits any more. */
  readonly isOver: () => boolean;
  /** How long an answer over a socket may take, in real milliseconds. */
  readonly patienceMs: number;
}

/** Rounds of the event loop in which nothing may happen. */
const QUIET_ROUNDS = 8;

/** A moment for what runs in other threads and is listed nowhere. */
const MOMENT_MS = 2;

/** After so many times the patience, a request that does not end is no reason to wait on. */
const MOST_PATIENCES = 20;

const SOCKETS = /^(?:TCPSocketWrap|TLSWrap|PipeWrap|ProcessWrap|UDPWrap|HTTPClientRequest)$/;
const REQUESTS = /Req(?:Wrap|Callback|Promise)$|^(?:TCPConnect|PipeConnect|Write|Shutdown)Wrap$/;

/** Standard output and the like are there all the time. */
const socketsAtStart = socketsNow();

/** Resolves when nothing happens any more, or when nobody waits. */
export async function untilIdle(question: IdleQuestion): Promise<void> {
  const { real, isOver, patienceMs } = question;
  let waitedMs = 0;
  for (;;) {
    await untilQuiet(question);
    if (isOver()) return;
    const before = question.changes();
    const needed = socketsNow() > socketsAtStart || requestsNow() > 0 ? patienceMs : MOMENT_MS;
    for (let ms = 0; ms < needed && question.changes() === before && !isOver(); ms += 1) {
      await pause(real, 1);
      waitedMs += 1;
    }
    if (isOver()) return;
    const isBusy = requestsNow() > 0 && waitedMs < patienceMs * MOST_PATIENCES;
    if (question.changes() === before && !isBusy) return;
  }
}

async function untilQuiet({ real, changes, isOver }: IdleQuestion): Promise<void> {
  let last = changes();
  for (let round = 0; round < QUIET_ROUNDS && !isOver(); round += 1) {
    await new Promise<void>((resolve) => real.setImmediate(resolve));
    if (changes() !== last) round = 0;
    last = changes();
  }
}

function pause(real: RealTime, ms: number): Promise<void> {
  return new Promise((resolve) => real.setTimeout(resolve, ms));
}

function socketsNow(): number {
  return process.getActiveResourcesInfo().filter((name) => SOCKETS.test(name)).length;
}

function requestsNow(): number {
  return process.getActiveResourcesInfo().filter((name) => REQUESTS.test(name)).length;
}
