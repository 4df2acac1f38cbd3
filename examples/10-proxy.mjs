// A bot file: `make run BOT=examples/10-proxy.mjs`, with WECHAT_APPID, WECHAT_SECRET and HTTPS_PROXY,
// such as http://127.0.0.1:3128, in .env. Before that `npm install undici@7`: Node has it inside, and
// does not hand out its ProxyAgent. All calls of WeChat go through the proxy, uploads and downloads
// too, and WeChat's IP white list needs the proxy's address. From Node 22.21 and 24.5 on you may do
// without this file: NODE_USE_ENV_PROXY=1 in the environment is enough.
import { fetch, ProxyAgent } from "undici";

const proxy = process.env["HTTPS_PROXY"];
if (!proxy) throw new Error("HTTPS_PROXY must be set");
const dispatcher = new ProxyAgent(proxy);

export const options = {
  api: { fetch: (address, init) => fetch(address, { ...init, dispatcher }) },
};

export default function setup(bot) {
  // The follower's own picture, fetched and uploaded again.
  bot.on("image", async (message, { api }) => {
    const file = await api.media.get(message.MediaId);
    const { media_id } = await api.media.upload("image", await file.bytes());
    return { MsgType: "image", Image: { MediaId: media_id } };
  });
  bot.on("text", async (_message, { api }) => `${(await api.callbackIps()).length} 个地址`);
}
