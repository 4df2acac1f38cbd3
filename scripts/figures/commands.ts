/**
 * The commands whose figures are in the READMEs, and how their output is read.
 *
 * @module
 */

/** Numbers as a command printed them, by the names of the groups that read them. */
export type Values = Readonly<Record<string, number>>;

export interface FigureCommand {
  /** Behind `make`. */
  readonly name: string;
  /** Targets that are made with it, and whose figures are added to its own. */
  readonly more?: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Each must be found in the output. Its named groups are values; several finds are added up. */
  readonly patterns: readonly RegExp[];
  /** The result, as a sentence of each README; `{name}` is replaced by a value. */
  readonly en: string;
  readonly zh: string;
}

/** Node prints the same summary in two forms: one for terminals, one for pipes. */
const count = (what: string, name: string): RegExp =>
  new RegExp(`^(?:#|ℹ) ${what} (?<${name}>\\d+)$`, "gm");

export const COMMANDS: readonly FigureCommand[] = [
  {
    name: "test",
    more: ["test-slow"],
    variables: {},
    patterns: [count("tests", "tests"), count("fail", "failed"), count("skipped", "skipped")],
    en: "{tests} tests, {failed} failed, {skipped} skipped",
    zh: "{tests} 个测试，{failed} 个失败，{skipped} 个跳过",
  },
  {
    name: "coverage",
    variables: {},
    patterns: [/^ℹ all files +\| +(?<lines>[\d.]+) +\| +(?<branches>[\d.]+)/gm],
    en:
      "{lines} % of the lines and {branches} % of the branches of " +
      "`protocol`, `delivery`, `bot` and `callback.ts`",
    zh: "`protocol`、`delivery`、`bot` 和 `callback.ts` 的行覆盖率 {lines} %、分支覆盖率 {branches} %",
  },
  {
    name: "mutants",
    variables: { SAMPLE: "420" },
    patterns: [
      /^mutants +(?<mutants>\d+)$/gm,
      /^caught +(?<caught>\d+)/gm,
      /^survivors +(?<survivors>\d+), of which (?<same>\d+) cannot be told/gm,
      /^share +(?<share>[\d.]+) % of all/gm,
    ],
    en:
      "{mutants} mutants chosen at random: {caught} found by the tests ({share} %); " +
      "{same} of the {survivors} others are equivalent to the source",
    zh:
      "随机抽取 {mutants} 个变异体：{caught} 个被测试发现（{share} %）；" +
      "其余 {survivors} 个中有 {same} 个与源码等价",
  },
  {
    name: "fuzz",
    variables: { SECONDS: "60" },
    patterns: [/^\w+ +(?<inputs>\d+) runs, (?<failures>\d+) failures/gm],
    en: "{inputs} inputs, {failures} failures",
    zh: "{inputs} 个输入，{failures} 个失败",
  },
  {
    name: "soak",
    variables: {},
    patterns: [
      /^quarter 1 .* heap (?<heap1>[\d.]+) MiB .* (?<open1>\d+) descriptors/gm,
      /^quarter 4 +(?<deliveries>\d+) deliveries +(?<seconds>\d+) s /gm,
      /^quarter 4 .* heap (?<heap4>[\d.]+) MiB .* (?<open4>\d+) descriptors/gm,
      /^wrong +(?<wrong>\d+)$/gm,
    ],
    en:
      "{deliveries} deliveries in {seconds} s, {wrong} wrong answers; heap {heap1} MiB after " +
      "a quarter of them, {heap4} MiB at the end; {open1} and {open4} file descriptors",
    zh:
      "{seconds} 秒内 {deliveries} 次推送，{wrong} 次回复有误；堆内存在四分之一时 {heap1} MiB，" +
      "结束时 {heap4} MiB；文件描述符 {open1} 个和 {open4} 个",
  },
  {
    name: "faults",
    variables: {},
    patterns: [/^\S.*? {2,}(?<begun>\d+) (?:messages|parked), .*?(?<lost>\d+) lost$/gm],
    en:
      "{begun} messages and late answers through kill -9, a full disk, a slow Redis " +
      "and an API whose name does not resolve: {lost} lost",
    zh:
      "{begun} 条消息和迟到的回复，经过 kill -9、磁盘写满、Redis 变慢、" +
      "API 域名解析失败：丢失 {lost} 条",
  },
];
