// Peers that do with TLS what the others do with HTTP. All of them for a server that speaks TLS.

import { Duplex } from "node:stream";
import { randomBytes } from "node:crypto";
import { connect } from "node:tls";

export function tls({ headers, request }) {
  const each = { transport: "tls", raw: true, keeps: true, limitMs: headers };
  return [
    {
      ...each,
      name: "tls-silent",
      about: "never begins the handshake",
      short: true,
      start() {},
    },
    {
      ...each,
      name: "tls-stopped",
      about: "says hello, or half of it, and no more",
      rate: 1000,
      short: true,
      start(peer) {
        started += 1;
        peer.write(started % 2 === 0 ? HELLO : HELLO.subarray(0, HELLO.length / 2));
      },
    },
    {
      ...each,
      name: "tls-http",
      about: "speaks HTTP where TLS is spoken",
      start: (peer) => peer.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
    },
    {
      ...each,
      name: "tls-garbage",
      about: "says hello, and then records that are none of a handshake",
      rate: 1000,
      start: (peer) => peer.write(Buffer.concat([HELLO, record(0x16, 512), record(0x17, 512)])),
    },
    {
      ...each,
      name: "tls-renegotiates",
      about: "asks for another handshake on each connection again and again",
      raw: false,
      limitMs: request,
      rate: 200,
      tlsOptions: { maxVersion: "TLSv1.2" },
      start: (peer) => renegotiate(peer),
    },
  ];
}

let started = 0;

function renegotiate(peer) {
  if (peer.socket.destroyed) return;
  peer.socket.renegotiate({ rejectUnauthorized: false }, (error) => {
    if (error === null || error === undefined) setTimeout(() => renegotiate(peer), 100);
  });
}

function record(type, length) {
  return Buffer.concat([Buffer.from([type, 3, 3, length >> 8, length & 255]), randomBytes(length)]);
}

/** What Node itself would say first. */
const HELLO = await new Promise((resolve) => {
  const wire = new Duplex({
    read() {},
    write(chunk, _encoding, done) {
      resolve(chunk);
      done();
    },
  });
  connect({ socket: wire, rejectUnauthorized: false }).on("error", () => {});
});
