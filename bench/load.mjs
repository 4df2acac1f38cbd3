// The load: raw requests over keep-alive sockets, one in flight on each, replies looked at and
// dropped. node:http or fetch would cost more than the servers under test; node:net costs about
// half of what the bare server does, so with a core each it is the server that is busy.

import { connect } from "node:net";

const HEAD_END = Buffer.from("\r\n\r\n");
const LAST_CHUNK = Buffer.from("0\r\n\r\n");
/** What every right reply holds somewhere; a byte search is cheap enough to do each time. */
const NEEDLES = { plain: Buffer.from("测试"), safe: Buffer.from("<MsgSignature>") };
const STALLED_MS = 30_000;

/** True when `bytes` holds one whole response. Without pipelining nothing can follow it. */
function isWhole(bytes) {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return false;
  const head = bytes.latin1Slice(0, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length !== null) return bytes.length === headEnd + 4 + Number(length[1]);
  // `wechat` writes its head before it knows the body, which makes node:http send chunks.
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) throw new Error(`no length in: ${head}`);
  return bytes.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
}

export function statusOf(bytes) {
  return Number(bytes.latin1Slice(9, 12));
}

function unchunk(text) {
  return text.replace(/(?:^|\r\n)[0-9a-f]+\r\n/gi, "").replace(/\r\n$/, "");
}

/**
 * A connection that calls `onReply(bytes)` for each whole response. The bytes are valid during the
 * call only: all reads of a connection share one buffer, so reading allocates nothing.
 */
export function openLane(port, onReply, onFailure) {
  let pending;
  const read = (count, buffer) => {
    try {
      let bytes = buffer.subarray(0, count);
      if (pending !== undefined) bytes = Buffer.concat([pending, bytes]);
      if (isWhole(bytes)) {
        pending = undefined;
        onReply(bytes);
      } else {
        pending = Buffer.from(bytes);
      }
    } catch (error) {
      onFailure(error);
    }
    return true;
  };
  const socket = connect({
    port,
    host: "127.0.0.1",
    noDelay: true,
    onread: { buffer: Buffer.alloc(16 * 1024), callback: read },
  });
  socket.on("error", onFailure);
  socket.on("close", () => onFailure(new Error("the server closed a connection")));
  return socket;
}

/** Sends one request on a connection of its own: `{ status, body }`. */
export function ask(port, request) {
  return new Promise((resolve, reject) => {
    const socket = openLane(
      port,
      (bytes) => {
        const text = bytes.toString("utf8");
        const at = text.indexOf("\r\n\r\n");
        const chunked = /\r\ntransfer-encoding: *chunked/i.test(text.slice(0, at));
        const body = chunked ? unchunk(text.slice(at + 4)) : text.slice(at + 4);
        resolve({ status: statusOf(bytes), body });
        socket.destroy();
      },
      reject,
    );
    socket.write(request);
  });
}

/**
 * Sends the whole batch: `{ seconds, timed }`. The clock starts when each connection has had its
 * first reply, so that accepting the connections is not in the figure, and covers `timed` messages.
 * `onStart` is called just before, while the server has nothing to do.
 */
export async function sendBatch(port, batch, connections, onStart = () => {}) {
  const needle = NEEDLES[batch.mode];
  const lanes = Math.min(connections, batch.count);
  const sockets = [];
  let sent = 0;
  let answered = 0;
  let startedAt;

  const sendNext = (socket) => {
    if (sent === batch.count) return;
    const start = sent === 0 ? 0 : batch.ends[sent - 1];
    socket.write(batch.bytes.subarray(start, batch.ends[sent]));
    sent += 1;
  };

  // A load that sleeps must be woken for each answer, at the server's expense: some microseconds on a virtual
  // machine, and the more often the slower the server is.
  let isOver = false;
  const stayAwake = () => {
    if (!isOver) setImmediate(stayAwake);
  };
  stayAwake();

  let watch;
  try {
    const endedAt = await new Promise((resolve, reject) => {
      const onReply = (bytes, socket) => {
        if (statusOf(bytes) !== 200 || !bytes.includes(needle)) {
          throw new Error(`a wrong reply under load: ${bytes.toString("utf8").slice(0, 400)}`);
        }
        answered += 1;
        if (answered < lanes) return;
        if (answered === lanes) {
          onStart();
          startedAt = process.hrtime.bigint();
          for (const each of sockets) sendNext(each);
        } else {
          sendNext(socket);
        }
        if (answered === batch.count) resolve(process.hrtime.bigint());
      };
      for (let index = 0; index < lanes; index += 1) {
        const socket = openLane(port, (bytes) => onReply(bytes, socket), reject);
        sockets.push(socket);
        socket.once("connect", () => sendNext(socket));
      }
      let seen = -1;
      watch = setInterval(() => {
        if (answered === seen) reject(new Error(`no reply for ${STALLED_MS} ms`));
        seen = answered;
      }, STALLED_MS);
    });
    return { seconds: Number(endedAt - startedAt) / 1e9, timed: batch.count - lanes };
  } finally {
    isOver = true;
    clearInterval(watch);
    for (const socket of sockets) socket.destroy();
  }
}
