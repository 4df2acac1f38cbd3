/**
 * Tokens for the interfaces, given out in two ways that know nothing of each other.
 *
 * `token` makes a new one with each call; the one before it works for five more minutes, and older
 * ones no longer. That is how processes take each other's tokens away. `stable_token` hands out the
 * same one for as long as it has five minutes left; with `force_refresh` it makes a new one and the
 * old one ends at once, twenty times a day and not twice in thirty seconds.
 *
 * @module
 */
import type { Clock } from "../../src/clock.ts";
import { randomText } from "../platform/identifiers.ts";
import { jsonOf, textIn } from "./api-call.ts";
import type { ApiCall } from "./api-call.ts";
import { ApiFailure } from "./api-errors.ts";

/** Whose tokens they are. */
export interface Credentials {
  readonly appId: string;
  /** Any is accepted when not given. */
  readonly appSecret?: string | undefined;
  /** How long a token is good. Default 7,200,000. */
  readonly tokenLifeMs?: number | undefined;
}

/**
 * How tokens end from outside: another program has asked for new ones (`replaced`), or they are no
 * good any more and `stable_token` goes on giving the dead one until it is told to refresh (`stuck`).
 */
export type TokenEnd = "replaced" | "stuck";

/** What is answered. */
export interface GivenToken {
  readonly access_token: string;
  readonly expires_in: number;
}

interface Token {
  readonly value: string;
  readonly expiresAt: number;
}

const LIFE_MS = 7_200_000;
const OVERLAP_MS = 300_000;
const DAY_MS = 86_400_000;
const REFRESH_PAUSE_MS = 30_000;
const TOKENS_A_DAY = 2000;
const REFRESHES_A_DAY = 20;

export class AccessTokens {
  readonly #clock: Pick<Clock, "now">;
  readonly #credentials: Credentials;
  /** The current one of `token`, and the one before it. */
  #classic: readonly Token[] = [];
  /** The current one of `stable_token`, and in its last five minutes the one before it. */
  #stable: readonly Token[] = [];
  /** Every one that was ever good, to tell an old token from an invented one. */
  readonly #known = new Set<string>();
  /** Those that are refused though their time is not over. */
  readonly #ended = new Set<string>();
  #calls: readonly number[] = [];
  #refreshes: readonly number[] = [];
  /** The addresses from which tokens may be asked for (IP 白名单). Default: all. */
  allowedIps: readonly string[] | undefined;
  /** Where calls seem to come from. */
  callerIp: string = "127.0.0.1";
  /** What a wrong secret is refused with: 40125, or 40001 as older documents have it. */
  wrongSecret: 40125 | 40001 = 40125;

  constructor(credentials: Credentials, clock: Pick<Clock, "now">) {
    this.#credentials = credentials;
    this.#clock = clock;
  }

  /** Every token that was ever given out. */
  get all(): readonly string[] {
    return [...this.#known];
  }

  /** When `token` was called, and when `force_refresh` was, in the last day before the last call. */
  get calls(): { readonly classic: readonly number[]; readonly forced: readonly number[] } {
    return { classic: this.#calls, forced: this.#refreshes };
  }

  /** Ends the tokens that are good now. */
  end(how: TokenEnd = "replaced"): void {
    for (const { value } of [...this.#classic, ...this.#stable]) this.#ended.add(value);
    if (how === "stuck") return;
    this.#classic = this.#classic.slice(0, 1).map(() => this.#make());
    this.#stable = this.#stable.slice(0, 1).map(() => this.#make());
  }

  /** GET `token`. */
  give({ query }: ApiCall): GivenToken {
    const read = (name: string): string => query.get(name) ?? "";
    this.#checkCredentials(read("grant_type"), read("appid"), read("secret"));
    const now = this.#clock.now();
    this.#calls = this.#calls.filter((at) => at > now - DAY_MS);
    if (this.#calls.length >= TOKENS_A_DAY) throw new ApiFailure(45009);
    this.#calls = [...this.#calls, now];
    const before = this.#classic
      .slice(0, 1)
      .map(({ value, expiresAt }) => ({ value, expiresAt: Math.min(expiresAt, now + OVERLAP_MS) }));
    const token = this.#make();
    this.#classic = [token, ...before];
    return answer(token, now);
  }

  /** POST `stable_token`. */
  async giveStable(call: ApiCall): Promise<GivenToken> {
    const fields = await jsonOf(call);
    const read = (name: string): string => textIn(fields, name);
    this.#checkCredentials(read("grant_type"), read("appid"), read("secret"));
    const now = this.#clock.now();
    const isForced = fields["force_refresh"] === true;
    return answer(isForced ? this.#refreshed(now) : this.#renewed(now), now);
  }

  /** @throws ApiFailure 40001, 40014, 41001, 42001 */
  check(value: string | null): void {
    if (value === null || value === "") throw new ApiFailure(41001);
    if (!/^[\w-]+$/.test(value)) throw new ApiFailure(40014);
    const now = this.#clock.now();
    const token = [...this.#classic, ...this.#stable].find((each) => each.value === value);
    if (this.#ended.has(value)) throw new ApiFailure(40001, "replaced by a later one");
    if (token !== undefined && token.expiresAt > now) return;
    const isReplaced = token !== undefined && token === this.#classic[1];
    if (token !== undefined && !isReplaced) throw new ApiFailure(42001);
    throw new ApiFailure(40001, this.#known.has(value) ? "replaced by a later one" : "");
  }

  /** In its last five minutes the old one and the new one both work. */
  #renewed(now: number): Token {
    const [current] = this.#stable;
    if (current !== undefined && current.expiresAt - now > OVERLAP_MS) return current;
    const token = this.#make();
    this.#stable = current === undefined ? [token] : [token, current];
    return token;
  }

  #refreshed(now: number): Token {
    this.#refreshes = this.#refreshes.filter((at) => at > now - DAY_MS);
    if (this.#refreshes.length >= REFRESHES_A_DAY) throw new ApiFailure(45009);
    if (this.#refreshes.some((at) => at > now - REFRESH_PAUSE_MS)) throw new ApiFailure(45011);
    this.#refreshes = [...this.#refreshes, now];
    const token = this.#make();
    this.#stable = [token];
    return token;
  }

  #make(): Token {
    const value = `${Math.floor(this.#clock.now() / 1000)}_${randomText(124)}`;
    this.#known.add(value);
    const { tokenLifeMs = LIFE_MS } = this.#credentials;
    return { value, expiresAt: this.#clock.now() + tokenLifeMs };
  }

  #checkCredentials(grantType: string, appId: string, secret: string): void {
    const { appSecret } = this.#credentials;
    if (grantType !== "client_credential") throw new ApiFailure(40002);
    if (appId === "") throw new ApiFailure(41002);
    if (appId !== this.#credentials.appId) throw new ApiFailure(40013);
    if (secret === "") throw new ApiFailure(41004);
    if (appSecret !== undefined && secret !== appSecret) throw new ApiFailure(this.wrongSecret);
    const ip = this.callerIp;
    if (this.allowedIps?.includes(ip) ?? true) return;
    throw new ApiFailure(40164, "", `invalid ip ${ip} ipv6 ::ffff:${ip}, not in whitelist`);
  }
}

function answer(token: Token, now: number): GivenToken {
  return { access_token: token.value, expires_in: Math.floor((token.expiresAt - now) / 1000) };
}
