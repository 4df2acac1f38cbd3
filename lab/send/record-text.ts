/**
 * A delivery for people: what went out, what came back, each attempt, and the verdict.
 *
 * @module
 */
import { styleText } from "node:util";
import type {
  Attempt,
  DeliveryRecord,
  Finding,
  LabResponse,
  Shown,
  ShownReply,
} from "../platform/types.ts";
import { visible, visibleLines, visibleText } from "../../src/log.ts";
import { withQuery } from "./curl-line.ts";

/** As long as an address with everything in it can be. */
const LONGEST_ADDRESS = 4000;

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

/** @param color whether it goes to a terminal */
export function formatRecord(record: DeliveryRecord, address: string, color: boolean): string {
  const paint: Paint = (style, text) => (color ? styleText(style, text) : text);
  const blocks = record.attempts.map((attempt) => blockOf(attempt, address, paint));
  const verdict =
    record.attempts.at(-1)?.verdict?.ok === true
      ? paint("green", "The answer is right")
      : paint("red", "The answer is wrong");
  return `${blocks.join("\n\n")}\n\n${verdict}; ${shownLine(record.shown)}\n`;
}

function blockOf(attempt: Attempt, address: string, paint: Paint): string {
  const { number, request, response, reason, ms, verdict } = attempt;
  const { method, query, plaintext, body } = request;
  const isFirst = number === 1;
  const isSealed = body !== plaintext;
  const answer = response === undefined ? `no answer: ${reason} after ${round(ms)} ms` : "";
  return [
    paint("bold", `${number}. ${method} ${visible(withQuery(address, query), LONGEST_ADDRESS)}`),
    ...(isFirst ? [visibleText(plaintext)] : []),
    ...(isFirst && isSealed ? [paint("dim", "encrypted, as it was sent:"), visibleText(body)] : []),
    paint("bold", `-> ${response === undefined ? answer : headOf(response)}`),
    ...(response === undefined ? [] : bodyOf(response)),
    ...decrypted(response, verdict?.answerXml, paint),
    ...(verdict?.findings ?? []).map((finding) => findingLine(finding, paint)),
  ].join("\n");
}

function headOf({ status, ms, headers }: LabResponse): string {
  return `${status} in ${round(ms)} ms, ${visible(headers["content-type"] ?? "no Content-Type")}`;
}

function bodyOf(response: LabResponse): readonly string[] {
  const text = textOf(response);
  if (text === "") return ["(an empty body)"];
  const shown = visibleLines(text.trimEnd());
  // What was cut off ends in dots; whoever wants all of it must know that there is more.
  return [shown.endsWith("…") ? `${shown} (${response.body.length} bytes in all)` : shown];
}

function decrypted(
  response: LabResponse | undefined,
  answerXml: string | undefined,
  paint: Paint,
): readonly string[] {
  if (response === undefined || answerXml === undefined) return [];
  return answerXml === textOf(response) ? [] : [paint("dim", "decrypted:"), visibleLines(answerXml)];
}

function textOf(response: LabResponse): string {
  return Buffer.from(response.body).toString("utf8");
}

const STYLE_OF: Readonly<Record<Finding["severity"], Style>> = {
  error: "red",
  warning: "yellow",
  note: "cyan",
};

function findingLine({ severity, code, message, fix }: Finding, paint: Paint): string {
  return `${paint(STYLE_OF[severity], severity)}  ${code}  ${visible(message)}\n  fix: ${fix}`;
}

function shownLine(shown: Shown): string {
  return `the follower sees: ${SHOWN[shown.what](shown)}`;
}

const SHOWN: Readonly<Record<Shown["what"], (shown: Shown) => string>> = {
  reply: (shown) => (shown.what === "reply" ? replyLine(shown.reply) : ""),
  nothing: () => "nothing",
  fault: () => "该公众号提供的服务出现故障，请稍后再试",
  lost: () => "nothing yet; WeChat would deliver it again",
};

/** The kind, and its fields as they are. */
function replyLine({ MsgType, ...fields }: ShownReply): string {
  const [only, ...others] = Object.values(fields);
  const line = others.length === 0 ? `${MsgType}: ${textFrom(only)}` : `${MsgType} ${textFrom(fields)}`;
  return visibleLines(line);
}

function textFrom(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function round(ms: number): number {
  return Math.round(ms);
}
