/**
 * Delivery switched off: the handler runs for every delivery, and WeChat waits for as long as it
 * pleases. For comparison, and for hosts that see to repeats themselves.
 *
 * @module
 */
import { MessageContext } from "../bot/context.ts";
import type { Services } from "../bot/context.ts";
import type { RouterAnswer } from "../bot/router.ts";
import { shortenOpenId } from "../log.ts";
import type { Log } from "../log.ts";
import type { Message } from "../protocol/message.ts";
import { answered, FIRST } from "./delivery-engine.ts";
import type { Delivered, Delivery } from "./delivery-engine.ts";
import type { RunHandler } from "./run-worker.ts";

/** What is needed to answer a delivery by itself. */
export interface DeliverEachParts {
  readonly runHandler: RunHandler;
  readonly services: Services;
  readonly log: Log;
}

/** Runs the handler for one delivery. */
export function deliverEach(
  { runHandler, services, log }: DeliverEachParts,
  { message, receivedAt }: Delivery,
): Delivered | Promise<Delivered> {
  const { ToUserName, FromUserName } = message;
  const context = new MessageContext(ToUserName, FromUserName, receivedAt, services);
  const toDelivered = ({ replies, error }: RouterAnswer): Delivered => {
    if (replies.length > 1) tellLeftOut(log, message, replies.length);
    return answered(replies[0], error, FIRST);
  };
  const answer = runHandler(message, context);
  return "then" in answer ? answer.then(toDelivered) : toDelivered(answer);
}

/** A response holds one reply, and nothing here keeps or sends the others. */
function tellLeftOut(log: Log, message: Message, count: number): void {
  log({
    level: "warn",
    event: "notice",
    kind: message.kind,
    openId: shortenOpenId(message.FromUserName),
    message: `Only the first of ${count} replies is sent: the others need delivery, which is off`,
  });
}
