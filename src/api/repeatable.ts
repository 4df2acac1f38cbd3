/**
 * Which calls may be sent twice, when the first may or may not have arrived.
 *
 * A GET only reads, except two that use up a code. Of the other calls only the idempotent ones are listed
 * here; all others, above all sending a message, are made once.
 *
 * @module
 */
const REPEATABLE_POSTS: ReadonlySet<string> = new Set([
  "/cgi-bin/stable_token",
  "/cgi-bin/callback/check",
  "/cgi-bin/material/batchget_material",
  "/cgi-bin/material/get_material",
  "/cgi-bin/media/upload",
  "/cgi-bin/menu/create",
  "/cgi-bin/menu/trymatch",
  "/cgi-bin/message/custom/typing",
  "/cgi-bin/openapi/quota/get",
  "/cgi-bin/openapi/rid/get",
  "/cgi-bin/qrcode/create",
  "/cgi-bin/tags/getidlist",
  "/cgi-bin/user/info/batchget",
  "/cgi-bin/user/tag/get",
  "/wxa/getwxacodeunlimit",
]);

/** What these are given is good once: sent again it would be refused, and the answer is lost. */
const ONCE_ONLY_GETS: ReadonlySet<string> = new Set(["/sns/oauth2/access_token", "/sns/jscode2session"]);

/** Whether a call may be repeated without asking what became of the first. */
export function isRepeatable(method: "GET" | "POST", path: string): boolean {
  return method === "GET" ? !ONCE_ONLY_GETS.has(path) : REPEATABLE_POSTS.has(path);
}
