/** The ways in which a request is refused for what it says, with the cause the log must name. */

import type { BotOptions } from "../../src/index.ts";
import type { Sent } from "../support/http.ts";
import { wireEncrypt, wireEncryptFrame } from "../support/wire.ts";
import {
  ACCOUNT,
  type Account,
  OTHER_KEY,
  type Query,
  encryptFor,
  encryptedDelivery,
  message,
  nowInSeconds,
  plainDelivery,
  safeDelivery,
  textMessage,
  verification,
  wrap,
} from "./platform.ts";
import { PLAIN, SAFE } from "./serving.ts";

export interface Refusal {
  /** How the account's owner would describe what happened. */
  readonly what: string;
  readonly code: string | readonly string[];
  readonly status: number;
  readonly options: BotOptions;
  readonly request: Sent;
}

const HELLO = textMessage("hello");
const UNSIGNED: Query = { signature: undefined, timestamp: undefined, nonce: undefined };
/** An account whose token our bots do not know. */
export const STRANGER: Account = { ...ACCOUNT, token: "t0kenOfAnotherAccount" };
const THREE_HOURS_AGO = String(Number(nowInSeconds()) - 10_800);
const NESTED = `<xml>${"<a>".repeat(40)}${"</a>".repeat(40)}</xml>`;

/** A frame whose last bytes are no padding. */
const UNPADDED = wireEncryptFrame(Buffer.alloc(64, 0xff), ACCOUNT.encodingAesKey);
const OVERLONG = wireEncrypt(HELLO, { ...ACCOUNT, lengthField: 0x7fffffff });

export const REFUSALS: readonly Refusal[] = [
  {
    what: "a handshake with no signature at all",
    code: "SIGNATURE_MISSING",
    status: 403,
    options: PLAIN,
    request: verification(ACCOUNT, "x", UNSIGNED),
  },
  {
    what: "a message with no signature at all, as the official debugging tool sends it",
    code: "SIGNATURE_MISSING",
    status: 403,
    options: PLAIN,
    request: plainDelivery(ACCOUNT, HELLO, UNSIGNED),
  },
  {
    what: "a handshake with another token",
    code: "SIGNATURE_MISMATCH",
    status: 403,
    options: PLAIN,
    request: verification(STRANGER, "x"),
  },
  {
    what: "a message with another token",
    code: "SIGNATURE_MISMATCH",
    status: 403,
    options: PLAIN,
    request: plainDelivery(STRANGER, HELLO),
  },
  {
    what: "a message with another token in safe mode",
    code: "SIGNATURE_MISMATCH",
    status: 403,
    options: SAFE,
    request: safeDelivery(STRANGER, HELLO),
  },
  {
    what: "a plain message with another token in safe mode",
    code: "SIGNATURE_MISMATCH",
    status: 403,
    options: SAFE,
    request: plainDelivery(STRANGER, HELLO),
  },
  {
    what: "a clock that is off by three hours",
    code: "TIMESTAMP_SKEW",
    status: 403,
    options: PLAIN,
    request: plainDelivery(ACCOUNT, HELLO, { timestamp: THREE_HOURS_AGO }),
  },
  {
    what: "a clock that is off by three hours in safe mode",
    code: "TIMESTAMP_SKEW",
    status: 403,
    options: SAFE,
    request: safeDelivery(ACCOUNT, HELLO, { timestamp: THREE_HOURS_AGO }),
  },
  {
    what: "signature where msg_signature was due",
    code: "MSG_SIGNATURE_MISSING",
    status: 403,
    options: SAFE,
    request: safeDelivery(ACCOUNT, HELLO, { msg_signature: undefined }),
  },
  {
    what: "an account in plain mode that delivers to a bot in safe mode",
    code: "BODY_PLAIN",
    status: 403,
    options: SAFE,
    request: plainDelivery(ACCOUNT, HELLO),
  },
  {
    what: "an account in safe mode that delivers to a bot without a key",
    code: "BODY_ENCRYPTED",
    status: 403,
    options: PLAIN,
    request: safeDelivery(ACCOUNT, HELLO),
  },
  {
    what: "the appid of another account",
    code: "DECRYPT_APPID",
    status: 403,
    options: SAFE,
    request: safeDelivery({ ...ACCOUNT, appId: "wx0000000000000000" }, HELLO),
  },
  {
    what: "the key of another account",
    code: ["DECRYPT_PADDING", "DECRYPT_FRAME", "DECRYPT_APPID"],
    status: 403,
    options: SAFE,
    request: safeDelivery({ ...ACCOUNT, encodingAesKey: OTHER_KEY }, HELLO),
  },
  {
    what: "a cipher text that is not base64",
    code: "DECRYPT_BASE64",
    status: 403,
    options: SAFE,
    request: encryptedDelivery(ACCOUNT, "!!!!", wrap("!!!!")),
  },
  {
    what: "a cipher text that is not made of whole blocks",
    code: "DECRYPT_LENGTH",
    status: 403,
    options: SAFE,
    request: encryptedDelivery(ACCOUNT, "AAAA", wrap("AAAA")),
  },
  {
    what: "a padding that is none",
    code: "DECRYPT_PADDING",
    status: 403,
    options: SAFE,
    request: encryptedDelivery(ACCOUNT, UNPADDED, wrap(UNPADDED)),
  },
  {
    what: "a frame that claims to be longer than it is",
    code: "DECRYPT_FRAME",
    status: 403,
    options: SAFE,
    request: encryptedDelivery(ACCOUNT, OVERLONG, wrap(OVERLONG)),
  },
  {
    what: "JSON instead of XML",
    code: "BODY_JSON",
    status: 400,
    options: PLAIN,
    request: plainDelivery(ACCOUNT, ` {"MsgType":"text"}`),
  },
  {
    what: "JSON instead of XML around the cipher text",
    code: "BODY_JSON",
    status: 400,
    options: SAFE,
    request: encryptedDelivery(ACCOUNT, encryptFor(ACCOUNT, HELLO), `{"Encrypt":"x"}`),
  },
  {
    what: "JSON instead of XML under the encryption",
    code: "BODY_JSON",
    status: 400,
    options: SAFE,
    request: safeDelivery(ACCOUNT, `{"MsgType":"text"}`),
  },
  {
    what: "an end tag of another element",
    code: "XML_INVALID",
    status: 400,
    options: PLAIN,
    request: plainDelivery(ACCOUNT, "<xml>\n  <Content>hello</Contents>\n</xml>"),
  },
  {
    what: "an end tag of another element under the encryption",
    code: "XML_INVALID",
    status: 400,
    options: SAFE,
    request: safeDelivery(ACCOUNT, "<xml><Content>hello</xml>"),
  },
  {
    what: "a document type",
    code: "XML_DOCTYPE",
    status: 400,
    options: PLAIN,
    request: plainDelivery(ACCOUNT, `<!DOCTYPE xml [<!ENTITY a "b">]>${HELLO}`),
  },
  {
    what: "a document type under the encryption",
    code: "XML_DOCTYPE",
    status: 400,
    options: SAFE,
    request: safeDelivery(ACCOUNT, `<!DOCTYPE xml>${HELLO}`),
  },
  {
    what: "elements 40 deep",
    code: "XML_LIMIT",
    status: 400,
    options: PLAIN,
    request: plainDelivery(ACCOUNT, NESTED),
  },
  {
    what: "XML that is no message",
    code: "MESSAGE_INVALID",
    status: 400,
    options: PLAIN,
    request: plainDelivery(ACCOUNT, "<xml><action>CheckContainerPath</action></xml>"),
  },
  {
    what: "a message without its sender",
    code: "MESSAGE_INVALID",
    status: 400,
    options: PLAIN,
    request: plainDelivery(ACCOUNT, message({ MsgType: "image" }).replace(/<From.*\n/, "")),
  },
  {
    what: "an empty body",
    code: "BODY_EMPTY",
    status: 400,
    options: PLAIN,
    request: plainDelivery(ACCOUNT, ""),
  },
  {
    what: "a query that cannot be read",
    code: "QUERY_INVALID",
    status: 400,
    options: PLAIN,
    request: { target: "/wx?signature=%zz" },
  },
];
