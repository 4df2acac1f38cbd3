/**
 * The path of an account, which is set.
 *
 * @module
 */
import { settingInvalid } from "../errors.ts";

/** Answers whatever path it is given; for hosts that route by themselves. */
export const ANY_PATH = "*";

/**
 * Checks and normalises the path of an account.
 *
 * @returns without a slash at its end, except `/` itself
 * @throws EchostrError `SETTING_INVALID`
 */
export function preparePath(path: string): string {
  if (path === ANY_PATH) return path;
  if (typeof path !== "string" || !path.startsWith("/")) {
    throw settingInvalid(`Path must start with a slash, got "${path}"`);
  }
  if (/[?#\s]/.test(path)) {
    throw settingInvalid(`Path must not hold ?, # or space, got "${path}"`);
  }
  // Requests have their paths percent-encoded; what is encoded already stays as it is.
  const encoded = encodeURI(path).replaceAll("%25", "%");
  return encoded.length > 1 && encoded.endsWith("/") ? encoded.slice(0, -1) : encoded;
}
