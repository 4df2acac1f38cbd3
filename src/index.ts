/**
 * echostr: the server for WeChat Official Account (公众号) callbacks that needs Node and nothing else.
 *
 * @module
 */

// A bot and its server.
export { Bot, createBot } from "./create-bot.ts";
export { startServer } from "./server/listen.ts";
export { fromEvent } from "./server/from-event.ts";
export type { BotOptions } from "./bot-options.ts";
export type { ListenOptions } from "./server/listen-options.ts";
export type { RunningServer } from "./server/listen.ts";
export type { Mounted } from "./server/mounts.ts";
export type { NodeHandler } from "./server/node-handler.ts";
export type { FetchHandler } from "./server/fetch-handler.ts";
export type { FastifyInstance, FastifyPlugin } from "./server/fastify.ts";
export type { KoaContext, KoaMiddleware } from "./server/koa.ts";
export type { EventHandler, EventResponse } from "./server/from-event.ts";

// Answers.
export {
  image,
  music,
  news,
  text,
  transferToCustomerService,
  video,
  voice,
} from "./protocol/replies.ts";
export { plainText } from "./bot/plain-text.ts";
export type { Article, Reply } from "./protocol/reply.ts";

// Handlers.
export type {
  Answer,
  ClickEvent,
  ContextWithMatch,
  ErrorHandler,
  Handler,
  KindPattern,
  MessageOf,
  Next,
  TextMessage,
} from "./bot/handler.ts";
export type { Context, SessionData } from "./bot/context.ts";

// Messages.
export type {
  Envelope,
  EventMessage,
  KnownKind,
  Message,
  OrdinaryMessage,
  UnknownMessage,
} from "./protocol/message.ts";
export type { Fields, FieldValue } from "./protocol/fields.ts";

// The protocol's parts, for those who need only one.
export { sign, verifySignature } from "./protocol/signature.ts";
export { parseXml } from "./protocol/xml.ts";
export { parseMessage } from "./protocol/message.ts";
export { parseJsonBody } from "./protocol/json-body.ts";
export { formatJsonReply } from "./protocol/json-reply.ts";
export { formatReply } from "./protocol/reply.ts";
export { decrypt, encrypt, parseAesKey } from "./protocol/encryption.ts";
export type { SignedParts } from "./protocol/signature.ts";
export type { XmlElement } from "./protocol/xml.ts";
export type { FormattedReply, ReplyEnvelope } from "./protocol/reply.ts";
export type { AesKey } from "./protocol/encryption.ts";

// The conversation without a server.
export type { CallbackRequest, CallbackResponse } from "./callback.ts";
export type { Delivered } from "./delivery/delivery-engine.ts";
export type { AccountOptions, Mode } from "./account.ts";

// Delivery: once per message, and in time; what is kept between messages.
export { limit } from "./bot/limit.ts";
export { merge } from "./bot/merge.ts";
export { session } from "./bot/session.ts";
export { typing } from "./bot/typing.ts";
export { openStore } from "./store/open-store.ts";
export type { LimitOptions } from "./bot/limit.ts";
export type { MergeOptions } from "./bot/merge.ts";
export type { SessionOptions } from "./bot/session.ts";
export type { TypingOptions } from "./bot/typing.ts";
export type { OpenStoreOptions } from "./store/open-store.ts";
export type { DeliveryOptions, LateOptions } from "./delivery/delivery-options.ts";
export type { Clock } from "./clock.ts";
export type { Store } from "./store/store.ts";

// The platform's API.
export { createApi } from "./create-api.ts";
export { miniprogrampage, msgmenu } from "./api/custom-message.ts";
export type { Api, NetworkCheck, NetworkCheckOptions } from "./api/api.ts";
export type { ApiOptions, ApiSettings } from "./api/api-options.ts";
export type { CallOptions } from "./api/call-options.ts";
export type { CustomMessage } from "./api/custom-message.ts";
export type { SendOptions } from "./api/customer-service.ts";
export type { AddedMaterial, MaterialData, MaterialList, MaterialOptions } from "./api/material.ts";
export type { UploadedMedia } from "./api/media.ts";
export type { MediaFile, MediaVideo } from "./api/media-file.ts";
export type { MenuAnswer, Menu } from "./api/menu.ts";
export type { MenuButton } from "./api/menu-limits.ts";
export type { Qrcode, QrcodeOptions } from "./api/qrcode.ts";
export type { QuotaAnswer } from "./api/quota.ts";
export type { GivenToken, TokenAsk, TokenProvider } from "./api/token-provider.ts";
export type { TokenKind } from "./api/token-source.ts";
export type { MediaType, UploadSource } from "./api/upload.ts";
export type { UserInfo } from "./api/user.ts";

// Errors and the log.
export { ApiError } from "./api/api-error.ts";
export { EchostrError } from "./errors.ts";
export { XmlError } from "./protocol/xml-error.ts";
export { shortenOpenId } from "./log.ts";
export type { ErrorCode } from "./errors.ts";
export type { Log, LogEntry } from "./log.ts";
