/**
 * Whether anybody is there at all: a connection, and with https the handshake of TLS. What comes
 * after it is the server's own doing and a finding; what fails here is none.
 *
 * @module
 */
import { messageOf } from "../../src/errors.ts";
import { pause } from "./pause.ts";
import { openRaw } from "./raw-connection.ts";

const CONNECT_MS = 5000;

/** @returns why there is no connection; `undefined` if there is one */
export async function reasonNotReached(url: URL, insecure: boolean): Promise<string | undefined> {
  let why: string | undefined = `No connection to ${url.host} within ${CONNECT_MS / 1000} s`;
  const opening = openRaw(url, insecure).then(
    (connection) => {
      connection.close();
      why = undefined;
    },
    (error: unknown) => {
      why = `No connection to ${url.host}: ${reasonOf(error)}`;
    },
  );
  await pause(CONNECT_MS, opening);
  return why;
}

/** Node says of a host with several addresses only that all failed. */
function reasonOf(error: unknown): string {
  const [first] = error instanceof AggregateError ? error.errors : [];
  const { code } = (first ?? error) as NodeJS.ErrnoException;
  return SENTENCES[code ?? ""] ?? messageOf(first ?? error);
}

const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there (ECONNREFUSED)",
  ENOTFOUND: "the name has no address (ENOTFOUND)",
  EAI_AGAIN: "the name could not be looked up (EAI_AGAIN)",
  ETIMEDOUT: "no answer (ETIMEDOUT)",
  EHOSTUNREACH: "there is no route to it (EHOSTUNREACH)",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by itself; --insecure accepts it",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not signed by a known authority; --insecure accepts it",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate lacks its chain; --insecure accepts it",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name; --insecure accepts it",
  CERT_HAS_EXPIRED: "its certificate has expired; --insecure accepts it",
};
