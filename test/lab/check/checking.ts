/** Checks for tests: with little patience, and without what takes long by its nature. */
import type { CheckOptions, CheckReport } from "../../../lab/check/check-report.ts";
import type { Group } from "../../../lab/check/probe.ts";
import { runCheck } from "../../../lab/check/run-check.ts";
import type { LabMode } from "../../../lab/platform/types.ts";
import { accountIn } from "./little-server.ts";

/** In the place of WeChat's 5 seconds. Less, and a busy machine would look like a slow server. */
export const ANSWER_MS = 1500;

export function checkOf(
  address: string,
  mode: LabMode,
  only?: readonly Group[],
  more: Partial<CheckOptions> = {},
): Promise<CheckReport> {
  return runCheck({
    address,
    account: accountIn(mode),
    only,
    answerMs: ANSWER_MS,
    heldMs: 1500,
    patience: { restartMs: 1500, stuckMs: 1500 },
    ...more,
  });
}

export function codesOf(report: CheckReport): string[] {
  return report.findings.map(({ code }) => code).sort();
}
