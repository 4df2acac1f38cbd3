/**
 * A file that came from WeChat, to be streamed, kept in memory or saved.
 *
 * @module
 */
import { builtin } from "../builtin.ts";
import { gather } from "./answer-body.ts";
import type { AnswerBody } from "./answer-body.ts";
import { inputInvalid } from "./api-error.ts";
import type { Deadline } from "./deadline.ts";
import { throwUnanswered } from "./unreachable-error.ts";

/** A file. Its bytes can be read once, in one of the three ways. */
export interface MediaFile {
  readonly kind: "file";
  /** The media type, such as `image/jpeg`. */
  readonly type: string;
  readonly filename: string | undefined;
  /** In bytes, where the platform said so. */
  readonly size: number | undefined;
  readonly stream: ReadableStream<Uint8Array>;
  /**
   * Keeps the file in memory. For larger ones there are `stream` and `save`.
   *
   * @param options `maxBytes`: the most bytes that are kept. Default 64 MiB
   * @throws EchostrError `API_ANSWER_INVALID` when there are more, `API_INPUT_INVALID` for a bound
   *   below 1
   */
  bytes(options?: { readonly maxBytes?: number | undefined }): Promise<Uint8Array>;
  /** Writes the file; what stood at the path is replaced when all of it is there. */
  save(path: string): Promise<void>;
}

/** For a video WeChat returns an address, where it can be downloaded for a while. */
export interface MediaVideo {
  readonly kind: "video";
  readonly video_url: string;
}

/** @param deadline ended when the last byte has come */
export function toMediaFile(
  path: string,
  headers: Headers,
  body: AnswerBody,
  deadline: Deadline,
): MediaFile {
  const [type = ""] = (headers.get("content-type") || "application/octet-stream").split(";");
  // Of what was compressed on the way, the length is that of the compressed bytes.
  const length = headers.has("content-encoding") ? "" : headers.get("content-length");
  const stream = toStream(path, body, deadline);
  return {
    kind: "file",
    type,
    filename: filenameOf(headers.get("content-disposition") ?? ""),
    size: /^\d+$/.test(length ?? "") ? Number(length) : undefined,
    stream,
    bytes: ({ maxBytes = KEPT_BYTES } = {}) => keep(path, stream, maxBytes),
    async save(target) {
      const { rename, rm, writeFile } = builtin("node:fs/promises");
      // Its own: the same path may be saved to twice at a time.
      const part = `${target}.${crypto.randomUUID()}.part`;
      try {
        await writeFile(part, stream, { flag: "wx" });
        await rename(part, target);
      } catch (error) {
        await stream.cancel().catch(() => {});
        await rm(part, { force: true });
        throw error;
      }
    },
  };
}

/** The server may send without end; a video of WeChat has 10 MiB. */
const KEPT_BYTES = 64 * 1024 * 1024;

async function keep(
  path: string,
  stream: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array> {
  if (!(maxBytes >= 1)) {
    await stream.cancel();
    throw inputInvalid(`maxBytes must be at least 1, got ${maxBytes}`);
  }
  // One that is not read to its end is cancelled, and with it the request.
  return new Uint8Array(await gather(stream, maxBytes, "File", path, "; stream and save take any size"));
}

/** The bytes as they come; the deadline ends with the last of them. */
function toStream(
  path: string,
  body: AnswerBody,
  deadline: Deadline,
): ReadableStream<Uint8Array> {
  const chunks = body.chunks();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (!done) return controller.enqueue(value);
          controller.close();
          deadline.end();
        } catch (error) {
          deadline.end();
          throwUnanswered(path, error, deadline);
        }
      },
      cancel() {
        deadline.end();
        return body.cancel();
      },
    },
    { highWaterMark: 0 },
  );
}

/**
 * From `attachment; filename="a.jpg"`, or `filename*=UTF-8''%E5%9B%BE.jpg`; no more than a name,
 * whatever the header holds.
 */
function filenameOf(disposition: string): string | undefined {
  const [, encoded, quoted, bare] =
    /filename\*=utf-8''([^;\s]+)|filename="([^"]*)"|filename=([^;\s]+)/i.exec(disposition) ?? [];
  const text = encoded === undefined ? utf8In(quoted ?? bare ?? "") : decoded(encoded);
  const name = text.split(/[/\\]/).at(-1);
  return name === "" || name === "." || name === ".." ? undefined : name;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** Bytes of UTF-8 come as a character each. */
function utf8In(header: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(header, "latin1"));
  } catch {
    return header;
  }
}
