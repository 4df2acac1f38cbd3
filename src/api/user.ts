/**
 * What an account may know about a follower. Since 2021 name and picture are empty; the rest is whether and
 * since when they follow, and how they found the account.
 *
 * @module
 */
import { fieldMissing, requireText } from "./api-error.ts";
import type { Caller } from "./caller.ts";

/** What `user.info` answers. All but the first two are missing for who does not follow. */
export interface UserInfo {
  /** 1: follows the account. */
  readonly subscribe: 0 | 1;
  readonly openid: string;
  readonly language?: string;
  /** Unix seconds. */
  readonly subscribe_time?: number;
  /** The same person's id for all accounts of one owner on the open platform. */
  readonly unionid?: string;
  readonly remark?: string;
  readonly groupid?: number;
  readonly tagid_list?: readonly number[];
  /** Such as `ADD_SCENE_QR_CODE`. */
  readonly subscribe_scene?: string;
  readonly qr_scene?: number;
  readonly qr_scene_str?: string;
  readonly [more: string]: unknown;
}

export class Users {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** @param lang in which names of places are written */
  async info(openId: string, lang: "zh_CN" | "zh_TW" | "en" = "zh_CN"): Promise<UserInfo> {
    const query = { openid: requireText("Openid", openId), lang };
    const path = "/cgi-bin/user/info";
    const answer = await this.#caller.json(path, undefined, query);
    if (typeof answer["openid"] !== "string") throw fieldMissing("openid", path);
    return answer as UserInfo;
  }
}
