/**
 * One request to the platform, on `fetch`.
 *
 * The platform answers HTTP 200 to everything, its refusals included, so each JSON answer is
 * looked at for an errcode. The token travels in the query: redirects are therefore not followed,
 * and nothing of the address but its path goes into a message.
 *
 * @module
 */
import { EchostrError, kindOf, messageOf } from "../errors.ts";
import { wordOf } from "../options.ts";
import { AnswerBody, gather } from "./answer-body.ts";
import { answerInvalid, ApiError } from "./api-error.ts";
import type { Deadline } from "./deadline.ts";
import { hideSent } from "./hidden.ts";
import { formatJson, parseJson } from "./json.ts";
import { toMediaFile } from "./media-file.ts";
import type { MediaFile } from "./media-file.ts";
import { Multipart } from "./multipart.ts";
import { causeOf, throwUnanswered, UnreachableError } from "./unreachable-error.ts";

/** The part after the `?`; values that are `undefined` are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** A request, ready to be sent any number of times. */
export interface ApiRequest {
  readonly method: "GET" | "POST";
  /** Such as `/cgi-bin/menu/get`. */
  readonly path: string;
  readonly query: Query;
  /** A form as its bytes, anything else as JSON. */
  readonly body?: unknown;
}

/** Where requests go, and what must not be seen of them. */
export interface HttpOptions {
  /** Without a slash at its end. */
  readonly base: string;
  readonly fetch: typeof globalThis.fetch;
  readonly appSecret: string;
}

/** A JSON answer without an errcode, or with 0. */
export type JsonAnswer = Record<string, unknown>;

/** What an endpoint of files answered: a file, of which the rest is still to be read, or JSON. */
export type FileAnswer = MediaFile | { readonly kind: "json"; readonly json: JsonAnswer };

/** A page of twenty materials full of articles has some 10 MB. */
const ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * Of so much the secrets are hidden, and the beginning is shown. A secret that is cut in two at its
 * end stays out of sight: the secrets before it would have to be thousands.
 */
const HIDDEN_LENGTH = 64 * 1024;
/** WeChat's longest have some 300. */
const ERRMSG_LENGTH = 1000;

export class Http {
  readonly #options: HttpOptions;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /**
   * Sends a request whose answer is JSON.
   *
   * @throws ApiError for an errcode; EchostrError `API_UNREACHABLE`, `API_ANSWER_INVALID`
   */
  async json(request: ApiRequest, deadline: Deadline): Promise<JsonAnswer> {
    const response = await this.#send(request, deadline);
    return this.#readJson(request, new AnswerBody(response), deadline);
  }

  /**
   * Sends a request whose answer may be a file.
   *
   * @throws what `json` throws
   */
  async file(request: ApiRequest, deadline: Deadline): Promise<FileAnswer> {
    const response = await this.#send(request, deadline);
    const body = new AnswerBody(response);
    const kind = await guarded(request, deadline, () => body.look());
    if (kind === "file") return toMediaFile(request.path, response.headers, body, deadline);
    if (kind === "json") return { kind, json: await this.#readJson(request, body, deadline) };
    await body.cancel().catch(() => {});
    const got = kind === "page" ? "a web page: somebody else answered, such as a proxy" : kind;
    throw answerInvalid(`File expected from ${request.path}, got ${got}`);
  }

  /** The body of the answer is still to be read. */
  async #send(request: ApiRequest, deadline: Deadline): Promise<Response> {
    const { method, path } = request;
    const [content, type] = contentOf(request.body);
    const response = await guarded(request, deadline, () =>
      this.#options.fetch(this.#address(request), {
        method,
        body: content,
        headers: type === undefined ? {} : { "Content-Type": type },
        redirect: "manual",
        signal: deadline.signal,
      }),
    );
    // A fetch of one's own may be a stand-in that gives anything.
    const { status, headers } = Object(response) as Partial<Response>;
    if (status === undefined || typeof headers?.get !== "function") {
      throw answerInvalid(`fetch must give a Response, got another ${kindOf(response)}`);
    }
    if (status >= 200 && status < 300) return response;
    const text = await readText(request, new AnswerBody(response), deadline);
    this.#throwErrcode(request, tryJson(text));
    if (status >= 500) throw new UnreachableError(path, `HTTP ${status}`, true);
    throw unexpectedStatus(path, status);
  }

  /** Reads an answer that must be JSON. */
  async #readJson(request: ApiRequest, body: AnswerBody, deadline: Deadline): Promise<JsonAnswer> {
    const text = await readText(request, body, deadline);
    const answer = tryJson(text);
    if (typeof answer !== "object" || answer === null || Array.isArray(answer)) {
      // Hidden before it is cut: half a secret could not be recognised.
      const began = this.#hide(request, text.trimStart().slice(0, HIDDEN_LENGTH)).slice(0, 20);
      let got = began === "" ? "nothing" : JSON.stringify(began);
      // No page begins like this: the bytes are not text.
      if (/[\0-\x08\ufffd]/.test(began)) got = "a file, which api.file gives";
      throw answerInvalid(`JSON expected from ${request.path}, got ${got}`);
    }
    this.#throwErrcode(request, answer);
    return answer as JsonAnswer;
  }

  #address({ path, query }: ApiRequest): URL {
    const address = new URL(this.#options.base + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) address.searchParams.set(name, String(value));
    }
    return address;
  }

  #throwErrcode(request: ApiRequest, answer: unknown): void {
    const { errcode, errmsg } = (answer ?? {}) as { errcode?: unknown; errmsg?: unknown };
    if (errcode === undefined || Number(errcode) === 0) return;
    if (!Number.isInteger(Number(errcode))) {
      const got = wordOf(errcode);
      throw answerInvalid(`errcode from ${request.path} must be a whole number, got ${got}`);
    }
    const text = typeof errmsg === "string" ? errmsg.slice(0, HIDDEN_LENGTH) : "";
    const said = this.#hide(request, text).slice(0, ERRMSG_LENGTH);
    throw new ApiError(request.path, Number(errcode), said);
  }

  /** The platform may repeat in its words what was sent to it. */
  #hide(request: ApiRequest, text: string): string {
    return hideSent(request, text, [this.#options.appSecret]);
  }
}

/** What is sent: bytes or a text, which every `fetch` knows, and what it is. */
function contentOf(body: unknown): [Uint8Array<ArrayBuffer> | string | null, string | undefined] {
  if (body === undefined) return [null, undefined];
  if (body instanceof Multipart) return [body.bytes, body.type];
  return [formatJson(body), "application/json; charset=utf-8"];
}

async function readText(request: ApiRequest, body: AnswerBody, deadline: Deadline): Promise<string> {
  const bytes = await guarded(request, deadline, () =>
    gather(body.chunks(), ANSWER_BYTES, "Answer", request.path),
  );
  return new TextDecoder().decode(bytes);
}

/** What fails on the way becomes an error that can be shown. */
async function guarded<T>(
  request: ApiRequest,
  deadline: Deadline,
  work: () => Promise<T>,
): Promise<T> {
  const { path } = request;
  deadline.throwIfStopped();
  try {
    return await work();
  } catch (error) {
    if (error instanceof EchostrError) throw error;
    if (messageOf(causeOf(error)) === "proxy authentication required") {
      throw unexpectedStatus(path, 407);
    }
    throwUnanswered(path, error, deadline, (text) => hideSent(request, text));
  }
}

function unexpectedStatus(path: string, status: number): EchostrError {
  const isRedirect = [301, 302, 303, 307, 308].includes(status);
  const what = isRedirect ? "a redirect, which is not followed" : "from somebody on the way";
  return answerInvalid(`HTTP 200 expected from ${path}, got ${status}, ${what}`);
}

function tryJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
