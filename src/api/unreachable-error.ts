/**
 * No answer came. What matters then is whether the request can have arrived: if not, it may be sent
 * again whatever it does.
 *
 * @module
 */
import { EchostrError, messageOf } from "../errors.ts";
import type { Deadline } from "./deadline.ts";
import { hideTokens } from "./hidden.ts";

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
  "UND_ERR_CONNECT_TIMEOUT",
];

/** Failures that come when connecting, and as well when reading from a connection that stood. */
const NO_WAY: readonly string[] = ["EHOSTUNREACH", "ENETUNREACH"];

/**
 * Says why no answer came: the caller's own reason to stop, the time limit, or what `fetch` threw,
 * without its stack and cause: those may hold the address, and with it the token.
 *
 * @param hide takes secrets out of its words
 */
export function throwUnanswered(
  path: string,
  thrown: unknown,
  deadline: Deadline,
  hide: (text: string) => string = hideTokens,
): never {
  deadline.throwIfStopped();
  if (deadline.signal.aborted) {
    throw new UnreachableError(path, `no answer within ${deadline.ms} ms`, true);
  }
  const cause = causeOf(thrown) ?? thrown;
  // A host with several addresses: one failure for each, and no words of its own.
  const first = cause instanceof AggregateError ? (cause.errors as unknown[])[0] : cause;
  const { code } = Object(cause) as { code?: unknown };
  const { syscall } = Object(first) as { syscall?: unknown };
  const said = messageOf(first).split("?")[0] || "the connection failed";
  const problem = typeof code !== "string" || said.includes(code) ? said : `${said} (${code})`;
  const isBefore =
    BEFORE_SENDING.includes(String(code)) ||
    (NO_WAY.includes(String(code)) && syscall === "connect");
  throw new UnreachableError(path, hide(problem), !isBefore);
}

/** What is behind a value that was thrown: a `fetch` of somebody else's may throw anything. */
export function causeOf(thrown: unknown): unknown {
  return (Object(thrown) as { cause?: unknown }).cause;
}
