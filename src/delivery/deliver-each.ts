/**
 * Delivery switched off: the handler runs for every delivery, and WeChat waits for as long as it
 * pleases. For comparison, and for hosts that see to repeats themselves.
 *
 * @module
 */
import { MessageContext } from "../bot/context.ts";
import type { Services } from "../bot/context.ts";
import type { RouterAnswer } from "../bot/router.ts";
import { FIRST } from "./delivered.ts";
import type { Delivered } from "./delivered.ts";
import type { Delivery } from "./delivery-engine.ts";
import type { RunHandler } from "./run-worker.ts";

/** Runs the handler for one delivery. */
export function deliverEach(
  runHandler: RunHandler,
  services: Services,
  { message, receivedAt }: Delivery,
): Delivered | Promise<Delivered> {
  const { ToUserName, FromUserName } = message;
  const context = new MessageContext(ToUserName, FromUserName, receivedAt, services);
  const answer = runHandler(message, context);
  return "then" in answer ? answer.then(toDelivered) : toDelivered(answer);
}

function toDelivered({ reply, error }: RouterAnswer): Delivered {
  const outcome = error !== undefined ? "failed" : reply === undefined ? "nothing" : "answered";
  return { outcome, reply, error, attempt: FIRST };
}
