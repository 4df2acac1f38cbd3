/**
 * The documents of the project, found by looking, and the manual: the README and the pages of
 * docs/guide, which are read as one document, so that a check holds wherever a passage stands.
 *
 * @module
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readDocument, ROOT } from "./markdown.ts";
import type { Document } from "./markdown.ts";

export type Language = "en" | "zh";

/** Not ours, or made. Folders with a leading dot are left out too. */
const SKIPPED = ["node_modules", "dist", "coverage", "grown"];

/** Every document, by its path from the root of the project. */
export const DOCUMENTS: readonly string[] = documentsIn("").sort();

/** The documents that are there in both languages, by the path of the English one. */
export const BILINGUAL: readonly string[] = DOCUMENTS.filter((path) => isChinese(path)).map(
  (path) => path.replace(".zh-CN.md", ".md"),
);

/** The pages of the manual, by the path of the English one. */
export const MANUAL: readonly string[] = [
  "README.md",
  ...DOCUMENTS.filter((path) => path.startsWith("docs/guide/") && !isChinese(path)),
];

/** Their code is tried by tests of their own: on hosts, and with the events of hosts. */
export const PAGES_OF_HOSTS: readonly string[] = ["docs/guide/hosts.md", "docs/guide/functions.md"];

/** @returns the path of the page in that language */
export function inLanguage(path: string, language: Language): string {
  return language === "en" ? path : path.replace(/\.md$/, ".zh-CN.md");
}

/** The README and the guide as one document, but for the pages of hosts. */
export function readManual(language: Language): Document {
  const pages = MANUAL.filter((path) => !PAGES_OF_HOSTS.includes(path));
  const documents = pages.map((path) => readDocument(inLanguage(path, language)));
  return {
    text: documents.map(({ text }) => text).join("\n"),
    prose: documents.map(({ prose }) => prose).join("\n"),
    headings: documents.flatMap(({ headings }) => headings),
    blocks: documents.flatMap(({ blocks }) => blocks),
    tables: documents.flatMap(({ tables }) => tables),
    links: documents.flatMap(({ links }) => links),
  };
}

export function isChinese(path: string): boolean {
  return path.endsWith(".zh-CN.md");
}

function documentsIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return SKIPPED.includes(entry.name) || entry.name.startsWith(".") ? [] : documentsIn(path);
    }
    return entry.name.endsWith(".md") ? [path] : [];
  });
}
