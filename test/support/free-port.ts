/**
 * A port for a program that a test will start.
 *
 * Not one that the system hands out for `listen(0)` or for a connection to elsewhere: until the
 * program is there, some other test could be given it.
 *
 * @module
 */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Linux hands out ports from 32,768 on, other systems from higher ones. */
const FIRST = 20_000;
const BEHIND_LAST = 32_000;
const TRIES = 50;

/** @returns a port of the loopback address on which nobody listens */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(FIRST, BEHIND_LAST);
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port between ${FIRST} and ${BEHIND_LAST} in ${TRIES} tries`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().on("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
