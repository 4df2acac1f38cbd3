/**
 * Which path is answered by what: the part of the interfaces' directory that is here.
 *
 * @module
 */
import type { AccessTokens } from "./access-tokens.ts";
import type { ApiCall } from "./api-call.ts";
import type { CustomerService } from "./customer-service.ts";
import type { Media } from "./media.ts";
import type { Menus } from "./menus.ts";
import type { Network } from "./network.ts";
import type { QrCodes } from "./qr-codes.ts";
import type { Users } from "./users.ts";

/** Those that answer. */
export interface ApiParts {
  readonly tokens: AccessTokens;
  readonly network: Network;
  readonly service: CustomerService;
  readonly menus: Menus;
  readonly media: Media;
  readonly codes: QrCodes;
  readonly users: Users;
}

/** How one path is called, and what answers it. */
export interface Route {
  readonly method: "GET" | "POST" | "ANY";
  /** What every account may call, verified or not. */
  readonly open?: true;
  /** What is called without a token. */
  readonly tokenless?: true;
  /** Where a file might come: WeChat calls its JSON `text/plain` there. */
  readonly plain?: true;
  readonly answer: (call: ApiCall) => object | Promise<object>;
}

/** By the path behind `/cgi-bin/`. */
export function makeRoutes(parts: ApiParts): Readonly<Record<string, Route>> {
  const { tokens, network, service, menus, media, codes, users } = parts;
  return {
    token: { method: "ANY", tokenless: true, answer: (call) => tokens.give(call) },
    stable_token: { method: "POST", tokenless: true, answer: (call) => tokens.giveStable(call) },
    getcallbackip: { method: "ANY", open: true, answer: () => network.callbackAddresses() },
    get_api_domain_ip: { method: "ANY", open: true, answer: () => network.apiAddresses() },
    "callback/check": { method: "POST", open: true, answer: (call) => network.check(call) },
    "openapi/quota/get": { method: "POST", open: true, answer: (call) => network.quota(call) },
    clear_quota: { method: "POST", open: true, answer: (call) => network.clearQuota(call) },
    "message/custom/send": { method: "POST", answer: (call) => service.send(call) },
    "message/custom/typing": { method: "POST", answer: (call) => service.type(call) },
    "menu/create": { method: "POST", answer: (call) => menus.create(call) },
    "menu/get": { method: "ANY", answer: () => menus.read() },
    "menu/delete": { method: "ANY", answer: () => menus.remove() },
    "menu/addconditional": { method: "POST", answer: (call) => menus.addConditional(call) },
    "menu/delconditional": { method: "POST", answer: (call) => menus.removeConditional(call) },
    "menu/trymatch": { method: "POST", answer: (call) => menus.tryMatch(call) },
    get_current_selfmenu_info: { method: "ANY", answer: () => menus.readCurrent() },
    "media/upload": { method: "POST", plain: true, answer: (call) => media.upload(call) },
    "media/get": { method: "GET", plain: true, answer: (call) => media.download(call) },
    "media/uploadimg": { method: "POST", answer: (call) => media.uploadPicture(call) },
    "material/add_material": {
      method: "POST",
      plain: true,
      answer: (call) => media.addMaterial(call),
    },
    "material/get_material": {
      method: "POST",
      plain: true,
      answer: (call) => media.getMaterial(call),
    },
    "material/del_material": { method: "POST", answer: (call) => media.deleteMaterial(call) },
    "material/get_materialcount": { method: "ANY", answer: () => media.countMaterial() },
    "material/batchget_material": { method: "POST", answer: (call) => media.listMaterial(call) },
    "qrcode/create": { method: "POST", answer: (call) => codes.create(call) },
    "user/info": { method: "GET", answer: (call) => users.info(call) },
    "user/info/batchget": { method: "POST", answer: (call) => users.infoOfSeveral(call) },
    "user/info/updateremark": { method: "POST", answer: (call) => users.remark(call) },
    "user/get": { method: "GET", answer: (call) => users.list(call) },
  };
}
