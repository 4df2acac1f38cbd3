/**
 * Common mistakes in bots: the messages for invalid answers, for answers that are probably a mistake, and for calls
 * of which a part would be ignored.
 *
 * @module
 */
import { EchostrError, settingInvalid } from "../errors.ts";
import { SUCCESS } from "../protocol/reply.ts";
import type { Answer } from "./handler.ts";

const SUCCESS_HINT =
  'A handler answered "success", which counts as no reply: it may return nothing instead. ' +
  'To send the word to the follower, return text("success") (logged once)';

const XML_HINT =
  "A handler answered XML, which the follower gets as text: return a string, or text(…), " +
  "image(…), news(…), and the bot writes the XML (logged once)";

/**
 * The hint for a text that is `success`, which other servers send and WeChat's documents show, or for
 * one that looks like XML.
 */
export function hintForText(said: string): string | undefined {
  if (said === SUCCESS) return SUCCESS_HINT;
  return said.includes("<MsgType>") ? XML_HINT : undefined;
}

export const DROPPED_HINT: string =
  "Middleware called next() and returned nothing, so the answer of the handlers after it is not sent: " +
  "return next() (logged once)";

/** Notices when middleware drops the answer that it got from `next()`, in either order. */
export class Dropped {
  readonly #tell: () => void;
  #isAnswered = false;
  #isSilent = false;

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  /** The handlers after it have answered. */
  returned(answer: Answer): Answer {
    this.#isAnswered = answer !== undefined && answer !== null && answer !== "" && answer !== SUCCESS;
    this.#look();
    return answer;
  }

  /** The middleware has answered itself. */
  answered(answer: Answer): Answer {
    this.#isSilent = answer === undefined;
    this.#look();
    return answer;
  }

  #look(): void {
    if (this.#isAnswered && this.#isSilent) this.#tell();
  }
}

/** @param index in an array of answers */
export function answerInvalid(answer: unknown, index: number | undefined): EchostrError {
  const place = index === undefined ? "" : ` at index ${index}`;
  return new EchostrError(
    "ANSWER_INVALID",
    "Handler must answer with a string, a reply, an array of these or nothing, " +
      `got ${describe(answer)}${place}`,
  );
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object" || value === null) return `a ${typeof value}`;
  if ("msgtype" in value) return "a customer-service message, which api.customerService.send takes";
  if ("title" in value || "Title" in value) return "an article, which news([…]) takes";
  const name = (value.constructor as { name?: unknown } | null | undefined)?.name;
  const isNamed = typeof name === "string" && name !== "" && name !== "Object";
  return `an object without MsgType${isNamed ? ` (${name})` : ""}`;
}

/**
 * Other frameworks take several handlers here; in this one all but the first would never run.
 *
 * @throws EchostrError `SETTING_INVALID`
 */
export function requireNoMore(method: string, most: 1 | 2, got: number): void {
  if (got <= most) return;
  throw settingInvalid(`bot.${method} takes ${most === 1 ? "one argument" : "two arguments"}, got ${got}`);
}

/**
 * `bot.use(session)` would call `session` with a message instead of its options.
 *
 * @throws EchostrError `SETTING_INVALID`
 */
export function requireCalled(name: string, got: number, options: string = ""): void {
  if (got <= 1) return;
  throw settingInvalid(`Write bot.use(${name}(${options})), got bot.use(${name})`);
}
