/**
 * Why a probe is left out, as the report says it in English, and in Chinese.
 *
 * @module
 */

const REASONS = {
  "the server has not come back": "服务器没有恢复",
  "the server is on another machine: --all": "服务器在其他机器上，用 --all 才会测试",
  "the server is on another machine, and this is load": "服务器在其他机器上，不做压力测试",
  "no handshake is answered": "接入校验没有响应",
  "an ordinary text is not accepted": "普通文本没有被接受",
  "the bot takes long": "机器人响应较慢",
  "slow clients hold up the others already": "慢速连接已经影响其他请求",
  "the time is over": "时间已到",
} as const;

/** A reason that is told. */
export type SkipReason = keyof typeof REASONS;

export function skipReasonZh(reason: SkipReason): string {
  return REASONS[reason];
}
