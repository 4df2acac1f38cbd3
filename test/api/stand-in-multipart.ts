/**
 * Reads a multipart body byte by byte, as the platform does: by its boundary, with the length told
 * beforehand.
 *
 * @module
 */
import { Refusal } from "./stand-in-wire.ts";
import type { Received } from "./stand-in-wire.ts";

/** One part of a form. */
export interface Part {
  readonly name: string;
  readonly filename: string | undefined;
  readonly type: string | undefined;
  readonly bytes: Buffer;
}

/** The parts of a form; a body that is none is refused as one without a file. */
export function readMultipart({ headers, body }: Received): readonly Part[] {
  // A chunked body is not taken.
  if (headers["content-length"] === undefined) throw new Refusal(41005);
  const type = headers["content-type"] ?? "";
  const found = /^multipart\/form-data;.*\bboundary=(?:"([^"]+)"|([^\s;]+))/i.exec(type);
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined) throw new Refusal(41005);
  const parts: Part[] = [];
  const mark = Buffer.from(`\r\n--${boundary}`);
  // The first boundary may stand at the very start.
  const bytes = Buffer.concat([Buffer.from("\r\n"), body]);
  let start = bytes.indexOf(mark);
  while (start >= 0) {
    const from = start + mark.length;
    if (bytes.subarray(from, from + 2).toString("latin1") === "--") return parts;
    const end = bytes.indexOf(mark, from);
    if (end < 0) break;
    parts.push(readPart(bytes.subarray(from, end)));
    start = end;
  }
  // The closing boundary is missing: the body was cut.
  throw new Refusal(41005);
}

function readPart(bytes: Buffer): Part {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) throw new Refusal(41005);
  const head = bytes.subarray(0, headEnd).toString("utf8");
  const disposition = /^content-disposition:\s*form-data;(.*)$/im.exec(head)?.[1] ?? "";
  return {
    name: /\bname="([^"]*)"/.exec(disposition)?.[1] ?? "",
    filename: /\bfilename="([^"]*)"/.exec(disposition)?.[1],
    type: /^content-type:\s*(\S+)/im.exec(head)?.[1],
    bytes: bytes.subarray(headEnd + 4),
  };
}

/** The file of a form: the part `media`, with a name. */
export function fileOf(parts: readonly Part[]): Part & { readonly filename: string } {
  const media = parts.find(({ name }) => name === "media");
  if (media?.filename === undefined || media.filename === "" || media.bytes.length === 0) {
    throw new Refusal(41005);
  }
  return { ...media, filename: media.filename };
}
