/**
 * What came of a fault, in numbers: a line of the test's, which `make faults` puts into its table.
 *
 * @module
 */
import type { TestContext } from "node:test";

export const FAULT = "fault: ";

/** The last number, `lost`, is of what had been acknowledged. */
export interface FaultCounts {
  readonly [what: string]: number;
  readonly lost: number;
}

export function tellFault(context: TestContext, fault: string, counts: FaultCounts): void {
  context.diagnostic(`${FAULT}${JSON.stringify({ fault, counts })}`);
}
