/**
 * How the platform says no: HTTP 200 and `{"errcode":40013,"errmsg":"invalid appid rid: …"}`. Its own
 * `errmsg` is often a riddle ("api unauthorized"), and 40001 alone has three causes, so a sentence says
 * what is meant and what to do. And what fails without an errcode: a call that the platform would
 * refuse, and an answer that cannot be read.
 *
 * @module
 */
import { EchostrError, kindOf } from "../errors.ts";
import { ERRCODES } from "./errcode-sentences.ts";

/** The token that a call was made with is not, or no longer, good: a fresh one may help. */
export const TOKEN_ERRCODES: readonly number[] = [40001, 40014, 42001];

/** The platform is busy; the same call may go through a moment later. */
export const BUSY_ERRCODE = -1;

/** The account may not call this API at all. */
export const NO_RIGHT_ERRCODE = 48001;

/** There is no menu. */
export const NO_MENU_ERRCODE = 46003;

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

/**
 * The addresses that a refusal with 40164 names: `invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in
 * whitelist`.
 */
function refusedAddress(errmsg: string): string | undefined {
  const [, v4, v6] = /invalid ip ([\da-fA-F.:]+)(?: ipv6 ([\da-fA-F.:]+))?/.exec(errmsg) ?? [];
  if (v4 === undefined) return undefined;
  return v6 === undefined || v6.endsWith(v4) ? v4 : `${v4} or ${v6}`;
}

/** Below `/sns/` a person's token is meant, and not the account's. */
const OF_PERSONS: Readonly<Record<number, string>> = {
  40001: "The access_token is not one of a web authorization; use the one that /sns/oauth2/access_token returned with the openid",
  40003: "The openid does not belong to the access_token; use the one that was returned with it",
  40014: "The access_token is not one of a web authorization that WeChat knows; let the user authorize again",
  41001: "The access_token is missing; put the one of the web authorization into the query",
  42001: "The access_token of the web authorization has expired; get another from /sns/oauth2/refresh_token",
  48001: "The person was asked with the scope snsapi_base; ask with snsapi_userinfo",
};

/**
 * @param path of the call
 * @returns the sentence for a code; `undefined` when there is nothing to add to its `errmsg`
 */
function explainErrcode(errcode: number, errmsg: string, path: string): string | undefined {
  const sentence = (path.startsWith("/sns/") ? OF_PERSONS[errcode] : undefined) ?? ERRCODES[errcode];
  const address = errcode === 40164 ? refusedAddress(errmsg) : undefined;
  if (sentence === undefined || address === undefined) return sentence;
  return sentence.replace("This machine's address", `This machine's address ${address}`);
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
