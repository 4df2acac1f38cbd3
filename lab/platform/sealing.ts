/**
 * What the platform does to a message before it sends it: signs the query, and in compat and safe
 * mode locks the message into `<Encrypt>`. Every step is handed out beside the result, so that the
 * inspector can show how a signature came about; nothing is computed a second time for that.
 *
 * | mode | query | body |
 * |---|---|---|
 * | plain | `signature timestamp nonce` | the message |
 * | compat | and `openid encrypt_type=aes msg_signature` | the message, and `<Encrypt>` in it |
 * | safe | the same | `<ToUserName>` and `<Encrypt>` alone |
 *
 * @module
 */
import { encrypt, parseAesKey } from "../../src/protocol/encryption.ts";
import { sign } from "../../src/protocol/signature.ts";
import { invalidInput } from "./lab-input.ts";
import { frameParts } from "./frame.ts";
import { randomNonce } from "./identifiers.ts";
import { withMember, writeJson } from "./json-format.ts";
import type { Composed, FrameParts, HashSteps, LabAccount, LabFormat, SignedDelivery } from "./types.ts";

/** What differs from one delivery to the next. */
export interface SealOptions {
  /** Seconds since 1970. */
  readonly timestamp: string | number;
  /** Drawn when not given. */
  readonly nonce?: string | undefined;
  /** 16 bytes; drawn when not given. */
  readonly random?: Uint8Array | undefined;
}

/** What the platform calls its bodies. */
export const CONTENT_TYPES: Readonly<Record<LabFormat, string>> = {
  xml: "text/xml",
  json: "application/json",
};

/**
 * Makes a message ready to be sent to an account's server.
 *
 * @throws EchostrError `LAB_INPUT_INVALID` if the mode needs a key and there is none
 *
 * @example
 * const { query, body } = seal(account, composeMessage(description, envelope), { timestamp });
 */
export function seal(
  account: LabAccount,
  composed: Composed,
  options: SealOptions,
): SignedDelivery {
  const timestamp = String(options.timestamp);
  const nonce = options.nonce ?? randomNonce();
  const { format = "xml" } = account;
  const contentType = CONTENT_TYPES[format];
  const signature = hashSteps({ token: account.token, timestamp, nonce });
  const signed = { signature: signature.sha1, timestamp, nonce };
  if (account.mode === "plain") {
    const query = new URLSearchParams(signed).toString();
    return { query, body: composed.xml, contentType, steps: { signature } };
  }
  const frame = lock(account, composed.xml, options.random);
  const msgSignature = hashSteps({ token: account.token, timestamp, nonce, encrypt: frame.base64 });
  const query = new URLSearchParams({
    ...signed,
    openid: String(composed.fields["FromUserName"] ?? ""),
    encrypt_type: "aes",
    msg_signature: msgSignature.sha1,
  });
  return {
    query: query.toString(),
    body: withEncrypt(account, composed, frame.base64),
    contentType,
    steps: { signature, msgSignature, frame },
  };
}

/** The query of the handshake that follows when an address is saved in the console. */
export function sealHandshake(
  account: Pick<LabAccount, "token">,
  options: SealOptions & { readonly echostr: string },
): { readonly query: string; readonly steps: { readonly signature: HashSteps } } {
  const timestamp = String(options.timestamp);
  const nonce = options.nonce ?? randomNonce();
  const signature = hashSteps({ token: account.token, timestamp, nonce });
  const { echostr } = options;
  const query = new URLSearchParams({ signature: signature.sha1, timestamp, nonce, echostr });
  return { query: query.toString(), steps: { signature } };
}

/** Sorts, joins and hashes; the names stay with the values, so that the order can be followed. */
export function hashSteps(named: {
  readonly token: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly encrypt?: string | undefined;
}): HashSteps {
  const parts = Object.entries(named)
    .flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]))
    .sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
  return {
    parts,
    joined: parts.map(({ value }) => value).join(""),
    sha1: sign(named.token, named.timestamp, named.nonce, named.encrypt),
  };
}

function lock(account: LabAccount, message: string, random?: Uint8Array): FrameParts {
  const { encodingAesKey, appId, mode } = account;
  if (encodingAesKey === undefined) throw invalidInput(`Mode ${mode} needs an EncodingAESKey`);
  const parts = frameParts(message, appId, random);
  const base64 = encrypt(
    message,
    parseAesKey(encodingAesKey),
    appId,
    Buffer.from(parts.random, "hex"),
  );
  return { ...parts, base64 };
}

/**
 * The body around a cipher text: alone in safe mode, beside the plain fields in compat mode.
 *
 * @param plain the message as it was before
 */
export function withEncrypt(
  { mode, format }: LabAccount,
  { xml: plain, fields }: Composed,
  base64: string,
): string {
  const official = String(fields["ToUserName"] ?? "");
  if (format === "json") {
    const besides = mode === "compat" ? plain : writeJson({ ToUserName: official });
    return withMember(besides, "Encrypt", base64);
  }
  const element = `<Encrypt><![CDATA[${base64}]]></Encrypt>\n`;
  if (mode === "compat") return plain.replace(/<\/xml>$/, () => `${element}</xml>`);
  return `<xml><ToUserName><![CDATA[${official}]]></ToUserName>\n${element}</xml>`;
}
