/**
 * What is used of node:crypto. Loading that takes longer than loading the library, and whoever imports
 * the library may not need it at once: it is loaded by the first call of one of these functions, which
 * puts Node's own in the place of all of them. So a signature costs no look-up.
 *
 * They have the names of Node's, so that echostr-core.min.mjs can import those in place of this file: it
 * has to run where modules of Node can be had by no other way.
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
