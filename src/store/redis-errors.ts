/**
 * What an error answer of Redis means for the connection. Most concern only their command. Two kinds concern
 * the server:
 *
 * - The server cannot be used: a master that was demoted, one that loads its data, a password that was
 *   changed. Such a server keeps its connections, so we must close ours and connect again; by then another may
 *   answer.
 * - The key lives on another node of a cluster. Read as an answer, it would mean for most keys that they have
 *   no value.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import { nameOf } from "./redis-address.ts";
import type { RedisAddress } from "./redis-address.ts";

const UNREADY: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "READONLY",
  "LOADING",
  "CLUSTERDOWN",
  "MASTERDOWN",
  "NOAUTH",
  "WRONGPASS",
]);
const ELSEWHERE: ReadonlySet<string> = /* @__PURE__ */ new Set(["MOVED", "ASK"]);

/** Up to Redis 6 the error of a command in a script follows the place where it happened. */
const SENTENCE = /^(?:ERR Error running script [^@]*@\w+:\d+: -)?(([A-Z]+) .*?)(?:\.$|\. |$)/;

/** Redis cannot be reached now. */
export function unavailable(address: RedisAddress, reason: string): EchostrError {
  return new EchostrError("STORE_UNAVAILABLE", `Redis at ${nameOf(address)} cannot be reached: ${reason}`);
}

/**
 * Why the connection has to end, or undefined where only the command has failed.
 *
 * @returns EchostrError STORE_UNAVAILABLE, or STORE_INVALID for a node of a cluster
 *
 * @example
 * lossBy("READONLY You can't write against a read only replica.", address)?.code; // STORE_UNAVAILABLE
 */
export function lossBy(message: string, address: RedisAddress): EchostrError | undefined {
  const [, sentence = "", code = ""] = SENTENCE.exec(message) ?? [];
  if (UNREADY.has(code)) return unavailable(address, sentence);
  if (!ELSEWHERE.has(code)) return undefined;
  return new EchostrError(
    "STORE_INVALID",
    `Redis at ${nameOf(address)} is a node of a cluster and has only a part of the keys: ` +
      "use a single Redis, or a proxy in front of the whole cluster",
  );
}
