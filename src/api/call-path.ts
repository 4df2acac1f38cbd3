/**
 * The path of a call, with what is in its query, and whether the account's token goes with it.
 *
 * @module
 */
import { kindOf } from "../errors.ts";
import { inputInvalid } from "./api-error.ts";
import type { Query } from "./http.ts";

/** Where a call goes. */
export interface CallPath {
  /** Without its query. */
  readonly path: string;
  readonly query: Query;
  /** Whether the account's token is added. */
  readonly needsToken: boolean;
}

/** A URL takes `..` and its disguises out, and with it what the base has in front. */
const UPWARDS = /^[^?]*\/(?:\.|%2e){1,2}(?:[/?]|$)/i;

/** A person's token goes with these, from a web authorization (网页授权), or the AppSecret. */
const WITHOUT_TOKEN = /^\/(?:sns\/|cgi-bin\/(?:stable_token|token|clear_quota\/v2)$)/;

/**
 * A path may bring parameters with it, but not the account's token, and not another address.
 *
 * @throws EchostrError `API_INPUT_INVALID`
 */
export function readCallPath(given: string, query: Query): CallPath {
  const isPath = typeof given === "string" && /^\/(?!\/)[^\s#\\]*$/.test(given) && !UPWARDS.test(given);
  const [path = "", search = ""] = isPath ? given.split(/\?(.*)/s) : [];
  if (path === "") {
    const got = String(given).split("?")[0] ?? "";
    const message = `Path of a call must begin with one slash and hold no dots alone, got "${got}"`;
    throw inputInvalid(message);
  }
  const full = { ...Object.fromEntries(new URLSearchParams(search)), ...readQuery(query) };
  const needsToken = !WITHOUT_TOKEN.test(path);
  if (needsToken && "access_token" in full) {
    const message =
      "Query of a call must not hold an access_token, which is added to it, got one; below /sns/ it may";
    throw inputInvalid(message);
  }
  return { path, query: full, needsToken };
}

/** What would go out as `[object Object]`, or not at all, is refused. */
function readQuery(query: Query): Query {
  if (query instanceof URLSearchParams) return Object.fromEntries(query);
  if (typeof query !== "object" || query === null || Array.isArray(query)) {
    throw inputInvalid(`Query of a call must be an object, got a ${kindOf(query)}`);
  }
  for (const [name, value] of Object.entries<unknown>(query)) {
    if (value === undefined || TAKEN.includes(typeof value)) continue;
    const message = `Parameter ${name} of a call must be a text or a number, got ${kindOf(value)}`;
    throw inputInvalid(message);
  }
  return query;
}

const TAKEN: readonly string[] = ["string", "number", "boolean", "bigint"];
