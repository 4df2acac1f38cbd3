import assert from "node:assert/strict";
import { type TestContext, describe, test } from "node:test";
import { prepareAccount } from "../../src/account.ts";
import { Admitted } from "../../src/admit.ts";
import {
  BODY_BUDGET_BYTES,
  BodyBudget,
  UNSIGNED_BODY_BYTES,
} from "../../src/server/body.ts";
import { BodyCollector } from "../../src/server/body.ts";
import { type Connection, exchange, openFor, until } from "../support/http.ts";
import { fails } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";
import { ACCOUNT, plainDelivery, safeDelivery, textMessage } from "./platform.ts";
import { PLAIN, SAFE, readableLog, serve, tutorialBot } from "./serving.ts";

const MIB = 1024 * 1024;
const LARGE = { ...PLAIN, bodyLimitBytes: 4 * MIB };
/** So many bodies of 4 MiB with their texts fill what large ones may have, three quarters of 32 MiB. */
const FILLING = 3;

describe("The fuller the budget of bodies is, the more a body must show", () => {
  const yes = (): boolean => true;
  const no = (): boolean => false;

  test("a half is for anybody, and until then nobody is asked", () => {
    const budget = new BodyBudget(1_000);
    budget.take(500, 500, () => assert.fail("asked"));
    fails(() => budget.take(1, 1, no), "BODY_BUSY");
    assert.equal(budget.heldBytes, 500);
  });

  test("three quarters are for what is signed", () => {
    const budget = new BodyBudget(1_000);
    budget.take(750, MIB, yes);
    fails(() => budget.take(1, MIB, yes), "BODY_BUSY");
  });

  test("all of it is for what is signed and at most 64 KiB", () => {
    const budget = new BodyBudget(1_000);
    budget.take(1_000, UNSIGNED_BODY_BYTES, yes);
    fails(() => budget.take(1, 1, yes), "BODY_BUSY");
  });

  test("what is given back can be taken again", () => {
    const budget = new BodyBudget(1_000);
    budget.take(500, 500, no);
    budget.give(500);
    budget.take(500, 500, no);
  });

  test("it is 32 MiB", () => {
    assert.equal(BODY_BUDGET_BYTES, 32 * MIB);
  });
});

describe("A body that comes in pieces", () => {
  const account = prepareAccount({ token: "t" });
  const safe = prepareAccount({ token: "t", encodingAesKey: ACCOUNT.encodingAesKey, appId: "wx1" });
  const admitted = new Admitted(safe, { method: "POST", query: "", receivedAt: 0 });

  function collector(): { bodies: BodyBudget; body: BodyCollector } {
    const bodies = new BodyBudget();
    const limits = { bodyLimitBytes: MIB, bodyTimeoutMs: 1, bodies };
    return { bodies, body: new BodyCollector(limits, admitted, 0) };
  }

  test("holds about as many bytes as came, and counts as many for its text", () => {
    const { bodies, body } = collector();
    for (let count = 0; count < 60_000; count += 1) {
      body.add(Uint8Array.of(count % 256));
      const room = 2 * Math.max(1024, 2 * body.size);
      assert.ok(bodies.heldBytes <= room, `${bodies.heldBytes} held for ${body.size}`);
    }
    assert.deepEqual([...body.bytes], Array.from({ length: 60_000 }, (_, index) => index % 256));
    body.release();
    assert.equal(bodies.heldBytes, 0);
  });

  test("of every size is what was sent", () => {
    for (const sizes of [[1, 1], [1023, 1, 1], [1, 5_000, 1], [40_000, 20_000, 5_536], [0, 3]]) {
      const { body } = collector();
      const pieces = sizes.map((size, index) => Buffer.alloc(size, String(index)));
      for (const piece of pieces) body.add(piece);
      assert.ok(Buffer.concat(pieces).equals(body.bytes), String(sizes));
    }
  });

  test("has room for all that was announced, once it is more than strangers may send", () => {
    const bodies = new BodyBudget();
    const signed = new Admitted(prepareAccount({ token: ACCOUNT.token }), {
      method: "POST",
      query: plainDelivery(ACCOUNT, "").target.split("?")[1] ?? "",
      receivedAt: Date.now(),
    });
    const limits = { bodyLimitBytes: MIB, bodyTimeoutMs: 1, bodies };
    const body = new BodyCollector(limits, signed, 300_000);
    for (let count = 0; count < 2; count += 1) body.add(Buffer.alloc(40_000));
    assert.equal(bodies.heldBytes, 2 * 300_000);
  });

  test("gives back what it held when it is refused", () => {
    const { bodies, body } = collector();
    body.add(Buffer.alloc(60_000));
    fails(() => body.add(Buffer.alloc(60_000)), "BODY_TOO_LARGE");
    assert.equal(bodies.heldBytes, 0);
    body.release();
    assert.equal(bodies.heldBytes, 0);
  });

  test("is judged by its query once, and only when it matters", () => {
    assert.equal(admitted.isSigned(), false);
    fails(
      () => new Admitted(account, { method: "POST", query: "", receivedAt: 0 }),
      "SIGNATURE_MISSING",
    );
  });
});

/** A signed body of 4 MiB of which the last byte does not come. */
async function hold(context: TestContext, port: number): Promise<Connection> {
  const connection = await openFor(context, port);
  const { target } = plainDelivery(ACCOUNT, "");
  const length = String(4 * MIB);
  connection.send({ method: "POST", target, headers: { "Content-Length": length } });
  connection.write(Buffer.alloc(4 * MIB - 1, " "));
  return connection;
}

async function isTaken(port: number, status: number): Promise<void> {
  const sent = plainDelivery(ACCOUNT, textMessage("x".repeat(3 * MIB)));
  assert.equal((await exchange(port, sent)).status, status);
}

describe("All bodies of a bot together", () => {
  test("are at most 32 MiB: a large one more is 503, WeChat's is answered", async (context) => {
    const log = readableLog();
    const port = await serve(context, tutorialBot({ ...LARGE, log: log.log }));
    const held: Connection[] = [];
    for (let count = 0; count < FILLING + 2; count += 1) held.push(await hold(context, port));
    const unread = (): string => held.map((connection) => connection.unread).join("");
    await until("a body to be refused", () => unread().includes("Not now"));
    assert.match(log.text(), /BODY_BUSY/);
    assert.match(unread(), /^HTTP\/1.1 503 [^]*Connection: close/);
    const honest = plainDelivery(ACCOUNT, textMessage("hello"));
    assert.equal((await exchange(port, honest)).status, 200);
    for (const connection of held) connection.close();
    await until("the bodies to be given up", () => log.text().split("BODY_ABORTED").length > FILLING);
    await isTaken(port, 200);
  });

  test("in safe mode strangers have a half of it, and WeChat's are answered", async () => {
    const bot = tutorialBot(SAFE);
    const { target } = safeDelivery(ACCOUNT, "", { signature: undefined });
    let finish: () => void = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const stranger = (): Promise<Response> => {
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          controller.enqueue(new Uint8Array(UNSIGNED_BODY_BYTES));
          await finished;
          controller.close();
        },
      });
      const init = { method: "POST", body, duplex: "half" } as RequestInit;
      return bot.fetch(new Request(`https://x${target}`, init));
    };
    const count = BODY_BUDGET_BYTES / 2 / (2 * UNSIGNED_BODY_BYTES);
    const waiting = Array.from({ length: count }, stranger);
    assert.equal((await stranger()).status, 503);
    const honest = safeDelivery(ACCOUNT, textMessage("hello"));
    const init = { method: "POST", body: String(honest.body) };
    assert.equal((await bot.fetch(new Request(`https://x${honest.target}`, init))).status, 200);
    finish();
    for (const answer of await Promise.all(waiting)) assert.equal(answer.status, 400);
    assert.notEqual((await stranger()).status, 503);
  });

  const ways: Readonly<Record<string, (port: number) => Promise<number>>> = {
    "was answered": async (port) => (await exchange(port, large("x"))).status,
    "was answered later": async (port) => (await exchange(port, large("later"))).status,
    "was no message": async (port) => (await exchange(port, {
      ...large("x"),
      body: " ".repeat(4 * MIB),
    })).status,
    "was too large": async (port) => (await exchange(port, {
      ...large("x"),
      headers: { "Transfer-Encoding": "chunked" },
      body: `${(5 * MIB).toString(16)}\r\n${"x".repeat(5 * MIB)}\r\n0\r\n\r\n`,
    })).status,
  };
  for (const [what, send] of Object.entries(ways)) {
    test(`do not count one that ${what}`, async (context) => {
      const bot = echostr.createBot({ ...LARGE, log: () => {} }).on("text", async ({ Content }) => {
        if (Content.startsWith("later")) await new Promise((resolve) => setTimeout(resolve, 1));
        return "x";
      });
      const port = await serve(context, bot);
      for (let count = 0; count < FILLING + 2; count += 1) {
        assert.notEqual(await send(port), 503, `the ${count}th`);
      }
      await isTaken(port, 200);
    });
  }

  test("do not count one whose peer left while its handler hangs", async (context) => {
    let runs = 0;
    const options = { ...LARGE, delivery: false, log: () => {} } as const;
    const bot = echostr.createBot(options).on("text", async ({ Content }) => {
      runs += 1;
      if (Content.startsWith("hangs")) await new Promise(() => {});
    });
    const port = await serve(context, bot);
    for (let count = 1; count <= FILLING + 2; count += 1) {
      const connection = await openFor(context, port);
      connection.send(large("hangs"));
      await until("the handler to run", () => runs === count);
      connection.close();
    }
    await exchange(port, plainDelivery(ACCOUNT, textMessage("x")));
    await isTaken(port, 200);
  });
});

function large(content: string): ReturnType<typeof plainDelivery> {
  return plainDelivery(ACCOUNT, textMessage(content + "x".repeat(4 * MIB - 1_000)));
}
