// `wechat` on `connect`, as its README shows it.

import { parse } from "node:querystring";
import connect from "connect";
import wechat from "wechat";

const { PORT, HOST = "127.0.0.1", WECHAT_TOKEN, WECHAT_AES_KEY, WECHAT_APPID } = process.env;

// For the check of servers the bot repeats what it is told: then its reply shows what was read.
const answer = process.env.ECHO ? (content) => content : () => "测试";

// Without a key the README passes the bare token.
const config = WECHAT_AES_KEY
  ? { token: WECHAT_TOKEN, appid: WECHAT_APPID, encodingAESKey: WECHAT_AES_KEY }
  : WECHAT_TOKEN;

const app = connect();

// `wechat` expects `request.query`, which connect 2 provided and connect 3 does not; this is the
// cheapest way to make it.
app.use((request, response, next) => {
  const mark = request.url.indexOf("?");
  request.query = mark < 0 ? {} : parse(request.url.slice(mark + 1));
  next();
});
app.use(
  "/wx",
  wechat(config, (request, response) => {
    const { MsgType, Content } = request.weixin;
    response.reply(MsgType === "text" ? answer(Content) : "");
  }),
);

app.listen(Number(PORT), HOST, () => console.log("listening"));
