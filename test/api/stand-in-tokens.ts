/**
 * The stand-in's two kinds of access_token, which know nothing of each other.
 *
 * A classic one (/cgi-bin/token) is new with each call. The one before works for five minutes more;
 * whoever still uses it then is refused. A stable one (/cgi-bin/stable_token) is the same with each
 * call until its last five minutes; `force_refresh` ends it at once.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { Refusal, json, readJson, textOf } from "./stand-in-wire.ts";
import type { Given, Received } from "./stand-in-wire.ts";

const DAY_MS = 86_400_000;

interface Issued {
  readonly token: string;
  /** In milliseconds since 1970. */
  until: number;
  /** Why it is refused, though its time is not over. */
  dead: boolean;
}

export interface TokenSettings {
  readonly appId: string;
  readonly secret: string;
  /** Seconds that a token is good for. */
  readonly expiresIn: number;
  readonly now: () => number;
}

export class StandInTokens {
  readonly #settings: TokenSettings;
  /** All that were ever given, so that one that is over can be told from one that never was. */
  readonly #issued = new Map<string, Issued>();
  #classic: Issued | undefined;
  #formerClassic: Issued | undefined;
  #stable: Issued | undefined;
  /** Who may ask; everybody unless told. */
  whitelist: readonly string[] | undefined;
  /** Where calls seem to come from. */
  callerIp = "1.2.3.4";
  /** What a wrong secret is refused with: 40125, or 40001 as older documents have it. */
  wrongSecret = 40125;
  /** Each call of /cgi-bin/token, and each force_refresh: when it came. */
  readonly classicCalls: number[] = [];
  readonly forcedCalls: number[] = [];

  constructor(settings: TokenSettings) {
    this.#settings = settings;
  }

  /** GET /cgi-bin/token */
  askClassic({ query, at }: Received): Given {
    this.#admit(query["grant_type"], query["appid"], query["secret"]);
    if (inLast(DAY_MS, this.classicCalls, at) >= 2000) throw new Refusal(45009);
    this.classicCalls.push(at);
    if (this.#formerClassic !== undefined) this.#formerClassic.dead = true;
    this.#formerClassic = this.#classic;
    if (this.#formerClassic !== undefined) {
      this.#formerClassic.until = Math.min(this.#formerClassic.until, at + 300_000);
    }
    this.#classic = this.#issue(at);
    return this.#given(this.#classic, at);
  }

  /** POST /cgi-bin/stable_token */
  askStable(request: Received): Given {
    const { at } = request;
    if (request.method !== "POST") throw new Refusal(43002);
    const { grant_type, appid, secret, force_refresh } = readJson(request);
    this.#admit(grant_type, appid, secret);
    if (force_refresh === true) {
      if (inLast(30_000, this.forcedCalls, at) > 0) throw new Refusal(45011);
      if (inLast(DAY_MS, this.forcedCalls, at) >= 20) throw new Refusal(45009);
      this.forcedCalls.push(at);
      if (this.#stable !== undefined) this.#stable.dead = true;
      this.#stable = this.#issue(at);
    }
    if (this.#stable === undefined || this.#stable.until - at <= 300_000) {
      this.#stable = this.#issue(at);
    }
    return this.#given(this.#stable, at);
  }

  /** Whether a call may be made with it. */
  check(token: string | undefined, at: number): void {
    if (textOf(token) === undefined) throw new Refusal(41001);
    const known = this.#issued.get(token ?? "");
    if (known === undefined) throw new Refusal(40014);
    if (known.dead) throw new Refusal(40001);
    if (known.until > at) return;
    throw new Refusal(known === this.#classic || known === this.#stable ? 42001 : 40001);
  }

  /**
   * Ends the tokens that are good now, as if somebody else had asked for new ones. `stuck`: the
   * platform goes on giving the dead one until it is told to refresh.
   */
  kill(how: "replaced" | "stuck" = "replaced"): void {
    for (const issued of this.#issued.values()) issued.dead = true;
    if (how === "stuck") return;
    const at = this.#settings.now();
    if (this.#classic !== undefined) this.#classic = this.#issue(at);
    if (this.#stable !== undefined) this.#stable = this.#issue(at);
  }

  #admit(grantType: unknown, appId: unknown, secret: unknown): void {
    if (grantType !== "client_credential") throw new Refusal(40002);
    if (textOf(appId) === undefined) throw new Refusal(41002);
    if (textOf(secret) === undefined) throw new Refusal(41004);
    if (appId !== this.#settings.appId) throw new Refusal(40013);
    if (secret !== this.#settings.secret) throw new Refusal(this.wrongSecret);
    if (this.whitelist !== undefined && !this.whitelist.includes(this.callerIp)) {
      const ip = this.callerIp;
      throw new Refusal(40164, `invalid ip ${ip} ipv6 ::ffff:${ip}, not in whitelist`);
    }
  }

  #issue(at: number): Issued {
    const token = `84_${randomBytes(102).toString("base64url")}`;
    const issued = { token, until: at + this.#settings.expiresIn * 1000, dead: false };
    this.#issued.set(token, issued);
    return issued;
  }

  #given({ token, until }: Issued, at: number): Given {
    return json({ access_token: token, expires_in: Math.floor((until - at) / 1000) });
  }

  /** Every token that was ever given, to look for where none may be. */
  get all(): readonly string[] {
    return [...this.#issued.keys()];
  }
}

function inLast(ms: number, times: readonly number[], now: number): number {
  return times.filter((time) => now - time < ms).length;
}
