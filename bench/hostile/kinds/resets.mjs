// Peers that break off: RST in every state of a connection, or FIN at once.

import { delivery, postHead, signedTarget } from "../deliveries.mjs";

const MOMENT_MS = 50;

export function resets({ headers }) {
  const each = { once: true, limitMs: headers, rate: 1000 };
  return [
    {
      ...each,
      name: "closes-at-once",
      about: "connects and closes",
      start: (peer) => peer.close(),
    },
    {
      ...each,
      name: "reset-connected",
      about: "connects and resets",
      start: (peer) => peer.reset(),
    },
    {
      ...each,
      name: "reset-in-head",
      about: "resets in the middle of a head",
      start: (peer) => sayAndReset(peer, "POST /plain HTTP/1.1\r\nHost"),
    },
    {
      ...each,
      name: "reset-after-head",
      about: "resets when its head is complete",
      start: (peer) => sayAndReset(peer, head(500)),
    },
    {
      ...each,
      name: "reset-in-body",
      about: "resets in the middle of its body",
      short: true,
      start: (peer) => sayAndReset(peer, `${head(500)}<xml><ToUserName>`),
    },
    {
      ...each,
      name: "reset-answering",
      about: "resets while its answer is made",
      short: true,
      start: (peer) => sayAndReset(peer, delivery("plain", "slow").bytes),
    },
    {
      ...each,
      name: "reset-in-answer",
      about: "asks for much, and resets when the first bytes of it come",
      rate: 200,
      short: true,
      start: (peer) => peer.write(echoRequest(12_000).repeat(20)),
      onData: (peer) => peer.reset(),
    },
  ];
}

/** The handshake of WeChat: what stands in `echostr` comes back. */
export function echoRequest(bytes) {
  const target = signedTarget("/plain", `&echostr=${"e".repeat(bytes)}`);
  return `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
}

function head(length) {
  return postHead(signedTarget(), [`Content-Length: ${length}`]);
}

function sayAndReset(peer, bytes) {
  peer.write(bytes);
  setTimeout(() => peer.reset(), MOMENT_MS);
}
