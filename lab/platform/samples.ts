/**
 * One message or event of every kind that the platform sends: what `check` tries a server with,
 * what the page offers, and a start for descriptions of one's own.
 *
 * @module
 */
import { SAMPLE_EVENTS_OF_CARDS } from "./sample-events-cards.ts";
import { SAMPLE_EVENTS_OF_PLACES } from "./sample-events-places.ts";
import { SAMPLE_EVENTS } from "./sample-events.ts";
import { SAMPLE_MESSAGES } from "./sample-messages.ts";
import type { Description } from "./types.ts";

/** A description with a name. */
export interface Sample {
  /** Its kind, with what is special about it: `text`, `event:subscribe-qrscene`. */
  readonly name: string;
  /** `text`, `event:subscribe`: names of events in small letters. */
  readonly kind: string;
  readonly description: Description;
}

/** Messages first, then events. Names are unique; a kind may have several samples. */
export function samples(): readonly Sample[] {
  const events = { ...SAMPLE_EVENTS, ...SAMPLE_EVENTS_OF_CARDS, ...SAMPLE_EVENTS_OF_PLACES };
  return [
    ...Object.entries(SAMPLE_MESSAGES).map(([name, fields]) =>
      sample(name, { MsgType: beforeHyphen(name), ...fields }),
    ),
    ...Object.entries(events).map(([name, fields]) =>
      sample(`event:${name.toLowerCase()}`, {
        MsgType: "event",
        Event: beforeHyphen(name),
        ...fields,
      }),
    ),
  ];
}

function sample(name: string, description: Description): Sample {
  return { name, kind: kindOf(description), description };
}

function beforeHyphen(name: string): string {
  return name.split("-")[0] ?? name;
}

/** The sample with this name; `undefined` if there is none. */
export function sampleNamed(name: string): Sample | undefined {
  return samples().find((sample) => sample.name === name);
}

/** The kind of a description, as bots and their logs name it. */
export function kindOf(description: Description): string {
  const { MsgType, Event } = description;
  return MsgType === "event" ? `event:${String(Event).toLowerCase()}` : MsgType;
}
