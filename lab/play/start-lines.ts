/**
 * What the server says at its start, in either language: the port is read from it, and none of it is shown,
 * since it is for whoever sets up a real account.
 *
 * @module
 */

const LISTENS = /^echostr \S+ (?:listens on port|正在监听端口) (\d+)[;；]/;

const START_LINES: readonly RegExp[] = [
  LISTENS,
  /^(?:Paste into the account's settings|请填写到公众号后台)/,
  /^ {2}(?:URL|Token|EncodingAESKey|消息加解密方式|\(WeChat calls ports|（微信只访问|curl)/,
  /^(?:Try it here; the signature|可在本机测试（签名)/,
  /^(?:Stopped\.|已停止。)$/,
  // Play sets all of them; an older server does not know the newest.
  /^(?:WECHAT_\w+ is (?:no|not a) setting of echostr\.|echostr 没有名为 WECHAT_\w+ 的设置。)$/,
  /^$/,
];

/** The port on which the server takes messages; `undefined` for every other line. */
export function portIn(line: string): number | undefined {
  const port = LISTENS.exec(line)?.[1];
  return port === undefined ? undefined : Number(port);
}

export function isStartLine(line: string): boolean {
  return START_LINES.some((pattern) => pattern.test(line));
}
