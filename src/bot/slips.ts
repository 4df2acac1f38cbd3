/**
 * What bots are made with by a slip: what is said of answers that are none, of those that are hardly meant as they
 * stand, and of calls in which a part would be passed over.
 *
 * @module
 */
import { EchostrError } from "../errors.ts";
import { SUCCESS } from "../protocol/reply.ts";
import type { Answer } from "./handler.ts";

const SUCCESS_HINT =
  'A handler answered "success", which is taken for nothing to say: it may as well answer nothing. ' +
  'Whoever wants to send the word answers text("success") (logged once)';

const XML_HINT =
  "A handler answered XML, which the follower reads as it stands: answer with a string, or with text(…), " +
  "image(…), news(…), and the bot writes the XML (logged once)";

/**
 * What to say of a text that is `success`, which other servers send as it is and who has read WeChat's
 * pages may answer with; or of one that begins as XML does.
 */
export function hintForText(said: string): string | undefined {
  if (said === SUCCESS) return SUCCESS_HINT;
  return said.includes("<MsgType>") ? XML_HINT : undefined;
}

export const DROPPED_HINT: string =
  "Middleware called next() and answered nothing, so the answer of what comes after it is not sent: " +
  "return next() (logged once)";

/** Sees whether middleware lets an answer fall that it has asked for, whichever comes first. */
export class Dropped {
  readonly #tell: () => void;
  #isGiven = false;
  #isSilent = false;

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  /** What comes after has answered. */
  given(answer: Answer): Answer {
    this.#isGiven = answer !== undefined && answer !== null && answer !== "" && answer !== SUCCESS;
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
    if (this.#isGiven && this.#isSilent) this.#tell();
  }
}

/** @param index where it stands in an array */
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
 * In other frameworks several handlers may stand there; here all but the first would never run.
 *
 * @throws EchostrError `SETTING_INVALID`
 */
export function requireNoMore(method: string, most: 1 | 2, got: number): void {
  if (got <= most) return;
  const message = `bot.${method} takes ${most === 1 ? "one argument" : "two arguments"}, got ${got}`;
  throw new EchostrError("SETTING_INVALID", message);
}

/**
 * `bot.use(session)` would call it with a message in place of its options.
 *
 * @throws EchostrError `SETTING_INVALID`
 */
export function requireCalled(name: string, got: number, options: string = ""): void {
  if (got <= 1) return;
  throw new EchostrError("SETTING_INVALID", `Write bot.use(${name}(${options})), got bot.use(${name})`);
}
