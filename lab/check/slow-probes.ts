/**
 * Clients that send slowly. A few of them must not keep a server from answering the others, and
 * none may stay for ever. Half a dozen connections are no load; they are meant to be noticed by
 * servers with a worker or two.
 *
 * @module
 */
import { pause } from "./pause.ts";
import { shakeHands } from "./handshake-probes.ts";
import { when } from "./probe.ts";
import type { Probe } from "./probe.ts";
import { openRaw, requestHead } from "./raw-connection.ts";
import type { RawConnection } from "./raw-connection.ts";
import { formatQuery, signedFields } from "./signed-query.ts";
import type { Subject } from "./subject.ts";

const CONNECTIONS = 6;

/** How long they are watched. Node's own limits are 60 s for a head and 300 s for a body. */
export const HELD_MS = 13_000;
const DRIP_MS = 1000;

/** Sent first: what it finds tells whether the next one would hold up all others. */
export const BLOCKING_PROBE: Probe = {
  name: `${CONNECTIONS} connections that send half a request`,
  group: "slow",
  isLoad: true,
  run: async (subject) => {
    const connections = await openAll(Array.from({ length: CONNECTIONS }, () => subject));
    try {
      connections.forEach((connection, index) => {
        connection.write(halfRequest(subject, index % 2 === 0));
      });
      const heard = await shakeHands(subject, "1234567890123456789");
      return when(heard.reason === "timeout", "SLOW-CLIENT-BLOCKS");
    } finally {
      for (const connection of connections) connection.close();
    }
  },
};

/** @param heldMs 13 seconds, or a test's */
export function heldProbe(heldMs: number = HELD_MS): Probe {
  return {
    name: "requests that send a byte a second and never end",
    group: "slow",
    isLoad: true,
    isBackground: true,
    run: async (subject) => {
      const connections = await openAll([subject, subject]);
      try {
        const held = await Promise.all(
          connections.map((connection, index) => drip(subject, connection, index === 0, heldMs)),
        );
        return when(held.includes(true), "SLOW-CLIENT-HELD");
      } finally {
        for (const connection of connections) connection.close();
      }
    },
  };
}

async function openAll(subjects: readonly Subject[]): Promise<readonly RawConnection[]> {
  const opened = subjects.map(({ url, insecure }) =>
    openRaw(url, insecure).catch(() => undefined),
  );
  return (await Promise.all(opened)).filter((connection) => connection !== undefined);
}

/** All but the end: of the head, or of a body whose length it names. */
function halfRequest(subject: Subject, inHead: boolean): string {
  const query = formatQuery(signedFields(subject.account.token, subject.now()));
  const head = requestHead(subject.url, "POST", query, {
    "Content-Type": "text/xml",
    "Content-Length": "1000",
  });
  return inHead ? `${head.slice(0, -2)}X-Slow: ` : `${head}<xml>`;
}

/** @returns whether it was still open, without an answer, after all that time */
async function drip(
  subject: Subject,
  connection: RawConnection,
  inHead: boolean,
  heldMs: number,
): Promise<boolean> {
  connection.write(halfRequest(subject, inHead));
  const until = subject.now() + heldMs;
  while (subject.now() < until && connection.isSilent()) {
    await pause(Math.min(DRIP_MS, until - subject.now()), connection.heard);
    connection.write("x");
  }
  return connection.isSilent();
}
