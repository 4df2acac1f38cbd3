// `co-wechat` on `koa`, as its README shows it.

import wechat from "co-wechat";
import Koa from "koa";

const { PORT, HOST = "127.0.0.1", WECHAT_TOKEN, WECHAT_AES_KEY, WECHAT_APPID } = process.env;

const config = { token: WECHAT_TOKEN, appid: WECHAT_APPID };
if (WECHAT_AES_KEY) config.encodingAESKey = WECHAT_AES_KEY;

const app = new Koa();
app.use(
  wechat(config).middleware(async (message) => (message.MsgType === "text" ? "测试" : "")),
);

app.listen(Number(PORT), HOST, () => console.log("listening"));
