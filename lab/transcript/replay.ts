/**
 * Plays a conversation again, and reports the differences.
 *
 * What the followers did is done again, with the same pauses; what the account answered is compared.
 * Times and ids of messages are new, and are not compared.
 *
 * @module
 */
import type { SentMessage } from "../api-side/sent-message.ts";
import type { DeliveryRecord, Description, Shown } from "../platform/types.ts";
import { differencesOf } from "./differences.ts";
import type { Difference } from "./differences.ts";
import type { TranscribedDelivery, TranscribedMessage, Transcript } from "./transcript.ts";

/** Where it is played: a platform with a bot on it. */
export interface Stage {
  readonly deliver: (openId: string, description: Description) => Promise<DeliveryRecord>;
  /** Lets time go by. */
  readonly passes: (ms: number) => Promise<void>;
  /** Every customer-service message so far. */
  readonly sent: () => readonly SentMessage[];
}

/** What part of it, and how. */
export interface ReplayOptions {
  /** From this delivery on, counted from 0; those before are left out. */
  readonly from?: number | undefined;
  /** Up to and without this delivery. */
  readonly to?: number | undefined;
  /** Whether the pauses between the messages are kept. Default: true. */
  readonly pauses?: boolean | undefined;
  /** Makes what always differs the same, as a time in an answer, before it is compared. */
  readonly normalize?: ((shown: Shown) => Shown) | undefined;
  /** Told after each delivery. */
  readonly onReplayed?: ((replayed: Replayed) => void) | undefined;
}

/** A delivery that was played again. */
export interface Replayed {
  /** Its place among the deliveries of the transcript, from 0. */
  readonly index: number;
  readonly record: DeliveryRecord;
  readonly differences: readonly Difference[];
}

/** A delivery, and the customer-service messages between it and the next one. */
export interface Scene {
  readonly index: number;
  readonly delivery: TranscribedDelivery;
  readonly sent: readonly TranscribedMessage[];
}

/**
 * Plays a transcript again.
 *
 * @returns the differences, in order; empty if there are none
 */
export async function replayTranscript(
  transcript: Transcript,
  stage: Stage,
  options: ReplayOptions = {},
): Promise<readonly Difference[]> {
  const scenes = scenesOf(transcript).slice(options.from ?? 0, options.to);
  const all: Difference[] = [];
  for (const [place, scene] of scenes.entries()) {
    const sentBefore = stage.sent().length;
    const { openId, description } = scene.delivery;
    const record = await stage.deliver(openId, description);
    const pauseMs = options.pauses === false ? 0 : pauseAfter(scene, scenes[place + 1]);
    if (pauseMs > 0) await stage.passes(pauseMs);
    const sent = stage.sent().slice(sentBefore);
    const differences = differencesOf(scene, { record, sent }, options.normalize);
    options.onReplayed?.({ index: scene.index, record, differences });
    all.push(...differences);
  }
  return all;
}

/**
 * From the end of a delivery to what came next, as it was: a follower who waits for an answer waits
 * longer when it takes longer. Behind the last one, what was sent late is waited for.
 */
function pauseAfter({ delivery, sent }: Scene, next: Scene | undefined): number {
  const end = delivery.attempts.reduce((at, { ms }) => at + ms, delivery.at);
  return (next?.delivery.at ?? sent.at(-1)?.at ?? end) - end;
}

/** The deliveries of a transcript, in order. */
export function scenesOf({ lines }: Pick<Transcript, "lines">): readonly Scene[] {
  const scenes: { index: number; delivery: TranscribedDelivery; sent: TranscribedMessage[] }[] = [];
  for (const line of lines) {
    if (line.type === "sent") scenes.at(-1)?.sent.push(line);
    else scenes.push({ index: scenes.length, delivery: line, sent: [] });
  }
  return scenes;
}
