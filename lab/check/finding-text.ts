/**
 * A finding in the reader's language. In Chinese the cause is a sentence of its own, and what was seen in
 * particular stays in English beside it. Codes, and the JSON of `--json`, have no language.
 *
 * @module
 */
import type { Language, Sentence } from "../../src/cli/language.ts";
import { CHECK_FINDINGS_ZH } from "../chinese/check-findings.ts";
import { FINDINGS_ZH } from "../chinese/findings.ts";
import type { Finding, Severity } from "../platform/types.ts";
import { CHECK_FINDINGS } from "./finding-codes.ts";

export const SEVERITIES: Readonly<Record<Severity, Sentence>> = {
  error: { en: "error", zh: "错误" },
  warning: { en: "warning", zh: "警告" },
  note: { en: "note", zh: "提示" },
};

/** What is said of a finding. */
export interface FindingText {
  readonly cause: string;
  /** What was seen, where the cause does not say it. */
  readonly seen: string | undefined;
  readonly fix: string;
}

/**
 * @example
 * findingText({ code: "BOM", severity: "warning", message: "…", fix: "…" }, "zh").cause; // "响应以 BOM 开头"
 */
export function findingText({ code, message, fix }: Finding, language: Language): FindingText {
  const chinese = language === "zh" ? ZH.get(code) : undefined;
  if (chinese === undefined) return { cause: message, seen: undefined, fix };
  // The sentences of a check are the same each time.
  const seen = code in CHECK_FINDINGS ? undefined : message;
  return { cause: chinese[0], seen, fix: chinese[1] };
}

const ZH: ReadonlyMap<string, readonly [cause: string, fix: string]> = new Map(
  Object.entries({ ...FINDINGS_ZH, ...CHECK_FINDINGS_ZH }),
);
