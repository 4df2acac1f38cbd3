/**
 * `echostr call PATH [JSON] [--output FILE]` reaches every endpoint, whether it answers JSON or a file.
 *
 * @module
 */
import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Api } from "../api/api.ts";
import { codeOf, EchostrError, isEchostrError, messageOf } from "../errors.ts";
import { UsageError } from "./failure-line.ts";
import { readJson } from "./json-argument.ts";
import { sentences } from "./language.ts";
import { pretty, tell } from "./terminal.ts";

const said = sentences(
  {
    expected: "call PATH [JSON] [--output FILE] expected",
    exists: (file: string) => `--output overwrites no file, and ${file} exists`,
    notWritten: (cause: string) => `File cannot be written: ${cause}`,
    saved: (file: string, bytes: number, type: string) => `Saved ${file}: ${bytes} bytes, ${type}`,
  },
  {
    expected: "用法：call 路径 [JSON] [--output 文件]",
    exists: (file) => `--output 不会覆盖已有的文件，而 ${file} 已存在`,
    notWritten: (cause) => `无法写入文件：${cause}`,
    saved: (file, bytes, type) => `已保存 ${file}：${bytes} 字节，${type}`,
  },
);

/**
 * @param args the words behind `call`
 * @returns does it, and gives what is to be printed
 * @throws UsageError for wrong words, before anything is sent; also later, when the file cannot be made
 */
export function readCall(args: readonly string[]): (api: Api) => Promise<string | undefined> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { output: { type: "string" } },
  });
  const [path, json, ...more] = positionals;
  if (path === undefined || more.length > 0 || values.output === "") {
    throw new UsageError(said().expected);
  }
  const body = json === undefined ? undefined : readJson(json);
  const { output } = values;
  if (output !== undefined) return (api) => save(api, path, body, output);
  return async (api) => pretty(await api.call(path, body).catch(sayHowToSave));
}

/** What programs are told of `api.file` concerns an option here. */
function sayHowToSave(error: unknown): never {
  if (!isEchostrError(error) || codeOf(error) !== "API_ANSWER_INVALID") throw error;
  const message = messageOf(error).replace("which api.file gives", "which --output FILE keeps");
  throw new EchostrError("API_ANSWER_INVALID", message, { cause: error });
}

/** The name is taken before anything is sent, so that two commands do not write to one file. */
async function save(api: Api, path: string, body: unknown, output: string): Promise<undefined> {
  const file = create(output);
  let isWhole = false;
  try {
    const { stream, type } = await api.file(path, body);
    let bytes = 0;
    for await (const chunk of stream) {
      writeFileSync(file, chunk);
      bytes += chunk.length;
    }
    isWhole = true;
    tell(said().saved(output, bytes, type));
  } finally {
    closeSync(file);
    if (!isWhole) rmSync(output, { force: true });
  }
}

function create(file: string): number {
  try {
    return openSync(file, "wx");
  } catch (cause) {
    const { exists, notWritten } = said();
    throw new UsageError(codeOf(cause) === "EEXIST" ? exists(file) : notWritten(messageOf(cause)));
  }
}
