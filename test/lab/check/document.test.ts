/** docs/check.md says what the source says, and its Chinese page the same. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CHECK_FINDINGS } from "../../../lab/check/finding-codes.ts";
import { GROUPS } from "../../../lab/check/probe.ts";
import { FINDING_KINDS } from "../../../lab/platform/findings.ts";
import { areTheSame } from "../../docs/languages.ts";
import { codeIn, readDocument } from "../../docs/markdown.ts";

const ENGLISH = readDocument("docs/check.md");
const CHINESE = readDocument("docs/check.zh-CN.md");
const { tables } = ENGLISH;

/** The rows under a head, without the marks of code around names of elements. */
function rowsUnder(...head: readonly string[]): readonly (readonly string[])[] {
  const table = tables.find(([first = []]) => first.join() === head.join());
  assert.ok(table !== undefined, `docs/check.md has no table with the head ${head.join()}`);
  return table.slice(1).map((row) => row.map((cell) => cell.replaceAll(/`(<\w+>)`/g, "$1")));
}

describe("docs/check.md", () => {
  test("has each finding of a check, with its severity, cause and fix", () => {
    const expected = Object.entries(CHECK_FINDINGS).map(([code, { severity, message, fix }]) => [
      `\`${code}\``,
      severity,
      message,
      fix,
    ]);
    assert.deepEqual(rowsUnder("Code", "Severity", "Cause", "What to do"), expected);
  });

  test("has each finding of the judge, with its severity and fix", () => {
    const expected = Object.entries(FINDING_KINDS).map(([code, { severity, fix }]) => [
      `\`${code}\``,
      severity,
      fix,
    ]);
    assert.deepEqual(rowsUnder("Code", "Severity", "What to do"), expected);
  });

  test("has each group of probes", () => {
    const groups = rowsUnder("Group", "What is sent").flatMap(([group = ""]) => codeIn(group));
    assert.deepEqual(groups, [...GROUPS]);
  });

  test("has a table of servers, in which the known faults of the peers stand", () => {
    const table = tables.find(([first = []]) => first[0] === "finding");
    const [head = [], ...rows] = table ?? [];
    const found = (code: string): readonly string[] => {
      const row = rows.find(([cell = ""]) => cell.startsWith(`\`${code}\``)) ?? [];
      return head.slice(1).filter((_server, column) => row[column + 1] !== "" && row[column + 1]);
    };
    assert.deepEqual(found("SERVER-CRASHED"), ["wechat, plain", "wechat, safe"]);
    const easywechat = ["node-easywechat, plain", "node-easywechat, safe"];
    assert.deepEqual(found("UNSIGNED-ANSWERED"), easywechat);
    assert.deepEqual(found("HANDSHAKE-UNSIGNED"), easywechat);
    assert.deepEqual(found("APPID-UNCHECKED"), ["wechat, safe", "co-wechat, safe"]);
    assert.deepEqual(found("CREATE-TIME-MILLISECONDS"), [
      "wechat, plain",
      "wechat, safe",
      "co-wechat, plain",
      "co-wechat, safe",
    ]);
    const isOurs = (server: string): boolean => server.startsWith("echostr");
    assert.ok(head.some(isOurs));
    const ours = rows.filter(([code = ""]) => code.startsWith("`") && found(codeIn(code)[0] ?? "").some(isOurs));
    assert.deepEqual(ours, []);
  });
});

areTheSame("docs/check.md", ENGLISH, CHINESE);

describe("docs/check.zh-CN.md", () => {
  const words: Readonly<Record<string, string>> = { 错误: "error", 警告: "warning", 提示: "note" };

  test("has each finding once, with its severity, a cause in Chinese and what to do", () => {
    const rows = CHINESE.tables.filter(([head = []]) => head[0] === "代码").flatMap((table) => table.slice(1));
    const shown = rows.map(([code = "", severity = ""]) => [codeIn(code)[0], words[severity]]);
    const kinds = [...Object.entries(CHECK_FINDINGS), ...Object.entries(FINDING_KINDS)];
    assert.deepEqual(shown, kinds.map(([code, { severity }]) => [code, severity]));
    for (const [code = "", , ...texts] of rows) {
      for (const text of texts) assert.match(text, /\p{Script=Han}{2}/u, code);
    }
  });

  test("shows the same run of other libraries, letter by letter", () => {
    const run = ({ text }: typeof ENGLISH): string => text.split("<!-- peers: begin -->")[1]?.split("<!-- peers: end")[0] ?? "";
    assert.ok(run(ENGLISH).length > 1000);
    assert.equal(run(CHINESE), run(ENGLISH));
  });
});
