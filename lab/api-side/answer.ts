/**
 * What WeChat answers: status 200 and JSON, also where it refuses; a refusal ends with a `rid`, by
 * which its support finds the call.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { ApiFailure } from "./api-errors.ts";

/** An answer, and how the call went. */
export interface ApiAnswer {
  readonly response: Response;
  /** 0 when it went well. */
  readonly errcode: number;
  readonly errmsg: string;
}

/** @param plain called `text/plain`, as WeChat's JSON is where a file might have come */
export function jsonResponse(value: object, plain: boolean = false): Response {
  const type = plain ? "text/plain" : "application/json; encoding=utf-8";
  return new Response(JSON.stringify(value), { headers: { "Content-Type": type } });
}

/** A refusal, be its code one that this side knows or not. */
export function refused(
  { errcode, message }: Pick<ApiFailure, "errcode" | "message">,
  plain: boolean = false,
): ApiAnswer {
  const errmsg = `${message} rid: ${rid()}`;
  return { response: jsonResponse({ errcode, errmsg }, plain), errcode, errmsg };
}

function rid(): string {
  return [4, 4, 4].map((size) => randomBytes(size).toString("hex")).join("-");
}
