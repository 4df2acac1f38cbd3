/**
 * An access_token from elsewhere: many companies have one service that gets the tokens of all their accounts,
 * and any other program that asks WeChat for one would invalidate its tokens. A function asks that service,
 * and the AppSecret stays there.
 *
 * @module
 */
import { kindOf, messageOf } from "../errors.ts";
import { numberOf } from "../options.ts";
import type { Tokens } from "./access-tokens.ts";
import { answerInvalid, fieldsOf } from "./api-error.ts";
import { Deadline } from "./deadline.ts";
import { hideTokens } from "./hidden.ts";
import type { ApiParts } from "./parts.ts";
import { TOO_SHORT_MS } from "./token-source.ts";
import type { Token } from "./token-source.ts";
import { UnreachableError } from "./unreachable-error.ts";

/** The argument of the function. */
export interface TokenAsk {
  /** The token that it gave last and that WeChat no longer takes: another one is needed. */
  readonly refused?: string | undefined;
  /** Aborts when no call waits any more. Pass it to `fetch`. */
  readonly signal: AbortSignal;
}

/** What the function gives: with a time, which is in milliseconds since 1970, it is kept until then. */
export type GivenToken = string | { readonly token: string; readonly expiresAt?: number | undefined };

/** Gives the account's access_token. */
export type TokenProvider = (ask: TokenAsk) => GivenToken | Promise<GivenToken>;

/** What is earlier is in seconds. It is the year 1973. */
const EARLIEST_MS = 100_000_000_000;

const NAME = "the function token";

export class TokensFromElsewhere implements Tokens {
  readonly #provider: TokenProvider;
  readonly #limitMs: number;
  readonly #parts: ApiParts;
  #current: Token | undefined;
  #flight: Promise<Token> | undefined;

  /** @param limitMs how long the function may take */
  constructor(provider: TokenProvider, limitMs: number, parts: ApiParts) {
    this.#provider = provider;
    this.#limitMs = limitMs;
    this.#parts = parts;
  }

  async get(): Promise<Token> {
    const current = this.#current;
    const isGood = current !== undefined && this.#parts.clock.now() < current.renewAt;
    return isGood ? current : this.#ask(undefined);
  }

  async replace(refused: string): Promise<Token | undefined> {
    await this.#flight?.catch(() => {});
    const current = this.#current;
    if (current !== undefined && current.token !== refused) return current;
    this.#current = undefined;
    const token = await this.#ask(refused);
    return token.token === refused ? undefined : token;
  }

  /** Asks once, however many calls need a token at this moment. */
  #ask(refused: string | undefined): Promise<Token> {
    this.#flight ??= this.#call(refused)
      .then((given) => {
        const token = this.#toToken(given);
        // One that was refused is not kept, though it is given again.
        this.#current = token.token === refused ? undefined : token;
        return token;
      })
      .finally(() => {
        this.#flight = undefined;
      });
    return this.#flight;
  }

  async #call(refused: string | undefined): Promise<GivenToken> {
    const deadline = new Deadline(this.#parts.clock, this.#limitMs, undefined);
    return deadline.during(async ({ signal }) => {
      try {
        return await deadline.race(Promise.resolve(this.#provider({ refused, signal })));
      } catch (error) {
        if (signal.aborted) {
          throw new UnreachableError(NAME, `it took longer than ${this.#limitMs} ms`, false);
        }
        throw new UnreachableError(NAME, `it failed: ${said(error, refused)}`, false);
      }
    });
  }

  #toToken(given: GivenToken): Token {
    const now = this.#parts.clock.now();
    const { token, expiresAt = now } = typeof given === "string" ? { token: given } : Object(given);
    if (typeof token !== "string" || token === "" || NO_TOKEN.test(token)) {
      throw invalid(given, token);
    }
    if (typeof expiresAt !== "number" || !(expiresAt >= EARLIEST_MS)) {
      const got = numberOf(expiresAt);
      throw answerInvalid(`expiresAt of ${NAME} must be in milliseconds since 1970, got ${got}`);
    }
    return { token, expiresAt, renewAt: expiresAt - TOO_SHORT_MS };
  }
}

/** Its own words, without what may be secret: an address has its query, and tokens are long. */
function said(error: unknown, refused: string | undefined): string {
  const [words = ""] = messageOf(error).split("?");
  const hidden = refused === undefined ? words : words.replaceAll(refused, "…");
  return hideTokens(hidden).slice(0, 300) || "it says nothing";
}

function invalid(given: unknown, token: unknown): Error {
  let got = kindOf(given);
  if (typeof token === "string") got = token === "" ? "an empty text" : whatText(token);
  else if (got === "object") got = `the fields: ${fieldsOf(Object(given))}`;
  return answerInvalid(`${NAME} must give a text or { token, expiresAt }, got ${got}`);
}

/** What services answer as a whole where the token stands in it, and what no query holds. */
const NO_TOKEN = /^["'{[<]|\s/;

function whatText(token: string): string {
  return /^["'{[<]/.test(token) ? "a text of JSON or a page: read the token out of it" : "a text with space in it";
}
