/**
 * What was found so far: one entry a code, with all the places where it was found. A fault that
 * shows at fifty probes is one fault.
 *
 * @module
 */
import type { Finding, Severity } from "../platform/types.ts";
import { CHECK_FINDINGS } from "./finding-codes.ts";
import type { Found } from "./probe.ts";

/** A finding, and the probes that found it. */
export interface CheckFinding extends Finding {
  readonly where: readonly string[];
}

const GRAVEST_FIRST: readonly Severity[] = ["error", "warning", "note"];

export class Collection {
  readonly #found = new Map<string, { readonly finding: Finding; readonly where: string[] }>();

  add(found: readonly Found[], where: string): void {
    for (const one of found) {
      const finding = typeof one === "string" ? { code: one, ...CHECK_FINDINGS[one] } : one;
      const entry = this.#found.get(finding.code);
      if (entry === undefined) this.#found.set(finding.code, { finding, where: [where] });
      else if (!entry.where.includes(where)) entry.where.push(where);
    }
  }

  has(code: string): boolean {
    return this.#found.has(code);
  }

  /** The gravest first, those of one severity in the order in which they were found. */
  list(): readonly CheckFinding[] {
    const all = [...this.#found.values()].map(({ finding, where }) => ({ ...finding, where }));
    return all.toSorted((a, b) => rank(a.severity) - rank(b.severity));
  }
}

function rank(severity: Severity): number {
  return GRAVEST_FIRST.indexOf(severity);
}
