/**
 * No answer came. What matters then is whether the request can have arrived: if not, it may be sent
 * again whatever it does.
 *
 * @module
 */
import { EchostrError, messageOf } from "../errors.ts";

/** `API_UNREACHABLE`: the network, the time limit, or an HTTP status that says "not now". */
export class UnreachableError extends EchostrError {
  /** The platform may have acted on the request. */
  readonly mayHaveArrived: boolean;

  constructor(path: string, problem: string, mayHaveArrived: boolean) {
    super("API_UNREACHABLE", `No answer from ${path}: ${problem}`);
    this.mayHaveArrived = mayHaveArrived;
  }
}

/** Failures before the first byte of a request has left. */
const BEFORE_SENDING: readonly string[] = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
];

/**
 * What `fetch` threw, without its stack and cause: those may hold the address, and with it the
 * token.
 */
export function unreachable(path: string, thrown: unknown): UnreachableError {
  const { cause = thrown } = thrown as { cause?: unknown };
  const { code } = cause as { code?: unknown };
  // A host with several addresses: one failure for each, and no words of its own.
  const first = cause instanceof AggregateError ? (cause.errors as unknown[])[0] : cause;
  const said = messageOf(first).split("?")[0] || "the connection failed";
  const problem = typeof code !== "string" || said.includes(code) ? said : `${said} (${code})`;
  return new UnreachableError(path, problem, !BEFORE_SENDING.includes(String(code)));
}
