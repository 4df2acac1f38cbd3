/**
 * What is looked at after every probe, whatever it was for: whether the server is still there,
 * whether it dropped the connection, failed inside, or told too much about itself.
 *
 * @module
 */
import { shakeHands } from "./handshake-probes.ts";
import { pause } from "./pause.ts";
import type { Found, Probe } from "./probe.ts";
import { reasonNotReached } from "./reach.ts";
import type { Subject } from "./subject.ts";
import type { Answered } from "./watched-target.ts";

/** How long a server that is gone is waited for: a supervisor starts it again. */
export interface Patience {
  readonly restartMs: number;
  readonly stuckMs: number;
}

/** What a probe left behind. */
export interface Aftermath {
  readonly found: readonly Found[];
  /** Whether the server can be asked anything more. */
  readonly isThere: boolean;
}

const ECHOSTR = "4375120948345356249";
const POLL_MS = 100;

/** @param heard all answers to the probe */
export async function lookAfter(
  subject: Subject,
  probe: Omit<Probe, "run">,
  heard: readonly Answered[],
  found: readonly Found[],
  patience: Patience,
): Promise<Aftermath> {
  const seen = remarks(heard, found);
  const state = await stateOf(subject);
  if (state === "stuck") return whenBack(subject, [...seen, "SERVER-STUCK"], patience.stuckMs);
  if (state === "gone") return whenBack(subject, [...seen, "SERVER-CRASHED"], patience.restartMs);
  const isDropped = probe.mayBeDropped !== true && heard.some(({ reason }) => reason === "reset");
  return { found: isDropped ? [...seen, "CONNECTION-DROPPED"] : seen, isThere: true };
}

/** What can be said of the answers alone; it sends nothing. */
export function remarks(heard: readonly Answered[], found: readonly Found[]): readonly Found[] {
  const hasFailed = heard.some(({ status }) => status === 500 || status === 502);
  const leaks = heard.some(({ status, text }) => status >= 400 && INSIDES.test(text));
  return [
    // Where the probe has a name for it, that one is better.
    ...(hasFailed && found.length === 0 ? (["SERVER-ERROR"] as const) : []),
    ...(leaks ? (["DETAILS-LEAKED"] as const) : []),
  ];
}

/** Stacks of Node, Python, PHP, Java, Go, .NET, and folders of their packages. */
const INSIDES = new RegExp(
  [
    String.raw`\.[cm]?[jt]s:\d+:\d+`,
    String.raw`Traceback \(most recent call last\)`,
    String.raw`\.php(?::| on line )\d+`,
    String.raw`\bat [\w$.]+\([\w$]+\.java:\d+\)`,
    String.raw`goroutine \d+ \[`,
    String.raw`\.cs:line \d+`,
    String.raw`/(?:node_modules|site-packages|vendor)/`,
  ].join("|"),
);

type State = "there" | "gone" | "stuck";

async function stateOf(subject: Subject): Promise<State> {
  if (!subject.greets) {
    // All that can be asked of a server that answers no handshake.
    return (await reasonNotReached(subject.url, subject.insecure)) === undefined ? "there" : "gone";
  }
  const { status, reason } = await shakeHands(subject, ECHOSTR);
  // A proxy whose server has gone answers in its place.
  if (status >= 502 && status <= 504) return "gone";
  if (status !== 0) return "there";
  return reason === "timeout" ? "stuck" : "gone";
}

async function whenBack(
  subject: Subject,
  found: readonly Found[],
  withinMs: number,
): Promise<Aftermath> {
  const until = subject.now() + withinMs;
  while (subject.now() < until) {
    await pause(POLL_MS);
    if ((await stateOf(subject)) === "there") return { found, isThere: true };
  }
  return { found: [...found, "SERVER-GONE"], isThere: false };
}
