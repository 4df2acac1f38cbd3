/**
 * What both adapters refuse in the same words: methods, and bodies that are too much.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";

/** For the header `Allow`. */
export const ALLOWED_METHODS = "GET, HEAD, POST";

export function methodNotAllowed(method: string | undefined): EchostrError {
  const message = `Method must be one of ${ALLOWED_METHODS}, got ${method}`;
  return new EchostrError("METHOD_NOT_ALLOWED", message);
}

/**
 * Refuses a body by its encoding.
 *
 * @throws EchostrError `BODY_COMPRESSED`
 */
export function checkEncoding(encoding: string | null | undefined): void {
  if (!encoding || encoding.toLowerCase() === "identity") return;
  throw new EchostrError("BODY_COMPRESSED", `Body must not be compressed, got ${encoding}`);
}

export function bodyTooLarge(limitBytes: number, got: string): EchostrError {
  return new EchostrError("BODY_TOO_LARGE", `Body must be at most ${limitBytes} bytes, got ${got}`);
}

export function unsignedTooLarge(limitBytes: number, got: string): EchostrError {
  const message =
    `Body must be at most ${limitBytes} bytes where signature does not show that it is from ` +
    `WeChat, got ${got}`;
  return new EchostrError("BODY_TOO_LARGE", message);
}

export function bodyInPieces(pieces: number, size: number): EchostrError {
  const message = `Body must come in chunks of more bytes, got ${pieces} chunks for ${size} B`;
  return new EchostrError("BODY_PIECES", message);
}

export function bodyTooSlow(timeoutMs: number, size: number): EchostrError {
  const message = `Body must arrive within ${timeoutMs / 1000} s, got ${size} B`;
  return new EchostrError("BODY_TIMEOUT", message);
}
