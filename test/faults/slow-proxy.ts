/**
 * A proxy that lets bytes wait: what a network does between two data centres, or a store that has
 * too much to do.
 *
 * @module
 */
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import type { TestContext } from "node:test";

export interface SlowProxy {
  readonly port: number;
  /** How long each piece waits, in each direction. */
  delayMs: number;
}

export async function startSlowProxy(context: TestContext, to: number): Promise<SlowProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(to, "127.0.0.1");
    for (const [from, other] of [[near, far], [far, near]] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on("data", (bytes) => {
        // Timers of the same length fire in their order; pieces must not overtake each other.
        setTimeout(() => other.write(bytes), proxy.delayMs);
      });
      from.on("error", () => {});
      from.on("close", () => {
        sockets.delete(from);
        other.destroy();
      });
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const proxy: SlowProxy = { port: (server.address() as AddressInfo).port, delayMs: 0 };
  return proxy;
}
