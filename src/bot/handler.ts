/**
 * The types of what a bot is made of: handlers, middleware, and how a kind narrows a message.
 *
 * @module
 */
import type { EventMessage, KnownKind, Message, UnknownMessage } from "../protocol/message.ts";
import type { Reply } from "../protocol/reply.ts";
import type { Context } from "./context.ts";

/**
 * What a handler answers: a string is a text, and nothing (or an empty string) means that there is
 * nothing to say. Several of them in an array are several messages, in this order: the first goes out
 * as the reply, the others follow as the pieces of a long text do.
 *
 * @example
 * bot.hears("价格", () => ["价目表如下", image(mediaId), "还有什么想知道的？"]);
 */
export type Answer = AnswerPart | readonly AnswerPart[];

type AnswerPart = string | Reply | undefined | null | void;

/** Runs the next handler that matches, and gives its answer. May be called once. */
export type Next = () => Promise<Answer>;

/**
 * Answers a message. Middleware has the same form: it answers with `next()`, or without it.
 */
export type Handler<M = Message, C = Context> = (
  message: M,
  context: C,
  next: Next,
) => Answer | PromiseLike<Answer>;

/** Decides what the follower reads when a handler failed. */
export type ErrorHandler = (
  error: unknown,
  message: Message,
  context: Context,
) => Answer | PromiseLike<Answer>;

/**
 * Which messages a handler is for: a `MsgType` (`"text"`), `"event"`, `"event:NAME"` (compared
 * without case) or `"*"`. Names that the tables do not know are allowed; their messages are of
 * type `UnknownMessage`.
 */
export type KindPattern = KnownKind | "event" | "*" | (string & {});

/** The type of the messages that a pattern selects. */
export type MessageOf<K extends string> = K extends "*"
  ? Message
  : K extends "event"
    ? EventMessage | UnknownMessage
    : [Extract<Message, { kind: Lowercase<K> }>] extends [never]
      ? UnknownMessage
      : Extract<Message, { kind: Lowercase<K> }>;

/** The message that `hears` hands to its handler. */
export type TextMessage = MessageOf<"text">;

/** The event that `click` hands to its handler. */
export type ClickEvent = MessageOf<"event:click">;

/** In a handler of `hears(RegExp)`. */
export type ContextWithMatch = Context & { readonly match: RegExpExecArray };
