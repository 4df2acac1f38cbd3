/**
 * The stand-in's files: temporary media, which go after three days, and permanent material.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { extname } from "node:path";
import { fileOf, readMultipart } from "./stand-in-multipart.ts";
import { Refusal, done, file, json, readJson, recordOf, refusal } from "./stand-in-wire.ts";
import { ERRMSG } from "./stand-in-wire.ts";
import type { Given, Received } from "./stand-in-wire.ts";

export interface StoredFile {
  readonly media_id: string;
  readonly type: string;
  readonly filename: string;
  readonly bytes: Buffer;
  /** Unix seconds. */
  readonly created_at: number;
  readonly title?: string;
  readonly introduction?: string;
}

interface Limit {
  readonly bytes: number;
  readonly endings: readonly string[];
  readonly tooLarge: number;
}

const LIMITS: Readonly<Record<string, Limit>> = {
  image: { bytes: 10_485_760, endings: [".png", ".jpeg", ".jpg", ".gif"], tooLarge: 40009 },
  voice: { bytes: 2_097_152, endings: [".amr", ".mp3"], tooLarge: 40010 },
  video: { bytes: 10_485_760, endings: [".mp4"], tooLarge: 40011 },
  thumb: { bytes: 65_536, endings: [".jpg"], tooLarge: 40012 },
};

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".gif": "image/gif",
  ".amr": "audio/amr",
  ".mp3": "audio/mpeg",
};

/** What may be kept for good beside these. */
const PERMANENT: Readonly<Record<string, readonly string[]>> = {
  image: [".bmp"],
  voice: [".wma", ".wav"],
};

const THREE_DAYS_MS = 3 * 86_400_000;
/** What the platform calls its JSON where a file might have come. */
const TEXT = "text/plain";

export class StandInMedia {
  readonly temporary: Map<string, StoredFile> = new Map();
  readonly permanent: Map<string, StoredFile> = new Map();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** POST /cgi-bin/media/upload */
  upload(request: Received): Given {
    const { type = "" } = request.query;
    const stored = this.#store(request, type);
    this.temporary.set(stored.media_id, stored);
    const { media_id, created_at } = stored;
    return type === "thumb"
      ? json({ type, thumb_media_id: media_id, created_at }, TEXT)
      : json({ type, media_id, created_at }, TEXT);
  }

  /** GET /cgi-bin/media/get */
  get({ query, at }: Received): Given {
    const stored = this.temporary.get(query["media_id"] ?? "");
    if (stored === undefined || at - stored.created_at * 1000 > THREE_DAYS_MS) {
      return refusal(40007, ERRMSG[40007] ?? "", TEXT);
    }
    if (stored.type !== "video") return asFile(stored);
    return json({ video_url: `http://video.example.com/${stored.media_id}.mp4` }, TEXT);
  }

  /** POST /cgi-bin/material/add_material */
  add(request: Received): Given {
    const { type = "" } = request.query;
    const stored = this.#store(request, type);
    this.permanent.set(stored.media_id, stored);
    const url = `http://mmbiz.qpic.cn/mmbiz/${stored.media_id}/0?wx_fmt=jpeg`;
    return json({ media_id: stored.media_id, ...(type === "image" && { url }) }, TEXT);
  }

  /** POST /cgi-bin/material/get_material */
  getMaterial(request: Received): Given {
    const stored = this.permanent.get(String(readJson(request)["media_id"]));
    if (stored === undefined) return refusal(40007, ERRMSG[40007] ?? "", TEXT);
    if (stored.type !== "video") return asFile(stored);
    const { title, introduction, media_id } = stored;
    const down_url = `http://video.example.com/${media_id}.mp4`;
    return json({ title, description: introduction, down_url }, TEXT);
  }

  /** POST /cgi-bin/material/batchget_material */
  list(request: Received): Given {
    const { type, offset, count } = readJson(request);
    if (!["image", "voice", "video", "news"].includes(String(type))) throw new Refusal(40004);
    const [from, number] = [Number(offset), Number(count)];
    if (!Number.isInteger(from) || from < 0) throw new Refusal(47001);
    if (!Number.isInteger(number) || number < 1 || number > 20) throw new Refusal(47001);
    const all = [...this.permanent.values()].filter((each) => each.type === type);
    const item = all.slice(from, from + number).map(({ media_id, filename, created_at }) => ({
      media_id,
      name: filename,
      update_time: created_at,
      url: `http://mmbiz.qpic.cn/mmbiz/${media_id}/0`,
    }));
    return json({ item, total_count: all.length, item_count: item.length });
  }

  /** POST /cgi-bin/material/del_material */
  remove(request: Received): Given {
    const id = String(readJson(request)["media_id"]);
    if (!this.permanent.delete(id)) throw new Refusal(40007);
    return done();
  }

  #store(request: Received, type: string): StoredFile {
    const limit = Object.hasOwn(LIMITS, type) ? LIMITS[type] : undefined;
    if (limit === undefined) throw new Refusal(40004);
    const parts = readMultipart(request);
    const { filename, bytes } = fileOf(parts);
    const isPermanent = request.path.endsWith("add_material");
    const endings = [...limit.endings, ...((isPermanent && PERMANENT[type]) || [])];
    if (!endings.includes(extname(filename).toLowerCase())) throw new Refusal(40005);
    if (bytes.length > limit.bytes) throw new Refusal(limit.tooLarge);
    const words = parts.find(({ name }) => name === "description")?.bytes.toString("utf8");
    if (isPermanent && type === "video" && words === undefined) throw new Refusal(47001);
    const { title, introduction } = recordOf(words === undefined ? {} : JSON.parse(words));
    return {
      media_id: randomBytes(48).toString("base64url"),
      type,
      filename,
      bytes: Buffer.from(bytes),
      created_at: Math.floor(this.#now() / 1000),
      ...(words !== undefined && { title: String(title), introduction: String(introduction) }),
    };
  }
}

function asFile({ media_id, filename, bytes }: StoredFile): Given {
  const ending = extname(filename).toLowerCase();
  return file(bytes, CONTENT_TYPES[ending] ?? "image/jpeg", `${media_id}${ending}`);
}
