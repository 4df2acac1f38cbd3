// Runs `echostr check` against ours and the peers, in plain and in safe mode, and writes the table
// into docs/check.md: `make check-peers`, or `node --import tsx bench/check-peers.mjs [--write]`.
//
//   --write        replace the table in docs/check.md; without it the table is printed
//   --only A,B     only these servers
//   --verbose      print each report as a person would read it
//
// The bots repeat what they are told. A server that ends is started again at once, as under a
// service manager, so that one fault does not hide those behind it.

import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { formatReport } from "../lab/check/report-text.ts";
import { runCheck } from "../lab/check/run-check.ts";
import { freePort } from "./free-port.mjs";
import { requirePeers, table } from "./report.mjs";
import { account } from "./wire.mjs";

const SERVERS = ["wechat", "co-wechat", "node-easywechat", "echostr"];
const MODES = ["plain", "safe"];
const DOCUMENTS = ["check.md", "check.zh-CN.md"].map((name) => fileURLToPath(new URL(`../docs/${name}`, import.meta.url)));
const [BEGIN, END] = ["<!-- peers: begin -->", "<!-- peers: end -->"];

const { values } = parseArgs({
  options: {
    write: { type: "boolean", default: false },
    only: { type: "string", default: SERVERS.join(",") },
    verbose: { type: "boolean", default: false },
  },
});
requirePeers();

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
for (const [signal, number] of [["SIGHUP", 1], ["SIGINT", 2], ["SIGTERM", 15]]) {
  process.on(signal, () => process.exit(128 + number));
}

/** Starts a server, and again whenever it ends, until `stop` is called. */
function supervise(name, mode, port) {
  let child;
  let isWanted = true;
  const start = () => {
    child = spawn(process.execPath, [...process.execArgv, program(name)], {
      cwd: fileURLToPath(new URL(".", import.meta.url)),
      stdio: "ignore",
      env: {
        PATH: process.env.PATH,
        NODE_ENV: "production",
        ECHO: "1",
        PORT: String(port),
        WECHAT_TOKEN: account.token,
        WECHAT_APPID: account.appId,
        ...(mode === "safe" && { WECHAT_AES_KEY: account.aesKey }),
      },
    });
    running.add(child);
    const ended = child;
    child.once("exit", () => {
      running.delete(ended);
      if (isWanted) start();
    });
  };
  start();
  return {
    stop() {
      isWanted = false;
      child.kill("SIGKILL");
    },
  };
}

function program(name) {
  return fileURLToPath(new URL(`servers/${name}.mjs`, import.meta.url));
}

async function listening(port) {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/wx`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer !== undefined) return;
    await pause(50);
  }
  throw new Error(`Nothing listens on port ${port}`);
}

async function check(name, mode) {
  const port = await freePort();
  const supervisor = supervise(name, mode, port);
  try {
    await listening(port);
    return await runCheck({
      address: `http://127.0.0.1:${port}/wx`,
      limitMs: 120_000,
      account: {
        originalId: account.originalId,
        token: account.token,
        appId: account.appId,
        encodingAesKey: account.aesKey,
        mode,
      },
    });
  } finally {
    supervisor.stop();
  }
}

/** A row a code, a column a server and mode; in the cell how many probes found it. */
function tableOf(runs) {
  const severities = new Map();
  for (const { report } of runs) {
    for (const { code, severity } of report.findings) severities.set(code, severity);
  }
  const order = ["error", "warning", "note"];
  const codes = [...severities].sort(
    ([a, one], [b, other]) => order.indexOf(one) - order.indexOf(other) || (a < b ? -1 : 1),
  );
  const head = ["finding", ...runs.map(({ name, mode }) => `${name}, ${mode}`)];
  const rows = codes.map(([code, severity]) => [
    `\`${code}\` (${severity})`,
    ...runs.map(({ report }) => {
      const found = report.findings.find((finding) => finding.code === code);
      return found === undefined ? "" : found.where.length;
    }),
  ]);
  return table(head, [
    ...rows,
    ["requests", ...runs.map(({ report }) => report.requests)],
    ["seconds", ...runs.map(({ report }) => (report.ms / 1000).toFixed(1))],
  ]);
}

/** What no number says: which requests ended a server, and which forged ones were answered. */
function detailsOf(runs) {
  const grave = ["SERVER-CRASHED", "UNSIGNED-ANSWERED", "PLAIN-ANSWERED", "HANDSHAKE-UNSIGNED"];
  return runs.flatMap(({ name, mode, report }) =>
    report.findings
      .filter(({ code }) => grave.includes(code))
      .map(({ code, where }) => `- ${name}, ${mode}, \`${code}\`: ${where.join("; ")}`)
      // Markdown would take it for an element.
      .map((line) => line.replaceAll("<Encrypt>", "`<Encrypt>`")),
  );
}

const runs = [];
for (const name of values.only.split(",")) {
  for (const mode of MODES) {
    const report = await check(name, mode);
    runs.push({ name, mode, report });
    if (values.verbose) console.log(formatReport(report, process.stdout.isTTY === true, "en"));
  }
}
const text = `${tableOf(runs)}\n\n${detailsOf(runs).join("\n")}\n`;
if (values.write) {
  for (const path of DOCUMENTS) {
    const document = readFileSync(path, "utf8");
    const [before, after] = [document.split(BEGIN)[0], document.split(END)[1]];
    if (after === undefined) throw new Error(`${path} has no ${BEGIN} … ${END}`);
    writeFileSync(path, `${before}${BEGIN}\n${text}${END}${after}`);
  }
} else {
  console.log(text);
}
process.exit(0);
