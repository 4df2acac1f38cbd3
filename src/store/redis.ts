/**
 * The store of many processes: Redis, or anything that speaks its protocol and runs its scripts.
 *
 * Values are `echostr:v:KEY`, claims `echostr:c:KEY`. Redis itself lets them expire, by its own clock, so the
 * clocks of our processes need not agree. Taking a claim is `SET … NX PX`; renewing a lease only for its owner
 * takes a read and a write in one step, which Redis does with a Lua script. Each operation here is one
 * command, so one command timeout bounds it.
 *
 * Left out: Cluster and Sentinel. A node of a cluster is recognised and refused.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import type { RedisConnection } from "./redis-connection.ts";
import { RespError } from "./resp.ts";
import type { RespReply } from "./resp.ts";
import { requireDuration } from "./store.ts";
import type { Store, Swapped } from "./store.ts";

const CLAIM = `
if redis.call("SET", KEYS[1], ARGV[1], "NX", "PX", ARGV[2]) then return 1 end
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call("PEXPIRE", KEYS[1], ARGV[2])`;

/** ARGV: time to live, 0 for no new value; the new value; the expected one, left out for none. */
const SWAP = `
local stands = redis.call("GET", KEYS[1]) or nil
if stands ~= ARGV[3] then return {stands or false} end
if ARGV[1] == "0" then redis.call("DEL", KEYS[1])
else redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[1]) end
return 1`;

const RELEASE = `
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call("DEL", KEYS[1])`;

/** What all keys begin with, where no other prefix is given. */
export const REDIS_PREFIX = "echostr:";

/**
 * Deletions of keys that are never set. They fail if a write would, as at a demoted master, and, since there
 * are many of them, if the keys are distributed among the nodes of a cluster.
 */
export function probesOf(prefix: string): string[][] {
  return Array.from({ length: 16 }, (_, nth) => ["DEL", `${prefix}probe:${nth}`]);
}

export class RedisStore implements Store {
  readonly shared = true;
  readonly #connection: RedisConnection;
  readonly #prefix: string;

  constructor(connection: RedisConnection, prefix: string = REDIS_PREFIX) {
    this.#connection = connection;
    this.#prefix = prefix;
  }

  async get(key: string): Promise<string | undefined> {
    const reply = await this.#ask(["GET", this.#valueKey(key)]);
    if (reply === null) return undefined;
    if (typeof reply === "string") return reply;
    throw unexpected("GET");
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    requireDuration("ttlMs", ttlMs);
    await this.#ask(["SET", this.#valueKey(key), value, "PX", String(ttlMs)]);
  }

  async delete(key: string): Promise<void> {
    await this.#ask(["DEL", this.#valueKey(key)]);
  }

  async swap(
    key: string,
    expected: string | undefined,
    value: string | undefined,
    ttlMs: number,
  ): Promise<Swapped> {
    const ttl = value === undefined ? 0 : requireDuration("ttlMs", ttlMs);
    const words = [String(ttl), value ?? "", ...(expected === undefined ? [] : [expected])];
    const reply = await this.#ask(["EVAL", SWAP, "1", this.#valueKey(key), ...words]);
    if (reply === 1) return { done: true, value };
    const [stands] = Array.isArray(reply) ? reply : [];
    if (typeof stands === "string" || stands === null) {
      return { done: false, value: stands ?? undefined };
    }
    throw unexpected("EVAL");
  }

  async claim(key: string, owner: string, leaseMs: number): Promise<boolean> {
    requireDuration("leaseMs", leaseMs);
    return this.#decide(CLAIM, key, owner, String(leaseMs));
  }

  async release(key: string, owner: string): Promise<boolean> {
    return this.#decide(RELEASE, key, owner);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #decide(script: string, key: string, ...words: readonly string[]): Promise<boolean> {
    const reply = await this.#ask(["EVAL", script, "1", `${this.#prefix}c:${key}`, ...words]);
    if (reply === 1) return true;
    if (reply === 0) return false;
    throw unexpected("EVAL");
  }

  async #ask(words: readonly string[]): Promise<RespReply> {
    const reply = await this.#connection.send(words);
    if (!(reply instanceof RespError)) return reply;
    // A server that does not know a command repeats what it was sent, the key with the openid too.
    const [said] = reply.message.split(", with args beginning with");
    throw new EchostrError("STORE_FAILED", `Redis refused ${words[0] ?? ""}: ${said}`);
  }

  #valueKey(key: string): string {
    return `${this.#prefix}v:${key}`;
  }
}

function unexpected(command: string): EchostrError {
  return new EchostrError("STORE_FAILED", `Redis returned an unexpected answer to ${command}`);
}
