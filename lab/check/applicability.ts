/**
 * Whether a probe is carried out, and if not, why: a table of reasons, the first that holds counts.
 *
 * @module
 */
import type { SkipReason } from "../chinese/skip-reasons.ts";
import type { LabFormat, LabMode } from "../platform/types.ts";
import type { Group, Probe } from "./probe.ts";

/** What is known of the server and wanted of the check when a probe's turn has come. */
export interface Situation {
  readonly mode: LabMode;
  readonly format: LabFormat;
  readonly isLocal: boolean;
  /** Whether to try everything on a server on another machine too. */
  readonly all: boolean;
  readonly only: readonly Group[] | undefined;
  /** A handshake is answered, rightly or not. */
  readonly greets: boolean;
  /** An ordinary text is accepted. */
  readonly acceptsText: boolean;
  /** An ordinary text takes a second or more. */
  readonly isSlow: boolean;
  /** The server can still be reached. */
  readonly isThere: boolean;
  readonly isTimeOver: boolean;
  readonly isBlockedBySlowClients: boolean;
}

type Reason<Why> = readonly [why: Why, holds: (probe: Probe, situation: Situation) => boolean];

/** Not worth telling: nobody expects it to be tried. */
const SILENT: readonly Reason<string>[] = [
  ["not for this mode", ({ modes }, { mode }) => modes !== undefined && !modes.includes(mode)],
  [
    "not for this format",
    ({ group, formats }, { format }) =>
      format === "json" && (group === "xml" || formats?.includes(format) === false),
  ],
  ["not asked for", ({ group }, { only }) => only !== undefined && !only.includes(group)],
];

const TOLD: readonly Reason<SkipReason>[] = [
  ["the server has not come back", (_probe, { isThere }) => !isThere],
  [
    "the server is on another machine: --all",
    ({ isModest }, { isLocal, all }) => !isLocal && !all && isModest !== true,
  ],
  [
    "the server is on another machine, and this is load",
    ({ isLoad }, { isLocal }) => !isLocal && isLoad === true,
  ],
  ["no handshake is answered", ({ group }, { greets }) => group === "handshake" && !greets],
  [
    "an ordinary text is not accepted",
    ({ needsAnswer }, { acceptsText }) => needsAnswer === true && !acceptsText,
  ],
  ["the bot takes long", ({ needsQuick }, { isSlow }) => needsQuick === true && isSlow],
  [
    "slow clients hold up the others already",
    ({ isBackground }, { isBlockedBySlowClients: isBlocked }) => isBackground === true && isBlocked,
  ],
  ["the time is over", (_probe, { isTimeOver }) => isTimeOver],
];

/** Whether a probe does not belong to this check. */
export function isOutOfPlace(probe: Probe, situation: Situation): boolean {
  return SILENT.some(([, holds]) => holds(probe, situation));
}

/** Why it is left out; `undefined` when it is carried out. */
export function reasonToSkip(probe: Probe, situation: Situation): SkipReason | undefined {
  return TOLD.find(([, holds]) => holds(probe, situation))?.[0];
}
