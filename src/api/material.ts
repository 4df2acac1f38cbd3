/**
 * Permanent material (永久素材): what the account's own library holds, until it is removed.
 *
 * @module
 */
import { numberOf, someText } from "../options.ts";
import type { Table } from "../options.ts";
import { fieldMissing, inputInvalid, requireText } from "./api-error.ts";
import { readInput } from "./call-options.ts";
import type { Caller } from "./caller.ts";
import type { JsonAnswer } from "./http.ts";
import { formatJson } from "./json.ts";
import type { MediaFile } from "./media-file.ts";
import { PERMANENT_LIMITS, uploadForm } from "./upload.ts";
import type { MediaType, UploadSource } from "./upload.ts";

/** What adding answers. */
export interface AddedMaterial {
  readonly media_id: string;
  /** Of an image: an address for use on WeChat's own pages. */
  readonly url?: string | undefined;
}

/** How a material is added. */
export interface MaterialOptions {
  readonly filename?: string | undefined;
  /** Of a video, which must have one. */
  readonly title?: string | undefined;
  readonly introduction?: string | undefined;
}

/** A page of the library. */
export interface MaterialList {
  readonly total_count: number;
  readonly item_count: number;
  readonly item: readonly JsonAnswer[];
}

/** A material that is not a file: `news_item` for articles, `down_url` for a video. */
export interface MaterialData {
  readonly kind: "data";
  readonly data: JsonAnswer;
}

const LISTED: readonly string[] = ["image", "voice", "video", "news"];

const MATERIAL = {
  filename: { check: someText },
  title: { check: someText },
  introduction: { check: someText, default: "" },
} satisfies Table<MaterialOptions>;

export class Material {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Adds a file to the library.
   *
   * @throws EchostrError `API_INPUT_INVALID`, before anything is sent, for what WeChat would
   *   refuse; `API_UNREACHABLE`: the file may have been added all the same, and is not sent again
   *
   * @example
   * await api.material.add("video", "tour.mp4", { title: "参观", introduction: "…" });
   */
  async add(
    type: MediaType,
    source: UploadSource,
    options: MaterialOptions = {},
  ): Promise<AddedMaterial> {
    const { filename, title, introduction } = readInput(MATERIAL, options);
    const form = await uploadForm(type, source, PERMANENT_LIMITS, filename);
    if (type === "video") {
      if (title === undefined) {
        throw inputInvalid("Material of type video must have a title, got none");
      }
      form.set("description", formatJson({ title, introduction }));
    }
    const path = "/cgi-bin/material/add_material";
    const timeoutMs = this.#caller.fileTimeoutMs;
    const { media_id, url } = await this.#caller.json(path, form, { type }, { timeoutMs });
    if (typeof media_id !== "string") throw fieldMissing("media_id", path);
    return { media_id, url: typeof url === "string" ? url : undefined };
  }

  /** @returns the file; for articles and videos what the platform says of them */
  async get(mediaId: string): Promise<MediaFile | MaterialData> {
    const path = "/cgi-bin/material/get_material";
    const read = (data: JsonAnswer): MaterialData => ({ kind: "data", data });
    return this.#caller.file(path, { media_id: requireText("Media id", mediaId) }, {}, {}, read);
  }

  /**
   * A page of the library, the newest first.
   *
   * @param offset from 0
   * @param count 1 to 20
   */
  async list(
    type: "image" | "voice" | "video" | "news",
    offset: number = 0,
    count: number = 20,
  ): Promise<MaterialList> {
    if (!LISTED.includes(type)) {
      const expected = LISTED.join(", ");
      throw inputInvalid(`Type of a list must be one of ${expected}, got "${String(type)}"`);
    }
    if (!Number.isInteger(offset) || offset < 0) {
      throw inputInvalid(`Offset must be a whole number from 0, got ${numberOf(offset)}`);
    }
    if (!Number.isInteger(count) || count < 1 || count > 20) {
      throw inputInvalid(`Count must be 1 to 20, got ${numberOf(count)}`);
    }
    const body = { type, offset, count };
    const path = "/cgi-bin/material/batchget_material";
    const answer = await this.#caller.json(path, body);
    if (!Array.isArray(answer["item"])) throw fieldMissing("item", path);
    return answer as unknown as MaterialList;
  }

  /** Removes a material for good. */
  async remove(mediaId: string): Promise<void> {
    const media_id = requireText("Media id", mediaId);
    await this.#caller.json("/cgi-bin/material/del_material", { media_id });
  }
}
