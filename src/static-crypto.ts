/**
 * What `crypto.ts` exports, imported: for echostr-core.min.mjs, which has to run where modules of Node
 * can be had by no other way. The build puts it in the place of `crypto.ts`.
 *
 * @module
 */
export {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hash,
  randomBytes,
  randomFillSync,
  timingSafeEqual,
} from "node:crypto";
