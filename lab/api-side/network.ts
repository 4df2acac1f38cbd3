/**
 * Addresses, the check of the way to a server, and the clearing of quotas.
 *
 * @module
 */
import type { Clock } from "../../src/clock.ts";
import { jsonOf, OK, textIn } from "./api-call.ts";
import type { ApiCall } from "./api-call.ts";
import { ApiFailure } from "./api-errors.ts";

/** Where this platform is: it is a box on the same machine. */
const ADDRESSES: readonly string[] = ["127.0.0.1", "::1"];

const ACTIONS = ["dns", "ping", "all"];
const OPERATORS = ["CHINANET", "UNICOM", "CAP", "DEFAULT"];
const CLEARINGS_A_MONTH = 10;

export class Network {
  readonly #clock: Pick<Clock, "now">;
  readonly #appId: string;
  #clearings: readonly string[] = [];
  /** Where the platform's deliveries come from. */
  callbackIps: readonly string[] = ADDRESSES;
  /** Whether an address for deliveries is set. */
  hasCallback: boolean = true;

  constructor(appId: string, clock: Pick<Clock, "now">) {
    this.#appId = appId;
    this.#clock = clock;
  }

  /** How often quotas were cleared this month. */
  get clearings(): number {
    return this.#clearings.length;
  }

  /** GET `getcallbackip`. */
  callbackAddresses(): { ip_list: readonly string[] } {
    return { ip_list: this.callbackIps };
  }

  /** GET `get_api_domain_ip`. */
  apiAddresses(): { ip_list: readonly string[] } {
    return { ip_list: ADDRESSES };
  }

  /** POST `callback/check`. */
  async check(call: ApiCall): Promise<object> {
    const fields = await jsonOf(call);
    const action = textIn(fields, "action");
    const operator = textIn(fields, "check_operator") || "DEFAULT";
    if (!ACTIONS.includes(action)) throw new ApiFailure(40202);
    if (!OPERATORS.includes(operator)) throw new ApiFailure(40203);
    if (!this.hasCallback) throw new ApiFailure(40201);
    const dns = ADDRESSES.slice(0, 1).map((ip) => ({ ip, real_operator: operator }));
    const ping = ADDRESSES.slice(0, 1).map((ip) => ({
      ip,
      from_operator: operator,
      package_loss: "0%",
      time: "0.045ms",
    }));
    return { ...(action !== "ping" && { dns }), ...(action !== "dns" && { ping }) };
  }

  /** POST `openapi/quota/get`; what was used is not counted. */
  async quota(call: ApiCall): Promise<object> {
    const path = textIn(await jsonOf(call), "cgi_path");
    if (!path.startsWith("/cgi-bin/")) throw new ApiFailure(76021);
    const quota = { daily_limit: 2000, used: 12, remain: 1988 };
    return { ...OK, quota, rate_limit: { call_count: 500, refresh_second: 60 } };
  }

  /** POST `clear_quota`. */
  async clearQuota(call: ApiCall): Promise<typeof OK> {
    if (textIn(await jsonOf(call), "appid") !== this.#appId) throw new ApiFailure(40013);
    const month = new Date(this.#clock.now()).toISOString().slice(0, 7);
    this.#clearings = this.#clearings.filter((each) => each === month);
    if (this.#clearings.length >= CLEARINGS_A_MONTH) throw new ApiFailure(48006);
    this.#clearings = [...this.#clearings, month];
    return OK;
  }
}
