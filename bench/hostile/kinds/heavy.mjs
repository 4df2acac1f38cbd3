// Peers that send much: bodies of a megabyte, or bytes one by one at full speed.

import { message, postHead, signedTarget, unsignedTarget } from "../deliveries.mjs";

const MIB = 2 ** 20;
const tenth = (count) => Math.ceil(count / 10);

export function heavy({ request }) {
  return [
    {
      name: "pipelined-bodies",
      about: "pipelines 1,000 bodies of 1 MB under one signed query",
      count: () => 3,
      keeps: true,
      once: true,
      limitMs: request,
      start: (peer) => pipeline(peer, 1000),
    },
    {
      name: "chunks-20",
      about: "sends its body in chunks of one byte at full speed, 20 at once",
      count: () => 20,
      limitMs: request,
      short: true,
      start: (peer) => pourChunks(peer),
    },
    {
      name: "chunks-40",
      about: "does the same, 40 at once",
      count: () => 40,
      limitMs: request,
      start: (peer) => pourChunks(peer),
    },
    {
      name: "unsigned-held",
      about: "sends a body of 1 MiB without its last byte, unsigned",
      count: tenth,
      keeps: true,
      limitMs: request,
      rate: 200,
      short: true,
      start: (peer) => sendBody(peer, unsignedTarget(), MIB - 1),
    },
    {
      name: "unsigned-safe-held",
      about: "does the same where only the body could be signed",
      count: tenth,
      keeps: true,
      limitMs: request,
      rate: 200,
      start: (peer) => sendBody(peer, safe(unsignedTarget("/safe")), MIB - 1),
    },
    {
      name: "unsigned-safe",
      about: "sends whole bodies of 1 MiB, unsigned, where only the body could be signed",
      count: tenth,
      once: true,
      limitMs: request,
      rate: 100,
      start: (peer) => sendBody(peer, safe(unsignedTarget("/safe")), MIB),
    },
    {
      name: "signed-held",
      about: "sends a body of 1 MiB without its last byte under a signed query",
      count: tenth,
      keeps: true,
      limitMs: request,
      rate: 200,
      start: (peer) => sendBody(peer, signedTarget(), MIB - 1),
    },
    {
      name: "signed-bodies",
      about: "sends messages of 1 MiB under signed queries",
      count: tenth,
      once: true,
      limitMs: request,
      rate: 100,
      short: true,
      start: (peer) => peer.pour(texts(MIB, 1)),
    },
  ];
}

const FILLER = Buffer.alloc(MIB, "x");

/** Elements without an end are what costs a parser most. */
const ELEMENTS = Buffer.from("<a>x</a>".repeat(MIB / 8));

const safe = (target) => `${target}&encrypt_type=aes&msg_signature=${"0".repeat(40)}`;

function sendBody(peer, target, bytes) {
  peer.write(postHead(target, [`Content-Length: ${MIB}`]));
  peer.write(`<xml>`);
  peer.write(ELEMENTS.subarray(0, bytes - 5));
}

function pipeline(peer, count) {
  peer.pour(texts(1_000_000, count));
}

/** The parts of so many deliveries under one query, each with a text that makes it so long. */
function texts(bytes, count) {
  const target = signedTarget();
  const parts = [];
  let sent = 0;
  return () => {
    if (parts.length === 0) {
      sent += 1;
      if (sent > count) return undefined;
      const [before, after] = message("|").xml.split("|");
      const filler = FILLER.subarray(0, bytes - before.length - after.length);
      parts.push(postHead(target, [`Content-Length: ${bytes}`]) + before, filler, after);
    }
    return parts.shift();
  };
}

const CHUNKS = Buffer.from("1\r\nx\r\n".repeat(10_000));

function pourChunks(peer) {
  peer.write(postHead(signedTarget(), ["Transfer-Encoding: chunked"]));
  peer.pour(() => CHUNKS);
}
