/**
 * What a server makes of HTTP itself: methods, odd queries, large bodies, a connection used twice.
 *
 * @module
 */
import { randomEchostr } from "../platform/identifiers.ts";
import { pause } from "./pause.ts";
import { probesOf, when } from "./probe.ts";
import type { Probe } from "./probe.ts";
import { isOneAnswer, openRaw, requestHead, statusIn } from "./raw-connection.ts";
import { formatQuery, signedFields } from "./signed-query.ts";
import { isReply } from "./subject.ts";
import type { Subject } from "./subject.ts";

const LARGE_BYTES = 5_000_000;
const CHUNK_BYTES = 64 * 1024;

/** After the first bytes of an answer, for the rest of it. */
const QUIET_MS = 50;

/** If there was no answer. */
const WRONG_STATUS = 999;

/** Queries that are none, or not ours; a server may answer anything, but must live on. */
const ODD_QUERIES: Readonly<Record<string, string>> = {
  "a visit without a query": "",
  "a query that cannot be decoded": "signature=%E0%A4%A&timestamp=%&nonce=%00&echostr=%zz",
  "a query of 10,000 characters": `echostr=${"x".repeat(10_000)}`,
};

export const HTTP_PROBES: readonly Probe[] = probesOf({ group: "http" }, [
  ...["PUT", "PATCH", "DELETE"].map((method) => ({
    name: `${method} with a right message`,
    needsAnswer: true,
    run: async (subject: Subject) =>
      when(isReply(await subject.deliver(subject.text(), { method })), "METHOD-IGNORED"),
  })),
  ...["HEAD", "OPTIONS"].map((method) => ({
    name: `${method} with the query of a handshake`,
    run: async (subject: Subject) => {
      const fields = signedFields(subject.account.token, subject.now());
      await subject.send({ method, query: formatQuery({ ...fields, echostr: randomEchostr() }) });
      return [];
    },
  })),
  ...Object.entries(ODD_QUERIES).map(([name, query]) => ({
    name,
    run: async (subject: Subject) => {
      await subject.send({ method: "GET", query });
      return [];
    },
  })),
  {
    name: "a body of 5 MB",
    needsAnswer: true,
    isLoad: true,
    mayBeDropped: true,
    run: async (subject) => {
      const heard = await subject.deliver(largeMessage(subject));
      return when(heard.status === 200, "BODY-UNLIMITED");
    },
  },
  {
    name: "a body of 5 MB that does not say its length",
    needsAnswer: true,
    isLoad: true,
    mayBeDropped: true,
    run: async (subject) => when((await sendChunked(subject)) === 200, "BODY-UNLIMITED"),
  },
  {
    name: "a handshake on a connection on which a message was refused",
    run: async (subject) => {
      const fields = signedFields(subject.account.token, subject.now());
      const query = formatQuery({ ...fields, echostr: randomEchostr() });
      const alone = await subject.send({ method: "GET", query });
      const second = await statusOfSecond(subject, query);
      return when(second !== 0 && second !== alone.status, "KEEP-ALIVE-BROKEN");
    },
  },
]);

/** Not in Content: a bot that repeats it would answer as much. */
function largeMessage(subject: Subject): string {
  return subject.text({ Filling: "x".repeat(LARGE_BYTES) });
}

/** The status, 0 if there is none. A limit that checks only Content-Length does not see this body. */
async function sendChunked(subject: Subject): Promise<number> {
  const connection = await openRaw(subject.url, subject.insecure).catch(() => undefined);
  if (connection === undefined) return 0;
  const sealed = subject.seal(largeMessage(subject));
  const body = Buffer.from(sealed.body);
  const head = requestHead(subject.url, "POST", sealed.query(subject.now()), {
    "Content-Type": "text/xml",
    "Transfer-Encoding": "chunked",
    Connection: "close",
  });
  connection.write(head);
  for (let at = 0; at < body.length && connection.isSilent(); at += CHUNK_BYTES) {
    const piece = body.subarray(at, at + CHUNK_BYTES);
    connection.write(`${piece.length.toString(16)}\r\n`);
    connection.write(piece);
    connection.write("\r\n");
  }
  connection.write("0\r\n\r\n");
  await pause(subject.patienceMs, connection.closed);
  connection.close();
  return statusIn(connection.received());
}

/**
 * On one connection a message that is refused, whose body may not have been read, then a handshake.
 *
 * @returns the status of the second answer; 0 when the connection was closed in between, which is a
 *   right way to go about it
 */
async function statusOfSecond(subject: Subject, query: string): Promise<number> {
  const { url, account } = subject;
  const connection = await openRaw(url, subject.insecure).catch(() => undefined);
  if (connection === undefined) return 0;
  const body = Buffer.from(subject.text());
  const forged = { ...signedFields(account.token, subject.now()), signature: "0".repeat(40) };
  const length = String(body.length);
  connection.write(requestHead(url, "POST", formatQuery(forged), { "Content-Length": length }));
  connection.write(body);
  await pause(subject.patienceMs, connection.heard);
  await pause(QUIET_MS, connection.closed);
  const first = connection.received();
  connection.write(requestHead(url, "GET", query, { Connection: "close" }));
  await pause(subject.patienceMs, connection.closed);
  const rest = connection.received().slice(first.length);
  const isClosed = !connection.isOpen();
  connection.close();
  if (first === "" || (rest === "" && isClosed)) return 0;
  return isOneAnswer(first) ? statusIn(rest) || WRONG_STATUS : WRONG_STATUS;
}
