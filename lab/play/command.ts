/**
 * What the page may ask for. Types only: the page's scripts read them in their comments.
 *
 * @module
 */
import type { Alteration, Description, LabMode, PressInput } from "./view.ts";

export type Command =
  | { readonly do: "send"; readonly openId: string; readonly description: Description }
  | { readonly do: "follow"; readonly openId: string }
  | { readonly do: "unfollow"; readonly openId: string }
  | { readonly do: "scan"; readonly openId: string; readonly scene: string }
  | {
      readonly do: "press";
      readonly openId: string;
      /** The button's place: in the bar, and below that button. */
      readonly at: readonly number[];
      readonly input: PressInput;
    }
  | { readonly do: "follower"; readonly name: string }
  | { readonly do: "again"; readonly id: string; readonly alter: Alteration }
  | { readonly do: "mode"; readonly mode: LabMode }
  | { readonly do: "restart" }
  /** Conversations and deliveries; the log of the bot stays. */
  | { readonly do: "clear" }
  | { readonly do: "clear-log" }
  | { readonly do: "transcript-load"; readonly name: string; readonly text: string }
  | { readonly do: "transcript-close" }
  | { readonly do: "replay"; readonly from: number }
  | { readonly do: "replay-auto"; readonly on: boolean };
