/**
 * The errors of the interfaces, by number.
 *
 * @module
 */

const SENTENCES = {
  "-1": "system error",
  40001: "invalid credential, access_token is invalid or not latest",
  40002: "invalid grant_type",
  40003: "invalid openid",
  40004: "invalid media type",
  40005: "invalid file type",
  40006: "invalid media size",
  40007: "invalid media_id",
  40008: "invalid message type",
  40013: "invalid appid",
  40014: "invalid access_token",
  40016: "invalid button size",
  40017: "invalid button type",
  40018: "invalid button name size",
  40019: "invalid button key size",
  40020: "invalid button url size",
  40023: "invalid sub button size",
  40024: "invalid sub button type",
  40025: "invalid sub button name size",
  40026: "invalid sub button key size",
  40027: "invalid sub button url size",
  40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
  40035: "invalid parameter",
  40053: "invalid action info",
  40066: "invalid url",
  40125: "invalid appsecret",
  40164: "invalid ip, not in whitelist",
  40201: "callback url not exist",
  40202: "invalid action",
  40203: "invalid check_operator",
  41001: "access_token missing",
  41002: "appid missing",
  41004: "appsecret missing",
  41005: "media data missing",
  41006: "media_id missing",
  41009: "openid missing",
  42001: "access_token expired",
  43001: "require GET method",
  43002: "require POST method",
  44002: "empty post data",
  44004: "empty content",
  45002: "content size out of limit",
  45008: "article size out of limit",
  45009: "reach max api daily quota limit",
  45011: "api minute-quota reach limit, must slower, retry next minute",
  45015: "response out of time limit or subscription is canceled",
  45047: "out of response count limit",
  45072: "invalid command",
  45080: "has no recent interaction with user",
  45081: "already in typing status",
  46003: "menu no exist",
  47001: "data format error",
  48001: "api unauthorized",
  48006: "forbid to clear quota because of reaching the limit",
  65301: "no such conditional menu",
  65303: "there is no selfmenu, please create selfmenu first",
  65304: "match rule empty",
  65400: "please enable new custom service, or wait for a while if you have enabled",
  76021: "cgi_path not found, please check",
} as const;

/** Numbers of errors that this side of the interfaces knows. */
export type ApiErrorCode = keyof typeof SENTENCES;

/** Thrown by what answers a call, and answered as WeChat answers it. */
export class ApiFailure extends Error {
  readonly errcode: number;

  /**
   * @param hint what WeChat adds to the sentence, such as the field that is missing
   * @param sentence where it is not the usual one
   */
  constructor(code: ApiErrorCode, hint: string = "", sentence: string = SENTENCES[code]) {
    super(hint === "" ? sentence : `${sentence} hint: [${hint}]`);
    this.errcode = Number(code);
  }

  override get name(): string {
    return "ApiFailure";
  }
}

/** What WeChat says with a code. */
export function sentenceOf(errcode: number): string {
  return Object.entries(SENTENCES).find(([code]) => code === String(errcode))?.[1] ?? "refused";
}
