/**
 * All that the fuzzer is pointed at.
 *
 * @module
 */
import { decryption } from "./decryption.ts";
import { encryption } from "./encryption.ts";
import { env } from "./env.ts";
import { fetch } from "./fetch.ts";
import { growthOf } from "./growth.ts";
import { http } from "./http.ts";
import { json } from "./json.ts";
import { jsonBody } from "./json-body.ts";
import { log } from "./log.ts";
import { message } from "./message.ts";
import { query } from "./query.ts";
import { reply } from "./reply.ts";
import { resp } from "./resp.ts";
import type { Target } from "./target.ts";
import { store } from "./store.ts";
import { tokenizer } from "./tokenizer.ts";
import { transcript } from "./transcript.ts";

export const targets: readonly Target[] = [
  tokenizer,
  message,
  decryption,
  encryption,
  query,
  reply,
  http,
  fetch,
  resp,
  store,
  json,
  jsonBody,
  env,
  log,
  transcript,
  growthOf,
];
