/**
 * Addresses, the check of the way to a server, and the clearing of quotas.
 *
 * @module
 */
import type { Clock } from "../../src/clock.ts";
import { jsonOf, OK, textIn } from "./api-call.ts";
import type { ApiCall } from "./api-call.ts";
import { ApiFailure } from "./api-errors.ts";

/** Where this platform calls from: it is a box on the same machine. */
const ADDRESSES: readonly string[] = ["127.0.0.1", "::1"];

const ACTIONS = ["dns", "ping", "all"];
const OPERATORS = ["CHINANET", "UNICOM", "CAP", "DEFAULT"];
const CLEARINGS_A_MONTH = 10;

export class Network {
  readonly #clock: Pick<Clock, "now">;
  readonly #appId: string;
  #clearings: readonly string[] = [];

  constructor(appId: string, clock: Pick<Clock, "now">) {
    this.#appId = appId;
    this.#clock = clock;
  }

  /** GET `getcallbackip` and `get_api_domain_ip`. */
  addresses(): { ip_list: readonly string[] } {
    return { ip_list: ADDRESSES };
  }

  /** POST `callback/check`. */
  async check(call: ApiCall): Promise<object> {
    const fields = await jsonOf(call);
    const action = textIn(fields, "action");
    const operator = textIn(fields, "check_operator") || "DEFAULT";
    if (!ACTIONS.includes(action)) throw new ApiFailure(40202);
    if (!OPERATORS.includes(operator)) throw new ApiFailure(40203);
    const dns = ADDRESSES.slice(0, 1).map((ip) => ({ ip, real_operator: operator }));
    const ping = ADDRESSES.slice(0, 1).map((ip) => ({
      ip,
      from_operator: operator,
      package_loss: "0%",
      time: "0.045ms",
    }));
    return { ...(action !== "ping" && { dns }), ...(action !== "dns" && { ping }) };
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
