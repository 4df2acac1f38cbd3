/**
 * Two processes that share a store, under a clock that can be turned.
 *
 * @module
 */
import { MessageContext } from "../../src/bot/context.ts";
import { prepareDelivery } from "../../src/delivery/delivery-options.ts";
import type { DeliveryOptions } from "../../src/delivery/delivery-options.ts";
import { Ownership } from "../../src/delivery/ownership.ts";
import type { Standing } from "../../src/delivery/record.ts";
import { Records } from "../../src/delivery/records.ts";
import { Run } from "../../src/delivery/run.ts";
import { parseMessage } from "../../src/protocol/message.ts";
import type { Reply } from "../../src/protocol/reply.ts";
import { wireText } from "../support/wire.ts";
import { aKey } from "./a-run.ts";
import { NotingStore } from "./noting-store.ts";
import { TurnedClock } from "./turned-clock.ts";

export const REPLY: Reply = { MsgType: "text", Content: "答" };
export const GIVEN: Standing = { state: "given", reply: REPLY, rest: [] };

export interface Pair {
  readonly clock: TurnedClock;
  readonly store: NotingStore;
  readonly records: Records;
  readonly one: Ownership;
  readonly other: Ownership;
  /** A message to which a delivery comes now, and waits. */
  arrive(key?: string, acceptedForMs?: number): Run;
  /** A further delivery of it. */
  again(run: Run): void;
}

export function pair(options: DeliveryOptions = {}): Pair {
  const clock = new TurnedClock();
  const store = new NotingStore(clock, true);
  const records = new Records(store, clock);
  const settings = prepareDelivery(options, 1800, false);
  let owners = 0;
  const newOwner = (): string => `owner ${(owners += 1)}`;
  const made = { store, records, settings, clock, newOwner };
  const message = parseMessage(wireText("问"));
  const services = { accountId: "wx1", store, api: undefined, clock, newOwner, patienceMs: 4500 };
  return {
    clock,
    store,
    records,
    one: new Ownership(made),
    other: new Ownership(made),
    arrive(key = "k", acceptedForMs = 0) {
      const receivedAt = clock.now();
      const delivery = { message, size: 1, receivedAt, acceptedUntil: receivedAt + acceptedForMs };
      const run = new Run(aKey(key), delivery, new MessageContext("gh_1", "oF", receivedAt, services));
      run.note(delivery, settings.soonestMs);
      run.arriving = 1;
      return run;
    },
    again(run) {
      const receivedAt = clock.now();
      run.note({ message, size: 1, receivedAt, acceptedUntil: receivedAt }, settings.soonestMs);
    },
  };
}
