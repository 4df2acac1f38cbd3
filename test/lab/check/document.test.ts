/** docs/check.md says what the source says. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CHECK_FINDINGS } from "../../../lab/check/finding-codes.ts";
import { GROUPS } from "../../../lab/check/probe.ts";
import { FINDING_KINDS } from "../../../lab/platform/findings.ts";
import { codeIn, readDocument } from "../../docs/markdown.ts";

const { tables } = readDocument("docs/check.md");

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
