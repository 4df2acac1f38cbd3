/**
 * The probes of a check, in Chinese: what each sends. Those that are named after a kind of message or event
 * keep its name.
 *
 * @module
 */

const NAMES: Readonly<Record<string, string>> = {
  // handshake
  "the handshake": "接入校验",
  "an echostr with special characters": "含特殊字符的 echostr",
  "a handshake without a query but for echostr": "只有 echostr 参数的接入校验",
  "a handshake without signature": "没有 signature 的接入校验",
  "a handshake with a wrong signature": "signature 错误的接入校验",
  "a handshake signed with an empty token": "用空 Token 签名的接入校验",
  "a handshake signed with a token of examples": "用示例 Token 签名的接入校验",
  "a handshake with encrypt_type and msg_signature": "带 encrypt_type 和 msg_signature 的接入校验",
  "a handshake whose parameters are lists": "参数为数组的接入校验",
  "an unsigned handshake whose echostr is HTML": "没有签名、echostr 是 HTML 的接入校验",
  "a handshake that was signed a day ago": "一天前签名的接入校验",
  // refusals
  "an ordinary text": "普通文本",
  "a message without a query": "没有查询参数的消息",
  "a message without signature": "没有 signature 的消息",
  "a message with a wrong signature": "signature 错误的消息",
  "a message with an empty signature": "signature 为空的消息",
  "a message signed with another token": "用别的 Token 签名的消息",
  "a message signed with an empty token": "用空 Token 签名的消息",
  "a message signed with a token of examples": "用示例 Token 签名的消息",
  "a plain message with encrypt_type=raw": "带 encrypt_type=raw 的明文消息",
  "a plain message with encrypt_type=aes": "带 encrypt_type=aes 的明文消息",
  "a plain message with encrypt_type=aes and a wrong msg_signature":
    "带 encrypt_type=aes、msg_signature 错误的明文消息",
  "a message whose parameters are lists": "参数为数组的消息",
  "a body with another root, encrypt_type=aes and a wrong msg_signature":
    "根元素不同、带 encrypt_type=aes、msg_signature 错误的请求体",
  "an encrypted message without any signature": "没有任何签名的加密消息",
  "an encrypted message without msg_signature": "没有 msg_signature 的加密消息",
  "an encrypted message with a wrong msg_signature": "msg_signature 错误的加密消息",
  "an encrypted message with signature in the place of msg_signature":
    "以 signature 代替 msg_signature 的加密消息",
  "an encrypted message with the msg_signature of another one": "msg_signature 属于另一条消息的加密消息",
  "a plain message with a right signature": "签名正确的明文消息",
  "plain fields that differ from those inside <Encrypt>": "与 <Encrypt> 内容不一致的明文字段",
  "a message that was signed a day ago": "一天前签名的消息",
  // kinds
  "an unknown kind": "未知类型的消息",
  "an unknown event (event_of_tomorrow)": "未知的事件（event_of_tomorrow）",
  // repeats
  "a message delivered again, with the same query and with a new one": "用相同和新的查询参数再次推送的消息",
  "a message delivered three times at once, and again": "同时推送三次、之后再推送一次的消息",
  // text
  "a text with U+0002": "含 U+0002 的文本",
  "a text with ]]> as WeChat sometimes leaves it": "含未转义 ]]> 的文本",
  "a text with emoji": "含 emoji 的文本",
  "a body that comes in two pieces": "分两段到达的请求体",
  "a text of 700 characters": "700 个字符的文本",
  "a text that is XML with ]]> in it": "内容为 XML、含 ]]> 的文本",
  "a FromUserName with ]]> in it": "含 ]]> 的 FromUserName",
  "a text with unknown fields": "含未知字段的文本",
  "a message behind a byte order mark": "前面有 BOM 的消息",
  // encryption
  "padding of zeros": "值为 0 的填充",
  "padding that says 33": "值为 33 的填充",
  "padding that says 255": "值为 255 的填充",
  "padding whose bytes differ": "各字节不一致的填充",
  "a length field of -1": "长度字段为 -1",
  "a length field larger than the frame": "长度字段大于整帧",
  "the appid of another account": "别的公众号的 appid",
  "no appid": "没有 appid",
  "an <Encrypt> that is no base64": "不是 base64 的 <Encrypt>",
  "an empty <Encrypt>": "空的 <Encrypt>",
  "an <Encrypt> of 15 bytes": "15 字节的 <Encrypt>",
  "an <Encrypt> of one block of noise": "只有一个随机块的 <Encrypt>",
  "an <Encrypt> that is cut off": "被截断的 <Encrypt>",
  "an encrypted frame that is too short": "太短的加密帧",
  "an encrypted message of no bytes": "内容为空的加密消息",
  "an encrypted message that is no XML": "内容不是 XML 的加密消息",
  "an encrypted JSON message": "内容是 JSON 的加密消息",
  "an encrypted message with another root": "根元素不同的加密消息",
  "a text of a follower whose openid is shorter by 16": "openid 短 16 个字符的用户发来的文本",
  // xml
  "a body that is cut off": "被截断的请求体",
  "a body with an element that is closed by another": "标签交叉的请求体",
  "an empty body": "空的请求体",
  "a body of blanks": "只有空白的请求体",
  "a body that is text": "内容为纯文本的请求体",
  "a body with another root": "根元素不同的请求体",
  "a body with an empty root": "根元素为空的请求体",
  "a JSON body": "JSON 请求体",
  "bytes that are no UTF-8": "不是 UTF-8 的字节",
  "a message without MsgType": "没有 MsgType 的消息",
  "a message without FromUserName": "没有 FromUserName 的消息",
  "a message whose fields are nested": "字段里还有元素的消息",
  "elements nested 20000 deep": "嵌套 20000 层的元素",
  "a message with an entity of its own": "声明了内部实体的消息",
  "a message with an external entity": "带外部实体的消息",
  // http
  "PUT with a right message": "用 PUT 发送的正确消息",
  "PATCH with a right message": "用 PATCH 发送的正确消息",
  "DELETE with a right message": "用 DELETE 发送的正确消息",
  "HEAD with the query of a handshake": "用 HEAD 发送的接入校验",
  "OPTIONS with the query of a handshake": "用 OPTIONS 发送的接入校验",
  "a visit without a query": "没有查询参数的访问",
  "a query that cannot be decoded": "无法解码的查询参数",
  "a query of 10,000 characters": "10,000 个字符的查询参数",
  "a body of 5 MB": "5 MB 的请求体",
  "a body of 5 MB that does not say its length": "没有长度的 5 MB 请求体",
  "a handshake on a connection on which a message was refused": "同一连接上，消息被拒绝之后的接入校验",
  // slow
  "6 connections that send half a request": "6 个只发一半请求的连接",
  "requests that send a byte a second and never end": "每秒只发一个字节、不会结束的请求",
};

/** @returns the name in Chinese; as it is where it names a kind */
export function probeNameZh(name: string): string {
  return NAMES[name] ?? name;
}
