/**
 * What the page knows: the whole state of the play, as JSON.
 *
 * The server keeps this state and tells the page each change to it; the page keeps a copy and draws
 * it. Nothing is decided on the page, so that two windows show the same, and a page that was
 * reloaded goes on where it was. Types only: the page's scripts read them in their comments.
 *
 * @module
 */
import type { ChineseFinding } from "../chinese/findings.ts";
import type {
  Description,
  Finding,
  HashSteps,
  FrameParts,
  LabMode,
  NoAnswerReason,
  SealingSteps,
  Shown,
  ShownReply,
  Verdict,
} from "../platform/types.ts";

export type {
  Description,
  FrameParts,
  HashSteps,
  LabMode,
  SealingSteps,
  Shown,
  ShownReply,
};

/** The whole state, as it is sent to a page that connects. */
export interface PlayState {
  readonly session: SessionView;
  readonly bot: BotView;
  readonly menu: MenuView;
  readonly replay: ReplayView;
  readonly followers: readonly FollowerView[];
  readonly entries: readonly EntryView[];
  readonly deliveries: readonly DeliveryView[];
  readonly log: readonly LogView[];
}

/** The parts that are replaced as a whole. */
export type WholeName = "session" | "bot" | "menu" | "replay";

/** The parts that grow by items, each with an id. */
export type ListName = "followers" | "entries" | "deliveries" | "log";

/** A change to the state, as it is sent to the pages that are connected. */
export type Change =
  | { readonly change: "all"; readonly state: PlayState }
  | { [N in WholeName]: { change: "set"; name: N; value: PlayState[N] } }[WholeName]
  /** A new item, or a new value of the one with the same id. */
  | { [N in ListName]: { change: "put"; name: N; item: PlayState[N][number] } }[ListName]
  | { readonly change: "drop"; readonly name: ListName; readonly id: string };

/** The account, and how patient the platform is with its server. */
export interface SessionView {
  readonly version: string;
  readonly mode: LabMode;
  readonly originalId: string;
  readonly appId: string;
  readonly token: string;
  readonly encodingAesKey: string;
  /** When the platform drops a connection. */
  readonly timeoutMs: number;
  /** How often it delivers a message in all. */
  readonly deliveries: number;
}

/** The server that is tried: a process of its own. */
export interface BotView {
  readonly status: "starting" | "running" | "stopped" | "crashed";
  /** The bot file's name; empty for the default bot. */
  readonly name: string;
  /** The callback URL; empty while there is none. */
  readonly url: string;
  /** The number of this process, from 1. */
  readonly starts: number;
  /** Why the process was started: first, for a changed file, … */
  readonly cause: StartCause;
  /** The file that changed, for a start with this cause. */
  readonly file?: string | undefined;
  /** How it ended, when it crashed: its exit status and the last it wrote. */
  readonly problem?: string | undefined;
}

export type StartCause = "first" | "file" | "mode" | "asked";

/** The menu as the bot set it through the API. */
export interface MenuView {
  readonly buttons: readonly MenuButton[];
}

/** A button in WeChat's own form. */
export interface MenuButton {
  readonly name: string;
  readonly type?: string | undefined;
  readonly key?: string | undefined;
  readonly url?: string | undefined;
  readonly appid?: string | undefined;
  readonly pagepath?: string | undefined;
  readonly media_id?: string | undefined;
  readonly article_id?: string | undefined;
  readonly sub_button?: readonly MenuButton[] | undefined;
}

/** What the owner of the phone has typed into a special button's sheet. */
export interface PressInput {
  /** What the scanned code says. */
  readonly scan?: string | undefined;
  /** Ids of the pictures that were chosen. */
  readonly pictures?: readonly string[] | undefined;
  readonly place?: PlaceInput | undefined;
}

export interface PlaceInput {
  readonly latitude: number;
  readonly longitude: number;
  readonly label: string;
}

export interface FollowerView {
  /** The openid. */
  readonly id: string;
  readonly name: string;
  readonly following: boolean;
  /** The account says that it is writing, until then (milliseconds since 1970). */
  readonly typingUntil?: number | undefined;
}

/** Something in a follower's conversation. */
export interface EntryView {
  readonly id: string;
  readonly at: number;
  readonly openId: string;
  /** The delivery that it went out with, or that it answers. */
  readonly delivery?: string | undefined;
  readonly content: EntryContent;
}

export type EntryContent =
  /** What the follower sent or did. */
  | { readonly what: "sent"; readonly description: Description }
  /** What the account answered. */
  | { readonly what: "shown"; readonly shown: Shown }
  /** A customer-service message. */
  | { readonly what: "custom"; readonly message: CustomView };

export interface CustomView {
  readonly msgType: string;
  /** Where a passive reply could look the same. */
  readonly shows?: ShownReply | undefined;
  /** The part of the message that is named after its type, in WeChat's own form. */
  readonly body: unknown;
}

/** How a delivery differs from what the platform would send. */
export interface Alteration {
  /** Signed with another token. */
  readonly token?: boolean | undefined;
  /** Signed with a timestamp of an hour ago. */
  readonly timestamp?: boolean | undefined;
  /** A character of the body changed after it was signed. */
  readonly body?: boolean | undefined;
  /** How long the request is on its way, while the platform's time runs. */
  readonly delayMs?: number | undefined;
}

export interface DeliveryView {
  readonly id: string;
  readonly at: number;
  readonly openId: string;
  readonly mode: LabMode;
  readonly description: Description;
  readonly xml: string;
  readonly alteration: Alteration;
  /** The delivery that it repeats. */
  readonly of?: string | undefined;
  readonly attempts: readonly AttemptView[];
  /** What the follower saw in the end; `undefined` while it is under way. */
  readonly shown?: Shown | undefined;
  /** The latest lines that the bot wrote because of it. */
  readonly log?: readonly LogView[] | undefined;
  /** What the handler threw. The server answers `success` all the same, so that nothing is repeated. */
  readonly failure?: FailureView | undefined;
}

export interface FailureView {
  /** `HANDLER_FAILED`, or what is wrong with the reply that was returned. */
  readonly code: string;
  readonly message: string;
  /** The handler itself, or something that it began and nobody waited for. */
  readonly of: "handler" | "stray";
  /** Not known of what is thrown without a stack, such as a text. */
  readonly place?: PlaceView | undefined;
}

/** A line of the bot. */
export interface PlaceView {
  /** The name without its folder. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** A finding with its sentences in Chinese, which its code has; what was seen in particular is in English. */
export interface FindingView extends Finding {
  readonly chinese: ChineseFinding | undefined;
}

export interface VerdictView extends Verdict {
  readonly findings: readonly FindingView[];
}

export interface AttemptView {
  readonly number: number;
  readonly startedAt: number;
  /** `undefined` while it is under way. */
  readonly ms?: number | undefined;
  readonly outcome: "waiting" | "answered" | "timeout" | "no-answer";
  readonly reason?: NoAnswerReason | undefined;
  readonly request?: RequestView | undefined;
  readonly response?: ResponseView | undefined;
  readonly verdict?: VerdictView | undefined;
}

export interface RequestView {
  readonly method: string;
  /** Where it went to. While no bot runs there is no address, and this begins with the path. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly plaintext: string;
  readonly steps: SealingSteps;
  /** What the server computes, for a delivery that was altered. */
  readonly check?: SignatureCheck | undefined;
}

/** A signature as the server makes it, and the one that came. */
export interface SignatureCheck {
  readonly name: "signature" | "msg_signature";
  readonly steps: HashSteps;
  readonly given: string;
}

export interface ResponseView {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning, as text. */
  readonly text: string;
  readonly bytes: number;
  /** How an encrypted answer is taken apart. */
  readonly sealed?: SealedAnswer | undefined;
}

/** An encrypted answer, opened step by step as the platform does. */
export interface SealedAnswer {
  /** `MsgSignature` as received. */
  readonly given: string;
  readonly signature: HashSteps;
  readonly frame?: FrameParts | undefined;
}

/** A line that the bot wrote. */
export interface LogView {
  readonly id: string;
  readonly at: number;
  readonly level: "info" | "warn" | "error" | "play";
  readonly text: string;
}

/** A transcript that was loaded, and how the bot does with it now. */
export interface ReplayView {
  /** The file's name; empty when none is loaded. */
  readonly name: string;
  readonly running: boolean;
  /** Play it again whenever the bot has started again. */
  readonly auto: boolean;
  readonly rows: readonly ReplayRow[];
}

export interface ReplayRow {
  readonly id: string;
  readonly openId: string;
  readonly description: Description;
  /** What the follower saw when the transcript was made. */
  readonly then: Shown;
  /** The customer-service messages that followed then, as text, and how long it took. */
  readonly sentThen: readonly string[];
  readonly sentAfterMs: number;
  /** What the follower sees now. */
  readonly now?: Shown | undefined;
  readonly sentNow: readonly string[];
  readonly state: "waiting" | "running" | "same" | "different";
  /** The delivery of the latest run. */
  readonly delivery?: string | undefined;
}
