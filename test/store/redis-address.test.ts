import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nameOf, parseRedisAddress } from "../../src/store/redis-address.ts";

const PLAIN = {
  host: "h",
  port: 6379,
  tls: false,
  user: undefined,
  password: undefined,
  database: 0,
};

describe("The address of a Redis", () => {
  const READ: readonly (readonly [setting: string, expected: Partial<typeof PLAIN> | object])[] = [
    ["redis://h", {}],
    ["redis://h/", {}],
    ["REDIS://h", {}],
    ["redis://h:1234", { port: 1234 }],
    ["redis://h/3", { database: 3 }],
    ["redis://:pass@h", { password: "pass" }],
    ["redis://user:pass@h:1/15", { user: "user", password: "pass", port: 1, database: 15 }],
    ["rediss://h", { tls: true }],
    ["redis://127.0.0.1", { host: "127.0.0.1" }],
    ["redis://[::1]:7000", { host: "::1", port: 7000 }],
    ["redis://redis.internal.example", { host: "redis.internal.example" }],
    ["redis://:p%40s%2Fs%23%3F%25%3A@h", { password: "p@s/s#?%:" }],
    ["redis://u%40x:%E6%B1%89@h", { user: "u@x", password: "汉" }],
  ];
  for (const [setting, expected] of READ) {
    it(setting, () => assert.deepEqual(parseRedisAddress(setting), { ...PLAIN, ...expected }));
  }

  it("is named without the password", () => {
    assert.equal(nameOf(parseRedisAddress("redis://user:secret@h:1/2")), "h:1");
    assert.equal(nameOf(parseRedisAddress("rediss://:secret@[::1]")), "[::1]:6379");
  });
});

describe("An address that cannot be read is STORE_INVALID, and never quoted", () => {
  const BAD: readonly (readonly [setting: string, reason: RegExp])[] = [
    ["redis://", /no host is named$/],
    ["redis:", /no host is named$/],
    ["redis:///0", /no host is named$/],
    ["redis://:secret@", /not a URL|no host/],
    ["redis://user@h", /a user needs a password/],
    ["redis://h:0", /port cannot be 0/],
    ["redis://h:65536", /not a URL/],
    ["redis://h:port", /not a URL/],
    ["redis://h/x", /only a database is read/],
    ["redis://h/0/1", /only a database is read/],
    ["redis://h/-1", /only a database is read/],
    ["redis://h/1.5", /only a database is read/],
    ["redis://h?db=1", /nothing is read after/],
    ["redis://h#1", /nothing is read after/],
    ["redis://:secret%zz@h", /does not begin a percent-encoded character/],
    ["redis://:sec/ret@h", /not a URL.*percent-encoded/],
    ["redis://:sec#ret@h", /not a URL.*percent-encoded/],
    ["redis://user:sec/ret@h", /not a URL.*percent-encoded/],
    ["redis://secret/more@h", /only a database is read/],
    ["http://secret@h", /does not begin with redis/],
  ];
  for (const [setting, reason] of BAD) {
    it(setting, () => {
      assert.throws(
        () => parseRedisAddress(setting),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, "STORE_INVALID");
          assert.match(error.message, /^Redis address cannot be read: /);
          assert.match(error.message, reason);
          assert.doesNotMatch(
            `${error.message} ${error.stack} ${String(error.cause)}`,
            /sec\/|secret\b(?!.*test)/,
          );
          return true;
        },
      );
    });
  }
});
