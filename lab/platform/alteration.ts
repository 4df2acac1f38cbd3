/**
 * Makes a delivery wrong on purpose, to see what a server does about it.
 *
 * @module
 */
import type { Alteration, LabAccount, SignedDelivery } from "./types.ts";

/** The account as which an altered delivery is signed. */
export function alteredAccount(account: LabAccount, alter: Alteration): LabAccount {
  return alter.token === undefined ? account : { ...account, token: alter.token };
}

/** The delivery with another body. On purpose the signatures stay the same. */
export function alteredDelivery(sealed: SignedDelivery, alter: Alteration): SignedDelivery {
  if (alter.body !== undefined) return { ...sealed, body: alter.body };
  return alter.tamper === true ? { ...sealed, body: tamper(sealed.body) } : sealed;
}

const PLACES = {
  xml: {
    cipher: /<Encrypt><!\[CDATA\[([^\]]+)/,
    content: /(?<=<(?:Content|EventKey|MediaId)><!\[CDATA\[)[^\]]/,
  },
  json: { cipher: /"Encrypt":"([^"]+)/, content: /(?<="(?:Content|EventKey|MediaId)":")[^"]/ },
};

/**
 * Another character in the middle of `<Encrypt>`, where no checksum but `msg_signature` would find
 * it; in plain mode, where nothing covers the body, another first character of the content.
 */
function tamper(body: string): string {
  const { cipher, content } = body.startsWith("{") ? PLACES.json : PLACES.xml;
  const encrypted = cipher.exec(body);
  const place =
    encrypted?.[1] === undefined
      ? body.search(content)
      : encrypted.index + encrypted[0].length - Math.floor(encrypted[1].length / 2);
  if (place < 0) return body;
  const other = body[place] === "A" ? "B" : "A";
  return body.slice(0, place) + other + body.slice(place + 1);
}
