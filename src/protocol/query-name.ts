/**
 * The name that other readers of a query would see in a name that is written in an unusual way.
 * What each of them does:
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

/** Whether every reader takes a name for what it is: true of all that WeChat sends. */
export function isOrdinaryName(name: string): boolean {
  return ORDINARY.test(name);
}

const ORDINARY = /^[a-z0-9_-]*$/;

/**
 * The name that the most forgiving reader would see. It is only compared with known names, so it
 * need not be right for others.
 *
 * @example
 * foldName("%6eonce[]"); // "nonce"
 * foldName("+msg.signature"); // "msg_signature"
 */
export function foldName(name: string): string {
  const head = decodeBytes(name).replace(/\0.*$/s, "");
  const text = head.replace(/^[\s[\]]+/, "").trimEnd().toLowerCase();
  const closed = text.includes("]") ? text.replace(/[[\]].*$/s, "") : text;
  const plain = closed.endsWith("[") ? closed.slice(0, -1) : closed;
  return plain.trimEnd().replace(/[.\s[]/g, "_");
}

/** Bytes as characters: all that matters here is ASCII. What is no encoding stands for itself. */
function decodeBytes(name: string): string {
  return name
    .replaceAll("+", " ")
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
