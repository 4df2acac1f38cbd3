/**
 * Carries out a check: gets to know the server, tries all that applies to it, looks after it, and
 * reports.
 *
 * Against a server on another machine only three requests are made, unless more is asked for: the
 * handshake, one text and one refusal. And what costs a server memory or connections is never sent
 * there.
 *
 * @module
 */
import { createHttpTarget, parseAddress } from "../platform/http-target.ts";
import { randomOpenId } from "../platform/identifiers.ts";
import { lookAfter, remarks } from "./aftercare.ts";
import { allProbes } from "./all-probes.ts";
import { isOutOfPlace, reasonToSkip } from "./applicability.ts";
import type { Situation } from "./applicability.ts";
import type { CheckOptions, CheckReport, ProbeResult } from "./check-report.ts";
import { Collection } from "./collection.ts";
import { HANDSHAKE_PROBE } from "./handshake-probes.ts";
import { isThisMachine, systemSurroundings } from "./locality.ts";
import type { Found, Probe } from "./probe.ts";
import { reasonNotReached } from "./reach.ts";
import { BLOCKING_PROBE, heldProbe } from "./slow-probes.ts";
import { Subject } from "./subject.ts";
import { learnUsual, USUAL_PROBE_NAME } from "./usual-probe.ts";
import { watchTarget } from "./watched-target.ts";
import type { Answered, WatchedTarget } from "./watched-target.ts";

const LIMIT_MS = 60_000;
const ANSWER_MS = 5000;
const PATIENCE = { restartMs: 5000, stuckMs: 10_000 };

/**
 * @throws EchostrError `LAB_INPUT_INVALID` if the address is invalid
 *
 * @example
 * const report = await runCheck({ address: "http://127.0.0.1:8080/wx", account });
 * report.findings.map(({ code }) => code);
 */
export async function runCheck(options: CheckOptions): Promise<CheckReport> {
  const startedAt = Date.now();
  const url = parseAddress(options.address);
  const surroundings = options.surroundings ?? systemSurroundings;
  // A name without an address is told by `reasonNotReached`.
  const isLocal = await isThisMachine(url.hostname, surroundings).catch(() => false);
  const run = new Run(url, isLocal, options, startedAt + (options.limitMs ?? LIMIT_MS));
  const unreachable = await reasonNotReached(url, options.insecure === true);
  if (unreachable === undefined) await run.carryOut();
  return {
    address: options.address,
    mode: options.account.mode,
    isLocal,
    unreachable,
    ms: Date.now() - startedAt,
    ...run.outcome(),
  };
}

/** A check under way. */
class Run {
  readonly #options: CheckOptions;
  readonly #subject: Subject;
  readonly #target: WatchedTarget;
  readonly #endsAt: number;
  readonly #collection = new Collection();
  readonly #results: ProbeResult[] = [];
  #isThere = true;
  #slowest = { ms: 0, probe: "" };

  constructor(url: URL, isLocal: boolean, options: CheckOptions, endsAt: number) {
    const { account, insecure = false, openId = randomOpenId() } = options;
    this.#options = options;
    this.#endsAt = endsAt;
    this.#target = watchTarget(createHttpTarget(url, { insecure }));
    this.#subject = new Subject({
      url,
      insecure,
      account,
      openId,
      isLocal,
      patienceMs: options.answerMs ?? ANSWER_MS,
      target: this.#target,
    });
  }

  async carryOut(): Promise<void> {
    await this.#tryOne(HANDSHAKE_PROBE);
    this.#subject.greets = !this.#collection.has("HANDSHAKE-NO-ANSWER");
    await this.#getAcquainted();
    await this.#tryIfFit(BLOCKING_PROBE);
    const background = this.#tryIfFit(heldProbe(this.#options.heldMs));
    for (const probe of allProbes()) await this.#tryIfFit(probe);
    await background;
  }

  outcome(): Pick<CheckReport, "requests" | "slowest" | "probes" | "findings"> {
    return {
      requests: this.#target.requests,
      slowest: this.#slowest,
      probes: this.#results,
      findings: this.#collection.list(),
    };
  }

  /** The text that all other answers are compared with. */
  async #getAcquainted(): Promise<void> {
    this.#options.onProbe?.(USUAL_PROBE_NAME);
    // One text means one, where we are guests.
    const deliveries = this.#mayAskMore() ? 3 : 1;
    const { usual, found } = await learnUsual(this.#subject, deliveries);
    this.#subject.usual = usual;
    await this.#conclude({ name: USUAL_PROBE_NAME, group: "kinds" }, found);
  }

  async #tryIfFit(probe: Probe): Promise<void> {
    const situation = this.#situation();
    if (isOutOfPlace(probe, situation)) return;
    const why = reasonToSkip(probe, situation);
    if (why === undefined) return this.#tryOne(probe);
    if (situation.isTimeOver) this.#collection.add(["CUT-SHORT"], probe.name);
    this.#results.push({ name: probe.name, group: probe.group, outcome: "skipped", why });
  }

  async #tryOne(probe: Probe): Promise<void> {
    this.#options.onProbe?.(probe.name);
    await this.#conclude(probe, await probe.run(this.#subject));
  }

  async #conclude(probe: Omit<Probe, "run">, found: readonly Found[]): Promise<void> {
    const { name, group } = probe;
    // What a probe in the background leaves behind cannot be told from what the others do.
    const more = probe.isBackground === true ? [] : await this.#lookAfter(probe, found);
    const all = [...found, ...more];
    this.#collection.add(all, name);
    this.#results.push({ name, group, outcome: all.length === 0 ? "passed" : "found" });
  }

  async #lookAfter(probe: Omit<Probe, "run">, found: readonly Found[]): Promise<readonly Found[]> {
    const heard = this.#target.take();
    if (probe.isLoad !== true) this.#noteSlowest(probe.name, heard);
    if (!this.#mayAskMore()) return remarks(heard, found);
    const patience = this.#options.patience ?? PATIENCE;
    const aftermath = await lookAfter(this.#subject, probe, heard, found, patience);
    this.#target.take();
    this.#isThere = aftermath.isThere;
    return aftermath.found;
  }

  #mayAskMore(): boolean {
    return this.#subject.isLocal || this.#options.all === true;
  }

  #noteSlowest(probe: string, heard: readonly Answered[]): void {
    for (const { status, ms } of heard) {
      if (status !== 0 && ms > this.#slowest.ms) this.#slowest = { ms, probe };
    }
  }

  #situation(): Situation {
    const { account, all = false, only } = this.#options;
    const { isLocal, greets, usual } = this.#subject;
    return {
      mode: account.mode,
      format: account.format ?? "xml",
      isLocal,
      all,
      only,
      greets,
      acceptsText: usual !== undefined,
      isSlow: usual?.isSlow === true,
      isThere: this.#isThere,
      isTimeOver: Date.now() > this.#endsAt,
      isBlockedBySlowClients: this.#collection.has("SLOW-CLIENT-BLOCKS"),
    };
  }
}
