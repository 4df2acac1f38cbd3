// Peers that send what is no HTTP, or no sensible one.

import { randomBytes } from "node:crypto";

/** Node's limit for a head is 16 KiB. */
const HEAD = "GET /plain HTTP/1.1\r\nHost: 127.0.0.1\r\n";
const BELOW_LIMIT_BYTES = 16_000;

export function odd({ headers }) {
  return [
    {
      name: "garbage",
      about: "sends bytes that are no HTTP, and stays",
      keeps: true,
      limitMs: headers,
      short: true,
      start: (peer) => peer.write(randomBytes(4096)),
    },
    {
      name: "many-headers",
      about: "sends as many tiny headers as the limit allows, and no end of them",
      keeps: true,
      limitMs: headers,
      start: (peer) => peer.write(TINY),
    },
    {
      name: "long-header",
      about: "sends one header of nearly 16 KiB, and no end of it",
      keeps: true,
      limitMs: headers,
      short: true,
      start: (peer) => peer.write(`${HEAD}X: ${"x".repeat(BELOW_LIMIT_BYTES - HEAD.length)}`),
    },
    {
      name: "too-many-headers",
      about: "goes on with headers above the limit",
      keeps: true,
      limitMs: headers,
      start(peer) {
        peer.write(TINY);
        peer.every(1000, () => peer.write(`X: ${"y".repeat(1000)}\r\n`));
      },
    },
  ];
}

const TINY = HEAD + "a:\r\n".repeat((BELOW_LIMIT_BYTES - HEAD.length) / 4);
