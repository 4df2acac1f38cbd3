import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { type TestContext, describe, test } from "node:test";
import {
  Connections,
  MOST_LOOKS_AFTER_END,
  MOST_LOOKS_WITHOUT_PROGRESS,
} from "../../src/server/connections.ts";
import { openFor, until } from "../support/http.ts";
import { openHolding } from "./server-sockets.ts";
import { CERTIFICATE } from "./serving.ts";

interface LookedAt {
  readonly port: number;
  readonly connections: Connections;
  /** The server's side of its connections; with TLS those that encrypt. */
  readonly sockets: readonly Socket[];
}

/** A server with a list of connections whose looks a test does itself. */
async function lookedAt(
  context: TestContext,
  listener: RequestListener,
  tls = false,
): Promise<LookedAt> {
  const server = tls ? createHttpsServer(CERTIFICATE) : createServer();
  const sockets: Socket[] = [];
  server.on(tls ? "secureConnection" : "connection", (socket: Socket) => void sockets.push(socket));
  const options = { tls, maxConnections: 10, lookEveryMs: 1_000_000 };
  const connections = new Connections(server, options);
  server.on("request", (request, response) => {
    if (connections.heard(request, response)) listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections, sockets };
}

const GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const LARGE = "x".repeat(1_000_000);

function look(connections: Connections, times: number): void {
  for (let time = 0; time < times; time += 1) connections.look();
}

/** A client that does not read, asks for answers of a megabyte until one waits on the server's side. */
async function fill(client: Socket, socket: () => Socket | undefined): Promise<void> {
  for (let asked = 0; asked < 100; asked += 1) {
    client.write(GET);
    const before = socket()?.bytesWritten ?? 0;
    await until("an answer", () => (socket()?.bytesWritten ?? 0) > before);
    await new Promise((resolve) => setTimeout(resolve, 5));
    if ((socket()?.writableLength ?? 0) > 0) return;
  }
  assert.fail("the system took every answer");
}

describe("A connection is given up", () => {
  for (const [over, tls] of [["plain", false], ["TLS", true]] as const) {
    const endLarge: RequestListener = (_request, response) => void response.end(LARGE);

    test(`over ${over} when in ten looks its peer took nothing of what waits for it`, async (context) => {
      const { port, connections, sockets } = await lookedAt(context, endLarge, tls);
      const client = await openHolding(context, port, { tls });
      await fill(client, () => sockets[0]);
      look(connections, MOST_LOOKS_WITHOUT_PROGRESS);
      assert.equal(sockets[0]?.destroyed, false);
      look(connections, 1);
      assert.equal(sockets[0]?.destroyed, true);
    });

    test(`over ${over} but not while its peer reads, however slowly`, async (context) => {
      const { port, connections, sockets } = await lookedAt(context, endLarge, tls);
      const client = await openHolding(context, port, { tls });
      await fill(client, () => sockets[0]);
      look(connections, MOST_LOOKS_WITHOUT_PROGRESS);
      client.resume();
      await until("the answer to be taken", () => sockets[0]?.writableLength === 0);
      client.pause();
      await fill(client, () => sockets[0]);
      look(connections, MOST_LOOKS_WITHOUT_PROGRESS);
      assert.equal(sockets[0]?.destroyed, false);
    });
  }

  test("some looks after its end, though its peer keeps its own side open", async (context) => {
    const { port, connections, sockets } = await lookedAt(context, ({ socket }) => {
      socket.end("HTTP/1.1 400 Bad request\r\n\r\n");
    });
    const client = await openHolding(context, port, { tls: false });
    client.write(GET);
    await until("the end", () => sockets[0]?.writableEnded === true);
    look(connections, MOST_LOOKS_AFTER_END - 1);
    assert.equal(sockets[0]?.destroyed, false);
    look(connections, 1);
    assert.equal(sockets[0]?.destroyed, true);
  });

  test("never while it waits for an answer of ours, as a delivery that lapsed does", async (context) => {
    let asked = 0;
    const { port, connections, sockets } = await lookedAt(context, () => {
      asked += 1;
    });
    (await openHolding(context, port, { tls: false })).write(GET);
    await until("the request", () => asked === 1);
    look(connections, 100);
    assert.equal(sockets[0]?.destroyed, false);
  });

  test("never while it rests between two requests", async (context) => {
    const { port, connections, sockets } = await lookedAt(context, (_request, response) => {
      response.end("x");
    });
    const connection = await openFor(context, port);
    connection.write(GET);
    assert.equal((await connection.answer()).body, "x");
    look(connections, 100);
    assert.equal(sockets[0]?.destroyed, false);
    connection.write(GET);
    assert.equal((await connection.answer()).body, "x");
  });
});
