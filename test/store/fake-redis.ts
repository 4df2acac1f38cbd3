/**
 * Connections to be watched, and servers that are not quite Redis.
 *
 * @module
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import type { TestContext } from "node:test";
import type { EchostrError } from "../../src/errors.ts";
import { parseRedisAddress } from "../../src/store/redis-address.ts";
import { RedisConnection } from "../../src/store/redis-connection.ts";
import type { RedisConnectionOptions } from "../../src/store/redis-connection.ts";
import { watch } from "../support/watch.ts";

export const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

export const POLL_MS = 5;

export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000 && !condition(); tries += 1) await wait(POLL_MS);
  assert.ok(condition(), "what was waited for did not come");
}

/** A connection, and what its watcher was told: "back" or the reason of being away. */
export function connectTo(
  test: TestContext,
  url: string,
  options: RedisConnectionOptions = {},
): [RedisConnection, string[]] {
  const told: string[] = [];
  const connection = new RedisConnection(parseRedisAddress(url), {
    firstPauseMs: 10,
    longestPauseMs: 40,
    ...options,
  });
  watch.secrets.learnAddress(url);
  const away = ({ message }: EchostrError): void => {
    // It becomes a notice.
    watch.notice("reason of a connection", message);
    told.push(message.replace(/^Redis at \S+ cannot be reached: /, ""));
  };
  connection.watch({ back: () => told.push("back"), away });
  test.after(() => connection.close());
  return [connection, told];
}

/** A server that does with each piece what the test says. */
export async function fakeServer(
  test: TestContext,
  onData: (socket: Socket, text: string) => void,
): Promise<{ url: string; pieces: string[]; sockets: Socket[] }> {
  const pieces: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      pieces.push(String(bytes));
      onData(socket, String(bytes));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  test.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `redis://127.0.0.1:${port}`, pieces, sockets };
}
