/**
 * The tables of figures in the READMEs: what `make figures` found last, kept in `figures.json`
 * beside this file, as rows.
 *
 * @module
 */
import { COMMANDS } from "./commands.ts";
import type { FigureCommand, Values } from "./commands.ts";

/** What a command printed, and where. */
export interface Figures {
  readonly values: Values;
  /** Such as `24.21.0`. */
  readonly node: string;
  /** The day, such as `2026-11-23`. */
  readonly on: string;
}

/** By the names of commands. */
export type AllFigures = Readonly<Record<string, Figures>>;

export type Language = "en" | "zh";

/** Where each table stands. */
export const READMES: Readonly<Record<Language, string>> = {
  en: "README.md",
  zh: "README.zh-CN.md",
};

const HEADS: Readonly<Record<Language, string>> = {
  en: "| Command | What came out | Node | On |",
  zh: "| 命令 | 结果 | Node | 日期 |",
};

const TABLE = /^\| (?:Command \| What came out|命令 \| 结果) \|.*\n(?:\|.*\n)+/m;

/**
 * The values in the output of a command.
 *
 * @throws Error when one of the command's patterns is not found
 */
export function readFigures({ name, patterns }: FigureCommand, output: string): Values {
  const values: Record<string, number> = {};
  for (const pattern of patterns) {
    const finds = [...output.matchAll(pattern)];
    if (finds.length === 0) throw new Error(`make ${name} did not print ${pattern.source}`);
    for (const [key, text] of finds.flatMap(({ groups }) => Object.entries(groups ?? {}))) {
      values[key] = (values[key] ?? 0) + Number(text);
    }
  }
  return values;
}

/** The table, with a row for each command that has been run. */
export function figureTable(all: AllFigures, language: Language): string {
  const rows = COMMANDS.flatMap((command) => {
    const figures = all[command.name];
    return figures === undefined ? [] : [row(command, figures, language)];
  });
  return [HEADS[language], "|---|---|---|---|", ...rows, ""].join("\n");
}

/** The README with the table in place of the one that it has. */
export function withTable(readme: string, table: string): string {
  if (!TABLE.test(readme)) throw new Error("The README has no table of figures");
  return readme.replace(TABLE, () => table);
}

function row(command: FigureCommand, { values, node, on }: Figures, language: Language): string {
  const variables = Object.entries(command.variables).map(([name, value]) => `${name}=${value}`);
  const words = [command.name, ...(command.more ?? []), ...variables].join(" ");
  const told = command[language].replace(/\{(\w+)\}/g, (_, name: string) => shown(values, name));
  return `| \`make ${words}\` | ${told} | ${node} | ${on} |`;
}

function shown(values: Values, name: string): string {
  const value = values[name];
  if (value === undefined) throw new Error(`No figure is called ${name}`);
  return value.toLocaleString("en-US");
}
