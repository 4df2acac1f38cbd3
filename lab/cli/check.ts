/**
 * `echostr-lab check URL`: tries a running server, in whatever language it is written.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { exitStatusOf } from "../check/check-report.ts";
import { GROUPS } from "../check/probe.ts";
import type { Group } from "../check/probe.ts";
import { formatReport, progressText } from "../check/report-text.ts";
import { runCheck } from "../check/run-check.ts";
import { invalidInput } from "../platform/lab-input.ts";
import { ACCOUNT_OPTIONS, readLabAccount } from "./account-options.ts";
import { visibleText } from "../../src/log.ts";
import { CHECK_HELP } from "./help.ts";
import { orRefusal, processIo } from "./io.ts";
import type { LabIo } from "./io.ts";

/**
 * @param args the words behind `check`
 * @returns the exit status
 */
export function checkCommand(args: readonly string[], io: LabIo = processIo): Promise<number> {
  return orRefusal(io, "check", () => check(args, io));
}

async function check(args: readonly string[], io: LabIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...ACCOUNT_OPTIONS,
      openid: { type: "string" },
      only: { type: "string" },
      all: { type: "boolean" },
      seconds: { type: "string" },
      insecure: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) {
    io.out(CHECK_HELP[io.language]);
    return 0;
  }
  const [address, ...more] = positionals;
  if (address === undefined) throw invalidInput("An address expected, got none");
  if (more.length > 0) throw invalidInput(`One address expected, got ${positionals.length}`);
  const report = await runCheck({
    address,
    account: readLabAccount(values, io),
    openId: values.openid,
    only: readGroups(values.only),
    all: values.all,
    limitMs: readSeconds(values.seconds),
    insecure: values.insecure,
    onProbe: io.showsProgress ? (name) => io.err(`\r\x1b[K${progressText(name, io.language).slice(0, 70)}`) : undefined,
  });
  if (io.showsProgress) io.err("\r\x1b[K");
  const { color, language } = io;
  io.out(values.json === true ? `${visibleText(JSON.stringify(report))}\n` : formatReport(report, color, language));
  return exitStatusOf(report);
}

function readGroups(value: string | undefined): readonly Group[] | undefined {
  return value?.split(",").map((word) => {
    const group = GROUPS.find((name) => name === word.trim());
    if (group === undefined) {
      throw invalidInput(`--only takes ${GROUPS.join(", ")}, got "${word}"`);
    }
    return group;
  });
}

function readSeconds(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (seconds > 0 && seconds <= 3600) return seconds * 1000;
  throw invalidInput(`--seconds must be a number up to 3600, got "${value}"`);
}
