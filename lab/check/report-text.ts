/**
 * A report for people: what was tried, then what was found, the gravest first, each with where it
 * shows and what to do.
 *
 * @module
 */
import { styleText } from "node:util";
import type { Language } from "../../src/cli/language.ts";
import { visible } from "../../src/log.ts";
import { probeNameZh } from "../chinese/probe-names.ts";
import { skipReasonZh } from "../chinese/skip-reasons.ts";
import type { SkipReason } from "../chinese/skip-reasons.ts";
import type { LabMode, Severity } from "../platform/types.ts";
import type { CheckReport, ProbeResult } from "./check-report.ts";
import type { CheckFinding } from "./collection.ts";
import { findingText, SEVERITIES } from "./finding-text.ts";
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

const EN = {
  head: (mode: LabMode, isLocal: boolean) =>
    `${mode} mode (${MODE_NAMES[mode]}), on ${isLocal ? "this machine" : "another machine"}`,
  unreachable: (why: string) => why,
  tried: (count: number) => `${String(count).padStart(3)} tried`,
  found: (count: number) => `${count} with findings`,
  skipped: (count: number, reasons: readonly SkipReason[]) =>
    `${count} left out: ${reasons.join("; ")}`,
  comma: ", ",
  seen: "",
  where: (places: readonly string[], more: number) =>
    `  where: ${places.join(", ")}${more > 0 ? `, and ${more} more` : ""}`,
  fix: "  fix:   ",
  count: (severity: Severity, count: number) => `${count} ${severity}${count === 1 ? "" : "s"}`,
  nothing: "Nothing found",
  /** What was found, in how many requests and how long, and the slowest answer. */
  summary: (found: string, requests: number, seconds: string, ms: number, probe: string) =>
    `${found}; ${requests} requests in ${seconds} s; the slowest answer took ${ms} of 5,000 ms (${probe}).`,
  probe: (name: string) => name,
};

type Sentences = typeof EN;

const SAID: Readonly<Record<Language, Sentences>> = {
  en: EN,
  zh: {
    head: (mode, isLocal) => `${MODE_NAMES[mode]}（${mode}），${isLocal ? "本机" : "其他机器"}`,
    unreachable: (why) => `无法连接服务器：${why}`,
    tried: (count) => `测试 ${String(count).padStart(3)} 项`,
    found: (count) => `${count} 项有问题`,
    skipped: (count, reasons) => `${count} 项未测（${reasons.map(skipReasonZh).join("；")}）`,
    comma: "，",
    seen: "  详情：",
    where: (places, more) => `  位置：${places.join("；")}${more > 0 ? `；另有 ${more} 处` : ""}`,
    fix: "  处理：",
    count: (severity, count) => `${count} 个${SEVERITIES[severity].zh}`,
    nothing: "没有发现问题",
    summary: (found, requests, seconds, ms, probe) =>
      `${found}；共 ${requests} 个请求，用时 ${seconds} 秒；最慢的响应用时 ${ms} 毫秒（${probe}），上限 5000 毫秒。`,
    probe: probeNameZh,
  },
};

/** @param color whether it goes to a terminal */
export function formatReport(report: CheckReport, color: boolean, language: Language): string {
  const paint = (style: Style, text: string): string => (color ? styleText(style, text) : text);
  const said = SAID[language];
  const { address, mode, isLocal, unreachable, findings } = report;
  const head = `${paint("bold", visible(address))}  ${said.head(mode, isLocal)}`;
  if (unreachable !== undefined) return `${head}\n\n${visible(said.unreachable(unreachable))}\n`;
  return [
    head,
    "",
    ...tableOf(report.probes, paint, said),
    "",
    ...findings.flatMap((finding) => [...linesOf(finding, paint, language), ""]),
    summary(report, paint, said),
    "",
  ].join("\n");
}

/** The name of a probe while it is tried. */
export function progressText(name: string, language: Language): string {
  return SAID[language].probe(name);
}

type Paint = (style: Style, text: string) => string;

function tableOf(probes: readonly ProbeResult[], paint: Paint, said: Sentences): readonly string[] {
  return GROUPS.flatMap((group) => {
    const own = probes.filter((probe) => probe.group === group);
    if (own.length === 0) return [];
    const of = (outcome: ProbeResult["outcome"]): number =>
      own.filter((probe) => probe.outcome === outcome).length;
    const [found, skipped] = [of("found"), of("skipped")];
    const cells = [
      said.tried(own.length - skipped),
      ...(found > 0 ? [paint("yellow", said.found(found))] : []),
      ...(skipped > 0 ? [paint("dim", said.skipped(skipped, reasonsOf(own)))] : []),
    ];
    return [`  ${group.padEnd(11)} ${cells.join(said.comma)}`];
  });
}

function reasonsOf(probes: readonly ProbeResult[]): readonly SkipReason[] {
  return [...new Set(probes.flatMap(({ why }) => why ?? []))];
}

function linesOf(finding: CheckFinding, paint: Paint, language: Language): string[] {
  const { severity, code, where } = finding;
  const said = SAID[language];
  const { cause, seen, fix } = findingText(finding, language);
  const word = SEVERITIES[severity][language];
  return [
    `${paint(STYLE_OF[severity], word)}  ${paint("bold", code)}  ${visible(cause)}`,
    ...(seen === undefined ? [] : [`${said.seen}${visible(seen)}`]),
    said.where(where.slice(0, PLACES).map(said.probe), where.length - PLACES),
    `${said.fix}${fix}`,
  ];
}

function summary({ findings, requests, ms, slowest }: CheckReport, paint: Paint, said: Sentences): string {
  const counts = (["error", "warning", "note"] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [said.count(severity, count)];
  });
  const found = counts.length === 0 ? paint("green", said.nothing) : counts.join(said.comma);
  const seconds = (ms / 1000).toFixed(1);
  return said.summary(found, requests, seconds, Math.round(slowest.ms), said.probe(slowest.probe));
}
