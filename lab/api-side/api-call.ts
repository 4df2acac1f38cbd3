/**
 * A call of an interface, taken apart: what a call is about is in its path, its query and, as JSON
 * or as a form with a file, in its body.
 *
 * @module
 */
import { ApiFailure } from "./api-errors.ts";
import type { ApiErrorCode } from "./api-errors.ts";
import { readMultipart } from "./multipart.ts";
import type { Part } from "./multipart.ts";
import { isRecord } from "../platform/lab-input.ts";

/** What an interface is called with. */
export interface ApiCall {
  readonly query: URLSearchParams;
  /** What stood before `/cgi-bin/` when it was called, for addresses in answers. */
  readonly base: string;
  readonly request: Request;
}

export type Fields = Readonly<Record<string, unknown>>;

/**
 * The body as JSON.
 *
 * @throws ApiFailure 40033, 44002, 47001
 */
export async function jsonOf(call: ApiCall): Promise<Fields> {
  return parseJson(await textOf(call));
}

/**
 * The body as JSON in which characters must stand as they are: WeChat passes `\u4f60` on as it is
 * written, so it refuses it where followers would see it.
 *
 * @throws ApiFailure 40033, 44002, 47001
 */
export async function unescapedJsonOf(call: ApiCall): Promise<Fields> {
  const text = await textOf(call);
  if (/(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}/.test(text)) throw new ApiFailure(40033);
  return parseJson(text);
}

/** The body as UTF-8, which nothing else is taken for. */
async function textOf({ request }: ApiCall): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await request.arrayBuffer());
  } catch {
    throw new ApiFailure(40033);
  }
}

/** @throws ApiFailure 44002, 47001 */
export function parseJson(text: string): Fields {
  if (text.trim() === "") throw new ApiFailure(44002);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiFailure(47001);
  }
  if (!isRecord(value)) throw new ApiFailure(47001);
  return value;
}

/** A file of a form. */
export interface UploadedFile {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/**
 * The file in the field `media`, and all parts of the form.
 *
 * @throws ApiFailure 41005
 */
export async function fileOf({
  request,
}: ApiCall): Promise<{ file: UploadedFile; form: readonly Part[] }> {
  const form = readMultipart(request.headers, new Uint8Array(await request.arrayBuffer()));
  const media = form.find(({ name }) => name === "media");
  if (!media?.filename) throw new ApiFailure(41005);
  const { filename, contentType, bytes } = media;
  return { file: { name: filename, contentType, bytes: new Uint8Array(bytes) }, form };
}

/** A field that is an object; an empty one when it is not there. */
export function recordIn(fields: Fields, name: string): Fields {
  const value = fields[name];
  return isRecord(value) ? value : {};
}

/** A field that is text; empty when it is not there. Numbers are taken for text. */
export function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** A field that must be there. */
export function requiredText(fields: Fields, name: string, code: ApiErrorCode): string {
  const text = textIn(fields, name);
  if (text === "") throw new ApiFailure(code, name);
  return text;
}

/** A field that is a list of objects; empty when it is not there. */
export function recordsIn(fields: Fields, name: string): readonly Fields[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** What an interface answers that has nothing to tell. */
export const OK: { readonly errcode: 0; readonly errmsg: "ok" } = { errcode: 0, errmsg: "ok" };
