/**
 * What a check finds, in Chinese: its cause, and what to do. docs/check.zh-CN.md has the same sentences,
 * and a test compares the two.
 *
 * @module
 */
import type { CheckCode } from "../check/finding-codes.ts";

export const CHECK_FINDINGS_ZH: Readonly<Record<CheckCode, readonly [cause: string, fix: string]>> = {
  "HANDSHAKE-REFUSED": ["接入校验被拒绝，虽然签名用的是给定的 Token", "核对两边的 Token；确认代理原样转发查询参数"],
  "HANDSHAKE-NOT-FOUND": ["这个路径上没有服务，微信的接入校验无法通过", "URL 要带服务器为微信提供的路径，公众平台里也填同样的地址"],
  "HANDSHAKE-REDIRECT": ["接入校验被重定向，而微信不跟随重定向", "直接填重定向后的地址；注意末尾的斜杠和 https"],
  "HANDSHAKE-FAILED": ["接入校验时服务器出错", "查看服务器当时的日志：它在响应之前就失败了"],
  "HANDSHAKE-NO-ANSWER": ["连接已接受，但 5 秒内没有响应接入校验", "确认注册了 GET 的处理函数，并且结束了响应"],
  "HANDSHAKE-QUOTED": [
    "返回的 echostr 带引号：被当作 JSON 返回了",
    "按纯文本返回（FastAPI 用 PlainTextResponse，Express 用 res.send 发送字符串）",
  ],
  "HANDSHAKE-BOM": ["返回的 echostr 前面有 BOM", "源文件及其引入的文件都保存为无 BOM 的 UTF-8；echostr 之前不要输出任何内容"],
  "HANDSHAKE-WHITESPACE": ["返回的 echostr 前后有换行或空格", "输出时不要换行（print 会加换行），程序标签之外不要有内容"],
  "HANDSHAKE-NUMBER": ["echostr 被当作数字读取，末尾几位丢失", "把 echostr 当作文本：它有 19 位，浮点数存不下"],
  "HANDSHAKE-ALTERED": ["接入校验的响应不是 echostr 本身", "把 echostr 原样作为整个响应体返回；如果响应里是错误，核对 Token"],
  "HANDSHAKE-ESCAPED": ["含特殊字符的 echostr 返回时变了样", "查询参数只解码一次，不要去空白、不要转义，以 text/plain 返回"],
  "HANDSHAKE-SLOW": ["接入校验用时超过一秒", "先响应接入校验，再加载其他内容；会休眠的实例要保持唤醒"],
  "HANDSHAKE-TYPE": [
    "返回 echostr 的 Content-Type 不是 text/plain，或没有",
    "用 text/plain：否则浏览器可能执行 echostr 里的内容",
  ],
  "HANDSHAKE-UNSIGNED": ["请求没有用 Token 签名，却返回了 echostr", "GET 也要校验签名：否则谁都能把这个地址填成自己的公众号地址"],
  "HANDSHAKE-SCRIPT": [
    "任何人的 echostr 都以 HTML 返回：指向这个地址的链接能在这里执行脚本",
    "先校验签名，以 text/plain 返回 echostr",
  ],
  "TEXT-REFUSED": ["按微信方式签名的文本消息没有被接受", "核对两边的 Token、模式、密钥和 appid；原因见服务器日志"],
  "UNSIGNED-ANSWERED": ["签名缺失或错误的消息得到了回复：任何人都能伪造消息", "所有模式下，每个 POST 都要先校验签名再读请求体"],
  "FORGED-INDISTINCT": ["伪造的消息与正确的消息得到同样的响应，可能已被处理", "用 403 之类的状态码拒绝；如果已经拒绝，这样也便于区分"],
  "PLAIN-ANSWERED": ["公众号是安全模式，明文消息却得到了回复", "以配置的模式为准，不以请求为准：没有 <Encrypt> 就拒绝"],
  "COMPAT-PLAIN-ANSWERED": [
    "兼容模式下没有 <Encrypt> 的消息得到了回复：加密形同虚设",
    "兼容模式也要求 msg_signature 和 <Encrypt>，或改用安全模式",
  ],
  "COMPAT-FIELDS-BELIEVED": ["兼容模式下采用了 <Encrypt> 旁边的明文字段，而它们没有签名", "只读 <Encrypt> 里面的消息"],
  "MSG-SIGNATURE-UNCHECKED": [
    "msg_signature 缺失或错误的加密消息得到了回复",
    "先用 Token、timestamp、nonce 和 <Encrypt> 的内容校验 msg_signature",
  ],
  "OLD-TIMESTAMP-ANSWERED": ["一天前签名的请求仍被接受，见过一次的人永远可以重放", "拒绝与时钟相差太大的时间戳，例如 10 分钟（微信没有规定）"],
  "PADDING-UNCHECKED": ["填充不合法的消息被解密并得到回复", "拒绝不合法的填充：长度须为 1～32，每个字节都等于这个长度"],
  "LENGTH-UNCHECKED": ["长度字段不合法的消息被解密并得到回复", "按无符号数读取，大于后面数据的长度就拒绝"],
  "APPID-UNCHECKED": ["为别的 appid 加密的消息得到了回复", "解密后核对消息末尾的 appid 是否为本公众号"],
  "ENTITY-EXPANDED": [
    "消息里声明的实体被展开：很小的请求体就能占满内存",
    "XML 解析器拒绝 DOCTYPE（Python 用 defusedxml）；微信从不发送",
  ],
  "EXTERNAL-ENTITY": ["读取了外部实体：消息能读取文件、访问内网地址", "拒绝 DOCTYPE，关闭解析器的外部实体和网络访问"],
  "REPLY-INJECTED": ["用户文本里的 ]]> 结束了回复的 CDATA，后面的内容成了 XML", "值里的每个 ]]> 写成 ]]]]><![CDATA[>"],
  "OPENID-INJECTED": [
    "FromUserName 里的 ]]> 结束了回复的 CDATA，后面的内容成了 XML",
    "值里的每个 ]]> 写成 ]]]]><![CDATA[>，包括收发双方的名字",
  ],
  "CONTROL-CHARACTER-REFUSED": [
    "含控制字符的文本没有得到回复，而微信确实会推送这种文本",
    "在 XML 解析之前去掉 U+0001～U+001F，保留制表符和换行",
  ],
  "CDATA-END-REFUSED": ["微信原样保留了 ]]> 的文本（XML 格式不良）没有得到回复", "把文本里单独的 ]]> 当作文本：实际见过微信这样推送"],
  "UNKNOWN-FIELD-REFUSED": ["含有文档之外字段的文本没有得到回复；微信会增加这种字段", "忽略不认识的元素，包括嵌套的"],
  "BOM-REFUSED": ["前面有 BOM 的消息没有得到回复", "解析之前去掉请求体开头的 U+FEFF"],
  "TEXT-GARBLED": ["返回的字符乱码：请求体被分段解码，或没有按 UTF-8 解码", "先收齐字节，再一次按 UTF-8 解码；数据库用 utf8mb4"],
  "MALFORMED-ANSWERED": ["格式不良的 XML 消息得到了正常回复", "解析器不能完整读完的就拒绝"],
  "SERVER-ERROR": ["微信不会发送的请求使服务器内部出错（状态码 5xx）", "有意识地以 400 或 403 拒绝；意料之外的错误可能让工作只做了一半"],
  "DETAILS-LEAKED": [
    "对错误请求的响应暴露了服务器内部信息：调用栈或文件路径",
    "关闭调试模式（NODE_ENV=production、DEBUG=False），把错误写进日志",
  ],
  "REPEAT-REFUSED": ["重复推送被拒绝：第一次推送处理太慢时，用户收不到回复", "不要拒绝出现过的 nonce 或签名；用消息 id 识别重复推送"],
  "REPEAT-EMPTY": ["重复推送没有回复：第一次推送处理太慢时，用户收不到回复", "重复推送返回第一次的回复；微信重试正是因为没有收到回复"],
  "REPEAT-DIFFERS": [
    "同一消息的几次推送得到不同回复：处理函数每次都执行了",
    "每条消息只执行一次处理函数（MsgId、发送者、CreateTime），各次推送共用结果",
  ],
  "ANSWER-SLOW": ["响应用时超过 3 秒，而微信只等 5 秒", "先响应再做耗时的工作，或让几次推送共用一次执行"],
  "BODY-UNLIMITED": ["5 MB 的请求体被读取并接受；微信的只有几 KB", "在服务器或前面的代理里限制请求体，1 MB 以内"],
  "METHOD-IGNORED": ["用 POST 以外的方法发送的消息得到了回复", "只响应 GET 和 POST，其他方法返回 405"],
  "KEEP-ALIVE-BROKEN": ["同一连接上的第二个请求没有得到正确响应", "被拒绝的请求体要读完或丢弃，Content-Length 要正确"],
  "SLOW-CLIENT-BLOCKS": ["几个连接慢速发送时，其他请求都得不到响应", "改用异步服务，或前面放一个收齐整个请求的代理"],
  "SLOW-CLIENT-HELD": ["没有发完的请求占用连接超过 13 秒", "给请求头和请求体设置时限，例如 10 秒"],
  "SERVER-CRASHED": ["服务器退出了：这个请求之后无法连接", "捕获解析和解密的错误，包括流的回调里的错误"],
  "SERVER-GONE": ["服务器 5 秒内没有恢复，其余项目无法测试", "退出后自动重启（systemd、pm2、容器的重启策略）"],
  "SERVER-STUCK": ["这个请求之后服务器不再响应任何请求", "限制解析的深度、大小和用时"],
  "CONNECTION-DROPPED": ["连接被关闭，没有响应：可能有工作进程退出了", "查看服务器日志；对错误的请求返回状态码"],
  "CUT-SHORT": ["检查时间用完，没有测完", "用 --seconds 延长时间，或用 --only 只测一部分"],
};
