/**
 * Reads a form byte by byte, as WeChat does: by its boundary, with its length told beforehand. What
 * is cut, has no file or comes in chunks is refused as a form without a file.
 *
 * @module
 */
import { ApiFailure } from "./api-errors.ts";

/** One part of a form. */
export interface Part {
  readonly name: string;
  readonly filename: string | undefined;
  readonly contentType: string;
  readonly bytes: Buffer;
}

const LINE_END = "\r\n";

/**
 * The parts of a form.
 *
 * @throws ApiFailure 41005
 */
export function readMultipart(headers: Headers, body: Uint8Array): readonly Part[] {
  if (headers.has("transfer-encoding")) throw new ApiFailure(41005, "body in chunks");
  const type = headers.get("content-type") ?? "";
  const found = /^multipart\/form-data;.*\bboundary=(?:"([^"]+)"|([^\s;]+))/i.exec(type);
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined) throw new ApiFailure(41005);
  const parts: Part[] = [];
  const mark = Buffer.from(`${LINE_END}--${boundary}`);
  // The first boundary may stand at the very start.
  const bytes = Buffer.concat([Buffer.from(LINE_END), body]);
  let start = bytes.indexOf(mark);
  while (start >= 0) {
    const from = start + mark.length;
    if (bytes.toString("latin1", from, from + 2) === "--") return parts;
    const end = bytes.indexOf(mark, from);
    if (end < 0) break;
    parts.push(readPart(bytes.subarray(from, end)));
    start = end;
  }
  throw new ApiFailure(41005, "no closing boundary");
}

function readPart(bytes: Buffer): Part {
  const headEnd = bytes.indexOf(LINE_END + LINE_END);
  if (headEnd < 0) throw new ApiFailure(41005);
  const head = bytes.toString("utf8", 0, headEnd);
  const disposition = /^content-disposition:\s*form-data;(.*)$/im.exec(head)?.[1] ?? "";
  return {
    name: /\bname="([^"]*)"/.exec(disposition)?.[1] ?? "",
    filename: /\bfilename="([^"]*)"/.exec(disposition)?.[1],
    contentType: /^content-type:\s*(\S+)/im.exec(head)?.[1] ?? "application/octet-stream",
    bytes: bytes.subarray(headEnd + 4),
  };
}
