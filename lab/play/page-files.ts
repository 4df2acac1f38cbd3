/**
 * The files of the page. In the repository they are read from the folder beside this file, each
 * time, so that a developer of the page sees a change on reloading; in the single file they are
 * part of it.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Names and contents of the page's files, put here by the bundler. */
declare const __ECHOSTR_PAGE__: Readonly<Record<string, string>> | undefined;

export interface PageFile {
  readonly type: string;
  readonly text: string;
}

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** Letters, digits and hyphens only: no name leads out of the folder. */
const NAME = /^[a-z0-9-]+\.(html|css|js|svg)$/;

/**
 * @param name such as `main.js`
 * @returns `undefined` when the page has no such file
 */
export function pageFile(name: string): PageFile | undefined {
  const type = TYPES[NAME.exec(name)?.[1] ?? ""];
  if (type === undefined) return undefined;
  const text =
    typeof __ECHOSTR_PAGE__ === "undefined" ? fromFolder(name) : fromBundle(name, __ECHOSTR_PAGE__);
  return text === undefined ? undefined : { type, text };
}

/** All files, for the bundler. */
export function pageFiles(): Record<string, string> {
  const names = readdirSync(folder()).filter((name) => NAME.test(name));
  return Object.fromEntries(names.sort().map((name) => [name, fromFolder(name) ?? ""]));
}

function fromBundle(name: string, files: Readonly<Record<string, string>>): string | undefined {
  return Object.hasOwn(files, name) ? files[name] : undefined;
}

function fromFolder(name: string): string | undefined {
  const path = join(folder(), name);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function folder(): string {
  return fileURLToPath(new URL("./page", import.meta.url));
}
