/**
 * A report for people: what was tried, then what was found, the gravest first, each with where it
 * shows and what to do.
 *
 * @module
 */
import { styleText } from "node:util";
import { visible } from "../../src/log.ts";
import type { Severity } from "../platform/types.ts";
import type { CheckReport, ProbeResult } from "./check-report.ts";
import type { CheckFinding } from "./collection.ts";
import { GROUPS } from "./probe.ts";

const MODE_NAMES = { plain: "明文模式", compat: "兼容模式", safe: "安全模式" } as const;

type Style = Parameters<typeof styleText>[0];

const STYLE_OF: Readonly<Record<Severity, Style>> = {
  error: ["red", "bold"],
  warning: "yellow",
  note: "cyan",
};

/** More places than this make a finding harder to read, not clearer. */
const PLACES = 4;

/** @param color whether it goes to a terminal */
export function formatReport(report: CheckReport, color: boolean): string {
  const paint = (style: Style, text: string): string => (color ? styleText(style, text) : text);
  const { address, mode, isLocal, unreachable, findings } = report;
  const place = isLocal ? "this machine" : "another machine";
  const head = `${paint("bold", visible(address))}  ${mode} mode (${MODE_NAMES[mode]}), on ${place}`;
  if (unreachable !== undefined) return `${head}\n\n${visible(unreachable)}\n`;
  return [
    head,
    "",
    ...tableOf(report.probes, paint),
    "",
    ...findings.flatMap((finding) => [...linesOf(finding, paint), ""]),
    summary(report, paint),
    "",
  ].join("\n");
}

type Paint = (style: Style, text: string) => string;

function tableOf(probes: readonly ProbeResult[], paint: Paint): readonly string[] {
  return GROUPS.flatMap((group) => {
    const own = probes.filter((probe) => probe.group === group);
    if (own.length === 0) return [];
    const of = (outcome: ProbeResult["outcome"]): number =>
      own.filter((probe) => probe.outcome === outcome).length;
    const [found, skipped] = [of("found"), of("skipped")];
    const tried = own.length - skipped;
    const cells = [
      `${String(tried).padStart(3)} tried`,
      ...(found > 0 ? [paint("yellow", `${found} with findings`)] : []),
      ...(skipped > 0 ? [paint("dim", `${skipped} left out: ${reasonsOf(own)}`)] : []),
    ];
    return [`  ${group.padEnd(11)} ${cells.join(", ")}`];
  });
}

function reasonsOf(probes: readonly ProbeResult[]): string {
  return [...new Set(probes.flatMap(({ why }) => why ?? []))].join("; ");
}

function linesOf({ severity, code, message, fix, where }: CheckFinding, paint: Paint): string[] {
  const more = where.length > PLACES ? `, and ${where.length - PLACES} more` : "";
  return [
    `${paint(STYLE_OF[severity], severity)}  ${paint("bold", code)}  ${visible(message)}`,
    `  where: ${where.slice(0, PLACES).join(", ")}${more}`,
    `  fix:   ${fix}`,
  ];
}

function summary({ findings, requests, ms, slowest }: CheckReport, paint: Paint): string {
  const counts = (["error", "warning", "note"] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? "" : "s"}`];
  });
  const found = counts.length === 0 ? paint("green", "Nothing found") : counts.join(", ");
  const took = `${requests} requests in ${(ms / 1000).toFixed(1)} s`;
  const slow = `the slowest answer took ${Math.round(slowest.ms)} of 5,000 ms (${slowest.probe})`;
  return `${found}; ${took}; ${slow}.`;
}
