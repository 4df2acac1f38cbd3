/** Which language the programs speak. The order of the variables is that of POSIX (Base Definitions, 8.2). */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { languageOf } from "../../src/cli/language.ts";

describe("The language of the programs", () => {
  const cases: readonly (readonly [environment: Record<string, string>, language: "en" | "zh"])[] = [
    [{}, "en"],
    [{ LANG: "C" }, "en"],
    [{ LANG: "en_US.UTF-8" }, "en"],
    [{ LANG: "za_CN.UTF-8" }, "en"],
    [{ LANG: "zha" }, "en"],
    [{ LANG: "zh_CN.UTF-8" }, "zh"],
    [{ LANG: "zh_TW.Big5" }, "zh"],
    [{ LANG: "zh-Hans-CN" }, "zh"],
    [{ LANG: "zh" }, "zh"],
    [{ LC_MESSAGES: "zh_CN.UTF-8", LANG: "en_US.UTF-8" }, "zh"],
    [{ LC_MESSAGES: "en_US.UTF-8", LANG: "zh_CN.UTF-8" }, "en"],
    [{ LC_ALL: "C", LC_MESSAGES: "zh_CN.UTF-8", LANG: "zh_CN.UTF-8" }, "en"],
    [{ LC_ALL: "zh_CN.UTF-8", LC_MESSAGES: "C", LANG: "C" }, "zh"],
    [{ LC_ALL: "", LC_MESSAGES: "", LANG: "zh_CN.UTF-8" }, "zh"],
    [{ LC_CTYPE: "zh_CN.UTF-8", LANGUAGE: "zh" }, "en"],
  ];
  for (const [environment, language] of cases) {
    test(`is ${language} for ${JSON.stringify(environment)}`, () => {
      assert.equal(languageOf(environment, () => ""), language);
    });
  }

  test("is that of the system where no variable names one, as on Windows", () => {
    assert.equal(languageOf({}, () => "zh-CN"), "zh");
    assert.equal(languageOf({ LANG: "" }, () => "zh-Hans-CN"), "zh");
    assert.equal(languageOf({}, () => "de-DE"), "en");
    assert.equal(languageOf({ LANG: "en_US.UTF-8" }, () => "zh-CN"), "en");
  });
});
