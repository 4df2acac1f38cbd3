// A bot file: `make run BOT=examples/09-media.ts`, with WECHAT_APPID, WECHAT_SECRET and PICTURE,
// the path of a png, jpg or gif, in .env. The first text uploads the picture. WeChat keeps it for
// three days, and as long the store has its media_id: with STORE=sqlite:FILE after a restart too.
import { image } from "echostr";
import type { Bot, Context } from "echostr";

const HOUR_MS = 3_600_000;
const KEEP_MS = 3 * 24 * HOUR_MS - HOUR_MS; // Not to the last moment: the clocks differ.

let uploading: Promise<string> | undefined;

export default function setup(bot: Bot): void {
  const file = process.env["PICTURE"];
  if (!file) throw new Error("PICTURE must be set");
  bot.on("text", async (_message, context) => image(await mediaId(file, context)));
  bot.onError(() => "图片暂时发不出来，请稍后再试");
}

async function mediaId(file: string, context: Context): Promise<string> {
  const key = `picture ${context.account} ${file}`;
  const kept = await context.store.get(key);
  if (kept !== undefined) return kept;
  // Whoever writes meanwhile waits for the same upload.
  uploading ??= upload(file, key, context).finally(() => (uploading = undefined));
  return uploading;
}

async function upload(file: string, key: string, { api, store }: Context): Promise<string> {
  const { media_id } = await api.media.upload("image", file);
  await store.set(key, media_id, KEEP_MS);
  return media_id;
}
