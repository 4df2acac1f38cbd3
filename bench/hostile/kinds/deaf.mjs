// Peers that never read. What the system buffers for a connection, up to some 2.7 MB over loopback,
// is not the server's; so those that are to fill it first ask for long answers.

import { delivery } from "../deliveries.mjs";
import { echoRequest } from "./resets.mjs";

const GET = "GET /plain HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
const LONG = 12_000;
const FILLS = 400;
const SMALL_REQUESTS = 20_000;
const DELIVERIES = 3000;

export function deaf({ keepAlive, request, write }) {
  return [
    {
      name: "deaf",
      about: "sends twenty GETs at once and never reads",
      deaf: true,
      limitMs: keepAlive,
      rate: 500,
      short: true,
      start: (peer) => peer.write(GET.repeat(20)),
    },
    {
      name: "deaf-full",
      about: "pipelines GETs until the server takes no more, and never reads",
      deaf: true,
      // The memory of the system is what bounds these: 400 hold about a gigabyte of it.
      count: (count) => Math.ceil(count / 25),
      limitMs: Math.max(request, write),
      rate: 40,
      short: true,
      start(peer) {
        const long = Buffer.from(echoRequest(LONG));
        const small = Buffer.from(GET.repeat(100));
        let sent = 0;
        peer.pour(() => {
          sent += 1;
          if (sent <= FILLS) return long;
          return sent <= FILLS + SMALL_REQUESTS / 100 ? small : undefined;
        });
      },
    },
    {
      name: "deaf-slow",
      about: "asks for a long answer forty times a second, never two at once, and never reads",
      deaf: true,
      count: (count) => Math.ceil(count / 100),
      // They need some six seconds to fill what the system buffers.
      limitMs: 6000 + Math.max(request, write),
      rate: 40,
      start(peer) {
        const long = Buffer.from(echoRequest(LONG));
        peer.every(25, () => peer.write(long));
      },
    },
    {
      name: "deaf-deliveries",
      about: "pipelines thousands of signed deliveries and never reads",
      deaf: true,
      count: (count) => Math.ceil(count / 100),
      limitMs: Math.max(request, write),
      rate: 40,
      start(peer) {
        let sent = 0;
        peer.pour(() => (++sent <= DELIVERIES ? delivery("plain", TEXT).bytes : undefined));
      },
    },
  ];
}

/** As long as an answer may be: 2,048 bytes and no more are sent of a text. */
const TEXT = "长".repeat(590);
