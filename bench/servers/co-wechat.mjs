// `co-wechat` on `koa`, as its README shows it.

import wechat from "co-wechat";
import Koa from "koa";

const { PORT, HOST = "127.0.0.1", WECHAT_TOKEN, WECHAT_AES_KEY, WECHAT_APPID } = process.env;

// For the check of servers the bot repeats what it is told: then its reply shows what was read.
const answer = process.env.ECHO ? (content) => content : () => "测试";

const config = { token: WECHAT_TOKEN, appid: WECHAT_APPID };
if (WECHAT_AES_KEY) config.encodingAESKey = WECHAT_AES_KEY;

const app = new Koa();
app.use(
  wechat(config).middleware(async ({ MsgType, Content }) =>
    MsgType === "text" ? answer(Content) : "",
  ),
);

app.listen(Number(PORT), HOST, () => console.log("listening"));
