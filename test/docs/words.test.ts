/** The documents have one word for each idea, the one that the field uses. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readDocument } from "./markdown.ts";
import { DOCUMENTS, isChinese } from "./pages.ts";

/** What no Chinese document says, and what it says instead. */
const CHINESE_WORDS: Readonly<Record<string, string>> = {
  投递: "推送",
  应答: "响应",
  退出状态: "退出码",
  缺省: "默认",
};

/** The same for documents in English. */
const ENGLISH_WORDS: Readonly<Record<string, string>> = {
  "how manieth": "which",
  "can be had": "is available",
  "cannot be had": "is unavailable",
  "unless told": "by default",
  "in a box": "simulation",
};

describe("The documents use the words of the field", () => {
  for (const path of DOCUMENTS) {
    // It tells of the past in the words of the past.
    if (path === "CHANGELOG.md") continue;
    test(path, () => {
      const text = readDocument(path).prose.replace(/\s+/g, " ");
      const words = isChinese(path) ? CHINESE_WORDS : ENGLISH_WORDS;
      for (const [word, better] of Object.entries(words)) {
        assert.ok(!text.includes(word), `${word}: write ${better}`);
      }
    });
  }
});
