/**
 * The whole conversation with WeChat: a request comes in, an answer goes out.
 *
 * `converse` is the page to read first. It knows nothing of sockets, frameworks or clocks: a
 * request is a plain object, and so is the answer.
 *
 * @module
 */
import type { Account } from "./account.ts";
import { Admitted } from "./admit.ts";
import type { CallbackHead, OpenedBody } from "./admit.ts";
import type { Delivered, Delivery } from "./delivery/delivery-engine.ts";
import { settingInvalid } from "./errors.ts";
import { encrypt } from "./protocol/encryption.ts";
import { formatJsonReply } from "./protocol/json-reply.ts";
import { parseMessage } from "./protocol/message.ts";
import type { Message } from "./protocol/message.ts";
import { queryInvalid } from "./protocol/query.ts";
import { formatEncryptedReply, formatReply, SUCCESS } from "./protocol/reply.ts";
import type { Reply } from "./protocol/reply.ts";
import { checkCreateTime } from "./protocol/signature.ts";

/** A request of WeChat, whatever server it came through. */
export interface CallbackRequest extends CallbackHead {
  readonly body: string | Uint8Array;
  /** Calls back when the peer has left without waiting for the answer. */
  readonly onClose?: Peer["onClose"];
  /** Where the host stops the process after its response: asks it to wait for the work. */
  readonly waitUntil?: Peer["waitUntil"];
}

/** What a delivery may ask of the host through which it came. */
export type Peer = Pick<Delivery, "onClose" | "waitUntil">;

/** What to send back, and what to log about it. A handshake has no message. */
export interface CallbackResponse {
  /**
   * `verified`: the echo. `answered`: a reply. `nothing`: `success`, for there was nothing to say.
   * `failed`: a handler threw; the body is what `onError` made of it. `lapsed`: nothing is to be
   * sent, and the connection left to WeChat, which will drop it and deliver the message again.
   * `refused`: see `error`.
   */
  readonly outcome: "verified" | "answered" | "nothing" | "failed" | "lapsed" | "refused";
  readonly body: string;
  readonly type: "xml" | "json" | "text";
  readonly message?: Message | undefined;
  /** What the handler gave, and which delivery of the message it was. */
  readonly delivered?: Delivered | undefined;
  /** What did not fit into the reply. */
  readonly rest?: Reply | undefined;
  /** Why it was refused, or failed. */
  readonly error?: unknown;
}

/** What the conversation is had with. */
export interface Conversation {
  readonly account: Account;
  /** Gets the answer to a message, once for all its deliveries. */
  readonly deliver: (delivery: Delivery) => Delivered | Promise<Delivered>;
  /** Fresh random bytes. */
  readonly random: (size: number) => Uint8Array;
}

/**
 * Answers a request: at once where the handler does, else with a promise. Never throws or rejects:
 * what cannot be answered is refused, with the error.
 */
export function answerCallback(
  conversation: Conversation,
  request: CallbackRequest,
): CallbackResponse | Promise<CallbackResponse> {
  try {
    requireRequest(request);
    const admitted = new Admitted(conversation.account, request);
    return answerAdmitted(conversation, admitted, request.body, request);
  } catch (error) {
    return refused(error);
  }
}

/** The same for a request that was admitted before its body was read. */
export function answerAdmitted(
  conversation: Conversation,
  admitted: Admitted,
  body: string | Uint8Array,
  peer: Peer = {},
): CallbackResponse | Promise<CallbackResponse> {
  try {
    return converse(conversation, admitted, body, peer);
  } catch (error) {
    return refused(error);
  }
}

/** A host without types may hand over anything, such as the event of a cloud function. */
function requireRequest(request: CallbackRequest): void {
  const { method, query, body, receivedAt, headers } = request ?? {};
  const parts = [
    [method === "GET" || method === "POST", "method, GET or POST"],
    [typeof query === "string", "query, a text"],
    [method === "GET" || typeof body === "string" || body instanceof Uint8Array, "body, a text or bytes"],
    [Number.isFinite(receivedAt), "receivedAt, milliseconds since 1970"],
    [headers === undefined || typeof headers?.get === "function", "headers, an object with get(name)"],
  ] as const;
  const wrong = parts.find(([isRight]) => !isRight)?.[1];
  if (wrong === undefined) return;
  throw settingInvalid(`bot.callback needs a request with ${wrong}, got another`);
}

function refused(error: unknown): CallbackResponse {
  return { outcome: "refused", body: "", type: "text", error };
}

function converse(
  conversation: Conversation,
  admitted: Admitted,
  body: string | Uint8Array,
  { onClose, waitUntil }: Peer,
): CallbackResponse | Promise<CallbackResponse> {
  const { account, deliver } = conversation;
  const { method, query, receivedAt, acceptedUntil } = admitted;
  if (method === "GET") {
    if (query.echostr === undefined) throw queryInvalid("Parameter echostr expected, got none");
    return { outcome: "verified", body: query.echostr, type: "text" };
  }

  const opened = admitted.open(body);
  if (admitted.isPathCheck(opened.root)) return { outcome: "verified", body: SUCCESS, type: "text" };
  const message = parseMessage(opened.root);
  if (opened.seal !== undefined) checkCreateTime(message.CreateTime, query, account.clockSkewMs);
  const size = body.length;
  const delivered = deliver({ message, size, receivedAt, acceptedUntil, onClose, waitUntil });
  const render = (answer: Delivered): CallbackResponse =>
    renderAnswer(conversation, opened, message, answer, receivedAt);
  return "then" in delivered ? delivered.then(render) : render(delivered);
}

/** Renders an answer for one delivery; it is encrypted again for each delivery. */
function renderAnswer(
  { account, random }: Conversation,
  { format, seal }: OpenedBody,
  message: Message,
  delivered: Delivered,
  receivedAt: number,
): CallbackResponse {
  const { outcome, reply, error } = delivered;
  if (reply === undefined) {
    const body = outcome === "lapsed" ? "" : SUCCESS;
    return { outcome, body, type: "text", message, delivered, error };
  }
  const CreateTime = Math.floor(receivedAt / 1000);
  const envelope = {
    ToUserName: message.FromUserName,
    FromUserName: message.ToUserName,
    CreateTime,
  };
  try {
    const formatted = (format === "json" ? formatJsonReply : formatReply)(reply, envelope, account);
    const { rest } = formatted;
    const plain = "xml" in formatted ? formatted.xml : formatted.body;
    if (seal === undefined) return { outcome, body: plain, type: format, message, delivered, rest, error };
    const encrypted = encrypt(plain, seal.key, account.appId, random(16));
    const body = formatEncryptedReply(encrypted, seal.token, String(CreateTime), seal.nonce, seal.format);
    return { outcome, body, type: seal.format, message, delivered, rest, error };
  } catch (unfit) {
    return { outcome: "failed", body: SUCCESS, type: "text", message, delivered, error: unfit };
  }
}
