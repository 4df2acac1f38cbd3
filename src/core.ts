/**
 * The smallest bot: memory, `bot.fetch` and `bot.handler`, and of Node node:crypto alone. Without an
 * API client, other stores, and a server.
 *
 * @module
 */
export { Bot, createBot } from "./create-bot.ts";
export type { BotOptions } from "./bot-options.ts";
export type { FetchHandler } from "./server/fetch-handler.ts";
export type { FastifyInstance, FastifyPlugin } from "./server/fastify.ts";
export type { KoaContext, KoaMiddleware } from "./server/koa.ts";
export type { NodeHandler } from "./server/node-handler.ts";

export {
  image,
  music,
  news,
  text,
  transferToCustomerService,
  video,
  voice,
} from "./protocol/replies.ts";
export type { Article, Reply } from "./protocol/reply.ts";

export type { Answer, Handler, MessageOf, Next } from "./bot/handler.ts";
export type { Context } from "./bot/context.ts";
export type { EventMessage, Message, OrdinaryMessage } from "./protocol/message.ts";

export { EchostrError } from "./errors.ts";
export type { ErrorCode } from "./errors.ts";
export type { LogEntry } from "./log.ts";
