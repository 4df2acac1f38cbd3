// Peers that hold a connection with little or nothing said.

import { delivery, postHead, signedTarget } from "../deliveries.mjs";

const SECOND_MS = 1000;

export function quiet({ headers, request, keepAlive }) {
  return [
    {
      name: "silent",
      about: "never sends, and leaves when the server does",
      limitMs: headers,
      start() {},
    },
    {
      name: "ignores-408",
      about: "never sends, and stays when the server has said goodbye",
      keeps: true,
      limitMs: headers,
      short: true,
      start() {},
    },
    {
      name: "half-head",
      about: "sends half of a head, and stays",
      keeps: true,
      limitMs: headers,
      short: true,
      start: (peer) => peer.write("POST /plain HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-"),
    },
    {
      name: "trickled-head",
      about: "sends its head one byte a second",
      keeps: true,
      limitMs: headers,
      start: (peer) => trickle(peer, postHead("/plain", [`X-Long: ${"x".repeat(4000)}`])),
    },
    {
      name: "half-closes",
      about: "ends its side after nothing, half a head or half a body, and waits",
      keeps: true,
      limitMs: request,
      short: true,
      start(peer) {
        peer.write(PARTS[++started % PARTS.length]);
        peer.halfClose();
      },
    },
    {
      name: "no-body",
      about: "sends a signed head, and never the body",
      keeps: true,
      limitMs: request,
      short: true,
      start: (peer) => peer.write(headOf(500)),
    },
    {
      name: "trickled-body",
      about: "sends its body one byte a second",
      keeps: true,
      limitMs: request,
      start(peer) {
        peer.write(headOf(5000));
        trickle(peer, `<xml>${" ".repeat(4990)}`);
      },
    },
    {
      name: "expects-continue",
      about: "asks for 100 Continue and never sends the body",
      keeps: true,
      limitMs: request,
      start: (peer) => peer.write(headOf(500, ["Expect: 100-continue"])),
    },
    {
      name: "idle",
      about: "is answered once and says nothing more",
      keeps: true,
      limitMs: keepAlive,
      rate: 1000,
      start: (peer) => peer.write(delivery("plain", "idle").bytes),
    },
    {
      name: "never-closes",
      about: "goes on sending after an answer with Connection: close",
      keeps: true,
      limitMs: request,
      rate: 1000,
      short: true,
      start(peer) {
        peer.write("GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        peer.every(SECOND_MS, () => peer.write("x"));
      },
    },
  ];
}

let started = 0;
const PARTS = ["", "POST /plain HTTP/1.1\r\nHost: 127", postHead("/plain", ["Content-Length: 9"])];

function headOf(length, lines = []) {
  return postHead(signedTarget(), [`Content-Length: ${length}`, ...lines]);
}

function trickle(peer, text) {
  let sent = 0;
  peer.every(SECOND_MS, () => peer.write(text[sent++ % text.length]));
}
