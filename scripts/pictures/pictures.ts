/**
 * The pictures of docs/protocol.md, by the path of their file.
 *
 * @module
 */
import { drawSequence } from "./sequence.ts";
import type { Sequence } from "./sequence.ts";

const SEQUENCES: Readonly<Record<string, Sequence>> = {
  "handshake.svg": {
    title:
      "The handshake: WeChat sends signature, timestamp, nonce and echostr by GET; the server " +
      "computes the signature, and answers 200 with the echostr if it is right, else 403",
    left: "WeChat",
    right: "Your server",
    steps: [
      { on: "left", text: "somebody presses 提交" },
      { from: "left", text: "GET signature, timestamp, nonce, echostr" },
      { on: "right", text: "sha1(sort(Token, timestamp, nonce))" },
      { on: "right", text: "equal to signature?" },
      { from: "right", text: "yes: 200, echostr and nothing else" },
      { on: "left", text: "the settings are saved" },
      { from: "right", text: "no: 403, without the echostr" },
      { on: "left", text: "the settings are not saved" },
    ],
  },
  "handshake.zh-CN.svg": {
    title:
      "接入校验：微信用 GET 发来 signature、timestamp、nonce、echostr；服务器计算签名，" +
      "正确就用 200 返回 echostr，不正确就返回 403",
    left: "微信",
    right: "你的服务器",
    steps: [
      { on: "left", text: "在公众平台点击「提交」" },
      { from: "left", text: "GET signature, timestamp, nonce, echostr" },
      { on: "right", text: "sha1(sort(Token, timestamp, nonce))" },
      { on: "right", text: "与 signature 相同？" },
      { from: "right", text: "相同：200，响应体只有 echostr" },
      { on: "left", text: "保存成功" },
      { from: "right", text: "不同：403，不返回 echostr" },
      { on: "left", text: "保存失败" },
    ],
  },
  "retries.svg": {
    title:
      "The retries: a handler takes 12 seconds; WeChat drops delivery 1 after 5 seconds and " +
      "delivery 2 after 10, and delivery 3 gets the answer at 12 seconds",
    left: "WeChat",
    right: "Your server",
    steps: [
      { from: "left", text: "delivery 1", at: "0.0 s" },
      { on: "right", text: "the handler starts", at: "0.0 s" },
      { from: "left", text: "dropped: no answer in 5 s", isDropped: true, at: "5.0 s" },
      { from: "left", text: "delivery 2: the same message", at: "5.0 s" },
      { on: "right", text: "waits for the same handler", at: "5.0 s" },
      { from: "left", text: "dropped", isDropped: true, at: "10.0 s" },
      { from: "left", text: "delivery 3: the last one", at: "10.0 s" },
      { on: "right", text: "the handler is done", at: "12.0 s" },
      { from: "right", text: "200, the reply", at: "12.0 s" },
    ],
  },
  "retries.zh-CN.svg": {
    title:
      "重试：处理函数需要 12 秒；微信在 5 秒时断开第 1 次推送，10 秒时断开第 2 次，" +
      "第 3 次推送在 12 秒时得到响应",
    left: "微信",
    right: "你的服务器",
    steps: [
      { from: "left", text: "第 1 次推送", at: "0.0 s" },
      { on: "right", text: "处理函数开始执行", at: "0.0 s" },
      { from: "left", text: "5 秒没有响应，断开", isDropped: true, at: "5.0 s" },
      { from: "left", text: "第 2 次推送：同一条消息", at: "5.0 s" },
      { on: "right", text: "等同一个处理函数", at: "5.0 s" },
      { from: "left", text: "断开", isDropped: true, at: "10.0 s" },
      { from: "left", text: "第 3 次推送：最后一次", at: "10.0 s" },
      { on: "right", text: "处理函数完成", at: "12.0 s" },
      { from: "right", text: "200，回复", at: "12.0 s" },
    ],
  },
};

/** Path from the root of the project, and the text of the file. */
export const PICTURES: ReadonlyMap<string, string> = new Map(
  Object.entries(SEQUENCES).map(([name, sequence]) => [
    `docs/pictures/${name}`,
    drawSequence(sequence),
  ]),
);
