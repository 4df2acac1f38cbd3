/** A notice should say what to write for the answer. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LateOptions } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { TurnedPlatform } from "./turned-platform.ts";

function hintsOf(late: LateOptions): readonly string[] {
  return new TurnedPlatform({ delivery: { late } }).sentences;
}

describe("A bot whose notice names no word that fetches the answer", () => {
  const hint = "warn: delivery.late.notice names no word that fetches the answer";
  test("says so when it is made", () => {
    assert.deepEqual(hintsOf({ notice: "正在思考，回复任意内容获取答案" }), [`${hint} (继续, 1)`]);
    assert.deepEqual(hintsOf({ notice: "正在思考，回复 1", pickup: ["答案"] }), [`${hint} (答案)`]);
  });

  test("is told nothing where it names one, asks for nothing, or answers are pushed", () => {
    const onLate = (): void => {};
    for (const late of [
      {},
      { notice: "正在思考，回复 1 获取答案" },
      { notice: "正在思考，回复“继续”" },
      { notice: "正在思考，回复“答案”", pickup: "答案" },
      { notice: echostr.image("m") },
      { notice: "稍等", push: "customer-service", onLate },
    ] satisfies LateOptions[]) {
      assert.deepEqual(hintsOf(late), [], JSON.stringify(late));
    }
  });
});
