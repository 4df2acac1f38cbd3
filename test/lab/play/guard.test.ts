/** The parts of the page's safety that need no socket. */
import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { describe, test } from "node:test";
import { createGuard, isSameSecret } from "../../../src/lab/play/guard.ts";

function request(method: string, headers: Record<string, string>): IncomingMessage {
  return { method, headers } as unknown as IncomingMessage;
}

describe("The guard", () => {
  const guard = createGuard(8090, "the-key");

  test("finds its cookie among others, and only under its own name", () => {
    const has = (cookie: string): boolean => guard.hasCookie(request("GET", { cookie }));
    assert.ok(has("a=b; echostr-play-8090=the-key; c=d"));
    for (const cookie of [
      "",
      "echostr-play-8091=the-key",
      "echostr-play-8090=the-kez",
      "echostr-play-8090=the-key2",
      "xechostr-play-8090=the-key",
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

  test("makes a new key each time", () => {
    assert.notEqual(createGuard(1).key, createGuard(1).key);
  });

  test("compares secrets of any length", () => {
    assert.ok(isSameSecret("a", "a"));
    for (const given of ["", "b", "aa", "a".repeat(100_000)]) assert.ok(!isSameSecret(given, "a"));
  });
});
