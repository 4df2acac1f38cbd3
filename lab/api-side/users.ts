/**
 * What an account may know of its followers. Names and pictures are not part of it any more.
 *
 * @module
 */
import type { FollowerRecord, Followers } from "../platform/followers.ts";
import { jsonOf, OK, recordsIn, requiredText, textIn } from "./api-call.ts";
import type { ApiCall } from "./api-call.ts";
import { ApiFailure } from "./api-errors.ts";

const MOST_AT_ONCE = 100;
const PAGE = 10_000;
const REMARK_LENGTH = 30;

export class Users {
  readonly #followers: Followers;

  constructor(followers: Followers) {
    this.#followers = followers;
  }

  /** GET `user/info`. */
  info({ query }: ApiCall): object {
    return infoOf(this.#required(query.get("openid") ?? ""), query.get("lang") ?? "");
  }

  /** POST `user/info/batchget`. */
  async infoOfSeveral(call: ApiCall): Promise<object> {
    const list = recordsIn(await jsonOf(call), "user_list");
    if (list.length < 1 || list.length > MOST_AT_ONCE) throw new ApiFailure(40035, "user_list");
    return {
      user_info_list: list.map((entry) =>
        infoOf(this.#required(textIn(entry, "openid")), textIn(entry, "lang")),
      ),
    };
  }

  /** GET `user/get`. */
  list({ query }: ApiCall): object {
    const all = this.#followers.list.filter(({ follows }) => follows).map(({ openId }) => openId);
    const after = query.get("next_openid") ?? "";
    const openid = all.slice(after === "" ? 0 : all.indexOf(after) + 1).slice(0, PAGE);
    return {
      total: all.length,
      count: openid.length,
      ...(openid.length > 0 && { data: { openid } }),
      next_openid: openid.at(-1) ?? "",
    };
  }

  /** POST `user/info/updateremark`. */
  async remark(call: ApiCall): Promise<typeof OK> {
    const fields = await jsonOf(call);
    const { openId } = this.#required(requiredText(fields, "openid", 41009));
    const remark = textIn(fields, "remark");
    if (remark.length >= REMARK_LENGTH) throw new ApiFailure(40035, "remark");
    this.#followers.change(openId, { remark });
    return OK;
  }

  #required(openId: string): FollowerRecord {
    const follower = this.#followers.get(openId);
    if (follower === undefined) throw new ApiFailure(40003);
    return follower;
  }
}

function infoOf(follower: FollowerRecord, lang: string): object {
  const { openId, follows, followedAt, scene, remark, tags } = follower;
  if (!follows) return { subscribe: 0, openid: openId };
  const isNumber = /^\d{1,10}$/.test(scene);
  return {
    subscribe: 1,
    openid: openId,
    nickname: "",
    sex: 0,
    language: lang || "zh_CN",
    city: "",
    province: "",
    country: "",
    headimgurl: "",
    subscribe_time: Math.floor(followedAt / 1000),
    remark,
    groupid: 0,
    tagid_list: tags,
    subscribe_scene: scene === "" ? "ADD_SCENE_SEARCH" : "ADD_SCENE_QR_CODE",
    qr_scene: isNumber ? Number(scene) : 0,
    qr_scene_str: isNumber ? "" : scene,
  };
}
