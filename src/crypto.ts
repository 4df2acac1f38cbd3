/**
 * The functions of node:crypto that are used. Loading that module takes longer than loading the library, and
 * is often not needed at once: the first call of one of these functions loads it and replaces all of them by
 * Node's. So a signature costs no look-up.
 *
 * They have Node's names, so that echostr-core.min.mjs can import those instead of this file: it must run
 * where modules of Node can only be imported.
 *
 * @module
 */
import { builtin } from "./builtin.ts";

type Crypto = typeof import("node:crypto");

export let createCipheriv: Crypto["createCipheriv"] = /* @__PURE__ */ loading("createCipheriv");
export let createDecipheriv: Crypto["createDecipheriv"] = /* @__PURE__ */ loading("createDecipheriv");
export let createSecretKey: Crypto["createSecretKey"] = /* @__PURE__ */ loading("createSecretKey");
export let hash: Crypto["hash"] = /* @__PURE__ */ loading("hash");
export let randomBytes: Crypto["randomBytes"] = /* @__PURE__ */ loading("randomBytes");
export let randomFillSync: Crypto["randomFillSync"] = /* @__PURE__ */ loading("randomFillSync");
export let timingSafeEqual: Crypto["timingSafeEqual"] = /* @__PURE__ */ loading("timingSafeEqual");

function loading<Name extends keyof Crypto>(name: Name): Crypto[Name] {
  const first: unknown = (...given: never[]) => (load()[name] as (...given: never[]) => unknown)(...given);
  return first as Crypto[Name];
}

function load(): Crypto {
  const crypto = builtin("node:crypto");
  ({ createCipheriv, createDecipheriv, createSecretKey, hash } = crypto);
  ({ randomBytes, randomFillSync, timingSafeEqual } = crypto);
  return crypto;
}
