/**
 * From a delivery's body to the message inside, proven to come from WeChat.
 *
 * The mode that the account is configured for decides what is demanded. What the request says of
 * itself (`encrypt_type`, the form of its body) never lowers that; it only helps to name the cause
 * of a refusal.
 *
 * @module
 */
import type { Account } from "./account.ts";
import type { Admitted } from "./admit.ts";
import { EchostrError } from "./errors.ts";
import { decryptWithAny, readEncrypt } from "./protocol/encryption.ts";
import type { AesKey } from "./protocol/encryption.ts";
import type { CallbackQuery } from "./protocol/query.ts";
import { checkMsgSignature, checkSignature, checkTimestamp } from "./protocol/signature.ts";
import { decodeUtf8, parseXml } from "./protocol/xml.ts";
import type { XmlElement } from "./protocol/xml.ts";

/** The message, and what the reply is to be sealed with (nothing in plain mode). */
export interface OpenedBody {
  readonly source: string | XmlElement;
  readonly seal: Seal | undefined;
}

/** What worked for the request, and must be used for its reply. */
export interface Seal {
  readonly key: AesKey;
  readonly token: string;
  readonly nonce: string;
}

/**
 * @throws EchostrError for every way in which a body is not what the account's mode demands
 */
export function openBody(
  account: Account,
  admitted: Admitted,
  body: string | Uint8Array,
): OpenedBody {
  return account.mode === "plain"
    ? openPlain(admitted.query, body)
    : openEncrypted(account, admitted, body);
}

/** Its signature, which does not cover the body, was checked before the body was read. */
function openPlain(query: CallbackQuery, body: string | Uint8Array): OpenedBody {
  if (query.encrypt_type !== undefined && query.encrypt_type !== "raw") throw encryptedBody();
  const root = parseXml(readText(body));
  if (hasChild(root, "Encrypt") && !hasChild(root, "MsgType")) throw encryptedBody();
  return { source: root, seal: undefined };
}

function openEncrypted(
  account: Account,
  { query, receivedAt }: Admitted,
  body: string | Uint8Array,
): OpenedBody {
  if (query.msg_signature === undefined && query.signature !== undefined) {
    checkSignature(account.tokens, query);
    throw msgSignatureMissing(account, body);
  }
  const encrypted = readEncrypt(readText(body));
  if (encrypted === undefined) throw plainBody(account);
  const token = checkMsgSignature(account.tokens, query, encrypted);
  const { message, key } = decryptWithAny(encrypted, account.keys, account.appId);
  refuseJson(message);
  checkTimestamp(query, receivedAt, account.clockSkewMs);
  return { source: message, seal: { key, token, nonce: query.nonce ?? "" } };
}

function readText(body: string | Uint8Array): string {
  const text = typeof body === "string" ? body : decodeUtf8(body);
  if (!/\S/.test(text)) throw new EchostrError("BODY_EMPTY", "Body expected, got an empty one");
  refuseJson(text);
  return text;
}

function refuseJson(text: string): void {
  if (!/^\s*[{[]/.test(text)) return;
  throw new EchostrError(
    "BODY_JSON",
    "Body must be XML, got JSON: 数据格式 of the account's settings must be XML",
  );
}

function hasChild(root: XmlElement, name: string): boolean {
  return root.children.some((child) => child.name === name);
}

function encryptedBody(): EchostrError {
  return new EchostrError(
    "BODY_ENCRYPTED",
    "Body must be plain in plain mode, got an encrypted one: set the key and the appid, " +
      "or choose 明文模式 in the account's settings",
  );
}

function plainBody(account: Account): EchostrError {
  return new EchostrError(
    "BODY_PLAIN",
    `Body must be encrypted in ${account.mode} mode, got a plain one: choose ` +
      `${account.mode === "safe" ? "安全模式" : "兼容模式"} in the account's settings`,
  );
}

/** The request knows the token, so it is worth telling the operator what is wrong with it. */
function msgSignatureMissing(account: Account, body: string | Uint8Array): EchostrError {
  const text = typeof body === "string" ? body : decodeUtf8(body);
  refuseJson(text);
  if (!text.includes("<Encrypt>")) return plainBody(account);
  return new EchostrError(
    "MSG_SIGNATURE_MISSING",
    `Parameter msg_signature expected in ${account.mode} mode, got signature alone`,
  );
}
