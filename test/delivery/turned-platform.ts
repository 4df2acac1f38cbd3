/**
 * WeChat's side under a turned clock: 5 s for an answer, then the connection is dropped and the
 * message sent again, three times in all. No socket is involved: `bot.callback` is asked.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Bot, BotOptions, CallbackResponse, LogEntry } from "../../src/index.ts";
import { echostr } from "../support/subject.ts";
import { wireEnvelope, wireReadReply, wireRequest, wireText, wireXml } from "../support/wire.ts";
import type { WireRecord } from "../support/wire.ts";
import { TurnedClock } from "./turned-clock.ts";

const TOKEN = "tok3nThatTurns";

/** What the keys of its bots begin with: they have no appid. */
export const TURNED_ACCOUNT_ID: string = `token-${sha256(`echostr account\n${TOKEN}`).slice(0, 16)}`;

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

const LIMIT_MS = 5000;

/** A message and what came of its deliveries. */
export interface Sent {
  /**
   * For each delivery: the text that came, `success`, `[image]` for a reply of another kind,
   * `lapsed` for silence, or `open` while it waits.
   */
  readonly told: readonly string[];
  /** Sends it once more, in whatever state it is. */
  again(): void;
}

export interface SendOptions {
  /** When the connection is dropped. */
  readonly limitMs?: number;
  /** How often it is sent in all. Default: 3. */
  readonly deliveries?: number;
  /** Which bot each delivery goes to; the rest go to the platform's own. */
  readonly to?: readonly Bot[];
}

export interface DeliverOptions {
  /** Default: the platform's own bot. */
  readonly to?: Bot;
  /** Default: now. */
  readonly receivedAt?: number;
  readonly onClose?: (left: () => void) => void;
}

export class TurnedPlatform {
  readonly clock: TurnedClock;
  readonly bot: Bot;
  readonly entries: LogEntry[] = [];

  constructor(options: Partial<BotOptions> = {}, clock: TurnedClock = new TurnedClock()) {
    this.clock = clock;
    this.bot = this.createBot(options);
  }

  /** One more process of the account's server, with the same clock and log. */
  createBot(options: Partial<BotOptions> = {}): Bot {
    const log = (entry: LogEntry): void => void this.entries.push(entry);
    return echostr.createBot({ token: TOKEN, clock: this.clock, log, ...options });
  }

  /** A text of a follower. */
  say(content: string, fields: WireRecord = {}, options: SendOptions = {}): Sent {
    return this.send(wireText(content, fields), options);
  }

  event(name: string, fields: WireRecord = {}, options: SendOptions = {}): Sent {
    const body = wireXml(wireEnvelope({ MsgType: "event", Event: name, ...fields }));
    return this.send(body, options);
  }

  send(body: string, options: SendOptions = {}): Sent {
    const { limitMs = LIMIT_MS, deliveries = 3, to = [] } = options;
    const told: string[] = [];
    const again = (): void => {
      const place = told.push("open") - 1;
      let leave = (): void => {};
      const drop = this.clock.setTimeout(() => {
        leave();
        if (told.length < deliveries) again();
      }, limitMs);
      const onClose = (left: () => void): void => {
        leave = left;
      };
      void this.deliver(body, { to: to[place] ?? this.bot, onClose })
        .then(({ outcome, body: answer, error }) => {
          if (outcome === "refused") throw error;
          told[place] = outcome === "lapsed" ? `lapsed${answer}` : contentOf(answer);
          if (outcome !== "lapsed") this.clock.clearTimeout(drop);
        });
    };
    again();
    return { told, again };
  }

  /** One delivery and no repeat, for what is told of it: its number, its outcome, its error. */
  deliver(body: string, options: DeliverOptions = {}): Promise<CallbackResponse> {
    const { to = this.bot, receivedAt = this.clock.now(), onClose } = options;
    const timestamp = String(Math.floor(receivedAt / 1000));
    const request = wireRequest({ token: TOKEN, timestamp, body, nonce: nextNonce() });
    return to.callback({ method: "POST", ...request, receivedAt, onClose });
  }

  /** Says something and gives the answer, which has to be there at once. */
  async ask(content: string, fields: WireRecord = {}): Promise<string> {
    const { told } = this.say(content, fields);
    await this.clock.turn(0);
    return told[0] ?? "";
  }

  /** The sentences of the log. */
  get sentences(): string[] {
    return this.entries.map((entry) => `${entry.level}: ${entry.message ?? ""}`);
  }
}

let nonces = 0;

/** A repeat may have the nonce of the first delivery or not: nobody knows. */
function nextNonce(): string {
  nonces += 1;
  return String(nonces);
}

function contentOf(body: string): string {
  if (body === "success") return body;
  const reply = wireReadReply(body);
  return reply["MsgType"] === "text" ? String(reply["Content"]) : `[${String(reply["MsgType"])}]`;
}
