/** A server that is wrong in one way, and what a check must find in it: this, and nothing else. */
import type { CheckOptions } from "../../../lab/check/check-report.ts";
import type { CheckCode } from "../../../lab/check/finding-codes.ts";
import type { Group } from "../../../lab/check/probe.ts";
import type { Parts } from "./little-server.ts";

export interface Provocation {
  readonly code: CheckCode;
  /** What the server does, behind "a server that". */
  readonly server: string;
  readonly only: readonly Group[];
  /** Made anew for each run, for some of them remember things. */
  readonly parts: () => Partial<Parts>;
  /** What cannot but be found too. */
  readonly also?: readonly string[];
  readonly more?: Partial<CheckOptions>;
}
