/**
 * A second opinion on what is well formed: `xmllint` of libxml2, which shares nothing with this
 * project. Documents are handed to it in files, many to a process.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Enough to make the start of a process cheap, few enough for one command line. */
const BATCH = 1_000;

/** False, or why tests are skipped that need it; in CI they are not. */
export function withoutXmllint(): string | false {
  if (spawnSync("xmllint", ["--version"]).error === undefined) return false;
  const why = "xmllint is missing: apt-get install libxml2-utils";
  if (process.env["CI"] === "true") throw new Error(why);
  return why;
}

/** For each document what is wrong with it, or `undefined` when it is well formed. */
export function xmllint(documents: readonly Uint8Array[]): (string | undefined)[] {
  const folder = mkdtempSync(join(tmpdir(), "echostr-xmllint-"));
  try {
    const verdicts: (string | undefined)[] = [];
    for (let start = 0; start < documents.length; start += BATCH) {
      verdicts.push(...lintBatch(folder, documents.slice(start, start + BATCH)));
    }
    return verdicts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Errors of namespaces, validity and links are not about being well formed: a name with two colons
 * is a name. All others are.
 */
const VERDICT = /^document-(\d+)\.xml:\d+: (?!namespace |validity |Schemas )[\w/ ]*error : (.*)$/gm;

function lintBatch(folder: string, documents: readonly Uint8Array[]): (string | undefined)[] {
  const files = documents.map((document, index) => {
    const file = `document-${index}.xml`;
    writeFileSync(join(folder, file), document);
    return file;
  });
  const { error, stderr, status } = spawnSync("xmllint", ["--nonet", "--noout", ...files], {
    cwd: folder,
    encoding: "latin1",
    maxBuffer: 256 * 2 ** 20,
    env: { ...process.env, LC_ALL: "C", XML_CATALOG_FILES: "" },
  });
  if (error !== undefined) throw error;
  const verdicts: (string | undefined)[] = new Array<undefined>(documents.length).fill(undefined);
  for (const [, index, problem = ""] of stderr.matchAll(VERDICT)) {
    verdicts[Number(index)] ??= problem;
  }
  // 1 is "a document was refused"; anything else is trouble of xmllint's own.
  const refused = verdicts.some((verdict) => verdict !== undefined);
  if (status !== (refused ? 1 : 0)) {
    throw new Error(`xmllint ended with ${status}: ${stderr.slice(0, 500)}`);
  }
  return verdicts;
}
