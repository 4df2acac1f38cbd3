/**
 * What `echostr --help` prints.
 *
 * @module
 */
import { VERSION } from "../version.ts";
import type { Sentence } from "./language.ts";

export const HELP: Sentence = {
  en: `echostr ${VERSION}: a server for WeChat Official Account (公众号) callbacks

Usage: echostr [BOT-FILE] [options]
       echostr COMMAND …

  BOT-FILE     a module whose default export is (bot) => { … };
               without one, every text is answered with 测试
  --watch      restart when the bot file, what it imports or .env changes
  --init-env   create .env with a random token, if there is none
  --version    print the version
  --help       print this

Commands that call WeChat:

  token            print an access_token
  menu get         print the account's menu as JSON
  menu set FILE    replace it; FILE may be what menu get printed, or - for the standard input
  menu delete      remove it
  call PATH [JSON] call any endpoint, with JSON, @FILE or - as its body;
                   --output FILE keeps the file that it answers, such as media/get does
  ips              print the addresses that WeChat's deliveries come from
  network-check    let WeChat try to reach the account's server
                   [--action dns|ping|all] [--operator CHINANET|UNICOM|CAP|DEFAULT]

Another program, echostr-lab, plays WeChat's part: play, send, check.

Settings come from the environment and from .env in this folder:

  WECHAT_TOKEN     令牌(Token); required; several, comma separated, while rotating
  WECHAT_AES_KEY   消息加解密密钥, 43 characters; with it the mode is safe
  WECHAT_APPID     开发者ID(AppID); required with a key or a secret
  WECHAT_SECRET    开发者密码(AppSecret); with it the bot can call WeChat
  WECHAT_MODE      plain, compat or safe
  WECHAT_FORMAT    xml (default), json or auto: 数据格式
  WECHAT_CLOUD_RUN on: takes the unsigned pushes of 微信云托管; no token is needed then
  WECHAT_PATH      path of the callback address; default /wx
  WECHAT_API_BASE  where WeChat's API is; default https://api.weixin.qq.com
  WECHAT_API_TOKEN stable (default) or classic
  PORT, HOST       default 80 (443 with TLS), all addresses
  TLS_CERT TLS_KEY PEM files; with them the server speaks https
  STORE            memory, sqlite:FILE (Node 22.13 and later), redis://… or rediss://…
  LOG              pretty or json; default pretty on a terminal
`,
  zh: `echostr ${VERSION}：微信公众号消息服务器

用法：echostr [机器人文件] [选项]
      echostr 命令 …

  机器人文件   默认导出 (bot) => { … } 的模块；
               不指定时，对所有文本回复“测试”
  --watch      机器人文件、它导入的文件或 .env 有改动时自动重启
  --init-env   没有 .env 时生成一个，其中的 Token 是随机的
  --version    显示版本号
  --help       显示本帮助

调用微信接口的命令：

  token            输出 access_token
  menu get         以 JSON 输出公众号的自定义菜单
  menu set 文件    替换菜单；文件可以是 menu get 的输出，- 表示标准输入
  menu delete      删除菜单
  call 路径 [JSON] 调用任意接口，请求体可以是 JSON、@文件 或 -；
                   接口返回文件时（例如 media/get），用 --output 文件 保存
  ips              输出微信推送消息所用的 IP 地址
  network-check    让微信检测能否访问公众号的服务器
                   [--action dns|ping|all] [--operator CHINANET|UNICOM|CAP|DEFAULT]

模拟微信的是另一个程序 echostr-lab：play、send、check。

设置来自环境变量，以及当前目录的 .env：

  WECHAT_TOKEN     令牌(Token)；必填；更换期间可以有多个，以逗号分隔
  WECHAT_AES_KEY   消息加解密密钥，43 个字符；设置后默认为安全模式
  WECHAT_APPID     开发者ID(AppID)；设置了密钥或 AppSecret 时必填
  WECHAT_SECRET    开发者密码(AppSecret)；设置后机器人可以调用微信接口
  WECHAT_MODE      plain（明文）、compat（兼容）或 safe（安全）
  WECHAT_FORMAT    数据格式：xml（默认）、json 或 auto
  WECHAT_CLOUD_RUN on：接收微信云托管不带签名的推送，此时不需要 Token
  WECHAT_PATH      接收推送的路径，默认 /wx
  WECHAT_API_BASE  微信接口的地址，默认 https://api.weixin.qq.com
  WECHAT_API_TOKEN stable（默认）或 classic
  PORT, HOST       默认为 80（使用 TLS 时为 443）和所有地址
  TLS_CERT TLS_KEY PEM 文件；设置后使用 https
  STORE            memory、sqlite:文件（Node 22.13 及以上）、redis://… 或 rediss://…
  LOG              pretty 或 json；在终端上默认为 pretty
`,
};
