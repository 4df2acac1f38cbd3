/**
 * The platform's interfaces in a test, on a clock that the test turns, called as a bot calls them.
 *
 * @module
 */
import { createApiSide } from "../../../lab/api-side/api-side.ts";
import type { ApiSide, ApiSideOptions } from "../../../lab/api-side/api-side.ts";
import { prepareLabAccount } from "../../../lab/platform/accounts.ts";
import type { LabAccount } from "../../../lab/platform/types.ts";

export const APP_ID = "wx5823bf96d3bd56c7";
export const SECRET = "secretOfTheAccount";
const HOST = "https://api.weixin.qq.com/cgi-bin";

type Answer = Readonly<Record<string, unknown>>;

export class ApiBench {
  readonly account: LabAccount = prepareLabAccount({ appId: APP_ID });
  readonly api: ApiSide;
  #now = 1_714_112_445_000;
  #token = "";

  constructor(options: Partial<ApiSideOptions> = {}) {
    const clock = { now: (): number => this.#now };
    this.api = createApiSide({ account: this.account, appSecret: SECRET, clock, ...options });
  }

  get now(): number {
    return this.#now;
  }

  turn(ms: number): void {
    this.#now += ms;
  }

  /** A call without a token. */
  async bare(method: string, path: string, body?: unknown): Promise<Answer> {
    return (await this.response(method, path, body)).json() as Promise<Answer>;
  }

  async response(method: string, path: string, body?: unknown): Promise<Response> {
    const init: RequestInit = { method };
    if (body instanceof FormData || typeof body === "string") init.body = body;
    else if (body instanceof Uint8Array) init.body = new Uint8Array(body);
    else if (body !== undefined) init.body = JSON.stringify(body);
    return this.api.fetch(`${HOST}/${path}`, init);
  }

  async get(path: string): Promise<Answer> {
    return this.bare("GET", await this.#withToken(path));
  }

  async post(path: string, body: unknown): Promise<Answer> {
    return this.bare("POST", await this.#withToken(path), body);
  }

  /** The error's number; 0 when there was none. */
  async code(path: string, body?: unknown): Promise<unknown> {
    const answer = body === undefined ? await this.get(path) : await this.post(path, body);
    return answer["errcode"] ?? 0;
  }

  async download(path: string, body?: unknown): Promise<Response> {
    return this.response(body === undefined ? "GET" : "POST", await this.#withToken(path), body);
  }

  /** A follower says something, follows, clicks. */
  note(openId: string, event?: string): void {
    const description =
      event === undefined
        ? { MsgType: "text", Content: "x" }
        : { MsgType: "event", Event: event, EventKey: "" };
    this.api.note(openId, description);
  }

  text(openId: string, content: string = "你好"): Promise<unknown> {
    return this.code("message/custom/send", {
      touser: openId,
      msgtype: "text",
      text: { content },
    });
  }

  async stable(force = false): Promise<Answer> {
    return this.bare("POST", "stable_token", {
      grant_type: "client_credential",
      appid: APP_ID,
      secret: SECRET,
      force_refresh: force,
    });
  }

  async #withToken(path: string): Promise<string> {
    this.#token = String((await this.stable())["access_token"]);
    return `${path}${path.includes("?") ? "&" : "?"}access_token=${this.#token}`;
  }
}

/** A form with a file of these bytes in hexadecimal. */
export function upload(hex: string, name = "file"): FormData {
  const form = new FormData();
  form.set("media", new File([Buffer.from(hex, "hex")], name));
  return form;
}
