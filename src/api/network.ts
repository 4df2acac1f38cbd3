/**
 * Between WeChat's machines and ours: which addresses its deliveries come from, and whether it can
 * reach us.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import type { Caller } from "./caller.ts";

/** What WeChat is to try. */
export interface NetworkCheckOptions {
  /** `"all"` unless told. */
  readonly action?: "dns" | "ping" | "all" | undefined;
  /** Through whose network; WeChat's own choice unless told. */
  readonly operator?: "CHINANET" | "UNICOM" | "CAP" | "DEFAULT" | undefined;
}

/** What WeChat found when it tried; what it was not to try is empty. */
export interface NetworkCheck {
  /** The addresses that the account's domain leads to. */
  readonly dns: readonly { readonly ip: string; readonly real_operator: string }[];
  readonly ping: readonly {
    readonly ip: string;
    readonly from_operator: string;
    /** Such as `0%`. */
    readonly package_loss: string;
    /** Such as `23.079ms`. */
    readonly time: string;
  }[];
}

/** The addresses that deliveries come from. They change: ask daily. Some are networks (CIDR). */
export async function callbackIps(caller: Caller): Promise<string[]> {
  const path = "/cgi-bin/getcallbackip";
  const { ip_list } = await caller.json(path);
  if (Array.isArray(ip_list)) return ip_list.map(String);
  throw new EchostrError("API_ANSWER_INVALID", `ip_list expected from ${path}, got none`);
}

/** Lets WeChat look up the domain of the callback address, and ping what it finds. */
export async function networkCheck(
  caller: Caller,
  { action = "all", operator = "DEFAULT" }: NetworkCheckOptions,
): Promise<NetworkCheck> {
  const body = { action, check_operator: operator };
  const answer = await caller.json("/cgi-bin/callback/check", body);
  return { dns: [], ping: [], ...(answer as Partial<NetworkCheck>) };
}
