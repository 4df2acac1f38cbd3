/**
 * What the stand-in of WeChat's API receives and gives: an answer is HTTP 200, also when it is a
 * refusal, which is JSON with `errcode` and an `errmsg` that ends with the id of the request.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** A request as it came. */
export interface Received {
  readonly method: string;
  /** Without prefix and query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** In milliseconds since 1970, by the stand-in's clock. */
  readonly at: number;
}

/** What is sent back. */
export interface Given {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** 0 when all went well; `undefined` when the answer is not one of the platform. */
  readonly errcode: number | undefined;
}

export type Endpoint = (request: Received) => Given;

/** Thrown by an endpoint. */
export class Refusal extends Error {
  readonly errcode: number;

  constructor(errcode: number, errmsg: string = ERRMSG[errcode] ?? "refused") {
    super(errmsg);
    this.errcode = errcode;
  }
}

/** An answer in JSON. The platform calls it text/plain more often than not. */
export function json(value: unknown, type: string = "application/json; encoding=utf-8"): Given {
  return {
    status: 200,
    headers: { "Content-Type": type },
    body: JSON.stringify(value),
    errcode: 0,
  };
}

export function done(): Given {
  return json({ errcode: 0, errmsg: "ok" });
}

export function refusal(errcode: number, errmsg: string, type?: string): Given {
  return { ...json({ errcode, errmsg: `${errmsg} rid: ${makeRid()}` }, type), errcode };
}

export function file(body: Buffer, type: string, filename: string): Given {
  const headers = {
    "Content-Type": type,
    "Content-Disposition": `attachment; filename="${filename}"`,
  };
  return { status: 200, headers, body, errcode: 0 };
}

/** Three numbers of eight hex digits, such as 61725984-6126f6f9-040f19c4. */
function makeRid(): string {
  return (randomBytes(12).toString("hex").match(/.{8}/g) ?? []).join("-");
}

/** The body of a POST, as the platform reads it: UTF-8, and no `\u0041` for a letter. */
export function readJson({ body }: Received): Record<string, unknown> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new Refusal(40033);
  }
  if (/(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}/.test(text)) throw new Refusal(40033);
  try {
    return recordOf(JSON.parse(text));
  } catch {
    throw new Refusal(47001);
  }
}

/** The value when it is an object, or one without members. */
export function recordOf(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return { ...value };
}

/** The value when it is a text that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** What the platform says with a code. */
export const ERRMSG: Readonly<Record<number, string>> = {
  [-1]: "system error",
  40001:
    "invalid credential, access_token is invalid or not latest, could get access_token by " +
    "getStableAccessToken",
  40002: "invalid grant_type",
  40003: "invalid openid",
  40004: "invalid media type",
  40005: "invalid file type",
  40007: "invalid media_id",
  40008: "invalid message type",
  40009: "invalid image size",
  40010: "invalid voice size",
  40011: "invalid video size",
  40012: "invalid thumb size",
  40013: "invalid appid",
  40014: "invalid access_token",
  40016: "invalid button size",
  40017: "invalid button type",
  40018: "invalid button name size",
  40019: "invalid button key size",
  40020: "invalid button url size",
  40023: "invalid sub button size",
  40024: "invalid sub button type",
  40025: "invalid sub button name size",
  40026: "invalid sub button key size",
  40027: "invalid sub button url size",
  40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
  40052: "invalid action name",
  40053: "invalid action info",
  40066: "invalid url",
  40125: "invalid appsecret",
  40201: "callback url not exist",
  40202: "invalid action",
  40203: "invalid check_operator",
  41001: "access_token missing",
  41002: "appid missing",
  41004: "appsecret missing",
  41005: "media data missing",
  42001: "access_token expired",
  43002: "require POST method",
  43001: "require GET method",
  43004: "require subscribe",
  44004: "empty content",
  45002: "content size out of limit",
  45008: "article size out of limit",
  45009: "reach max api daily quota limit",
  45011: "api minute-quota reach limit, must slower, retry next minute",
  45015: "response out of time limit or subscription is canceled",
  45047: "out of response count limit",
  45072: "invalid command",
  45080: "no recent interaction",
  45081: "typing already",
  46003: "menu no exist",
  47001: "data format error",
  48001: "api unauthorized",
  48006: "forbid to clear quota because of reaching the limit",
  76021: "cgi_path not found, please check",
};
