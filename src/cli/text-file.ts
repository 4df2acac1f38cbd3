/**
 * Files that somebody wrote with an editor: a byte order mark is read past, and UTF-16, which Notepad and
 * the `>` of PowerShell write, is refused by name.
 *
 * @module
 */
import { decodeUtf8 } from "../protocol/xml.ts";

const BOM = [0xef, 0xbb, 0xbf] as const;

/**
 * The text in the bytes of a file.
 *
 * @throws Error that says what came instead of UTF-8
 *
 * @example
 * decodeText(Buffer.from("\uFEFFPORT=80")); // "PORT=80"
 */
export function decodeText(bytes: Uint8Array): string {
  const text = withoutMark(bytes);
  try {
    return decodeUtf8(text);
  } catch (cause) {
    throw new Error("text in UTF-8 expected, got something else, such as GBK: save it as UTF-8", { cause });
  }
}

/**
 * The bytes behind the mark, for a file whose text need not be UTF-8 everywhere.
 *
 * @throws Error for UTF-16
 */
export function withoutMark(bytes: Uint8Array): Uint8Array {
  if (isUtf16(bytes)) {
    throw new Error("text in UTF-8 expected, got UTF-16: save it as UTF-8 (PowerShell: Out-File -Encoding utf8)");
  }
  return BOM.every((byte, index) => bytes[index] === byte) ? bytes.subarray(BOM.length) : bytes;
}

/** It begins with its own mark, or with a letter of ASCII, one of whose two bytes is 0. */
function isUtf16([first, second]: Uint8Array): boolean {
  if (first === undefined || second === undefined) return false;
  if (first === 0xff || first === 0xfe) return first + second === 0xff + 0xfe;
  return (first === 0) !== (second === 0);
}
