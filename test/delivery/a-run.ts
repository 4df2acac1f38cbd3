/**
 * A message in a process, of which a test says no more than its key.
 *
 * @module
 */
import { MessageContext } from "../../src/bot/context.ts";
import { MessageKey } from "../../src/bot/keys.ts";
import { systemClock } from "../../src/clock.ts";
import { Run } from "../../src/delivery/run.ts";
import type { Delivery } from "../../src/delivery/run.ts";
import { parseMessage } from "../../src/protocol/message.ts";
import { MemoryStore } from "../../src/store/memory.ts";
import { wireText } from "../support/wire.ts";

const MESSAGE = parseMessage(wireText("问"));
const PARTS = { accountId: "wx1", store: new MemoryStore(), api: undefined, newOwner: () => "", patienceMs: 1 };

/** A key with this text, of one line or of several. */
export function aKey(text: string): MessageKey {
  return Object.defineProperty(new MessageKey("wx1", [text]), "text", { value: text });
}

/** A delivery of a text, with a size of 7. */
export function aDelivery(receivedAt: number = 0, acceptedUntil: number = 0): Delivery {
  return { message: MESSAGE, size: 7, receivedAt, acceptedUntil };
}

export function aRun(key: string = "k", delivery: Delivery = aDelivery()): Run {
  const services = { ...PARTS, clock: systemClock };
  return new Run(aKey(key), delivery, new MessageContext("gh", "o", delivery.receivedAt, services));
}
