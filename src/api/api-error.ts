/**
 * How the platform says no: HTTP 200 and `{"errcode":40013,"errmsg":"invalid appid rid: …"}`. And what
 * fails without it: a call that it would refuse, and an answer that cannot be read.
 *
 * @module
 */
import { EchostrError, kindOf } from "../errors.ts";
import { explainErrcode } from "./errcodes.ts";

/**
 * An answer with an errcode.
 *
 * @example
 * try {
 *   await api.customerService.send(openId, "你好");
 * } catch (error) {
 *   if ((error as ApiError).errcode === 45015) console.log("no longer within 48 hours");
 * }
 */
export class ApiError extends EchostrError {
  readonly errcode: number;
  /** As the platform wrote it, without secrets. */
  readonly errmsg: string;
  /** The platform's own name for the call, for questions to its support. */
  readonly rid: string | undefined;
  /** What was called, without its query. */
  readonly path: string;

  constructor(path: string, errcode: number, errmsg: string) {
    const sentence = explainErrcode(errcode, errmsg, path);
    const says = errmsg === "" ? "WeChat says no more" : `WeChat says "${errmsg}"`;
    super(
      "API_REFUSED",
      `errcode ${errcode} from ${path}: ${sentence === undefined ? says : `${sentence}; ${says}`}`,
    );
    this.errcode = errcode;
    this.errmsg = errmsg;
    this.rid = /\brid: ?([\w-]+)/.exec(errmsg)?.[1];
    this.path = path;
  }

  override get name(): string {
    return "ApiError";
  }
}

/** Whether a value is an answer of the platform with one of these errcodes. */
export function isErrcode(thrown: unknown, errcodes: readonly number[]): thrown is ApiError {
  return (
    thrown instanceof Error &&
    thrown.name === "ApiError" &&
    errcodes.includes((thrown as ApiError).errcode)
  );
}

/** What a call was given cannot be sent. */
export function inputInvalid(message: string, options?: ErrorOptions): EchostrError {
  return new EchostrError("API_INPUT_INVALID", message, options);
}

/**
 * A text that must be there, such as an openid.
 *
 * @throws EchostrError `API_INPUT_INVALID`
 */
export function requireText(name: string, value: unknown): string {
  if (typeof value === "string" && /^\S+$/.test(value)) return value;
  const hasSpace = typeof value === "string" && value !== "";
  const got = value === "" ? "an empty one" : hasSpace ? "one with space" : kindOf(value);
  throw inputInvalid(`${name} must be a text${hasSpace ? " without space" : ""}, got ${got}`);
}

/** What came is not what the platform says that it answers. */
export function answerInvalid(message: string): EchostrError {
  return new EchostrError("API_ANSWER_INVALID", message);
}

/** A field is not there that the platform says that it answers. */
export function fieldMissing(field: string, path: string): EchostrError {
  return answerInvalid(`${field} expected from ${path}, got none`);
}

/** What is shown of an answer that is another one: the names of its fields. */
export function fieldsOf(answer: object): string {
  return Object.keys(answer).join(", ").slice(0, 200) || "none";
}
