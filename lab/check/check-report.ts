/**
 * What a check is asked for, and what it gives back: plain data, which `--json` prints as it is.
 *
 * @module
 */
import type { SkipReason } from "../chinese/skip-reasons.ts";
import type { LabAccount, LabMode } from "../platform/types.ts";
import type { Patience } from "./aftercare.ts";
import type { CheckFinding } from "./collection.ts";
import type { Surroundings } from "./locality.ts";
import type { Group } from "./probe.ts";

/** What to check, and how. */
export interface CheckOptions {
  readonly address: string;
  readonly account: LabAccount;
  /** The follower who writes. Default: a new one. */
  readonly openId?: string | undefined;
  /** Try everything on a server on another machine as well, except load. */
  readonly all?: boolean | undefined;
  /** Only these groups; the handshake and one text are always sent. */
  readonly only?: readonly Group[] | undefined;
  /** After this time no further probe is started. Default: 60 seconds. */
  readonly limitMs?: number | undefined;
  /** Accept a certificate that is not trusted. */
  readonly insecure?: boolean | undefined;
  /** Told before each probe. */
  readonly onProbe?: ((name: string) => void) | undefined;
  readonly surroundings?: Surroundings | undefined;
  readonly patience?: Patience | undefined;
  /** How long to wait for an answer. Default: WeChat's 5 seconds. */
  readonly answerMs?: number | undefined;
  /** How long to watch a request that never ends. Default: 13 seconds. */
  readonly heldMs?: number | undefined;
}

/** What became of a probe. */
export interface ProbeResult {
  readonly name: string;
  readonly group: Group;
  readonly outcome: "passed" | "found" | "skipped";
  /** Why it was skipped. */
  readonly why?: SkipReason;
}

export interface CheckReport {
  readonly address: string;
  readonly mode: LabMode;
  readonly isLocal: boolean;
  /** Why the server cannot be reached; then nothing was tried. */
  readonly unreachable: string | undefined;
  readonly ms: number;
  readonly requests: number;
  /** The slowest answer, and to what; that to a load is left out. */
  readonly slowest: { readonly ms: number; readonly probe: string };
  readonly probes: readonly ProbeResult[];
  readonly findings: readonly CheckFinding[];
}

/** 0: nothing worse than a note. 1: an error or a warning. 3: the server cannot be reached. */
export function exitStatusOf(report: CheckReport): 0 | 1 | 3 {
  if (report.unreachable !== undefined) return 3;
  return report.findings.some(({ severity }) => severity !== "note") ? 1 : 0;
}
