/**
 * `echostr call PATH [JSON]` reaches every endpoint.
 *
 * @module
 */
import type { Api } from "../api/api.ts";
import { UsageError } from "./failure-line.ts";
import { readJson } from "./json-argument.ts";
import { language } from "./language.ts";
import type { Sentence } from "./language.ts";
import { pretty } from "./terminal.ts";

const EXPECTED: Sentence = { en: "call PATH [JSON] expected", zh: "用法：call 路径 [JSON]" };

/**
 * @param args the words behind `call`
 * @returns does it, and gives what is to be printed
 * @throws UsageError for wrong words, before anything is sent
 */
export function readCall(args: readonly string[]): (api: Api) => Promise<string> {
  const [path, json, ...more] = args;
  if (path === undefined || more.length > 0) throw new UsageError(EXPECTED[language()]);
  const body = json === undefined ? undefined : readJson(json);
  return async (api) => pretty(await api.call(path, body));
}
