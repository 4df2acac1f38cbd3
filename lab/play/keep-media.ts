/**
 * Keeps what a follower sends, as the platform does: the bot gets its id, and can fetch it.
 *
 * @module
 */
import type { ApiSide } from "../api-side/api-side.ts";
import { checkFile } from "../api-side/media-files.ts";
import { messageOf } from "../../src/errors.ts";
import { invalidInput } from "../platform/lab-input.ts";

/** The page has no microphone and no camera: these are recordings of nothing. */
const WITHOUT_CONTENT: Readonly<Record<string, string>> = {
  voice: "audio/amr",
  video: "video/mp4",
};

/**
 * @param type what the page says that it is
 * @returns its media id
 * @throws EchostrError `LAB_INPUT_INVALID` if it is not a picture
 */
export function keepMedia({ media }: ApiSide, type: string, bytes: Buffer): string {
  const contentType = WITHOUT_CONTENT[type];
  if (contentType !== undefined) {
    return media.keep(type === "voice" ? "voice" : "video", { bytes, contentType }).mediaId;
  }
  if (type !== "image") throw invalidInput("Media must be image, voice or video");
  try {
    // By its first bytes: nothing that a browser could take for a page is ever kept.
    const file = { name: "picture", contentType: "", bytes };
    return media.keep("image", { bytes, ...checkFile("image", file, false) }).mediaId;
  } catch (cause) {
    throw invalidInput(`This is not a picture that WeChat accepts: ${messageOf(cause)}`, { cause });
  }
}
