/** What options of `startServer` mean together; test/options.test.ts has each of them alone. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prepareListen } from "../../src/server/listen-options.ts";
import { echostr } from "../support/subject.ts";
import { CERTIFICATE, isAlive, PLAIN, serve, tutorialBot } from "./serving.ts";

describe("startServer", () => {
  test("takes 80 and 10,000 connections, with TLS 443 and 1,000", () => {
    const plain = prepareListen({});
    assert.deepEqual([plain.port, plain.maxConnections], [80, 10_000]);
    const tls = prepareListen({ tls: CERTIFICATE });
    assert.deepEqual([tls.port, tls.maxConnections], [443, 1000]);
    const told = prepareListen({ tls: CERTIFICATE, port: 0, maxConnections: 7 });
    assert.deepEqual([told.port, told.maxConnections], [0, 7]);
  });

  test("lets a head take no longer than its request", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN), { requestTimeoutMs: 5000 });
    await isAlive(port);
    assert.equal(prepareListen({ requestTimeoutMs: 5000 }).headersTimeoutMs, 5000);
    assert.equal(prepareListen({ headersTimeoutMs: 20_000 }).headersTimeoutMs, 15_000);
    assert.equal(prepareListen({}).headersTimeoutMs, 10_000);
  });

  test("listens on all addresses where the host is an empty text", async (context) => {
    const server = await echostr.startServer(tutorialBot(PLAIN), { host: "", port: 0 });
    context.after(() => server.close());
    assert.equal(server.url, `http://127.0.0.1:${server.port}`);
    await isAlive(server.port);
  });

  const { cert, key } = CERTIFICATE;
  const noPairs = {
    "no PEM": { cert: "c3rt", key: "k3y" },
    "halves that are swapped": { cert: key, key: cert },
  };
  for (const [what, tls] of Object.entries(noPairs)) {
    test(`says of ${what} that it is no certificate, and shows neither half`, async () => {
      await assert.rejects(echostr.startServer(tutorialBot(PLAIN), { port: 0, tls }), (error) => {
        const { code, message } = error as { code?: string; message: string };
        assert.equal(code, "SETTING_INVALID");
        assert.match(message, /^tls must be a certificate and its key: [^\n]+$/);
        assert.ok(!message.includes("k3y") && !message.includes("PRIVATE"));
        return true;
      });
    });
  }
});
