/**
 * A file on its way to WeChat: where it comes from, whether WeChat would take it, and the form it
 * travels in (multipart, with the file under the name `media`).
 *
 * WeChat judges a file by its name and refuses one without a known ending, so the ending is made
 * from what the file holds. Its size is looked at first, then it is read as a whole: a file that
 * changed while it is being streamed would end the process (Node 24 and later throw it past `fetch`).
 *
 * @module
 */
import { builtin } from "../builtin.ts";
import { kindOf, messageOf } from "../errors.ts";
import type { EchostrError } from "../errors.ts";
import { inputInvalid } from "./api-error.ts";
import { formatOf, mimeOf } from "./file-format.ts";
import { readBlob } from "./multipart.ts";

/** A path, a `file:` URL, or the bytes themselves. */
export type UploadSource = string | URL | Blob | Uint8Array | ArrayBuffer;

/** What a file may be uploaded as. */
export type MediaType = "image" | "voice" | "video" | "thumb";

/** What WeChat takes of one type. */
export interface UploadLimit {
  readonly maxBytes: number;
  readonly formats: readonly string[];
}

const MIB = 1024 * 1024;
const VOICE_BYTES = 2 * MIB;
const VIDEO: UploadLimit = { maxBytes: 10 * MIB, formats: ["mp4"] };
const THUMB: UploadLimit = { maxBytes: 64 * 1024, formats: ["jpg"] };

/** For media that is kept for three days. WeChat's page says 10 MB for images, and 2 MB as well. */
export const TEMPORARY_LIMITS: Readonly<Record<MediaType, UploadLimit>> = {
  image: { maxBytes: 10 * MIB, formats: ["png", "jpg", "gif"] },
  voice: { maxBytes: VOICE_BYTES, formats: ["amr", "mp3"] },
  video: VIDEO,
  thumb: THUMB,
};

/** For material that stays. */
export const PERMANENT_LIMITS: Readonly<Record<MediaType, UploadLimit>> = {
  image: { maxBytes: 10 * MIB, formats: ["bmp", "png", "jpg", "gif"] },
  voice: { maxBytes: VOICE_BYTES, formats: ["mp3", "wma", "wav", "amr"] },
  video: VIDEO,
  thumb: THUMB,
};

/** What to make of a file that WeChat does not take. */
const MEND: Readonly<Record<MediaType, string>> = {
  image: "convert it to jpg or png",
  voice: "convert it to mp3",
  video: "convert it to mp4",
  thumb: "convert it to jpg",
};

/** What a server says in place of a file. */
const NO_MEDIA: readonly string[] = ["html", "json", "xml"];

/**
 * Puts a file into a form.
 *
 * @throws EchostrError `API_INPUT_INVALID` for a file that cannot be read, is empty, too large, or of
 *   another kind than WeChat takes
 */
export async function uploadForm(
  type: MediaType,
  source: UploadSource,
  limits: Readonly<Record<MediaType, UploadLimit>>,
  filename: string | undefined,
): Promise<FormData> {
  const limit = Object.hasOwn(limits, type) ? limits[type] : undefined;
  if (limit === undefined) {
    const known = Object.keys(limits).join(", ");
    throw inputInvalid(`Type of an upload must be one of ${known}, got "${String(type)}"`);
  }
  const { blob: file, name } = await open(source);
  if (file.size === 0) throw inputInvalid(`File of type ${type} must not be empty`);
  if (file.size > limit.maxBytes) {
    throw inputInvalid(`File of type ${type} must be at most ${limit.maxBytes} bytes, got ${file.size}`);
  }
  const givenName = filename ?? name ?? "";
  const bytes = await readBlob("File to upload", file);
  const format = formatOf(bytes);
  if (format === undefined || !limit.formats.includes(format)) {
    const expected = limit.formats.join(", ");
    const got = describe(type, format, bytes);
    throw inputInvalid(`File of type ${type} must be one of ${expected}, got ${got}`);
  }
  const form = new FormData();
  const blob = new Blob([bytes], { type: mimeOf(format) });
  form.set("media", blob, withEnding(givenName || type, format));
  return form;
}

/** What a file is that WeChat does not take, and what to do. */
function describe(type: MediaType, format: string | undefined, bytes: Buffer): string {
  if (format === undefined) {
    return `a file of no known format, which begins with ${bytes.toString("hex", 0, 8)}`;
  }
  if (NO_MEDIA.includes(format)) {
    return `${format}: look at where the file comes from, it may be an error page`;
  }
  return `${format}: ${MEND[type]}`;
}

async function open(source: UploadSource): Promise<{ blob: Blob; name: string | undefined }> {
  if (source instanceof Blob) return { blob: source, name: (source as { name?: string }).name };
  if (source instanceof Uint8Array || source instanceof ArrayBuffer) {
    return { blob: new Blob([new Uint8Array(source)]), name: undefined };
  }
  const address = addressIn(source);
  if (address !== undefined && address.protocol !== "file:") {
    throw noSource(`an address with ${address.protocol} which must be fetched first`);
  }
  if (address === undefined && typeof source !== "string") throw noSource(kindOf(source));
  const path = address === undefined ? String(source) : builtin("node:url").fileURLToPath(address);
  // Base64, for one: no system has such a path, and it should not be shown.
  if (path.length > 4096) throw noSource(`a text of ${path.length} characters`);
  try {
    const blob = await builtin("node:fs").openAsBlob(path);
    return { blob, name: builtin("node:path").basename(path) };
  } catch (cause) {
    const message = `File to upload cannot be read, got "${path}": ${messageOf(cause)}`;
    throw inputInvalid(message, { cause });
  }
}

/** An address, also as a string. `C:` is not one. */
function addressIn(source: unknown): URL | undefined {
  if (source instanceof URL) return source;
  const isAddress = typeof source === "string" && /^(?:[a-z][a-z\d+.-]+:\/\/|data:|blob:)/i.test(source);
  return isAddress && URL.canParse(source) ? new URL(source) : undefined;
}

function noSource(got: string): EchostrError {
  return inputInvalid(`File to upload must be a path, a file: URL, a Blob or bytes, got ${got}`);
}

function withEnding(name: string, format: string): string {
  const endings = format === "jpg" ? [".jpg", ".jpeg"] : [`.${format}`];
  const isRight = endings.some((ending) => name.toLowerCase().endsWith(ending));
  return isRight ? name : `${name}.${format}`;
}
