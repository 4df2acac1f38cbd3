/** The parts of the page's safety that need no socket. */
import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { describe, test } from "node:test";
import { createGuard, isSameSecret } from "../../../lab/play/guard.ts";

function request(method: string, headers: Record<string, string>): IncomingMessage {
  return { method, headers } as unknown as IncomingMessage;
}

describe("The guard", () => {
  const guard = createGuard(8090, "the-key");

  test("finds its cookie among others, and only under its own name", () => {
    const has = (cookie: string): boolean => guard.hasCookie(request("GET", { cookie }));
    const [pair = ""] = guard.cookie.split(";");
    const [, pass = ""] = pair.split("=");
    assert.ok(has(`a=b; ${pair}; c=d`));
    assert.ok(has(`echostr-play-8090=planted; ${pair}`), "another server may have planted one");
    for (const cookie of [
      "",
      "echostr-play-8090=the-key",
      `echostr-play-8091=${pass}`,
      `echostr-play-8090=${pass.slice(0, -1)}`,
      `echostr-play-8090=${pass}2`,
      `x${pair}`,
    ]) {
      assert.ok(!has(cookie), cookie);
    }
  });

  test("lets a visit without Origin read and not write", () => {
    const headers = { host: "127.0.0.1:8090" };
    assert.equal(guard.refuse(request("GET", headers)), undefined);
    assert.equal(guard.refuse(request("POST", headers))?.status, 403);
    assert.equal(guard.refuse(request("DELETE", headers))?.status, 403);
  });

  test("makes a new key and a new path each time", () => {
    assert.notEqual(createGuard(1).key, createGuard(1).key);
    assert.notEqual(createGuard(1, "k").root, createGuard(1, "k").root);
  });

  test("gives a cookie that is not the key, and opens no play on another port", () => {
    const values = [8090, 8091].map((port) => createGuard(port, "the-key").cookie.split(/[=;]/)[1]);
    assert.notEqual(values[0], values[1]);
    for (const value of values) assert.match(value ?? "", /^[\w-]{43}$/);
  });

  test("compares secrets of any length", () => {
    assert.ok(isSameSecret("a", "a"));
    for (const given of ["", "b", "aa", "a".repeat(100_000)]) assert.ok(!isSameSecret(given, "a"));
  });
});
