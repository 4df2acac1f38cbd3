/** What a person reads of the lab's commands in Chinese; what a program reads is the same in both languages. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CHECK_FINDINGS_ZH } from "../../../lab/chinese/check-findings.ts";
import { FINDINGS_ZH } from "../../../lab/chinese/findings.ts";
import { probeNameZh } from "../../../lab/chinese/probe-names.ts";
import { allProbes } from "../../../lab/check/all-probes.ts";
import type { CheckReport } from "../../../lab/check/check-report.ts";
import { HANDSHAKE_PROBE } from "../../../lab/check/handshake-probes.ts";
import { formatReport } from "../../../lab/check/report-text.ts";
import { BLOCKING_PROBE, heldProbe } from "../../../lab/check/slow-probes.ts";
import { USUAL_PROBE_NAME } from "../../../lab/check/usual-probe.ts";
import { checkCommand } from "../../../lab/cli/check.ts";
import { CHECK_HELP, LAB_HELP, PLAY_HELP, SEND_HELP } from "../../../lab/cli/help.ts";
import { sendCommand } from "../../../lab/cli/send.ts";
import { samples } from "../../../lab/platform/samples.ts";
import { codeIn, readDocument } from "../../docs/markdown.ts";
import { accountIn, littleServer } from "./little-server.ts";
import { runCommand } from "./run-command.ts";

const { token, encodingAesKey = "", appId = "" } = accountIn("safe");
const TOKEN = ["--token", token];
const SAFE = [...TOKEN, "--key", encodingAesKey, "--appid", appId];

describe("echostr-lab send in Chinese", () => {
  test("says what came of a message", async (context) => {
    const address = await littleServer(context, { mode: "safe" });
    const { status, out } = await runCommand(sendCommand, [address, ...SAFE, "text", "你好"], {}, "zh");
    assert.equal(status, 0);
    assert.match(out, /\n加密后实际发送的内容：\n<xml>/);
    assert.match(out, /^-> 200，\d+ 毫秒，text\/xml$/m);
    assert.match(out, /\n解密后：\n<xml>/);
    assert.match(out, /\n响应正确；用户看到：text: 你说：你好\n$/);
  });

  test("says a finding with its cause, what was seen, and what to do", async (context) => {
    const address = await littleServer(context, {
      intercept: (_request, response) => response.writeHead(500).end("x").writableEnded,
    });
    const { status, out } = await runCommand(sendCommand, [address, ...TOKEN, "text", "x"], {}, "zh");
    assert.equal(status, 1);
    assert.match(
      out,
      /\n错误 {2}STATUS-NOT-200 {2}状态码不是 200\n {2}详情：The answer has status 500 instead of 200\n {2}处理：任何情况都对微信返回 200，错误写进日志\n/,
    );
    assert.match(out, /\n响应有误；用户看到：该公众号提供的服务出现故障，请稍后再试\n$/);
  });
});

describe("echostr-lab check in Chinese", { timeout: 120_000 }, () => {
  const ARGUMENTS = [...TOKEN, "--only", "handshake"];

  test("says what was tried and found, with the status and the JSON that it has in English", async (context) => {
    const address = await littleServer(context);
    const [zh, en] = [
      await runCommand(checkCommand, [address, ...ARGUMENTS], {}, "zh"),
      await runCommand(checkCommand, [address, ...ARGUMENTS], {}, "en"),
    ];
    assert.equal(zh.status, en.status);
    assert.match(zh.out, /^http:\S+ {2}明文模式（plain），本机\n\n {2}handshake {3}测试 +\d+ 项/);
    assert.match(zh.out, /；共 \d+ 个请求，用时 [\d.]+ 秒；最慢的响应用时 \d+ 毫秒（[^）]+），上限 5000 毫秒。\n$/);
    const json = await runCommand(checkCommand, [address, ...ARGUMENTS, "--json"], {}, "zh");
    const report = JSON.parse(json.out) as CheckReport;
    assert.ok(report.probes.some(({ name }) => name === "a handshake without signature"));
    for (const { message } of report.findings) assert.doesNotMatch(message, /\p{Script=Han}/u);
  });

  test("names places, what was left out and why, and what cannot be reached", async () => {
    const report: CheckReport = {
      address: "http://203.0.113.7/wx",
      mode: "safe",
      isLocal: false,
      unreachable: undefined,
      ms: 1234,
      requests: 7,
      slowest: { ms: 40, probe: USUAL_PROBE_NAME },
      probes: [
        { name: "the handshake", group: "handshake", outcome: "found" },
        { name: "a body of 5 MB", group: "http", outcome: "skipped", why: "the server is on another machine: --all" },
      ],
      findings: [
        {
          code: "HANDSHAKE-UNSIGNED",
          severity: "error",
          message: "English",
          fix: "English",
          where: ["the handshake", "event:click", "an empty body", "a JSON body", "no appid", "a body of 5 MB"],
        },
      ],
    };
    assert.equal(
      formatReport(report, false, "zh"),
      `http://203.0.113.7/wx  安全模式（safe），其他机器

  handshake   测试   1 项，1 项有问题
  http        测试   0 项，1 项未测（服务器在其他机器上，用 --all 才会测试）

错误  HANDSHAKE-UNSIGNED  ${CHECK_FINDINGS_ZH["HANDSHAKE-UNSIGNED"][0]}
  位置：接入校验；event:click；空的请求体；JSON 请求体；另有 2 处
  处理：${CHECK_FINDINGS_ZH["HANDSHAKE-UNSIGNED"][1]}

1 个错误；共 7 个请求，用时 1.2 秒；最慢的响应用时 40 毫秒（普通文本），上限 5000 毫秒。
`,
    );
    assert.match(formatReport({ ...report, unreachable: "No" }, false, "zh"), /\n\n无法连接服务器：No\n$/);
  });

  test("has the sentences of docs/check.zh-CN.md", () => {
    const rows = readDocument("docs/check.zh-CN.md")
      .tables.filter(([head = []]) => head[0] === "代码")
      .flatMap((table) => table.slice(1))
      .map((row) => row.map((cell) => cell.replaceAll(/`(<\w+>)`/g, "$1")));
    const ofCheck = Object.entries(CHECK_FINDINGS_ZH).map(([code, texts]) => [code, ...texts]);
    const ofJudge = Object.entries(FINDINGS_ZH).map(([code, [, fix]]) => [code, fix]);
    assert.deepEqual(
      rows.map(([code = "", , ...texts]) => [codeIn(code)[0], ...texts]),
      [...ofCheck, ...ofJudge],
    );
  });

  test("has a name for each probe but those that bear the name of a kind", () => {
    const kinds = new Set(samples().map(({ name }) => name));
    const probes = [HANDSHAKE_PROBE, BLOCKING_PROBE, heldProbe(1), ...allProbes()].map(({ name }) => name);
    for (const name of [USUAL_PROBE_NAME, ...probes]) {
      if (kinds.has(name)) assert.equal(probeNameZh(name), name);
      else assert.match(probeNameZh(name), /\p{Script=Han}/u, name);
    }
  });
});

describe("The commands of the lab in Chinese", { timeout: 120_000 }, () => {
  test("say in one line what is wrong with them, with the status that they have in English", async () => {
    for (const [command, name] of [[sendCommand, "send"], [checkCommand, "check"]] as const) {
      const wrong = await runCommand(command, [...TOKEN], {}, "zh");
      const line = `echostr-lab ${name}: 参数有误（LAB_INPUT_INVALID）：An address expected, got none；用法见 echostr-lab ${name} --help\n`;
      assert.deepEqual(wrong, { status: 2, out: "", err: line });
    }
  });

  test("have a help with the options of the English one", async () => {
    for (const { zh, en } of [LAB_HELP, PLAY_HELP, SEND_HELP, CHECK_HELP]) {
      const options = (text: string): string[] => [...new Set(text.match(/(?<![\w-])--[a-z][\w-]*|[A-Z]+_[A-Z_]+/g))].sort();
      assert.deepEqual(options(zh), options(en));
      assert.doesNotMatch(zh, /\b(?:the|and|with|expected|prints?)\b/);
    }
    assert.equal((await runCommand(sendCommand, ["--help"], {}, "zh")).out, SEND_HELP.zh);
    assert.equal((await runCommand(checkCommand, ["--help"], {}, "zh")).out, CHECK_HELP.zh);
  });
});
