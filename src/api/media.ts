/**
 * Temporary media (临时素材): pictures, recordings and videos that WeChat keeps for three days, and
 * that replies and customer-service messages name by their `media_id`.
 *
 * @module
 */
import { someText } from "../options.ts";
import type { Table } from "../options.ts";
import { answerInvalid, fieldMissing, fieldsOf, requireText } from "./api-error.ts";
import { readInput } from "./call-options.ts";
import type { Caller } from "./caller.ts";
import type { MediaFile, MediaVideo } from "./media-file.ts";
import { TEMPORARY_LIMITS, uploadForm } from "./upload.ts";
import type { MediaType, UploadSource } from "./upload.ts";

/** What an upload answers. */
export interface UploadedMedia {
  readonly type: string;
  readonly media_id: string;
  /** Unix seconds. */
  readonly created_at: number;
}

const UPLOAD = {
  filename: { check: someText },
} satisfies Table<{ readonly filename?: string | undefined }>;

export class Media {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Uploads a file for three days.
   *
   * @param source a path, a `file:` URL, a Blob or the bytes
   * @throws EchostrError `API_INPUT_INVALID`, before anything is sent, for a file that WeChat
   *   would refuse: image png, jpg, gif up to 10 MiB; voice amr, mp3 up to 2 MiB; video mp4 up to
   *   10 MiB; thumb jpg up to 64 KiB
   *
   * @example
   * bot.on("text", async (message, { api }) => {
   *   const { media_id } = await api.media.upload("image", "cat.png");
   *   return image(media_id);
   * });
   */
  async upload(
    type: MediaType,
    source: UploadSource,
    options: { readonly filename?: string | undefined } = {},
  ): Promise<UploadedMedia> {
    const { filename } = readInput(UPLOAD, options);
    const form = await uploadForm(type, source, TEMPORARY_LIMITS, filename);
    const path = "/cgi-bin/media/upload";
    const timeoutMs = this.#caller.fileTimeoutMs;
    const answer = await this.#caller.json(path, form, { type }, { timeoutMs });
    // A thumb's id comes under a name of its own.
    const mediaId = answer["media_id"] ?? answer["thumb_media_id"];
    if (typeof mediaId !== "string") throw fieldMissing("media_id", path);
    return {
      type: String(answer["type"] ?? type),
      media_id: mediaId,
      created_at: Number(answer["created_at"]),
    };
  }

  /**
   * Gets a file: one that was uploaded, or that a follower sent.
   *
   * @returns the file; for a video the address to download it from
   *
   * @example
   * const file = await context.api.media.get(message.MediaId);
   * if (file.kind === "file") await file.save("voice.amr");
   */
  async get(mediaId: string): Promise<MediaFile | MediaVideo> {
    const path = "/cgi-bin/media/get";
    const query = { media_id: requireText("Media id", mediaId) };
    return this.#caller.file<MediaVideo>(path, undefined, query, {}, (answer) => {
      const { video_url } = answer;
      if (typeof video_url === "string") return { kind: "video", video_url };
      const got = `JSON with the fields: ${fieldsOf(answer)}`;
      throw answerInvalid(`File or video_url expected from ${path}, got ${got}`);
    });
  }
}
