/** What the platform takes for Markdown in a text: marks that nobody writes for another reason. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { markdownSigns } from "../../../lab/platform/markdown-signs.ts";
import { echostr } from "../../support/subject.ts";

const MARKDOWN =
  "## 步骤\n看**这里**和[文档](https://a.cn)：\n| 方案 | 价格 |\n|---|---|\n| 甲 | 10 |\n```js\nrun(x);\n```";

describe("A text is taken for Markdown", () => {
  test("by each of five signs", () => {
    const signs = ["**这里**", "## 步骤", "```js", "[文档](https://", "|---|"];
    assert.deepEqual(markdownSigns(MARKDOWN), signs);
  });

  for (const text of [
    "2**3 + 4**5, x**2, 138****1234, ***",
    "# 一\n- 二\n1. 三\n* 四",
    "#话题# C# [1] (https://a.cn) a|b ---",
    "`代码` 和 > 引用",
    "----------",
  ]) {
    test(`but not ${JSON.stringify(text)}`, () => assert.deepEqual(markdownSigns(text), []));
  }

  test("but not what plainText has made of it", () => {
    assert.deepEqual(markdownSigns(echostr.plainText(MARKDOWN)), []);
  });
});
