/**
 * Pictures, voices, videos: temporary media (素材), which is kept for three days, and permanent
 * material, which is kept until it is deleted.
 *
 * @module
 */
import type { Clock } from "../../src/clock.ts";
import { randomMediaId } from "../platform/identifiers.ts";
import type { Description } from "../platform/types.ts";
import { fileOf, jsonOf, OK, parseJson, requiredText, textIn } from "./api-call.ts";
import type { ApiCall } from "./api-call.ts";
import { ApiFailure } from "./api-errors.ts";
import { checkFile, extensionOf, readMediaType } from "./media-files.ts";
import type { MediaType } from "../platform/types.ts";
import type { Part } from "./multipart.ts";

/** Something that was uploaded, or that a follower sent. */
export interface Medium {
  readonly mediaId: string;
  readonly type: MediaType;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Kept until it is deleted. */
  readonly permanent: boolean;
  /** Of a permanent video. */
  readonly title?: string | undefined;
  readonly introduction?: string | undefined;
}

/** What the media of a follower's message are, by its kind. */
const SENT_TYPES: Readonly<Record<string, MediaType>> = {
  image: "image",
  voice: "voice",
  video: "video",
  shortvideo: "video",
};

/** What material may be listed by. */
const LISTED_TYPES: readonly string[] = ["image", "voice", "video", "news"];

const KEPT_MS = 3 * 86_400_000;

export class Media {
  readonly #clock: Pick<Clock, "now">;
  readonly #media = new Map<string, Medium>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** All that was uploaded or sent, be it kept still or not. */
  get list(): readonly Medium[] {
    return [...this.#media.values()];
  }

  /** What has this id and is still kept. */
  find(mediaId: string): Medium | undefined {
    const medium = this.#media.get(mediaId);
    if (medium === undefined) return undefined;
    const isKept = medium.permanent || medium.createdAt + KEPT_MS > this.#clock.now();
    return isKept ? medium : undefined;
  }

  /** Keeps something that did not come through an interface: what a follower sent. */
  keep(
    type: MediaType,
    file: Partial<Pick<Medium, "mediaId" | "name" | "contentType" | "bytes">>,
  ): Medium {
    return this.#add({
      mediaId: file.mediaId ?? randomMediaId(),
      type,
      name: file.name ?? type,
      contentType: file.contentType ?? "application/octet-stream",
      bytes: file.bytes ?? new Uint8Array(),
      permanent: false,
    });
  }

  /** Keeps what a follower's message names, so that a bot can send it back. */
  keepSent({ MsgType, MediaId, MediaId16K, ThumbMediaId }: Description): void {
    const type = SENT_TYPES[MsgType];
    if (type === undefined) return;
    for (const mediaId of [MediaId, MediaId16K]) {
      if (typeof mediaId === "string" && !this.#media.has(mediaId)) this.keep(type, { mediaId });
    }
    if (typeof ThumbMediaId === "string" && !this.#media.has(ThumbMediaId)) {
      this.keep("thumb", { mediaId: ThumbMediaId });
    }
  }

  /** POST `media/upload`. */
  async upload(call: ApiCall): Promise<object> {
    const medium = await this.#receive(call, false);
    const created_at = Math.floor(medium.createdAt / 1000);
    return medium.type === "thumb"
      ? { type: "thumb", thumb_media_id: medium.mediaId, created_at }
      : { type: medium.type, media_id: medium.mediaId, created_at };
  }

  /** GET `media/get`: the file, or for a video its address. */
  download({ query, base }: ApiCall): object | Response {
    const medium = this.#required(query.get("media_id") ?? "");
    return medium.type === "video" ? { video_url: addressOf(medium, base) } : fileResponse(medium);
  }

  /** POST `media/uploadimg`: a picture for the text of an article, which has an address and no id. */
  async uploadPicture(call: ApiCall): Promise<{ url: string }> {
    const { file } = await fileOf(call);
    const found = checkFile("image", file, false);
    const medium = this.#add({
      ...file,
      ...found,
      mediaId: randomMediaId(),
      type: "image",
      permanent: true,
    });
    return { url: addressOf(medium, call.base) };
  }

  /** POST `material/add_material`. */
  async addMaterial(call: ApiCall): Promise<object> {
    const medium = await this.#receive(call, true);
    const isPicture = medium.type === "image" || medium.type === "thumb";
    return { media_id: medium.mediaId, ...(isPicture && { url: addressOf(medium, call.base) }) };
  }

  /** POST `material/get_material`. */
  async getMaterial(call: ApiCall): Promise<object | Response> {
    const medium = this.#material(requiredText(await jsonOf(call), "media_id", 41006));
    return medium.type === "video"
      ? {
          title: medium.title ?? "",
          description: medium.introduction ?? "",
          down_url: addressOf(medium, call.base),
        }
      : fileResponse(medium);
  }

  /** POST `material/del_material`. */
  async deleteMaterial(call: ApiCall): Promise<typeof OK> {
    this.#media.delete(this.#material(requiredText(await jsonOf(call), "media_id", 41006)).mediaId);
    return OK;
  }

  /** GET `material/get_materialcount`. */
  countMaterial(): object {
    const count = (type: MediaType): number => this.#materials(type).length;
    return {
      voice_count: count("voice"),
      video_count: count("video"),
      image_count: count("image") + count("thumb"),
      news_count: 0,
    };
  }

  /** POST `material/batchget_material`. */
  async listMaterial(call: ApiCall): Promise<object> {
    const fields = await jsonOf(call);
    const type = textIn(fields, "type");
    const [offset, count] = [Number(fields["offset"]), Number(fields["count"])];
    if (!LISTED_TYPES.includes(type)) throw new ApiFailure(40004, type);
    if (!(offset >= 0) || !(count >= 1 && count <= 20)) {
      throw new ApiFailure(40035, "offset, count");
    }
    const all = type === "news" ? [] : this.#materials(readMediaType(type));
    const item = all.slice(offset, offset + count).map((medium) => ({
      media_id: medium.mediaId,
      name: medium.name,
      update_time: Math.floor(medium.createdAt / 1000),
      url: addressOf(medium, call.base),
    }));
    return { total_count: all.length, item_count: item.length, item };
  }

  /** The file behind an address that an interface answered; `undefined` for other paths. */
  serve(path: string): Response | undefined {
    const place = path.lastIndexOf(MEDIA_PATH);
    if (place < 0) return undefined;
    const medium = this.find(path.slice(place + MEDIA_PATH.length));
    return medium === undefined ? new Response("Not found", { status: 404 }) : fileResponse(medium);
  }

  async #receive(call: ApiCall, permanent: boolean): Promise<Medium> {
    const type = readMediaType(call.query.get("type"));
    const { file, form } = await fileOf(call);
    const found = checkFile(type, file, permanent);
    const words = permanent && type === "video" ? descriptionIn(form) : {};
    return this.#add({ ...file, ...found, ...words, mediaId: randomMediaId(), type, permanent });
  }

  #add(medium: Omit<Medium, "createdAt">): Medium {
    const { mediaId, type, name, contentType, bytes, permanent, title, introduction } = medium;
    const createdAt = this.#clock.now();
    const what = { mediaId, type, name, contentType, bytes };
    const kept: Medium = { ...what, createdAt, permanent, title, introduction };
    this.#media.set(kept.mediaId, kept);
    return kept;
  }

  #required(mediaId: string): Medium {
    const medium = this.find(mediaId);
    if (medium === undefined) throw new ApiFailure(40007);
    return medium;
  }

  #material(mediaId: string): Medium {
    const medium = this.#required(mediaId);
    if (!medium.permanent) throw new ApiFailure(40007);
    return medium;
  }

  #materials(type: MediaType): readonly Medium[] {
    return [...this.#media.values()].filter((medium) => medium.permanent && medium.type === type);
  }
}

/** Where files are, which WeChat has on servers of its own. */
const MEDIA_PATH = "/mmbiz/";

function addressOf(medium: Medium, base: string): string {
  return `${base}${MEDIA_PATH}${medium.mediaId}`;
}

/**
 * What a permanent video must come with: `{"title": …, "introduction": …}` in a field of the form.
 *
 * @throws ApiFailure 47001
 */
function descriptionIn(form: readonly Part[]): Pick<Medium, "title" | "introduction"> {
  const text = form.find(({ name }) => name === "description")?.bytes.toString("utf8");
  if (text === undefined) throw new ApiFailure(47001, "description");
  const fields = parseJson(text);
  return { title: textIn(fields, "title"), introduction: textIn(fields, "introduction") };
}

function fileResponse({ mediaId, bytes, contentType }: Medium): Response {
  const filename = `${mediaId.replace(/[^\w.-]/g, "_")}${extensionOf(contentType)}`;
  return new Response(new Uint8Array(bytes), {
    headers: {
      "Content-Type": contentType,
      "Content-disposition": `attachment; filename="${filename}"`,
    },
  });
}
