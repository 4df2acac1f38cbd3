/**
 * What the stand-in knows of the account itself: addresses, the check of its callback, quotas, and
 * codes for scanning.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { Refusal, done, json, readJson, recordOf, textOf } from "./stand-in-wire.ts";
import type { Given, Received } from "./stand-in-wire.ts";

const MONTH_MS = 30 * 86_400_000;
const OPERATORS = ["CHINANET", "UNICOM", "CAP", "DEFAULT"];
/** 30 days, in seconds. */
const LONGEST_CODE = 2_592_000;

export class StandInAccount {
  readonly #appId: string;
  callbackIps: readonly string[] = ["101.226.62.77", "203.205.151.0/24", "2402:4e00::1"];
  /** Whether an address for callbacks is set. */
  hasCallback = true;
  readonly clears: number[] = [];

  constructor(appId: string) {
    this.#appId = appId;
  }

  /** GET /cgi-bin/getcallbackip */
  getCallbackIp(): Given {
    return json({ ip_list: this.callbackIps });
  }

  /** GET /cgi-bin/get_api_domain_ip */
  getApiDomainIp(): Given {
    return json({ ip_list: ["121.51.90.0/24", "101.91.34.103"] });
  }

  /** POST /cgi-bin/callback/check */
  check(request: Received): Given {
    const { action, check_operator: operator } = readJson(request);
    if (!["dns", "ping", "all"].includes(String(action))) throw new Refusal(40202);
    if (!OPERATORS.includes(String(operator))) throw new Refusal(40203);
    if (!this.hasCallback) throw new Refusal(40201);
    const dns = [{ ip: "111.161.64.40", real_operator: "UNICOM" }];
    const ping = [
      { ip: "111.161.64.40", from_operator: operator, package_loss: "0%", time: "23.079ms" },
    ];
    return json({ ...(action !== "ping" && { dns }), ...(action !== "dns" && { ping }) });
  }

  /** POST /cgi-bin/clear_quota */
  clearQuota(request: Received): Given {
    const { at } = request;
    if (readJson(request)["appid"] !== this.#appId) throw new Refusal(40013);
    if (this.clears.filter((time) => at - time < MONTH_MS).length >= 10) throw new Refusal(48006);
    this.clears.push(at);
    return done();
  }

  /** POST /cgi-bin/openapi/quota/get */
  getQuota(request: Received): Given {
    const path = textOf(readJson(request)["cgi_path"]);
    if (path === undefined || !path.startsWith("/cgi-bin/")) throw new Refusal(76021);
    return json({
      errcode: 0,
      errmsg: "ok",
      quota: { daily_limit: 2000, used: 12, remain: 1988 },
      rate_limit: { call_count: 500, refresh_second: 60 },
    });
  }

  /** POST /cgi-bin/qrcode/create */
  createCode(request: Received): Given {
    const { action_name, action_info, expire_seconds } = readJson(request);
    const { scene_id, scene_str } = recordOf(recordOf(action_info)["scene"]);
    const permanent = String(action_name).startsWith("QR_LIMIT_");
    if (/^QR_(LIMIT_)?SCENE$/.test(String(action_name))) {
      const most = permanent ? 100_000 : 0xffff_ffff;
      if (!Number.isInteger(scene_id)) throw new Refusal(40053);
      if (Number(scene_id) < 1 || Number(scene_id) > most) throw new Refusal(40053);
    } else if (/^QR_(LIMIT_)?STR_SCENE$/.test(String(action_name))) {
      const text = textOf(scene_str);
      if (text === undefined || text.length > 64) throw new Refusal(40053);
    } else {
      throw new Refusal(40052);
    }
    const seconds = expire_seconds === undefined ? 60 : Number(expire_seconds);
    if (!permanent && !(seconds >= 1 && seconds <= LONGEST_CODE)) throw new Refusal(40053);
    // The characters of base64 that have a meaning in a query have to be escaped there.
    const ticket = `gQH4+/8D${randomBytes(69).toString("base64")}==`;
    const url = `http://weixin.qq.com/q/${randomBytes(12).toString("base64url")}`;
    return json({ ticket, ...(!permanent && { expire_seconds: seconds }), url });
  }
}
