/**
 * Which requests are ours: the path, with and without the slash at its end. WeChat calls the exact
 * address and does not follow a redirect.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import type { FrameworkRequest } from "./read-body.ts";

/** Answers whatever path it is given; for hosts that route by themselves. */
export const ANY_PATH = "*";

/**
 * Checks and normalises the path of an account.
 *
 * @returns without a slash at its end, but for `/` itself
 * @throws EchostrError `SETTING_INVALID`
 */
export function preparePath(path: string): string {
  if (path === ANY_PATH) return path;
  if (typeof path !== "string" || !path.startsWith("/")) {
    throw new EchostrError("SETTING_INVALID", `Path must start with a slash, got "${path}"`);
  }
  if (/[?#\s]/.test(path)) {
    throw new EchostrError("SETTING_INVALID", `Path must not hold ?, # or space, got "${path}"`);
  }
  // Requests have their paths percent-encoded; what is encoded already stays as it is.
  const encoded = encodeURI(path).replaceAll("%25", "%");
  return encoded.length > 1 && encoded.endsWith("/") ? encoded.slice(0, -1) : encoded;
}

/** The path of a request target. Some clients send the absolute form, `http://host/path`. */
export function pathOf(target: string): string {
  const question = target.indexOf("?");
  const path = question === -1 ? target : target.slice(0, question);
  if (path.startsWith("/")) return path;
  const host = path.indexOf("://");
  const slash = host === -1 ? -1 : path.indexOf("/", host + 3);
  return slash === -1 ? "/" : path.slice(slash);
}

/** The query of a request target, without the `?`; `undefined` when there is none. */
export function queryOf(target: string): string | undefined {
  const question = target.indexOf("?");
  return question === -1 ? undefined : target.slice(question + 1);
}

export function isPath(wanted: string, path: string): boolean {
  if (path === wanted || wanted === ANY_PATH) return true;
  return (
    path.length === wanted.length + 1 && path.endsWith("/") && path.startsWith(wanted)
  );
}

/**
 * Whether a node:http request is for a path. What a framework has matched already is ours: a mount
 * point cut off (`app.use("/wechat", bot.handler)`), or a route (`app.all("/wechat", …)`).
 */
export function isOurs(wanted: string, request: FrameworkRequest): boolean {
  const path = pathOf(request.url ?? "/");
  const { originalUrl } = request;
  if (originalUrl === undefined) return isPath(wanted, path);
  if (isPath(wanted, path) || isPath(wanted, pathOf(originalUrl))) return true;
  if (request.route !== undefined) return true;
  return path === "/" && pathOf(originalUrl) !== "/";
}
