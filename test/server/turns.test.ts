import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import { type TestContext, describe, test } from "node:test";
import { Admitted } from "../../src/admit.ts";
import { prepareAccount } from "../../src/account.ts";
import { BodyBudget } from "../../src/server/body.ts";
import { BodyCollector } from "../../src/server/body.ts";
import { Connections } from "../../src/server/connections.ts";
import { readBody } from "../../src/server/node-handler.ts";
import { compose, exchange, openFor } from "../support/http.ts";
import { ACCOUNT, field, plainDelivery, textMessage, verification } from "./platform.ts";
import { PLAIN, readableLog, serve, tutorialBot } from "./serving.ts";

const MIB = 1024 * 1024;
const PACKET = 64 * 1024;

/** Its immediate comes after the one that ended the turn. */
async function nextTurn(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** The sums of what is added within one turn of the event loop. */
class Turns {
  readonly sums: number[] = [];
  #isOpen = false;

  add(amount: number): void {
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.sums.push(0);
      setImmediate(() => (this.#isOpen = false));
    }
    this.sums.push((this.sums.pop() ?? 0) + amount);
  }

  get most(): number {
    return Math.max(...this.sums);
  }
}

describe("In one turn of the event loop", () => {
  /** A list of connections with one on it, which sends requests that are answered at once. */
  function answeredAtOnce(): { socket: Socket; hear: () => boolean } {
    const server = new EventEmitter() as Server;
    const options = { tls: false, maxConnections: 10, lookEveryMs: 1_000_000 };
    const connections = new Connections(server, options);
    const socket = new Socket();
    server.emit("connection", socket);
    const hear = (): boolean => {
      const response = { writableFinished: true } as ServerResponse;
      return connections.heard({ socket } as IncomingMessage, response);
    };
    return { socket, hear };
  }

  test("four requests of a connection are heard, though each is answered before the next", () => {
    const { socket, hear } = answeredAtOnce();
    assert.deepEqual(Array.from({ length: 6 }, hear), [true, true, true, true, false, false]);
    assert.equal(socket.destroyed, true);
  });

  test("a connection that has sent two requests is not read on, whoever resumes it", async () => {
    const { socket, hear } = answeredAtOnce();
    hear();
    assert.equal(socket.isPaused(), false);
    hear();
    socket.resume();
    await new Promise((resolve) => process.nextTick(resolve));
    assert.equal(socket.isPaused(), true);
    await nextTurn();
    assert.equal(socket.isPaused(), false);
  });

  test("and in the next one it may send as many again", async () => {
    const { hear } = answeredAtOnce();
    for (let turn = 0; turn < 5; turn += 1) {
      assert.deepEqual(Array.from({ length: 4 }, hear), [true, true, true, true]);
      await nextTurn();
    }
  });

  test("a client that waits for each answer is heard again and again", async (context) => {
    const connection = await openFor(context, await serve(context, tutorialBot(PLAIN)));
    for (let sent = 0; sent < 50; sent += 1) {
      connection.send(verification(ACCOUNT, String(sent)));
      assert.equal((await connection.answer()).body, String(sent));
    }
  });

  test("the fifth request of a packet ends its connection, though the others are answered", async (context) => {
    const log = readableLog();
    const connection = await openFor(context, await serve(context, tutorialBot(PLAIN), { log: log.log }));
    connection.write(Buffer.concat(Array(100).fill(compose(verification(ACCOUNT, "x")))));
    await connection.closed;
    assert.equal(log.entries.length, 1);
  });

  /** A server that reads bodies of a megabyte, and says when they are there. */
  async function reading(context: TestContext, onPiece: (size: number) => void): Promise<number> {
    const limits = { bodyLimitBytes: MIB, bodyTimeoutMs: 5000, bodies: new BodyBudget() };
    const account = prepareAccount({ token: ACCOUNT.token });
    const listener: RequestListener = (request, response) => {
      const query = request.url?.split("?")[1] ?? "";
      const admitted = new Admitted(account, { method: "POST", query, receivedAt: Date.now() });
      const collector = new BodyCollector(limits, admitted, Number(request.headers["content-length"]));
      readBody(request, collector, 5000, (error, body) => {
        response.end(error === undefined ? String(body.length) : String(error));
      });
      request.on("data", (piece: Buffer) => onPiece(piece.length));
    };
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    context.after(() => {
      server.closeAllConnections();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }

  test("a body is read a few packets far, and of many bodies one", async (context) => {
    const turns = new Turns();
    const port = await reading(context, (size) => turns.add(size));
    const large = { ...plainDelivery(ACCOUNT, ""), body: "x".repeat(MIB) };
    const answers = await Promise.all(Array.from({ length: 8 }, () => exchange(port, large)));
    assert.deepEqual(answers.map(({ body }) => body), Array(8).fill(String(MIB)));
    // Each new one may be read once before it stands in the line, beside the one whose turn it is.
    const most = 12 * PACKET;
    assert.ok(Math.max(...turns.sums) <= most, `in a turn: ${turns.sums}`);
    assert.ok(turns.sums.length >= (8 * MIB) / most, `${turns.sums.length} turns`);
  });

  test("a message of ordinary length is not put off", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    const answer = await exchange(port, plainDelivery(ACCOUNT, textMessage("hello")));
    assert.equal(field(answer.body, "Content"), "测试");
  });
});
