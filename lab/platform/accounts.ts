/**
 * The accounts of the platform: what their owner would have pasted into the console, checked once.
 *
 * @module
 */
import { invalidInput } from "./lab-input.ts";
import type { LabAccount, LabFormat, LabMode } from "./types.ts";

/** An account for those who do not care which: complete, so that any mode can be tried with it. */
export const DEFAULT_ACCOUNT: LabAccount = {
  originalId: "gh_3c884a361561",
  token: "echostrLab",
  appId: "wx7a1b5e0c4d2f9836",
  encodingAesKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
  mode: "plain",
};

/** What may be left out; `undefined` is the same as not there. */
export type LabAccountInput = {
  readonly [Name in keyof LabAccount]?: LabAccount[Name] | undefined;
};

export const LAB_MODES: readonly LabMode[] = ["plain", "compat", "safe"];
const LAB_FORMATS: readonly LabFormat[] = ["xml", "json"];

/**
 * Fills in what was not said.
 *
 * @throws EchostrError `LAB_INPUT_INVALID`
 *
 * @example
 * prepareLabAccount({ token: "xxxx", mode: "safe" });
 */
export function prepareLabAccount(given: LabAccountInput = {}): LabAccount {
  const account = { ...DEFAULT_ACCOUNT, ...withoutUndefined(given) };
  for (const name of ["originalId", "token", "appId"] as const) {
    if (typeof account[name] !== "string" || account[name] === "") {
      throw invalidInput(
        `${name} of an account must be text, got ${JSON.stringify(account[name])}`,
      );
    }
  }
  if (!LAB_MODES.includes(account.mode)) {
    throw invalidInput(`Mode must be plain, compat or safe, got ${JSON.stringify(account.mode)}`);
  }
  if (account.format !== undefined && !LAB_FORMATS.includes(account.format)) {
    throw invalidInput(`Format must be xml or json, got ${JSON.stringify(account.format)}`);
  }
  const { encodingAesKey } = account;
  if (encodingAesKey !== undefined && !/^[A-Za-z0-9]{43}$/.test(encodingAesKey)) {
    throw invalidInput(
      `EncodingAESKey must be 43 characters of A-Z, a-z and 0-9, got ${encodingAesKey.length}`,
    );
  }
  if (account.mode !== "plain" && encodingAesKey === undefined) {
    throw invalidInput(`Mode ${account.mode} needs an EncodingAESKey`);
  }
  return account;
}

function withoutUndefined(given: LabAccountInput): Partial<LabAccount> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
