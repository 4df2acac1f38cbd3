/**
 * Every failure that echostr reports. There is one class and a closed set of codes: test `error.code`, not
 * `instanceof`, since an application may contain two copies of this library. `docs/errors.md` explains for
 * each code its cause and what to do.
 *
 * @module
 */

/** Settings: thrown when a bot or server is made, and by a function that is bound to a wrong trigger. */
type SettingCode =
  | "SETTING_INVALID"
  | "TOKEN_INVALID"
  | "AES_KEY_INVALID"
  | "APPID_MISSING"
  | "MODE_INVALID"
  | "BOT_FILE_INVALID"
  | "LISTEN_FAILED"
  | "EVENT_INVALID";

/** Requests: the peer is refused. With which HTTP status is decided in `server/status.ts`. */
export type RefusalCode =
  | "PATH_UNKNOWN"
  | "METHOD_NOT_ALLOWED"
  | "QUERY_INVALID"
  | "SIGNATURE_MISSING"
  | "SIGNATURE_MISMATCH"
  | "MSG_SIGNATURE_MISSING"
  | "TIMESTAMP_SKEW"
  | "BODY_PLAIN"
  | "BODY_ENCRYPTED"
  | "BODY_JSON"
  | "BODY_XML"
  | "BODY_EMPTY"
  | "BODY_TOO_LARGE"
  | "BODY_COMPRESSED"
  | "BODY_TIMEOUT"
  | "BODY_PIECES"
  | "BODY_BUSY"
  | "BODY_ABORTED"
  | "BODY_PARSED"
  | "HTTP_INVALID"
  | "UTF8_INVALID"
  | "JSON_INVALID"
  | "XML_INVALID"
  | "XML_DOCTYPE"
  | "XML_LIMIT"
  | "MESSAGE_INVALID"
  | "DECRYPT_BASE64"
  | "DECRYPT_LENGTH"
  | "DECRYPT_PADDING"
  | "DECRYPT_FRAME"
  | "DECRYPT_APPID";

/** What went wrong. */
export type ErrorCode =
  | SettingCode
  | RefusalCode
  // Answers: the bot's own code, what it answered, or somebody else who did.
  | "HANDLER_FAILED"
  | "HANDLER_TIMEOUT"
  | "ANSWER_INVALID"
  | "REPLY_INVALID"
  | "NEXT_CALLED_TWICE"
  | "RESPONSE_TAKEN"
  // Stores: the setting, a store that cannot be reached or is closed, one that answers an error.
  | "STORE_INVALID"
  | "STORE_UNAVAILABLE"
  | "STORE_FAILED"
  // The platform's API: an errcode, no answer, an invalid answer, a call that it would refuse.
  | "API_REFUSED"
  | "API_UNREACHABLE"
  | "API_ANSWER_INVALID"
  | "API_INPUT_INVALID"
  // The simulator: its input is not a valid message, account, address or transcript.
  | "LAB_INPUT_INVALID";

/**
 * An error with a code. Its message is one sentence without a full stop that says what was
 * expected and what was received; it never contains a token, a key or a valid signature.
 *
 * @example
 * try {
 *   createBot({ token: "t", encodingAesKey: "too short", appId: "wx1" });
 * } catch (error) {
 *   if ((error as EchostrError).code === "AES_KEY_INVALID") console.error(error);
 * }
 */
export class EchostrError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  override get name(): string {
    return "EchostrError";
  }
}

/** A setting, an option or a call of the bot's that cannot be meant. */
export function settingInvalid(message: string, options?: ErrorOptions): EchostrError {
  return new EchostrError("SETTING_INVALID", message, options);
}

const OUR_NAMES: readonly string[] = ["EchostrError", "XmlError", "ApiError"];

/** Whether a value is an error with a code, of this or another copy of the library. */
export function isEchostrError(thrown: unknown): thrown is EchostrError {
  return readOf(() => thrown instanceof Error && OUR_NAMES.includes(thrown.name)) ?? false;
}

/**
 * What a caught value says for itself: its message when it is an error, otherwise its text. Never
 * throws, whatever was thrown: a getter may, a Proxy may, and `Object.create(null)` has no text.
 */
export function messageOf(thrown: unknown): string {
  const text = readOf(() => String(thrown instanceof Error ? thrown.message : thrown));
  return text ?? "a value that cannot be shown";
}

/** The type of a value that a message does not show, since it may be a secret. */
export function kindOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}

/** The stack of an error; `undefined` if there is none, or it cannot be read. */
export function stackOf(thrown: unknown): string | undefined {
  const stack = readOf(() => (thrown instanceof Error ? thrown.stack : undefined));
  return typeof stack === "string" ? stack : undefined;
}

/** The code of a caught value, if it has one that can be read. */
export function codeOf(thrown: unknown): string | undefined {
  const code = readOf(() => (thrown as { code?: unknown } | null | undefined)?.code);
  return typeof code === "string" ? code : undefined;
}

/** What a log says of a caught value. Never throws; what has no code of ours is a handler's. */
export function failureOf(thrown: unknown): {
  readonly code: ErrorCode;
  readonly message: string;
  readonly stack: string | undefined;
} {
  const code = isEchostrError(thrown) ? (codeOf(thrown) as ErrorCode | undefined) : undefined;
  return {
    code: code ?? "HANDLER_FAILED",
    message: messageOf(thrown),
    stack: stackOf(thrown),
  };
}

/** What is read of a value that may throw when it is looked at. */
function readOf<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
