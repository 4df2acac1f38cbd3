/**
 * Two processes that share a store, and one message that may come to either.
 *
 * @module
 */
import { MessageContext } from "../../src/bot/context.ts";
import { prepareDelivery } from "../../src/delivery/delivery-options.ts";
import { Ownership } from "../../src/delivery/ownership.ts";
import type { MessageRecord } from "../../src/delivery/record.ts";
import { Records } from "../../src/delivery/records.ts";
import { Run } from "../../src/delivery/run.ts";
import type { Message } from "../../src/index.ts";
import { parseMessage } from "../../src/protocol/message.ts";
import { wireText } from "../support/wire.ts";
import { aKey } from "./a-run.ts";
import { NotingStore } from "./noting-store.ts";
import { SetClock } from "./set-clock.ts";

export const MESSAGE: Message = parseMessage(wireText("问"));

export interface Process {
  readonly ownership: Ownership;
  /** A delivery that has just come to it and waits, and is accepted for so long. */
  run(acceptedMs?: number): Run;
}

export interface Owners {
  readonly clock: SetClock;
  readonly store: NotingStore;
  readonly records: Records;
  readonly one: Process;
  readonly other: Process;
  record(): Promise<MessageRecord | undefined>;
  state(): Promise<string | undefined>;
}

export function owners(isShared: boolean = true): Owners {
  const clock = new SetClock();
  const store = new NotingStore(clock, isShared);
  const records = new Records(store, clock);
  const settings = prepareDelivery({}, 1800, false);
  let names = 0;
  const process = (name: string): Process => {
    const newOwner = (): string => `${name} ${(names += 1)}`;
    const services = { accountId: "wx1", store, api: undefined, clock, newOwner, patienceMs: 1 };
    return {
      ownership: new Ownership({ store, records, settings, clock, newOwner }),
      run(acceptedMs = 0) {
        const receivedAt = clock.now();
        const delivery = { message: MESSAGE, size: 7, receivedAt, acceptedUntil: receivedAt + acceptedMs };
        const run = new Run(aKey("k"), delivery, new MessageContext("gh", "o", receivedAt, services));
        run.note(delivery, settings.soonestMs);
        run.arriving = 1;
        return run;
      },
    };
  };
  const record = (): Promise<MessageRecord | undefined> => records.get("k");
  const state = async (): Promise<string | undefined> => (await record())?.state;
  return { clock, store, records, one: process("one"), other: process("other"), record, state };
}
