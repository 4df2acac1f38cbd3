/**
 * The query of a callback: `signature`, `timestamp`, `nonce` always; `echostr` when WeChat verifies
 * the server; `openid`, `encrypt_type` and `msg_signature` with encrypted bodies.
 *
 * Only these are looked up, in one pass over the text: an object of all parameters would cost more
 * than the signature. A parameter that stands twice is refused, since two readers of the same
 * request could take different ones, and only one of them was signed. So is a name that another
 * reader would take for one of these although it is written otherwise:
 *
 * | Reader | Reads as `nonce`, or as `msg_signature` |
 * |---|---|
 * | all | `%6eonce` |
 * | PHP | ` nonce`, `nonce[]`, `nonce[a]`, `nonce%00x`, `msg.signature`, `msg signature`, `msg[signature` |
 * | Rack (Rails), qs (Express) | `nonce[]`, `nonce[a]`, `[nonce]`, `nonce]` |
 * | ASP.NET | `Nonce` |
 *
 * @module
 */
import { EchostrError } from "../errors.ts";

/** The parameters that mean something, decoded; `undefined` for those that did not come. */
export interface CallbackQuery {
  signature: string | undefined;
  timestamp: string | undefined;
  nonce: string | undefined;
  echostr: string | undefined;
  openid: string | undefined;
  encrypt_type: string | undefined;
  msg_signature: string | undefined;
}

/**
 * Reads the query of a request.
 *
 * @param query as in the request, without the `?`; values in form encoding
 * @throws EchostrError `QUERY_INVALID` when a parameter stands twice, is badly encoded, or has a
 *   name that only some readers take for a known one
 *
 * @example
 * parseCallbackQuery("signature=f4&timestamp=1714036504&nonce=1&echostr=%E4%BD%A0").echostr; // "你"
 */
export function parseCallbackQuery(query: string): CallbackQuery {
  const found: CallbackQuery = {
    signature: undefined,
    timestamp: undefined,
    nonce: undefined,
    echostr: undefined,
    openid: undefined,
    encrypt_type: undefined,
    msg_signature: undefined,
  };
  if (query.includes(";")) refuseAtSemicolon(query, found);
  let at = 0;
  while (at < query.length) {
    const next = query.indexOf("&", at);
    const end = next === -1 ? query.length : next;
    const parameter = query.slice(at, end);
    const equals = parameter.indexOf("=");
    const name = equals === -1 ? parameter : parameter.slice(0, equals);
    if (isKnown(name, found)) {
      if (found[name] !== undefined) {
        throw queryInvalid(`Parameter ${name} must occur once, got it twice`);
      }
      found[name] = equals === -1 ? "" : decode(name, parameter.slice(equals + 1));
    } else if (!ORDINARY_NAME.test(name)) {
      refuseOtherSpelling(name, found);
    }
    at = end + 1;
  }
  return found;
}

/** A type guard, so that no other name reaches the object. */
function isKnown(name: string, query: CallbackQuery): name is keyof CallbackQuery {
  return Object.hasOwn(query, name);
}

/** A name that every reader takes for what it is. All that WeChat sends are such. */
const ORDINARY_NAME = /^[a-z0-9_-]*$/;

/** Most values are digits, letters, `-` and `_` and need no decoding. */
function decode(name: string, value: string): string {
  if (!value.includes("%") && !value.includes("+")) return value;
  try {
    return decodeURIComponent(value.replaceAll("+", "%20"));
  } catch (cause) {
    throw queryInvalid(`Parameter ${name} must be percent-encoded UTF-8, got something else`, { cause });
  }
}

export function queryInvalid(message: string, options?: ErrorOptions): EchostrError {
  return new EchostrError("QUERY_INVALID", message, options);
}

/** `nonce[]=x` is a list to some frameworks, and `%6eonce=x` is the nonce to nearly all of them. */
function refuseOtherSpelling(name: string, query: CallbackQuery): void {
  const isList = name.startsWith(`${foldName(name)}[`);
  const problem = isList ? "be a text, got a list" : "be written so, got its name in another spelling";
  refuseKnown(name, problem, query);
}

/**
 * Some parsers treat `;` as a separator like `&`: for them `a=1;nonce=2` has a nonce, and so has `nonce;a=1`. Here
 * `;` is a character like any other, and no known parameter may stand beside it without a value.
 */
function refuseAtSemicolon(query: string, found: CallbackQuery): void {
  for (const parameter of query.split("&")) {
    const [first = "", ...others] = parameter.split(";");
    if (others.length > 0 && !first.includes("=")) refuseKnown(first, "be followed by =, got ; behind it", found);
    for (const part of others) refuseKnown(part.split("=", 1)[0] ?? "", "follow &, got it after ;", found);
  }
}

function refuseKnown(name: string, problem: string, query: CallbackQuery): void {
  const folded = foldName(name);
  if (!isKnown(folded, query)) return;
  throw queryInvalid(`Parameter ${folded} must ${problem}`);
}

/**
 * The name that the most forgiving reader would see. It is only compared with known names, so it
 * need not be right for others: `%6eonce[]` is `nonce`, and `+msg.signature` is `msg_signature`.
 */
function foldName(name: string): string {
  const head = decodeBytes(name).replace(/\0.*$/s, "");
  const text = head.replace(/^[\s[\]]+/, "").trimEnd().toLowerCase();
  const closed = text.includes("]") ? text.replace(/[[\]].*$/s, "") : text;
  const plain = closed.endsWith("[") ? closed.slice(0, -1) : closed;
  return plain.trimEnd().replace(/[.\s[]/g, "_");
}

/** Bytes as characters: only ASCII matters here. A `%` without an encoding stays as it is. */
function decodeBytes(name: string): string {
  return name
    .replaceAll("+", " ")
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
