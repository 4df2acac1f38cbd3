/**
 * A call with all that belongs to it: the token, one repeat with a fresh token when it was
 * refused, further ones when the platform was busy or the network failed, and a time limit over
 * everything.
 *
 * What may have changed something is never sent again on the chance that it had not: a follower
 * would read the same message twice.
 *
 * @module
 */
import { AccessTokens, TOKEN_LEASE_MS } from "./access-tokens.ts";
import type { Tokens } from "./access-tokens.ts";
import { BUSY_ERRCODE, inputInvalid, isErrcode, TOKEN_ERRCODES } from "./api-error.ts";
import type { CheckedSettings } from "./api-options.ts";
import { CALL_OPTIONS, readInput } from "./call-options.ts";
import type { CallOptions } from "./call-options.ts";
import { readCallPath } from "./call-path.ts";
import { Deadline } from "./deadline.ts";
import { Http } from "./http.ts";
import type { ApiRequest, JsonAnswer, Query } from "./http.ts";
import type { MediaFile } from "./media-file.ts";
import { checkBody } from "./json.ts";
import { formatMultipart, isForm } from "./multipart.ts";
import type { ApiParts } from "./parts.ts";
import { isRepeatable } from "./repeatable.ts";
import { TokensFromElsewhere } from "./token-provider.ts";
import { readToken, tokenRequest } from "./token-source.ts";
import type { Token, TokenKind } from "./token-source.ts";
import { UnreachableError } from "./unreachable-error.ts";

/** A token must be there before its claim in the store ends, even when it takes two requests. */
const TOKEN_TIMEOUT_MS = TOKEN_LEASE_MS / 2 - 1000;
const FIRST_PAUSE_MS = 300;

export class Caller {
  readonly #tokens: Tokens;
  readonly #settings: CheckedSettings;
  readonly #http: Http;
  readonly #parts: ApiParts;

  constructor(settings: CheckedSettings, parts: ApiParts) {
    this.#settings = settings;
    this.#http = new Http(settings);
    this.#parts = parts;
    const { token, appId, base } = settings;
    if (typeof token === "function") {
      this.#tokens = new TokensFromElsewhere(token, this.#tokenTimeoutMs, parts);
    } else {
      const fetchToken = (force: boolean): Promise<Token> => this.#fetchToken(token, force);
      const source = { kind: token, account: `${appId} ${base}`, fetchToken };
      this.#tokens = new AccessTokens(source, parts);
    }
  }

  get #tokenTimeoutMs(): number {
    return Math.min(this.#settings.timeoutMs, TOKEN_TIMEOUT_MS);
  }

  /** The token in use. */
  async accessToken(signal: AbortSignal | undefined): Promise<Token> {
    const options = readInput(CALL_OPTIONS, { signal });
    return this.#deadline(undefined, options.signal).during((deadline) => {
      deadline.throwIfStopped();
      return this.#inTime(this.#tokens.get(), "the platform", deadline);
    });
  }

  /** A call whose answer is JSON. */
  async json(
    path: string,
    body?: unknown,
    query: Query = {},
    given: CallOptions = {},
  ): Promise<JsonAnswer> {
    const options = readInput(CALL_OPTIONS, given);
    return this.#deadline(options.timeoutMs, options.signal).during((deadline) =>
      this.#call(path, body, query, options, deadline, (request, part) =>
        this.#http.json(request, part),
      ),
    );
  }

  /**
   * A call whose answer may be a file.
   *
   * @param read takes the JSON that came in its place
   */
  async file<T>(
    path: string,
    body: unknown,
    query: Query,
    given: CallOptions,
    read: (answer: JsonAnswer) => T,
  ): Promise<MediaFile | T> {
    const options = readInput(CALL_OPTIONS, given);
    const deadline = this.#deadline(options.timeoutMs ?? this.fileTimeoutMs, options.signal);
    try {
      // The deadline ends with the last byte.
      const answer = await this.#call(path, body, query, options, deadline, (request) =>
        this.#http.file(request, deadline),
      );
      if (answer.kind === "file") return answer;
      deadline.end();
      return read(answer.json);
    } catch (error) {
      deadline.end();
      throw error;
    }
  }

  /** Files take longer than words. */
  get fileTimeoutMs(): number {
    return this.#settings.timeoutMs * 6;
  }

  async #call<T>(
    path: string,
    body: unknown,
    query: Query,
    options: CallOptions,
    deadline: Deadline,
    send: (request: ApiRequest, part: Deadline) => Promise<T>,
  ): Promise<T> {
    const method = options.method ?? (body === undefined ? "GET" : "POST");
    if (method === "GET" && body !== undefined) {
      throw inputInvalid("A call by GET must have no body, got one");
    }
    const call = readCallPath(path, query);
    const repeat = options.repeat ?? isRepeatable(method, call.path);
    const content = isForm(body) ? await formatMultipart(body, this.#boundary()) : checkBody(body);
    const attempt = (token: Token | undefined): Promise<T> => {
      const added = token === undefined ? {} : { access_token: token.token };
      const request = { method, path: call.path, query: { ...call.query, ...added }, body: content };
      return this.#repeat((part) => send(request, part), repeat, deadline);
    };
    deadline.throwIfStopped();
    if (!call.needsToken) return attempt(undefined);
    const token = await this.#inTime(this.#tokens.get(), call.path, deadline);
    try {
      return await attempt(token);
    } catch (error) {
      if (!isErrcode(error, TOKEN_ERRCODES)) throw error;
      const other = await this.#inTime(this.#tokens.replace(token.token), call.path, deadline);
      if (other === undefined) {
        if (typeof this.#settings.token === "function") {
          error.message += "; the function token gave the same one again";
        }
        throw error;
      }
      return attempt(other);
    }
  }

  #boundary(): string {
    return `----echostr${Buffer.from(this.#parts.random(16)).toString("hex")}`;
  }

  /** Others may wait for the same token: this call stops waiting, the request for it goes on. */
  async #inTime<T>(token: Promise<T>, path: string, deadline: Deadline): Promise<T> {
    try {
      return await deadline.race(token);
    } catch (error) {
      deadline.throwIfStopped();
      if (!deadline.signal.aborted) throw error;
      throw new UnreachableError(path, `no access_token within ${deadline.ms} ms`, false);
    }
  }

  async #fetchToken(kind: TokenKind, force: boolean): Promise<Token> {
    const { appId, appSecret } = this.#settings;
    const request = tokenRequest(kind, appId, appSecret, force);
    const answer = await this.#deadline(this.#tokenTimeoutMs).during((deadline) =>
      this.#repeat((part) => this.#http.json(request, part), true, deadline),
    );
    return readToken(request.path, answer, this.#parts.clock.now());
  }

  /** @param attempt one that hangs must leave time for another, where there may be another */
  async #repeat<T>(
    attempt: (part: Deadline) => Promise<T>,
    repeat: boolean,
    deadline: Deadline,
  ): Promise<T> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
      try {
        return await (repeat ? deadline.half().during(attempt) : attempt(deadline));
      } catch (error) {
        if (!mayRepeat(error, repeat) || !deadline.allows(pauseMs)) throw error;
      }
      // Half of it by chance, so that those who failed together do not come again together.
      const [chance = 0] = this.#parts.random(1);
      await deadline.pause((pauseMs * (256 + chance)) / 512).catch(() => {});
      deadline.throwIfStopped();
    }
  }

  #deadline(ms: number = this.#settings.timeoutMs, signal?: AbortSignal): Deadline {
    return new Deadline(this.#parts.clock, ms, signal);
  }
}

function mayRepeat(error: unknown, repeat: boolean): boolean {
  if (error instanceof UnreachableError) return repeat || !error.mayHaveArrived;
  return repeat && isErrcode(error, [BUSY_ERRCODE]);
}
