/**
 * All that the fuzzer is pointed at.
 *
 * @module
 */
import { decryption } from "./decryption.ts";
import { encryption } from "./encryption.ts";
import { growthOf } from "./growth.ts";
import { http } from "./http.ts";
import { message } from "./message.ts";
import { query } from "./query.ts";
import { reply } from "./reply.ts";
import type { Target } from "./target.ts";
import { tokenizer } from "./tokenizer.ts";

export const targets: readonly Target[] = [
  tokenizer,
  message,
  decryption,
  encryption,
  query,
  reply,
  http,
  growthOf,
];
