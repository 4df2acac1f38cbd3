/**
 * The XML around `<Encrypt>`, in both directions.
 *
 * In, safe mode: `<xml><ToUserName/><Encrypt/></xml>`. In, compat mode: all the plain fields and
 * `<Encrypt>` beside them; only what is inside `<Encrypt>` is signed, so the plain ones are not
 * read. Out: `<Encrypt>`, `<MsgSignature>`, `<TimeStamp>`, `<Nonce>`, the signature made of the
 * reply's own parts.
 *
 * @module
 */
import { sign } from "./signature.ts";
import { splitCdataEnd } from "./reply.ts";
import { parseXml } from "./xml.ts";

/**
 * The text of `<Encrypt>` in a body; `undefined` when there is none.
 *
 * @throws XmlError, EchostrError as `parseXml` does
 */
export function readEncrypt(body: string): string | undefined {
  return parseXml(body).children.find((child) => child.name === "Encrypt")?.text;
}

/**
 * The body of an encrypted reply.
 *
 * @param encrypted base64, made by `encrypt`
 * @param timestamp unix seconds
 * @param nonce the request's
 */
export function formatEncryptedReply(
  encrypted: string,
  token: string,
  timestamp: string,
  nonce: string,
): string {
  const signature = sign(token, timestamp, nonce, encrypted);
  return (
    `<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt>` +
    `<MsgSignature><![CDATA[${signature}]]></MsgSignature>` +
    `<TimeStamp>${timestamp}</TimeStamp>` +
    `<Nonce><![CDATA[${splitCdataEnd(nonce)}]]></Nonce></xml>`
  );
}
