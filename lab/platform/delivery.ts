/**
 * Delivers a message as the platform does: it waits 5 seconds, drops the connection, and delivers
 * again at once, three times in all. The first answer that comes in time is judged, and ends it;
 * when none comes, the follower reads that the account is out of order.
 *
 * Whether a repeat has the timestamp and nonce of the first delivery is not documented, so both can
 * be tried. The message itself, its `MsgId` and its `CreateTime`, is the same in all of them.
 *
 * @module
 */
import type { Clock } from "../../src/clock.ts";
import { alteredAccount, alteredDelivery } from "./alteration.ts";
import { attemptOnce } from "./attempt.ts";
import type { StartedAttempt } from "./attempt.ts";
import { composeMessage } from "./compose.ts";
import type { ComposeOptions } from "./compose.ts";
import { nextMessageId } from "./identifiers.ts";
import type { Answered } from "./reply-rules.ts";
import { seal } from "./sealing.ts";
import type {
  Alteration,
  Attempt,
  AttemptRequest,
  Composed,
  DeliveryRecord,
  Description,
  LabAccount,
  Target,
} from "./types.ts";
import { waitingClock } from "../../src/clock.ts";

/** When WeChat drops the connection. */
export const DELIVERY_TIMEOUT_MS = 5000;

/** How often it delivers in all, as seen in practice; the documents can be read as four. */
export const DELIVERIES = 3;

/** Who writes, and how the platform goes about it. */
export interface DeliverOptions extends Omit<ComposeOptions, "format"> {
  /** The follower. */
  readonly openId: string;
  readonly clock?: Clock | undefined;
  /** Default: 3. */
  readonly deliveries?: number | undefined;
  /** Default: 5,000. */
  readonly timeoutMs?: number | undefined;
  /** Whether repeats keep timestamp, nonce and body of the first. Default: `new`. */
  readonly repeats?: "same" | "new" | undefined;
  /** Seconds since 1970. Default: the time of the first delivery. */
  readonly createTime?: number | undefined;
  /** Drawn when not given. */
  readonly messageId?: string | undefined;
  readonly alter?: Alteration | undefined;
  /**
   * Awaited before each attempt, which is made with the account that it gives: between two of them a
   * server may be started again, or its settings changed.
   */
  readonly prepare?: (() => Promise<LabAccount>) | undefined;
  /** Told when a request goes out. */
  readonly onStart?: ((started: StartedAttempt) => void) | undefined;
  /** Told what became of it. */
  readonly onAttempt?: ((attempt: Attempt) => void) | undefined;
  /** Ends the delivery early; the attempt under way then has the reason `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /** Looks up the id of a file, if the platform knows its files. */
  readonly mediaType?: Answered["mediaType"];
}

let deliveriesMade = 0;

/**
 * Delivers one message.
 *
 * @throws EchostrError `LAB_INPUT_INVALID`; never because of what the server does
 *
 * @example
 * const record = await deliver(
 *   createHttpTarget("http://127.0.0.1:8080/wx"),
 *   prepareLabAccount({ token: "xxxx" }),
 *   { MsgType: "text", Content: "你好" },
 *   { openId: "oFollower" },
 * );
 * record.shown; // { what: "reply", reply: { MsgType: "text", content: "测试" } }
 */
export async function deliver(
  target: Target,
  account: LabAccount,
  description: Description,
  options: DeliverOptions,
): Promise<DeliveryRecord> {
  const clock = options.clock ?? waitingClock;
  const at = clock.now();
  const composed = composeMessage(
    description,
    {
      ToUserName: account.originalId,
      FromUserName: options.openId,
      CreateTime: options.createTime ?? Math.floor(at / 1000),
      MsgId: options.messageId ?? nextMessageId(at),
    },
    { cdataEnd: options.cdataEnd, format: account.format },
  );
  const { openId, signal, prepare } = options;
  const alter = options.alter ?? {};
  const deliveries = options.deliveries ?? DELIVERIES;
  const attempts: Attempt[] = [];
  do {
    const number = attempts.length + 1;
    const current = prepare === undefined ? account : await prepare();
    const startedAt = clock.now();
    const earlier = options.repeats === "same" ? attempts[0]?.request : undefined;
    const request = earlier ?? requestFor(current, composed, alter, startedAt);
    const started: StartedAttempt = { number, startedAt, request };
    options.onStart?.(started);
    const attempt = await attemptOnce(
      {
        target,
        clock,
        timeoutMs: options.timeoutMs ?? DELIVERY_TIMEOUT_MS,
        delayMs: alter.delayMs ?? 0,
        signal,
        expectation: {
          account: current,
          openId,
          fields: composed.fields,
          at: startedAt,
          mediaType: options.mediaType,
          isLast: number >= deliveries,
        },
      },
      started,
    );
    attempts.push(attempt);
    options.onAttempt?.(attempt);
  } while (
    attempts.length < deliveries &&
    attempts.at(-1)?.outcome !== "answered" &&
    signal?.aborted !== true
  );
  deliveriesMade += 1;
  return {
    id: `d${Math.floor(at)}-${deliveriesMade}`,
    at,
    openId,
    description,
    xml: composed.xml,
    attempts,
    // What the follower sees is decided by the last attempt: those before it had no answer.
    shown: attempts.at(-1)?.verdict?.shows ?? { what: "lost" },
  };
}

function requestFor(
  account: LabAccount,
  composed: Composed,
  alter: Alteration,
  startedAt: number,
): AttemptRequest {
  const sealed = alteredDelivery(
    seal(alteredAccount(account, alter), composed, {
      timestamp: alter.timestamp ?? Math.floor(startedAt / 1000),
      nonce: alter.nonce,
    }),
    alter,
  );
  return {
    method: "POST",
    query: sealed.query,
    headers: { "Content-Type": sealed.contentType, "User-Agent": "Mozilla/4.0", Accept: "*/*" },
    body: sealed.body,
    plaintext: composed.xml,
    steps: sealed.steps,
  };
}
