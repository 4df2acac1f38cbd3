/**
 * What the commands of the lab print for `--help`.
 *
 * @module
 */
import type { Sentence } from "../../src/cli/language.ts";
import { VERSION } from "../../src/version.ts";
import { GROUPS } from "../check/probe.ts";

export const LAB_HELP: Sentence = {
  en: `echostr-lab ${VERSION}: plays WeChat's part towards a server for 公众号 callbacks

Usage: echostr-lab COMMAND …; each has a --help of its own

  play [BOT-FILE]  a page with a phone and an inspector, for your bot
  send URL …       one message to any server, and a verdict on its answer
  check URL …      try a running server as WeChat and as an attacker would

  --version        print the version
  --help           print this
`,
  zh: `echostr-lab ${VERSION}：扮演微信服务器，调试和检查公众号的消息服务器

用法：echostr-lab 命令 …；每个命令都有自己的 --help

  play [BOT-FILE]  打开一个网页：模拟手机和调试面板，对接你的机器人
  send URL …       向任意服务器推送一条消息，并判断响应是否正确
  check URL …      像微信一样、也像攻击者一样检查正在运行的服务器

  --version        显示版本号
  --help           显示本帮助
`,
};

export const PLAY_HELP: Sentence = {
  en: `Usage: echostr-lab play [BOT-FILE] [options]

  BOT-FILE        a module whose default export is (bot) => { … };
                  without one, every text is answered with 测试
  --timeout MS    when the platform drops a connection; default 5000, as WeChat does
  --format FORMAT xml, or json as of a mini program; default xml
  --help          print this

Opens a page on this machine only: a phone to write to the bot, and an inspector that shows each
step of a delivery. The bot starts again when its file changes.

  PLAY_PORT       the page's port; default 8090, 0 takes a free one
`,
  zh: `用法：echostr-lab play [BOT-FILE] [选项]

  BOT-FILE        默认导出 (bot) => { … } 的模块；
                  不指定时，对所有文本回复“测试”
  --timeout MS    微信断开连接前等待的毫秒数；默认 5000，与微信相同
  --format FORMAT xml，或与小程序相同的 json；默认 xml
  --help          显示本帮助

打开一个只在本机可访问的网页：左侧是模拟手机，右侧显示每次推送的完整处理过程。
机器人文件有改动时自动重启机器人。

  PLAY_PORT       网页的端口；默认 8090，0 表示任意空闲端口
`,
};

const ACCOUNT: Sentence = {
  en: `  --token T         令牌 (Token); or WECHAT_TOKEN
  --key K           消息加解密密钥, 43 characters; or WECHAT_AES_KEY
  --appid A         开发者ID (AppID), needed with a key; or WECHAT_APPID
  --mode MODE       plain, compat or safe; safe with a key, otherwise plain
  --format FORMAT   xml, or json as of a mini program; or WECHAT_FORMAT
  --original-id ID  the account's gh_… id
`,
  zh: `  --token T         令牌(Token)；或 WECHAT_TOKEN
  --key K           消息加解密密钥，43 个字符；或 WECHAT_AES_KEY
  --appid A         开发者ID(AppID)，有密钥时必填；或 WECHAT_APPID
  --mode MODE       plain、compat 或 safe；有密钥时默认 safe，否则默认 plain
  --format FORMAT   xml，或与小程序相同的 json；或 WECHAT_FORMAT
  --original-id ID  公众号的原始 ID（gh_…）
`,
};

export const SEND_HELP: Sentence = {
  en: `Usage: echostr-lab send URL --token T KIND [WORD …]

Delivers one message or event as WeChat would, and judges the answer.

  text 你好          location 23.13 113.32 广州      event CLICK KEY
  image             link TITLE DESCRIPTION URL      event subscribe qrscene_1
  --sample NAME     one of the samples; --list prints their names
  --json '{…}'      any message: {"MsgType":"text","Content":"你好"}
  --field Name=V    another value for a field; may be given several times

${ACCOUNT.en}  --openid O        the follower; default: the same one each time
  --deliveries N    how often it is delivered when there is no answer in 5 s; default 3
  --insecure        accept a certificate that nobody vouches for
  --curl            print the request as a curl line and send nothing
  --help            print this

Status: 0 the answer is right, 1 it is not, 2 wrong usage, 3 not reached
`,
  zh: `用法：echostr-lab send URL --token T 类型 [参数 …]

像微信一样推送一条消息或事件，并判断响应是否正确。

  text 你好          location 23.13 113.32 广州      event CLICK KEY
  image             link 标题 描述 URL              event subscribe qrscene_1
  --sample NAME     使用样例；--list 列出所有样例
  --json '{…}'      任意消息：{"MsgType":"text","Content":"你好"}
  --field Name=V    替换一个字段的值；可以多次使用

${ACCOUNT.zh}  --openid O        用户；默认每次相同
  --deliveries N    5 秒内没有响应时共推送几次；默认 3
  --insecure        接受不受信任的证书
  --curl            不发送，只输出一行 curl 命令
  --help            显示本帮助

退出码：0 响应正确，1 响应有误，2 用法错误，3 无法连接
`,
};

export const CHECK_HELP: Sentence = {
  en: `Usage: echostr-lab check URL --token T [options]

Tries a running server as WeChat would, and as an attacker would.

${ACCOUNT.en}  --openid O        the follower who writes; default: a new one
  --only A,B        only these groups: ${GROUPS.slice(0, 5).join(" ")}
                    ${GROUPS.slice(5).join(" ")}
  --all             try everything on a server on another machine too; without it that gets the
                    handshake, one text and one refusal
  --seconds N       begin nothing after so long; default 60
  --insecure        accept a certificate that nobody vouches for
  --json            print one JSON document
  --help            print this

Status: 0 nothing worse than a note, 1 errors or warnings, 2 wrong usage, 3 not reached
`,
  zh: `用法：echostr-lab check URL --token T [选项]

像微信一样、也像攻击者一样检查正在运行的服务器。

${ACCOUNT.zh}  --openid O        发消息的用户；默认每次新建一个
  --only A,B        只测这些组：${GROUPS.slice(0, 5).join(" ")}
                    ${GROUPS.slice(5).join(" ")}
  --all             服务器在其他机器上时也测试全部项目；
                    默认只发送接入校验、一条文本和一条应被拒绝的消息
  --seconds N       超过这个时间不再开始新的测试；默认 60
  --insecure        接受不受信任的证书
  --json            输出一个 JSON 文档
  --help            显示本帮助

退出码：0 没有问题或只有提示，1 有错误或警告，2 用法错误，3 无法连接
`,
};
