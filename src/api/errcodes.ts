/**
 * What the errcodes of the API mean for whoever has to mend them. WeChat's own `errmsg` is often a
 * riddle ("api unauthorized"), and 40001 alone has three causes.
 *
 * Only codes that a callback bot meets are here; of all others the `errmsg` is shown as it came.
 *
 * @module
 */

/** The token that a call was made with is not, or no longer, good: a fresh one may help. */
export const TOKEN_ERRCODES: readonly number[] = [40001, 40014, 42001];

/** The platform is busy; the same call may go through a moment later. */
export const BUSY_ERRCODE = -1;

/** The account may not call this API at all. */
export const NO_RIGHT_ERRCODE = 48001;

/** There is no menu. */
export const NO_MENU_ERRCODE = 46003;

/**
 * A sentence for each code: what is wrong, and what to do. Plain strings: with a constant in one of
 * them a bundler could not tell that this table has no effect, and would keep it.
 */
export const ERRCODES: Readonly<Record<number, string>> = {
  "-1": "WeChat is busy; try again a little later",
  40001:
    "The access_token or the AppSecret is not right: when getting a token compare WECHAT_SECRET with " +
    "mp.weixin.qq.com → 设置与开发 → 开发接口管理, otherwise something else gets tokens of this account without sharing them",
  40002: "The grant_type is not right; check what stands between here and WeChat, WECHAT_API_BASE first",
  40003: "The openid is none of this account's followers; each account has openids of its own",
  40013: "The AppID is not right; compare WECHAT_APPID with the console",
  40014: "The access_token is none that WeChat knows",
  40033: "The request must be plain UTF-8, without \\u escapes",
  40125: "The AppSecret is not right; compare WECHAT_SECRET with mp.weixin.qq.com → 设置与开发 → 开发接口管理, and reset it there if it is lost",
  40164: "This machine's address is not on the IP white list; add it at mp.weixin.qq.com → 设置与开发 → 开发接口管理 → IP白名单",
  40201: "The account has no callback URL; set it in the console first",
  40202: "The action must be dns, ping or all",
  40203: "The operator must be CHINANET, UNICOM, CAP or DEFAULT",
  41002: "The AppID is missing; set WECHAT_APPID",
  41004: "The AppSecret is missing; set WECHAT_SECRET",
  42001: "The access_token has ended; a new one is needed",
  43004: "The person does not follow the account, so it cannot write to them",
  45002: "The message is too long; send it in several",
  45008: "The message may hold one article only",
  45009: "The calls of this API are used up for today; wait until midnight, or clear the quota (10 times a month)",
  45011: "Too many calls of this API within a minute; wait a minute",
  45015: "The person has not written within the last 48 hours, or no longer follows the account, so it cannot write to them",
  45047:
    "Too many messages to this person since they last did something: five follow a message of " +
    "theirs, three a click on the menu, a follow or a scan",
  45072: "The command must be Typing or CancelTyping",
  45080: "The person has done nothing within the last 30 seconds, so no typing state can be shown",
  45081: "The typing state is already shown",
  46003: "The account has no menu",
  48001:
    "The account has no right to this API: most are for verified accounts (认证) only; the list is " +
    "at mp.weixin.qq.com → 设置与开发 → 开发接口管理 → 接口权限",
  48002: "The person has switched messages from this account off",
  48004: "The API is banned for this account; the console's messages (通知中心) say why and for how long",
  48006: "The quota can be cleared ten times a month, and that is used up",
  50002: "The account is restricted; the console's messages (通知中心) say why",
  50005: "The person does not follow the account",
  61024: "The account is managed by a third-party platform and must use its tokens",
  89503:
    "The call came from an address that is new to WeChat: an administrator of the account has to " +
    "confirm it on their phone; a refusal blocks the address for an hour",
};

/**
 * The addresses that a refusal with 40164 names: `invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in
 * whitelist`.
 */
function refusedAddress(errmsg: string): string | undefined {
  const [, v4, v6] = /invalid ip ([\da-fA-F.:]+)(?: ipv6 ([\da-fA-F.:]+))?/.exec(errmsg) ?? [];
  if (v4 === undefined) return undefined;
  return v6 === undefined || v6.endsWith(v4) ? v4 : `${v4} or ${v6}`;
}

/** @returns the sentence for a code; `undefined` when there is nothing to add to its `errmsg` */
export function explainErrcode(errcode: number, errmsg: string): string | undefined {
  const sentence = ERRCODES[errcode];
  const address = errcode === 40164 ? refusedAddress(errmsg) : undefined;
  if (sentence === undefined || address === undefined) return sentence;
  return sentence.replace("This machine's address", `This machine's address ${address}`);
}
