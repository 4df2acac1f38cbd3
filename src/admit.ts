/**
 * What an account demands of a request, before its body is read and of the body.
 *
 * The mode that the account is configured for decides. What the request says of itself
 * (`encrypt_type`, the form of its body) never lowers that; it only helps to name the cause of a
 * refusal.
 *
 * @module
 */
import type { Account } from "./account.ts";
import { EchostrError } from "./errors.ts";
import { decryptWithAny } from "./protocol/encryption.ts";
import type { AesKey } from "./protocol/encryption.ts";
import { parseJsonBody } from "./protocol/json-body.ts";
import type { BodyFormat } from "./protocol/json-body.ts";
import { textIn } from "./protocol/message.ts";
import { parseCallbackQuery } from "./protocol/query.ts";
import type { CallbackQuery } from "./protocol/query.ts";
import { checkMsgSignature, checkSignature, checkTimestamp } from "./protocol/signature.ts";
import { decodeUtf8, parseXml } from "./protocol/xml.ts";
import type { XmlElement } from "./protocol/xml.ts";

/** Reads a header, whatever the case of its name. `Headers` of fetch is one. */
export interface HeaderReader {
  get(name: string): string | null | undefined;
}

/** A request before its body. */
export interface CallbackHead {
  /** `GET` verifies the server, `POST` delivers a message. */
  readonly method: "GET" | "POST";
  /** As in the request, without the `?`. */
  readonly query: string;
  /** Where the host has them. A body that `content-encoding` calls compressed is refused. */
  readonly headers?: HeaderReader | undefined;
  /** Our clock, in milliseconds since 1970. */
  readonly receivedAt: number;
}

/**
 * A request whose query has passed the checks that do not need the body: in plain mode, where the signature
 * does not cover the body, the signature and its time. The body of an unsigned request is then not kept.
 *
 * A push of 微信云托管 has no signature. If the account takes such pushes, a header replaces it.
 *
 * In compat and safe mode only the body shows whether WeChat sent it. There `signature`, which WeChat sends in
 * every mode, is checked when a body is larger than an unsigned one may be.
 */
export class Admitted {
  readonly method: "GET" | "POST";
  readonly query: CallbackQuery;
  readonly receivedAt: number;
  /** Until when its timestamp is accepted, in milliseconds since 1970: a replay is recognised until then. */
  readonly acceptedUntil: number;
  readonly #account: Account;
  /** What vouches for it. `undefined` until somebody asks. */
  #proof: "signature" | "cloud run" | "none" | undefined;

  /**
   * @throws EchostrError `BODY_COMPRESSED`, `QUERY_INVALID`, and in plain mode and of a GET
   *   `SIGNATURE_MISSING`, `SIGNATURE_MISMATCH`, `TIMESTAMP_SKEW`
   */
  constructor(account: Account, head: CallbackHead) {
    this.method = head.method;
    this.receivedAt = head.receivedAt;
    this.#account = account;
    if (head.method === "POST") refuseCompressed(head.headers?.get("content-encoding"));
    this.query = parseCallbackQuery(head.query);
    const isCloudRun = account.cloudRun && isPushOfCloudRun(head, this.query);
    const sentAt = isCloudRun ? head.receivedAt : Number(this.query.timestamp) * 1000;
    this.acceptedUntil = sentAt + account.clockSkewMs;
    if (isCloudRun) {
      this.#proof = "cloud run";
    } else if (account.mode === "plain" || head.method === "GET") {
      this.#check();
    }
  }

  /** Whether `signature` was made with our token, and a short while ago; or it needs none. */
  isSigned(): boolean {
    try {
      if (this.#proof === undefined) this.#check();
    } catch {
      this.#proof = "none"; // Its cause is not what the request will be refused for.
    }
    return this.#proof !== "none";
  }

  /** Whether 微信云托管 asks if a path of the container takes pushes. The answer is `success`. */
  isPathCheck(root: XmlElement): boolean {
    if (this.#proof !== "cloud run") return false;
    return root.children.some(({ name, text }) => name === "action" && text === "CheckContainerPath");
  }

  /**
   * From the body of a delivery to the message inside, proven to come from WeChat.
   *
   * @throws EchostrError for every way in which a body is not what the account's mode demands
   */
  open(body: string | Uint8Array): OpenedBody {
    return this.#account.mode === "plain" ? this.#openPlain(body) : this.#openEncrypted(body);
  }

  /** Its signature, which does not cover the body, was checked before the body was read. */
  #openPlain(body: string | Uint8Array): OpenedBody {
    const { encrypt_type } = this.query;
    if (encrypt_type !== undefined && encrypt_type !== "raw") throw encryptedBody();
    const { root, format } = readDocument(this.#account, readText(body));
    const isEncrypted = textIn(root, "Encrypt") !== undefined && textIn(root, "MsgType") === undefined;
    if (isEncrypted) throw encryptedBody();
    return { root, format, seal: undefined };
  }

  #openEncrypted(body: string | Uint8Array): OpenedBody {
    const [account, query] = [this.#account, this.query];
    if (query.msg_signature === undefined && query.signature !== undefined) {
      checkSignature(account.tokens, query);
      throw msgSignatureMissing(account, body);
    }
    const outer = readDocument(account, readText(body));
    const encrypted = textIn(outer.root, "Encrypt");
    if (encrypted === undefined) throw plainBody(account);
    const token = checkMsgSignature(account.tokens, query, encrypted);
    const { message, key } = decryptWithAny(encrypted, account.keys, account.appId);
    checkTimestamp(query, this.receivedAt, account.clockSkewMs);
    const seal = { format: outer.format, key, token, nonce: query.nonce ?? "" };
    return { ...readDocument(account, message), seal };
  }

  #check(): void {
    const { tokens, clockSkewMs } = this.#account;
    checkSignature(tokens, this.query, this.method === "GET" ? "echo" : "message");
    checkTimestamp(this.query, this.receivedAt, clockSkewMs);
    this.#proof = "signature";
  }
}

/** A signed request is judged by its signature, whatever its headers are. */
function isPushOfCloudRun(head: CallbackHead, query: CallbackQuery): boolean {
  const { signature, msg_signature } = query;
  if (head.method !== "POST" || signature !== undefined || msg_signature !== undefined) return false;
  return Boolean(head.headers?.get("x-wx-source"));
}

function refuseCompressed(encoding: string | null | undefined): void {
  if (!encoding || encoding.toLowerCase() === "identity") return;
  throw new EchostrError("BODY_COMPRESSED", `Body must not be compressed, got ${encoding}`);
}

/** The message, and what its reply must be like. */
export interface OpenedBody {
  /** The root element of the message. */
  readonly root: XmlElement;
  readonly format: BodyFormat;
  /** What the reply is encrypted with: nothing in plain mode. */
  readonly seal: Seal | undefined;
}

/** What worked for the request, and must be used for its reply. */
interface Seal {
  /** The format around the cipher text. */
  readonly format: BodyFormat;
  readonly key: AesKey;
  readonly token: string;
  readonly nonce: string;
}

function readText(body: string | Uint8Array): string {
  const text = typeof body === "string" ? body : decodeUtf8(body);
  if (!/\S/.test(text)) throw new EchostrError("BODY_EMPTY", "Body expected, got an empty one");
  return text;
}

function readDocument(
  account: Account,
  text: string,
): { readonly root: XmlElement; readonly format: BodyFormat } {
  const format = formatOf(account, text);
  return { root: format === "json" ? parseJsonBody(text) : parseXml(text), format };
}

/** The account's setting decides which formats are read, not the body. */
function formatOf({ format: wanted }: Account, text: string): BodyFormat {
  // JSON begins with a bracket, which no XML does.
  const format = /^\s*[{[]/.test(text) ? "json" : "xml";
  if (wanted !== "auto" && wanted !== format) throw otherFormat(wanted);
  return format;
}

function otherFormat(wanted: BodyFormat): EchostrError {
  const isXml = wanted === "xml";
  const [name, got] = isXml ? ["XML", "JSON"] : ["JSON", "something else"];
  return new EchostrError(
    isXml ? "BODY_JSON" : "BODY_XML",
    `Body must be ${name}, got ${got}: choose ${name} as 数据格式 of the account's settings, ` +
      'or set format to "auto"',
  );
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
  const mark = formatOf(account, text) === "json" ? /"Encrypt"\s*:/ : /<Encrypt>/;
  if (!mark.test(text)) return plainBody(account);
  return new EchostrError(
    "MSG_SIGNATURE_MISSING",
    `Parameter msg_signature expected in ${account.mode} mode, got signature alone`,
  );
}
