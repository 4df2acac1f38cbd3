/**
 * The token in use: kept, shared through the store, renewed before it ends, replaced when it was
 * ended from outside.
 *
 * However many calls need a new token at once, one request is sent: in a process they wait for the
 * same promise, and among processes for a claim in the store.
 *
 * @module
 */
import { messageOf } from "../errors.ts";
import { Claim } from "../store/claim.ts";
import { isObject, parseJson } from "../store/written.ts";
import type { ApiParts } from "./parts.ts";
import { TOO_SHORT_MS } from "./token-source.ts";
import type { Token, TokenKind } from "./token-source.ts";

/** Gives tokens to call with. */
export interface Tokens {
  /** A token: at once, as long as there is one. */
  get(): Promise<Token>;
  /**
   * Another token in place of one that the platform refused.
   *
   * @returns `undefined` if none can be fetched now
   */
  replace(refused: string): Promise<Token | undefined>;
}

/** Whose tokens, and where they come from. */
export interface TokenSource {
  readonly kind: TokenKind;
  /** The account's name in the store. */
  readonly account: string;
  /** Gets a token from the platform. */
  readonly fetchToken: (force: boolean) => Promise<Token>;
}

/** Longer than a request for a token may take. */
export const TOKEN_LEASE_MS = 30_000;
/** The platform's own limit for force_refresh; it also keeps the quota of classic tokens. */
const REPLACE_EVERY_MS = 30_000;
const POLL_MS = 100;
/** A process that holds the claim for longer was killed, or hangs. */
const WAIT_FOR_OTHERS_MS = 5000;
const RETRY_RENEWAL_MS = 10_000;

export class AccessTokens implements Tokens {
  readonly #source: TokenSource;
  readonly #parts: ApiParts;
  readonly #key: string;
  #current: Token | undefined;
  /** A token that the platform no longer accepts: it is not used again, even if the store still has it. */
  #refused: string | undefined;
  #flight: Promise<Token> | undefined;
  #replacements = 0;
  #replacedAt = Number.NEGATIVE_INFINITY;
  #noRenewalBefore = 0;

  constructor(source: TokenSource, parts: ApiParts) {
    this.#source = source;
    this.#parts = parts;
    this.#key = `access_token ${source.kind} ${source.account}`;
  }

  async get(): Promise<Token> {
    const now = this.#parts.clock.now();
    const current = this.#current;
    if (current === undefined || current.token === this.#refused) return this.#obtain();
    if (now >= current.expiresAt - TOO_SHORT_MS) return this.#obtain();
    if (now >= current.renewAt && now >= this.#noRenewalBefore) {
      this.#noRenewalBefore = now + RETRY_RENEWAL_MS;
      this.#obtain().catch((error: unknown) => this.#warnOfRenewal(error));
    }
    return current;
  }

  /** Gives none where one was replaced moments ago. */
  async replace(refused: string): Promise<Token | undefined> {
    await this.#flight?.catch(() => {});
    const current = this.#current;
    if (current !== undefined && current.token !== refused) return current;
    this.#refused = refused;
    const token = await this.#obtain();
    return token.token === refused ? undefined : token;
  }

  /** One request at a time, for all callers. */
  #obtain(): Promise<Token> {
    this.#flight ??= this.#share()
      .then((token) => {
        this.#current = token;
        return token;
      })
      .finally(() => {
        this.#flight = undefined;
        this.#refused = undefined;
      });
    return this.#flight;
  }

  /** From the store if another process has put one there; else from the platform, under a claim. */
  async #share(): Promise<Token> {
    const { owner, clock } = this.#parts;
    // A classic token fetched past the others would end theirs; a stable one is the same for all.
    const isAlone = this.#source.kind === "classic";
    const since = clock.now();
    const claim = this.#claim(this.#key, owner(), TOKEN_LEASE_MS);
    let found: Token | undefined;
    const isOver = async (): Promise<boolean> => {
      found = await this.#read();
      // Somebody else is renewing it; it need not be waited for.
      return found !== undefined || (!isAlone && clock.now() >= since + WAIT_FOR_OTHERS_MS);
    };
    let isOurs: boolean;
    try {
      const stored = await this.#read();
      if (stored !== undefined && clock.now() < stored.renewAt) return stored;
      isOurs = await claim.wait({ everyMs: POLL_MS, isOver });
    } catch (error) {
      if (isAlone) throw error;
      return this.#fetch();
    }
    if (!isOurs) return found ?? this.#fetchAndWrite();
    return this.#renew().finally(() => claim.release());
  }

  /** A new token, while the claim is ours; the old one if a new one cannot be fetched and it is still valid. */
  async #renew(): Promise<Token> {
    const stored = await this.#read();
    if (stored !== undefined && this.#parts.clock.now() < stored.renewAt) return stored;
    return this.#fetchAndWrite().catch((error: unknown) => {
      if (stored === undefined || !this.#isGood(stored)) throw error;
      this.#warnOfRenewal(error);
      return stored;
    });
  }

  async #fetchAndWrite(): Promise<Token> {
    const fresh = await this.#fetch();
    if (fresh.token !== this.#refused) await this.#write(fresh);
    return fresh;
  }

  /** A token from the platform; the refused one when another may not be asked for now. */
  async #fetch(): Promise<Token> {
    const { kind, fetchToken } = this.#source;
    const refused = this.#refused;
    const current = this.#current;
    const asksForNew = refused !== undefined && kind === "classic";
    if (asksForNew && current !== undefined && !(await this.#mayReplace())) return current;
    const token = await fetchToken(false).catch(async (error: unknown) => {
      // Nothing was replaced: the next call may try.
      if (asksForNew) {
        this.#replacedAt = Number.NEGATIVE_INFINITY;
        await this.#replacement.release();
      }
      throw error;
    });
    if (token.token !== refused || !(await this.#mayReplace())) return token;
    // It is ended, and the platform still hands it out.
    return fetchToken(true);
  }

  /** One replacement in a while, among all who share the store. */
  async #mayReplace(): Promise<boolean> {
    const now = this.#parts.clock.now();
    if (now < this.#replacedAt + REPLACE_EVERY_MS) return false;
    this.#replacements += 1;
    const may = await this.#replacement.take().catch(() => true);
    if (may) this.#replacedAt = now;
    return may;
  }

  /** The latest one. Each has an owner of its own, for the owner of a claim would get it again. */
  get #replacement(): Claim {
    const owner = `${this.#parts.owner()} ${this.#replacements}`;
    return this.#claim(`${this.#key} replaced`, owner, REPLACE_EVERY_MS);
  }

  #claim(key: string, owner: string, leaseMs: number): Claim {
    const { store, clock } = this.#parts;
    return new Claim({ store, clock, key, owner, leaseMs });
  }

  /** The token that is shared, if it is one to use; it may be time to renew it. */
  async #read(): Promise<Token | undefined> {
    const stored = tokenIn(await this.#parts.store.get(this.#key));
    return stored !== undefined && this.#isGood(stored) ? stored : undefined;
  }

  /** Whether to call with it, now. */
  #isGood({ token, expiresAt, renewAt }: Token): boolean {
    const until = Math.max(renewAt, expiresAt - TOO_SHORT_MS);
    return token !== this.#refused && this.#parts.clock.now() < until;
  }

  async #write(token: Token): Promise<void> {
    const { store, clock } = this.#parts;
    const leftMs = Math.max(1, Math.floor(token.expiresAt - clock.now()));
    try {
      await store.set(this.#key, JSON.stringify(token), leftMs);
    } catch (error) {
      this.#warn(`The access_token could not be shared: ${messageOf(error)}`);
    }
  }

  #warnOfRenewal(error: unknown): void {
    this.#warn(`The access_token could not be renewed yet: ${messageOf(error)}`);
  }

  #warn(message: string): void {
    this.#parts.log({ level: "warn", event: "notice", message });
  }
}

/** The value in the store; another program may have written it. */
function tokenIn(text: string | undefined): Token | undefined {
  const value = parseJson(text);
  const { token, expiresAt, renewAt } = isObject(value) ? value : {};
  const isToken =
    typeof token === "string" && typeof expiresAt === "number" && typeof renewAt === "number";
  return isToken ? { token, expiresAt, renewAt } : undefined;
}
