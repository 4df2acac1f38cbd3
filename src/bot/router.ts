/**
 * Which handler answers a message.
 *
 * Middleware (`use`) runs first, in the order in which it was added, around everything else. Then
 * come the handlers whose kind matches, in the order in which they were added: the first answers,
 * unless it asks the next with `next()`.
 *
 * ```text
 * message ──> use ──> use ──> on / hears / click that matches ──next()──> the next that matches
 * answer  <── use <── use <──────────────────┘
 * ```
 *
 * @module
 */
import { EchostrError, settingInvalid } from "../errors.ts";
import { notMeant } from "../options.ts";
import type { Message } from "../protocol/message.ts";
import { requireReply, SUCCESS } from "../protocol/reply.ts";
import type { Reply } from "../protocol/reply.ts";
import type { Context } from "./context.ts";
import type {
  Answer,
  ClickEvent,
  ContextWithMatch,
  ErrorHandler,
  Handler,
  KindPattern,
  MessageOf,
  Next,
  TextMessage,
} from "./handler.ts";
import { gotOf, hintForKind, readKind } from "./kind-pattern.ts";
import { answerInvalid, Dropped, DROPPED_HINT, hintForText, requireNoMore } from "./slips.ts";

/** What came of a message. */
export interface RouterAnswer {
  /** In the order in which the follower is to read them; none when there is nothing to say. */
  readonly replies: readonly Reply[];
  /** What a handler threw; then `replies` are what `onError` made of it. */
  readonly error: unknown;
}

const NONE: readonly Reply[] = [];

type Tell = (hint: string) => void;

interface Layer {
  /** In lower case. */
  readonly pattern: string;
  readonly matches: ((message: Message, context: Context) => boolean) | undefined;
  readonly handler: Handler;
}

/** The part of a bot that its author talks to. */
export class Router {
  readonly #middleware: Layer[] = [];
  readonly #handlers: Layer[] = [];
  readonly #chains = new Map<string, readonly Layer[]>();
  readonly #tell: Tell;
  #onError: ErrorHandler | undefined;
  readonly #told = new Set<string>();

  /** @param tell hears what is allowed, but hardly meant */
  constructor(tell: Tell = () => {}) {
    this.#tell = tell;
  }

  /**
   * Answers messages of a kind.
   *
   * @example
   * bot.on("image", (message) => image(message.MediaId));
   * bot.on("event:subscribe", () => "欢迎");
   */
  on<const K extends KindPattern>(kind: K, handler: Handler<MessageOf<K>>): this {
    const pattern = readKind(kind);
    requireNoMore("on", 2, arguments.length);
    this.#add(this.#handlers, pattern, undefined, handler);
    const hint = hintForKind(pattern, kind);
    if (hint !== undefined) this.#tell(hint);
    return this;
  }

  /**
   * Answers texts that say something: exactly a string (space around it aside), or what a regular
   * expression finds, which is then in `context.match`.
   *
   * @example
   * bot.hears(/^天气 (.+)$/, (message, { match }) => forecast(match[1]));
   */
  hears(pattern: string, handler: Handler<TextMessage>): this;
  hears(pattern: RegExp, handler: Handler<TextMessage, ContextWithMatch>): this;
  hears(pattern: string | RegExp, handler: Handler<TextMessage, ContextWithMatch>): this {
    requireNoMore("hears", 2, arguments.length);
    return this.#add(this.#handlers, "text", textMatcher(pattern), handler);
  }

  /**
   * Answers a click on a button of the menu.
   *
   * @param key `EventKey`, the button's `key`
   */
  click(key: string, handler: Handler<ClickEvent>): this {
    if (typeof key !== "string" || key === "") {
      throw notMeant("Key of a button", "a text", key, gotOf(key));
    }
    requireNoMore("click", 2, arguments.length);
    const matches = (message: Message): boolean => (message as ClickEvent).EventKey === key;
    return this.#add(this.#handlers, "event:click", matches, handler);
  }

  /** Adds middleware: it sees every message first, and every answer last. */
  use(middleware: Handler): this {
    requireNoMore("use", 1, arguments.length);
    return this.#add(this.#middleware, "*", undefined, middleware);
  }

  /** Decides what the follower reads when a handler failed; without it, nothing. */
  onError(handler: ErrorHandler): this {
    if (typeof handler !== "function") throw notMeant("Error handler", "a function", handler, gotOf(handler));
    requireNoMore("onError", 1, arguments.length);
    this.#onError = handler;
    return this;
  }

  /**
   * Runs middleware and handlers. Never throws or rejects: a failure is part of the answer. If a handler
   * answers at once, so does this: most do, and a promise costs time.
   */
  answer(message: Message, context: Context): RouterAnswer | Promise<RouterAnswer> {
    try {
      const answer = this.#run(this.#chainFor(message), 0, message, context);
      if (isLater(answer)) return this.#answerLater(answer, message, context);
      return { replies: this.#toReplies(answer), error: undefined };
    } catch (error) {
      return this.#answerError(error, message, context);
    }
  }

  async #answerLater(
    answer: PromiseLike<Answer>,
    message: Message,
    context: Context,
  ): Promise<RouterAnswer> {
    try {
      return { replies: this.#toReplies(await answer), error: undefined };
    } catch (error) {
      return this.#answerError(error, message, context);
    }
  }

  async #answerError(thrown: unknown, message: Message, context: Context): Promise<RouterAnswer> {
    const error = thrown ?? new Error("A handler threw undefined");
    if (this.#onError === undefined) return { replies: NONE, error };
    try {
      return { replies: this.#toReplies(await this.#onError(error, message, context)), error };
    } catch (second) {
      const both = new AggregateError([error, second], "A handler failed, and onError after it");
      return { replies: NONE, error: both };
    }
  }

  #toReplies(answer: Answer): readonly Reply[] {
    return toReplies(answer, (hint) => this.#tellOnce(hint));
  }

  #tellOnce(hint: string): void {
    if (this.#told.has(hint)) return;
    this.#told.add(hint);
    this.#tell(hint);
  }

  /** Handlers are called with the type that their pattern promises; `matches` has seen to it. */
  #add<M extends Message, C extends Context>(
    layers: Layer[],
    pattern: string,
    matches: Layer["matches"],
    handler: Handler<M, C>,
  ): this {
    if (typeof handler !== "function") {
      throw notMeant(`Handler for "${pattern}"`, "a function", handler, typeof handler);
    }
    layers.push({ pattern, matches, handler: handler as Handler<never, never> as Handler });
    this.#chains.clear();
    return this;
  }

  /** Which layers may answer a message; remembered for each kind that the tables know. */
  #chainFor(message: Message): readonly Layer[] {
    if (message.kind === "unknown") return this.#makeChain(routeOf(message), message.MsgType);
    let chain = this.#chains.get(message.kind);
    if (chain === undefined) {
      chain = this.#makeChain(message.kind, message.MsgType);
      this.#chains.set(message.kind, chain);
    }
    return chain;
  }

  #makeChain(route: string, msgType: string): readonly Layer[] {
    const handlers = this.#handlers.filter(
      ({ pattern }) =>
        pattern === "*" || pattern === route || (pattern === "event" && msgType === "event"),
    );
    return [...this.#middleware, ...handlers];
  }

  #run(
    chain: readonly Layer[],
    from: number,
    message: Message,
    context: Context,
  ): Answer | PromiseLike<Answer> {
    for (let index = from; index < chain.length; index += 1) {
      const layer = chain[index];
      if (layer === undefined || layer.matches?.(message, context) === false) continue;
      const isHandler = index >= this.#middleware.length;
      const dropped = isHandler ? undefined : new Dropped(() => this.#tellOnce(DROPPED_HINT));
      let called = false;
      const next: Next = () => {
        if (called) {
          const problem = "next() must be called once, got a second call";
          return Promise.reject(new EchostrError("NEXT_CALLED_TWICE", problem));
        }
        called = true;
        // Within a promise, so that what the next one throws is a rejection.
        const rest = new Promise<Answer>((resolve) => {
          resolve(this.#run(chain, index + 1, message, context));
        });
        return dropped === undefined ? rest : rest.then((answer) => dropped.returned(answer));
      };
      const answer = layer.handler(message, context, next);
      if (dropped === undefined) return answer;
      if (answer instanceof Promise) return answer.then((later: Answer) => dropped.answered(later));
      return isLater(answer) ? answer : dropped.answered(answer);
    }
    return undefined;
  }
}

/**
 * Whether an answer is still to come. Whatever has `then` is awaited, as `await` would: the promise
 * of another realm or library, a query that runs when it is asked for its rows.
 */
function isLater(answer: Answer | PromiseLike<Answer>): answer is PromiseLike<Answer> {
  return typeof answer === "object" && answer !== null && "then" in answer;
}

/**
 * From what a handler returned to replies. Nothing among several is skipped.
 *
 * @param tell hears of texts that are hardly meant, such as `"success"`, which is taken for nothing to say
 * @returns none when there is nothing to say
 * @throws EchostrError `ANSWER_INVALID` for what is neither a string nor a reply nor nothing, and for
 *   an array that holds such a thing, or another array; `REPLY_INVALID` for a reply that lacks something
 *
 * @example
 * toReplies(["在", undefined, image("m")]); // a text and a picture
 */
export function toReplies(answer: Answer, tell: Tell = () => {}): readonly Reply[] {
  if (!isList(answer)) {
    const reply = toReply(answer, tell);
    return reply === undefined ? NONE : [reply];
  }
  return answer
    .map((part, index) => toReply(part, tell, index))
    .filter((reply) => reply !== undefined);
}

function isList(answer: Answer): answer is Extract<Answer, readonly unknown[]> {
  return Array.isArray(answer);
}

function toReply(
  answer: Exclude<Answer, readonly unknown[]>,
  tell: Tell,
  index?: number,
): Reply | undefined {
  if (answer === undefined || answer === null) return undefined;
  if (typeof answer === "string") {
    const said = answer.trim();
    // Nearly every text is neither, and need not be looked at over there.
    const hint = said === SUCCESS || said.startsWith("<xml>") ? hintForText(said) : undefined;
    if (hint !== undefined) tell(hint);
    return said === "" || said === SUCCESS ? undefined : { MsgType: "text", Content: answer };
  }
  if (typeof answer !== "object" || typeof answer.MsgType !== "string") {
    throw answerInvalid(answer, index);
  }
  requireReply(answer);
  return answer;
}

/** `"text"`, or `"event:new_thing"`: what a pattern for an unknown kind is compared with. */
function routeOf(message: Message & { kind: "unknown" }): string {
  const { MsgType, Event } = message;
  // `parseMessage` lets no event through that has no name.
  return (MsgType === "event" ? `event:${String(Event)}` : MsgType).toLowerCase();
}

function textMatcher(pattern: string | RegExp): (message: Message, context: Context) => boolean {
  if (typeof pattern === "string") {
    const wanted = pattern.trim();
    if (wanted === "") throw settingInvalid("Text to hear must not be empty: WeChat sends no empty text");
    return (message) => (message as TextMessage).Content.trim() === wanted;
  }
  if (!(pattern instanceof RegExp)) throw notMeant("Pattern", "a string or a RegExp", pattern, gotOf(pattern));
  // A copy, so that no other code changes its `lastIndex`.
  const expression = new RegExp(pattern);
  return (message, context) => {
    expression.lastIndex = 0;
    const match = expression.exec((message as TextMessage).Content);
    if (match !== null) context.match = match;
    return match !== null;
  };
}
