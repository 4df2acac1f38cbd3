/**
 * Bodies are UTF-8, whatever their Content-Type says. What is not UTF-8 is refused, not repaired: a
 * repaired text would not be what was signed.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Decodes UTF-8. A byte order mark stays.
 *
 * @throws EchostrError `UTF8_INVALID`
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new EchostrError("UTF8_INVALID", "Body must be UTF-8, got other bytes", { cause });
  }
}
