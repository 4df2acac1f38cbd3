/**
 * WeChat's side of a delivery, over real HTTP: it waits for an answer as long as its limit says,
 * drops the connection, and sends the same message again, three times in all. It knows nothing of
 * the code under test. Times are scaled: what the platform calls a second is `secondMs` here.
 *
 * @module
 */
import { ACCOUNT, field, openReply, plainDelivery, safeDelivery } from "../server/platform.ts";
import { type Answer, type Connection, open } from "../support/http.ts";
import { readWire, textAt } from "../support/reader.ts";

export interface StandInOptions {
  /** Where the account's server listens; several when it has several processes. */
  readonly ports: readonly number[];
  readonly mode?: "plain" | "safe";
  /** How long an answer may take. */
  readonly limitMs: number;
  /** How often a message is sent in all. Default: 3. */
  readonly deliveries?: number;
}

/** One delivery, and what came of it. */
export interface Attempt {
  readonly port: number;
  readonly startedAt: number;
  readonly ms: number;
  /**
   * `answered`; `dropped` by us, since nothing came in time; `broken` when the server ended the
   * connection, or none could be made.
   */
  readonly end: "answered" | "dropped" | "broken";
  /** Every byte that came, whatever the end. */
  readonly bytes: number;
  /** 0 unless answered. */
  readonly status: number;
  /** As it stood on the wire. */
  readonly body: string;
}

/** A message, and what came of its deliveries. */
export interface Outcome {
  readonly attempts: readonly Attempt[];
  /**
   * What the follower sees: a text; `undefined` for `success`; and the platform's own notice when
   * no delivery was answered.
   */
  readonly seen: string | undefined;
}

/** What followers see when an account's server does not answer. */
export const FAILURE_NOTICE = "该公众号提供的服务出现故障，请稍后再试";

export class PlatformStandIn {
  readonly #options: Required<StandInOptions>;

  constructor(options: StandInOptions) {
    this.#options = { mode: "plain", deliveries: 3, ...options };
  }

  /**
   * Delivers a message until it is answered.
   *
   * @param first which of the ports gets the first delivery; the repeats go round
   */
  async deliver(body: string, first: number = 0): Promise<Outcome> {
    const { ports, deliveries } = this.#options;
    const attempts: Attempt[] = [];
    for (let nth = 0; nth < deliveries; nth += 1) {
      const port = ports[(first + nth) % ports.length] ?? 0;
      const attempt = await this.attempt(body, port);
      attempts.push(attempt);
      if (attempt.end === "answered") return { attempts, seen: this.#seenOf(attempt) };
    }
    return { attempts, seen: FAILURE_NOTICE };
  }

  /** Delivers it once. */
  async attempt(body: string, port: number): Promise<Attempt> {
    const { mode, limitMs } = this.#options;
    const startedAt = Date.now();
    const { connection, answer } = await this.#exchange(
      (mode === "plain" ? plainDelivery : safeDelivery)(ACCOUNT, body),
      port,
      limitMs,
    );
    const left = connection?.unread.length ?? 0;
    connection?.close();
    return {
      port,
      startedAt,
      ms: Date.now() - startedAt,
      end: typeof answer === "string" ? answer : "answered",
      bytes: typeof answer === "string" ? left : answer.bytes.length,
      status: typeof answer === "string" ? 0 : answer.status,
      body: typeof answer === "string" ? "" : answer.body,
    };
  }

  async #exchange(
    request: Parameters<Connection["send"]>[0],
    port: number,
    limitMs: number,
  ): Promise<{ connection: Connection | undefined; answer: Answer | "dropped" | "broken" }> {
    let connection: Connection | undefined;
    try {
      connection = await open(port);
      connection.send(request);
      const answered = connection.answer("POST");
      // The loser of the race may fail later, when nobody listens any more.
      answered.catch(() => {});
      return { connection, answer: await Promise.race([answered, dropAfter(limitMs)]) };
    } catch {
      return { connection, answer: "broken" };
    }
  }

  #seenOf({ status, body }: Attempt): string | undefined {
    if (status !== 200) return FAILURE_NOTICE;
    if (body === "success" || body === "") return undefined;
    const isSealed = textAt(readWire(body), "Encrypt") !== undefined;
    if (isSealed !== (this.#options.mode === "safe")) return FAILURE_NOTICE;
    const xml = isSealed ? openReply(ACCOUNT, { ...NO_ANSWER, status, body }).xml : body;
    return field(xml, "Content");
  }
}

const NO_ANSWER: Answer = { status: 0, headers: {}, bytes: Buffer.alloc(0), body: "" };

/** What has arrived by then still counts, though this process was too busy to read it. */
async function dropAfter(limitMs: number): Promise<"dropped"> {
  await new Promise((resolve) => setTimeout(resolve, limitMs));
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  return "dropped";
}
