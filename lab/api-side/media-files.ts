/**
 * What may be uploaded: by its first bytes, not by what the form calls it.
 *
 * @module
 */
import type { UploadedFile } from "./api-call.ts";
import { ApiFailure } from "./api-errors.ts";
import type { MediaType } from "../platform/types.ts";

export const MEDIA_TYPES: readonly MediaType[] = ["image", "voice", "video", "thumb"];

interface FileForm {
  readonly contentType: string;
  readonly extension: string;
  readonly starts: (bytes: Buffer) => boolean;
}

const hasBytes =
  (hex: string, at: number = 0) =>
  (bytes: Buffer): boolean =>
    bytes.toString("hex", at, at + hex.length / 2) === hex;

const PNG: FileForm = { contentType: "image/png", extension: "png", starts: hasBytes("89504e47") };
const JPEG: FileForm = { contentType: "image/jpeg", extension: "jpg", starts: hasBytes("ffd8ff") };
const GIF: FileForm = { contentType: "image/gif", extension: "gif", starts: hasBytes("47494638") };
const AMR: FileForm = {
  contentType: "audio/amr",
  extension: "amr",
  starts: hasBytes("2321414d52"),
};
const MP3: FileForm = {
  contentType: "audio/mpeg",
  extension: "mp3",
  // Its sync, and layer III: AAC has the sync and another layer.
  starts: (bytes) =>
    hasBytes("494433")(bytes) || (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe6) === 0xe2),
};
const MP4: FileForm = {
  contentType: "video/mp4",
  extension: "mp4",
  // Pictures (HEIC, AVIF), sound (M4A), QuickTime and 3GP come in the same box.
  starts: (bytes) =>
    hasBytes("66747970", 4)(bytes) && !/^(?:he|avi|mi|ms|M4A|qt|3g)/.test(bytes.toString("latin1", 8)),
};

const BMP: FileForm = { contentType: "image/bmp", extension: "bmp", starts: hasBytes("424d") };
const WAV: FileForm = {
  contentType: "audio/wav",
  extension: "wav",
  // WebP and AVI begin with RIFF too.
  starts: (bytes) => hasBytes("52494646")(bytes) && hasBytes("57415645", 8)(bytes),
};
const WMA: FileForm = {
  contentType: "audio/x-ms-wma",
  extension: "wma",
  starts: hasBytes("3026b275"),
};

interface Limits {
  readonly forms: readonly FileForm[];
  /** What may be kept for good beside these. */
  readonly permanent: readonly FileForm[];
  readonly mostBytes: number;
}

const MEGABYTE = 1_048_576;

/** As the documents have it; for pictures the same page also says 2 MB. */
const LIMITS: Readonly<Record<MediaType, Limits>> = {
  image: { forms: [PNG, JPEG, GIF], permanent: [BMP], mostBytes: 10 * MEGABYTE },
  voice: { forms: [AMR, MP3], permanent: [WMA, WAV], mostBytes: 2 * MEGABYTE },
  video: { forms: [MP4], permanent: [], mostBytes: 10 * MEGABYTE },
  thumb: { forms: [JPEG], permanent: [], mostBytes: 64 * 1024 },
};

/** The ending of a file's name, with its dot; empty for what is of no known form. */
export function extensionOf(contentType: string): string {
  const forms = Object.values(LIMITS).flatMap((limits) => [...limits.forms, ...limits.permanent]);
  const form = forms.find((each) => each.contentType === contentType);
  return form === undefined ? "" : `.${form.extension}`;
}

/** @throws ApiFailure 40004 */
export function readMediaType(type: string | null): MediaType {
  const found = MEDIA_TYPES.find((each) => each === type);
  if (found === undefined) throw new ApiFailure(40004, String(type));
  return found;
}

/**
 * Checks a file, and says what it is.
 *
 * @throws ApiFailure 40005, 40006
 */
export function checkFile(
  type: MediaType,
  file: UploadedFile,
  permanent: boolean,
): { contentType: string; extension: string } {
  const { mostBytes, ...limits } = LIMITS[type];
  const forms = permanent ? [...limits.forms, ...limits.permanent] : limits.forms;
  const bytes = Buffer.from(file.bytes);
  if (bytes.length === 0 || bytes.length > mostBytes) {
    throw new ApiFailure(40006, `${bytes.length} bytes, 1 to ${mostBytes} allowed`);
  }
  const form = forms.find(({ starts }) => starts(bytes));
  if (form === undefined) {
    const allowed = forms.map(({ extension }) => extension).join(", ");
    throw new ApiFailure(40005, `${allowed} allowed for ${type}`);
  }
  return { contentType: form.contentType, extension: form.extension };
}
