/**
 * `Expect: 100-continue`: a client asks before it sends its body. Node's servers say yes at once,
 * unless somebody listens for the question. Our server listens, so that a body that is too large
 * is refused before it is sent; the word is then ours to say.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";

const waiting = new WeakSet<IncomingMessage>();

/** Notes that the client waits for the word. */
export function markWaiting(request: IncomingMessage): void {
  waiting.add(request);
}

/** Says the word, if the client waits for it. */
export function letContinue(request: IncomingMessage, response: ServerResponse): void {
  if (waiting.delete(request)) response.writeContinue();
}
