/**
 * The account that a command of the lab speaks for, from the command line and, where that says
 * nothing, from the variables of the server: a secret in the environment is not seen in the list of
 * processes.
 *
 * @module
 */
import { prepareLabAccount } from "../platform/accounts.ts";
import { invalidInput } from "../platform/lab-input.ts";
import type { LabAccount, LabFormat, LabMode } from "../platform/types.ts";
import type { LabIo } from "./io.ts";

/** For `parseArgs`. */
export const ACCOUNT_OPTIONS = {
  token: { type: "string" },
  key: { type: "string" },
  appid: { type: "string" },
  "original-id": { type: "string" },
  mode: { type: "string" },
  format: { type: "string" },
} as const;

type AccountValues = { readonly [name in keyof typeof ACCOUNT_OPTIONS]?: string | undefined };

/** @throws EchostrError `LAB_INPUT_INVALID` */
export function readLabAccount(values: AccountValues, { environment }: LabIo): LabAccount {
  const token = values.token ?? firstOf(environment["WECHAT_TOKEN"]);
  const encodingAesKey = values.key || firstOf(environment["WECHAT_AES_KEY"]);
  const appId = values.appid || firstOf(environment["WECHAT_APPID"]);
  if (token === undefined || token === "") throw invalidInput("--token expected, got none");
  const mode = (values.mode ||
    firstOf(environment["WECHAT_MODE"]) ||
    (encodingAesKey === undefined ? "plain" : "safe")) as LabMode;
  if (mode !== "plain" && encodingAesKey === undefined) {
    throw invalidInput(`Mode ${mode} needs --key, got none`);
  }
  if (mode !== "plain" && appId === undefined) {
    throw invalidInput(`Mode ${mode} needs --appid, got none`);
  }
  const originalId = values["original-id"] || undefined;
  const format = readFormat(values.format, environment["WECHAT_FORMAT"]);
  return prepareLabAccount({ token, mode, encodingAesKey, appId, originalId, format });
}

/** A server whose setting is `auto` takes either: XML is sent to it unless JSON is asked for. */
function readFormat(asked: string | undefined, setting: string | undefined): LabFormat | undefined {
  if (asked !== undefined) return asked as LabFormat;
  return setting?.trim() === "json" ? "json" : undefined;
}

/** While it is replaced there may be several; the first is the current one. */
function firstOf(value: string | undefined): string | undefined {
  return value?.split(",")[0]?.trim() || undefined;
}
