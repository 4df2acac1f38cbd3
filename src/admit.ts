/**
 * What can be judged of a request before its body is read: the query, and in plain mode, whose
 * signature does not cover the body, the signature and its time. A stranger's body is then not kept.
 *
 * In compat and safe mode only the body shows whether WeChat sent it. There `signature`, which
 * WeChat sends in every mode, is looked at when a body asks for more than a stranger is given.
 *
 * @module
 */
import type { Account } from "./account.ts";
import { EchostrError } from "./errors.ts";
import { parseCallbackQuery } from "./protocol/query.ts";
import type { CallbackQuery } from "./protocol/query.ts";
import { checkSignature, checkTimestamp } from "./protocol/signature.ts";

/** Reads a header, whatever the case of its name. `Headers` of fetch is one. */
export interface HeaderReader {
  get(name: string): string | null | undefined;
}

/** A request before its body. */
export interface CallbackHead {
  /** `GET` verifies the server, `POST` delivers a message. */
  readonly method: "GET" | "POST";
  /** As it stands in the request, without the `?`. */
  readonly query: string;
  /** Where the host has them: a request that says of itself that it cannot be read is refused. */
  readonly headers?: HeaderReader | undefined;
  /** Our clock, in milliseconds since 1970. */
  readonly receivedAt: number;
}

/** A request whose query has passed what its body does not matter for. */
export class Admitted {
  readonly method: "GET" | "POST";
  readonly query: CallbackQuery;
  readonly receivedAt: number;
  readonly #account: Account;
  /** `undefined` until somebody asks. */
  #isSigned: boolean | undefined;

  /**
   * @throws EchostrError `BODY_COMPRESSED`, `QUERY_INVALID`, and in plain mode and of a GET
   *   `SIGNATURE_MISSING`, `SIGNATURE_MISMATCH`, `TIMESTAMP_SKEW`
   */
  constructor(account: Account, head: CallbackHead) {
    this.method = head.method;
    this.receivedAt = head.receivedAt;
    this.#account = account;
    if (head.method === "POST") refuseCompressed(head.headers?.get("content-encoding"));
    this.query = parseCallbackQuery(head.query);
    if (account.mode !== "plain" && head.method === "POST") return;
    this.#check();
    this.#isSigned = true;
  }

  /** Whether `signature` was made with our token, and a short while ago. */
  isSigned(): boolean {
    this.#isSigned ??= this.#passes();
    return this.#isSigned;
  }

  #passes(): boolean {
    try {
      this.#check();
      return true;
    } catch {
      return false; // Its cause is not what the request will be refused for.
    }
  }

  #check(): void {
    const { tokens, clockSkewMs } = this.#account;
    checkSignature(tokens, this.query, this.method === "GET" ? "echo" : "message");
    checkTimestamp(this.query, this.receivedAt, clockSkewMs);
  }
}

function refuseCompressed(encoding: string | null | undefined): void {
  if (!encoding || encoding.toLowerCase() === "identity") return;
  throw new EchostrError("BODY_COMPRESSED", `Body must not be compressed, got ${encoding}`);
}
