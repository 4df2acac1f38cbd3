/**
 * How often each part of the API may be called in a day.
 *
 * @module
 */
import { fieldMissing } from "./api-error.ts";
import { readCallPath } from "./call-path.ts";
import type { Caller } from "./caller.ts";

/** What `quota.get` answers. */
export interface QuotaAnswer {
  readonly quota: {
    readonly daily_limit: number;
    readonly used: number;
    readonly remain: number;
  };
  readonly [more: string]: unknown;
}

export class Quota {
  readonly #caller: Caller;
  readonly #appId: string;

  constructor(caller: Caller, appId: string) {
    this.#caller = caller;
    this.#appId = appId;
  }

  /** Sets the counters of all calls back to zero; WeChat allows it ten times a month. */
  async clear(): Promise<void> {
    await this.#caller.json("/cgi-bin/clear_quota", { appid: this.#appId });
  }

  /** @param path of a call, such as `/cgi-bin/message/custom/send` */
  async get(path: string): Promise<QuotaAnswer> {
    const own = "/cgi-bin/openapi/quota/get";
    const cgi_path = readCallPath(path, {}).path;
    const answer = await this.#caller.json(own, { cgi_path });
    if (typeof answer["quota"] !== "object") throw fieldMissing("quota", own);
    return answer as unknown as QuotaAnswer;
  }
}
