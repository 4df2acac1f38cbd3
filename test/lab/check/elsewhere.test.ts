/** What a check may do to a server that is on another machine. */
import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { isThisMachine } from "../../../lab/check/locality.ts";
import type { Surroundings } from "../../../lab/check/locality.ts";
import { checkOf } from "./checking.ts";
import { littleServer } from "./little-server.ts";

/** The machine has one address, and every name another. */
const SURROUNDINGS: Surroundings = {
  resolve: (host) => Promise.resolve(NAMES[host] ?? []),
  own: () => ["192.0.2.7", "fe80::1"],
};

const NAMES: Readonly<Record<string, readonly string[]>> = {
  localhost: ["203.0.113.5"],
  home: ["127.0.0.1", "::1"],
  half: ["127.0.0.1", "203.0.113.5"],
};

describe("An address is on this machine", () => {
  for (const host of ["127.0.0.1", "127.9.8.7", "[::1]", "::ffff:127.0.0.1", "192.0.2.7", "home"]) {
    test(`when it is ${host}`, async () => {
      assert.equal(await isThisMachine(host, SURROUNDINGS), true);
    });
  }

  test("when it is a link-local one of an interface, with a zone", async () => {
    assert.equal(await isThisMachine("fe80::1%eth0", SURROUNDINGS), true);
  });
});

describe("An address is not on this machine", () => {
  for (const host of ["192.0.2.8", "[2001:db8::1]", "localhost", "half", "nowhere", "0.0.0.0"]) {
    test(`when it is ${host}, with these names`, async () => {
      assert.equal(await isThisMachine(host, SURROUNDINGS), false);
    });
  }
});

/** A server that keeps what it was asked; to the check it is elsewhere. */
async function elsewhere(
  context: TestContext,
): Promise<{ address: string; asked: readonly IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const address = await littleServer(context, {
    intercept: (request) => {
      asked.push(request);
      return false;
    },
  });
  return { address: address.replace("127.0.0.1", "localhost"), asked };
}

describe("A server on another machine", () => {
  test("gets the handshake, one text and one refusal, and no more", async (context) => {
    const { address, asked } = await elsewhere(context);
    const more = { surroundings: SURROUNDINGS };
    const report = await checkOf(address, "plain", undefined, more);
    assert.equal(report.isLocal, false);
    assert.deepEqual(asked.map(({ method }) => method), ["GET", "POST", "POST"]);
    assert.match(asked[2]?.url ?? "", /signature=0123456789abcdef/);
    assert.deepEqual(report.findings, []);
    const skipped = report.probes.filter(({ outcome }) => outcome === "skipped");
    assert.ok(skipped.length > 100);
  });

  test("gets one text even when it does not answer it", async (context) => {
    let texts = 0;
    const address = await littleServer(context, {
      intercept: ({ method, url }) => {
        const isText = method === "POST" && !url?.includes("signature=0123456789abcdef");
        if (isText) texts += 1;
        return isText;
      },
    });
    const more = { surroundings: SURROUNDINGS };
    await checkOf(address.replace("127.0.0.1", "localhost"), "plain", undefined, more);
    assert.equal(texts, 1);
  });

  test("gets everything with --all, but no load", async (context) => {
    const { address, asked } = await elsewhere(context);
    const more = { surroundings: SURROUNDINGS, all: true };
    const report = await checkOf(address, "plain", undefined, more);
    assert.ok(asked.length > 200, `${asked.length} requests`);
    const lengths = asked.map(({ headers }) => Number(headers["content-length"] ?? 0));
    assert.ok(Math.max(...lengths) < 200_000);
    const skipped = report.probes.filter(({ outcome }) => outcome === "skipped");
    assert.deepEqual(
      [...new Set(skipped.map(({ why }) => why))],
      ["the server is on another machine, and this is load"],
    );
    assert.equal(skipped.length, 4);
  });
});
