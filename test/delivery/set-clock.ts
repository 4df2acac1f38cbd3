/**
 * A turned clock that can be set: its timers run on as they were, as those of a machine do.
 *
 * @module
 */
import { TurnedClock } from "./turned-clock.ts";

export class SetClock extends TurnedClock {
  #offset = 0;

  override now(): number {
    return super.now() + this.#offset;
  }

  /** Forward, or back. */
  set(ms: number): void {
    this.#offset += ms;
  }
}
