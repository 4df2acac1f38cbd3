// `wechat` on `connect`, as its README shows it.

import { parse } from "node:querystring";
import connect from "connect";
import wechat from "wechat";

const { PORT, HOST = "127.0.0.1", WECHAT_TOKEN, WECHAT_AES_KEY, WECHAT_APPID } = process.env;

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
    response.reply(request.weixin.MsgType === "text" ? "测试" : "");
  }),
);

app.listen(Number(PORT), HOST, () => console.log("listening"));
