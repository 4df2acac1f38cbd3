/**
 * The file `.env`: the settings are those that Node's own `parseEnv` finds, whether or not there is
 * a byte order mark, and however lines end; what is no text is refused, in words that show nothing
 * of it. Loading it changes nothing that is set already.
 *
 * An input is the file.
 *
 * @module
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { loadEnv } from "../../src/cli/env-file.ts";
import type { Random } from "../support/random.ts";
import { anyText, mutate } from "./mutate.ts";
import { attempt } from "./target.ts";
import type { Target } from "./target.ts";

/** Loads the `.env` of a folder into the environment; another one in the test of the fuzzer. */
export type LoadEnv = (folder: string) => void;

const NAMES = ["WECHAT_TOKEN", "WECHAT_APPID", "PORT", "LOG", "ECHOSTR_FUZZ", "中"] as const;

const FRAGMENTS: readonly string[] = [
  ...["=", "#", '"', "'", "`", "\n", "\r\n", "\r", "\0", "\uFEFF", " ", "\t", "\\n", "$", "\\"],
  ...["export ", "export", "A=1\n", "\nA=1", "A=\n", '="a\nb"', "# x\n", " # x", "PATH=x\n", "\f"],
  ...["__proto__=1\n", "\u2028", "\u0085", "WECHAT_TOKEN=", "中", "😀", "NODE_OPTIONS=x", "''"],
];

/** The bound of the file; see there. */
const MOST_BYTES = 65_536;

export function envTarget(load: LoadEnv = loadEnv): Target {
  let folder: string | undefined;
  return {
    name: "env",
    due: { settings: 4, nothing: 50, refused: 10 },
    dictionary: FRAGMENTS,
    batch: 128,
    make(random) {
      const file = Buffer.from(aFile(random));
      return random.below(2) === 0 ? file : mutate(file, random, FRAGMENTS);
    },
    check(input) {
      folder ??= mkdtempSync(join(tmpdir(), "echostr-env-"));
      writeFileSync(join(folder, ".env"), input);
      const before = { ...process.env };
      try {
        const within = folder;
        const found = attempt(() => load(within), /^SETTING_INVALID$/);
        const wanted = settingsIn(input);
        assert.equal("code" in found, wanted === undefined, "refused");
        checkEnvironment(before, wanted ?? {});
        if (wanted === undefined) return "refused";
        return Object.keys(wanted).length > 0 ? "settings" : "nothing";
      } finally {
        restore(before);
      }
    },
    async close() {
      if (folder !== undefined) rmSync(folder, { recursive: true });
      folder = undefined;
    },
  };
}

export const env: Target = envTarget();

/** A line that begins with a name of ours and says nothing. */
function isWithoutEqualsSign(line: string): boolean {
  const [, name = ""] = /^[ \t]*(?:export[ \t]+|set[ \t]+)?([^]*)$/i.exec(line) ?? [];
  const [, rest] = /^wechat_[a-z0-9_]+([^]*)$/i.exec(name) ?? [];
  return rest !== undefined && rest.replace(/^[ \t]*/, "").charAt(0) !== "=";
}

/** Undefined for what is no text, and for a setting of ours without `=`. */
function settingsIn(input: Uint8Array): Readonly<Record<string, string | undefined>> | undefined {
  const bytes = Buffer.from(input);
  const text = bytes.toString("utf8");
  if (!Buffer.from(text).equals(bytes) || input.includes(0)) return undefined;
  if (input.length > MOST_BYTES) return undefined;
  const unmarked = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (unmarked.split(/[\r\n]/).some(isWithoutEqualsSign)) return undefined;
  const settings = parseEnv(unmarked.split("\r\n").join("\n").split("\r").join("\n"));
  const wanted = new Map<string, string | undefined>();
  for (const [name, value] of Object.entries(settings)) {
    // Node 20 takes a line without "=" for the beginning of the name: what is named alone comes first.
    const own = /[^\n]*$/.exec(name)?.[0] ?? "";
    // Node since 22 reads a line such as `=1`, but nothing can be set that has no name.
    if (own !== "" && (own === name || !Object.hasOwn(settings, own))) wanted.set(own, value);
  }
  return Object.fromEntries(wanted);
}

/** What was there is as it was, what was not is as the file says, and nothing else is there. */
function checkEnvironment(
  before: Readonly<Record<string, string | undefined>>,
  wanted: Readonly<Record<string, string | undefined>>,
): void {
  const now = { ...process.env };
  for (const name of new Set([...Object.keys(now), ...Object.keys(wanted)])) {
    assert.equal(now[name], before[name] ?? wanted[name], name);
  }
  for (const name of Object.keys(before)) assert.ok(name in now, name);
}

function restore(before: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
}

function aFile(random: Random): string {
  const end = random.pick(["\n", "\n", "\r\n", "\r"]);
  const lines = Array.from({ length: random.below(5) }, () => aLine(random));
  return random.pick(["", "", "\uFEFF"]) + lines.map((line) => line + end).join("");
}

function aLine(random: Random): string {
  const value = anyText(random, 10).toWellFormed();
  switch (random.below(6)) {
    case 0:
      return `# ${value}`;
    case 1: {
      const quote = random.pick(['"', "'", "`"]);
      return `${random.pick(NAMES)}=${quote}${value}${quote}`;
    }
    case 2:
      return random.pick(["", " ", "A", "=", "=x", "export A=1", "PATH=/nowhere"]);
    default:
      return `${random.pick(NAMES)}${random.pick(["=", " = "])}${value}`;
  }
}
