/** Every link from one of our documents into the project leads to something that is there. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { describe, test } from "node:test";
import { readDocument, ROOT } from "./markdown.ts";
import { BILINGUAL, DOCUMENTS, inLanguage, isChinese } from "./pages.ts";

/**
 * The anchors of a document, as GitHub makes them of its headings: in lower case, without
 * punctuation, spaces as hyphens, and a number behind what comes again.
 */
function anchorsOf(path: string): string[] {
  const seen = new Map<string, number>();
  return readDocument(path).headings.map((heading) => {
    const words = heading.replace(/^#+ /, "").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const anchor = words.toLowerCase().replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "").replaceAll(" ", "-");
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

/** What is wrong with a link; `undefined` where it leads somewhere. */
function faultOf(path: string, link: string): string | undefined {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? path : normalize(join(dirname(path), decodeURIComponent(file)));
  if (!existsSync(join(ROOT, target))) return `${target} is missing`;
  if (anchor === undefined) return undefined;
  if (!target.endsWith(".md")) return `${target} has no anchors`;
  const anchors = anchorsOf(target);
  if (anchors.includes(decodeURIComponent(anchor))) return undefined;
  return `${target} has no #${anchor}, only #${anchors.join(" #")}`;
}

describe("Every link inside the project leads to a file that is there, and to a heading of it", () => {
  for (const path of DOCUMENTS) {
    test(path, () => {
      for (const link of readDocument(path).links) assert.equal(faultOf(path, link), undefined, link);
    });
  }
});

describe("A link that leads nowhere is found", () => {
  for (const link of ["nothing.md", "README.md#nothing", "#nothing", "src/index.ts#L3"]) {
    test(link, () => assert.notEqual(faultOf("README.md", link), undefined));
  }
});

describe("A document leads to others in its own language, where they are there", () => {
  for (const path of DOCUMENTS) {
    test(path, () => {
      for (const link of readDocument(path).links) {
        const target = normalize(join(dirname(path), link.replace(/#.*/, "")));
        const english = target.replace(".zh-CN.md", ".md");
        if (!BILINGUAL.includes(english) || english === path.replace(".zh-CN.md", ".md")) continue;
        assert.equal(target, inLanguage(english, isChinese(path) ? "zh" : "en"));
      }
    });
  }
});

describe("A document in two languages leads to the other one", () => {
  for (const path of BILINGUAL) {
    test(path, () => {
      const twin = inLanguage(path, "zh");
      assert.ok(readDocument(path).links.includes(basename(twin)), path);
      assert.ok(readDocument(twin).links.includes(basename(path)), twin);
    });
  }
});
