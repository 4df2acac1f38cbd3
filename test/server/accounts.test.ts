import assert from "node:assert/strict";
import { connect as connectTls } from "node:tls";
import { describe, test } from "node:test";
import { echostr } from "../support/subject.ts";
import { exchange } from "../support/http.ts";
import {
  ACCOUNT,
  type Account,
  OTHER_KEY,
  field,
  openReply,
  plainDelivery,
  safeDelivery,
  textMessage,
  verification,
} from "./platform.ts";
import { CERTIFICATE, PLAIN, serve, tutorialBot } from "./serving.ts";

const HELLO = textMessage("hello");

const FIRST: Account = { ...ACCOUNT, path: "/first" };
const SECOND: Account = {
  token: "t0kenOfTheSecond",
  path: "/second",
  encodingAesKey: OTHER_KEY,
  appId: "wx2222222222222222",
};

const firstBot = echostr
  .createBot({ token: FIRST.token, path: FIRST.path, log: () => {} })
  .on("text", () => "from the first");
const secondBot = echostr
  .createBot({ ...SECOND, log: () => {} })
  .on("text", () => "from the second");

describe("Several accounts live on one server", () => {
  test("each is verified with its own token, at its own path", async (context) => {
    const port = await serve(context, [firstBot, secondBot]);
    for (const account of [FIRST, SECOND]) {
      assert.equal((await exchange(port, verification(account, account.path))).body, account.path);
    }
    for (const [account, path] of [[FIRST, SECOND.path], [SECOND, FIRST.path]] as const) {
      const crossed = verification({ ...account, path }, "x");
      assert.equal((await exchange(port, crossed)).status, 403);
    }
    assert.equal((await exchange(port, verification(ACCOUNT, "x"))).status, 404);
  });

  test("each has its own mode, key and handlers", async (context) => {
    const port = await serve(context, [firstBot, secondBot]);
    const plain = await exchange(port, plainDelivery(FIRST, HELLO));
    assert.equal(field(plain.body, "Content"), "from the first");
    const safe = await exchange(port, safeDelivery(SECOND, HELLO));
    assert.equal(field(openReply(SECOND, safe).xml, "Content"), "from the second");
    assert.equal((await exchange(port, safeDelivery(FIRST, HELLO))).status, 403);
    assert.equal((await exchange(port, plainDelivery(SECOND, HELLO))).status, 403);
  });

  test("a path of which another path is the beginning is its own", async (context) => {
    const account = { ...ACCOUNT, path: "/first/inner" };
    const inner = tutorialBot({ ...PLAIN, path: account.path });
    for (const bots of [[firstBot, inner], [inner, firstBot]]) {
      const port = await serve(context, bots);
      const answer = await exchange(port, plainDelivery(account, HELLO));
      assert.equal(field(answer.body, "Content"), "测试");
      const first = await exchange(port, plainDelivery(FIRST, HELLO));
      assert.equal(field(first.body, "Content"), "from the first");
    }
  });

  test("two bots at the same path are refused at the start", async () => {
    for (const path of ["/wx", "/wx/"]) {
      const bots = [tutorialBot(PLAIN), tutorialBot({ ...PLAIN, path })];
      const error = await echostr.startServer(bots, { port: 0, host: "127.0.0.1" }).then(
        async (server) => {
          await server.close();
          return undefined;
        },
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof Error, `two bots at ${path} were taken`);
      assert.match(error.message, /\/wx/);
    }
  });

  test("a port that is taken is refused at the start, and the error names it", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    await assert.rejects(
      echostr.startServer(tutorialBot(PLAIN), { port, host: "127.0.0.1" }),
      new RegExp(String(port)),
    );
  });
});

describe("A server with a certificate speaks https", () => {
  const tls = CERTIFICATE;
  const secure = { tlsCa: tls.cert };

  test("the handshake and a message go through it", async (context) => {
    const port = await serve(context, [firstBot, secondBot], { tls });
    const echo = await exchange(port, verification(FIRST, "over TLS"), secure);
    assert.equal(echo.body, "over TLS");
    const answer = await exchange(port, safeDelivery(SECOND, HELLO), secure);
    assert.equal(field(openReply(SECOND, answer).xml, "Content"), "from the second");
  });

  test("its limits hold", async (context) => {
    const bot = tutorialBot({ ...PLAIN, bodyLimitBytes: 1_000 });
    const port = await serve(context, bot, { tls });
    const large = plainDelivery(ACCOUNT, "x".repeat(1_001));
    assert.equal((await exchange(port, large, secure)).status, 413);
    assert.equal((await exchange(port, { target: "/healthz" }, secure)).body, "ok");
  });

  test("its address says so", async (context) => {
    const server = await echostr.startServer(tutorialBot(PLAIN), {
      port: 0,
      host: "127.0.0.1",
      tls,
    });
    context.after(() => server.close());
    assert.equal(new URL(server.url).protocol, "https:");
    assert.equal(new URL(server.url).port, String(server.port));
  });

  test("a request without TLS harms nobody", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN), { tls });
    await exchange(port, verification(ACCOUNT, "x")).then(
      ({ status }) => assert.equal(status, 400),
      () => undefined,
    );
    assert.equal((await exchange(port, verification(ACCOUNT, "x"), secure)).body, "x");
  });

  test("versions of TLS before 1.2 are not spoken", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN), { tls });
    const reason = await new Promise<string>((resolve) => {
      const socket = connectTls(
        { host: "127.0.0.1", port, ca: tls.cert, minVersion: "TLSv1", maxVersion: "TLSv1.1" },
        () => {
          socket.destroy();
          resolve("connected");
        },
      );
      socket.on("error", (error) => resolve(error.message));
    });
    assert.notEqual(reason, "connected");
  });

  test("a certificate that is none is refused at the start", async () => {
    const options = { port: 0, host: "127.0.0.1", tls: { ...tls, cert: "no certificate" } };
    await assert.rejects(echostr.startServer(tutorialBot(PLAIN), options));
  });
});
