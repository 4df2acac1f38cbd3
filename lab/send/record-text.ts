/**
 * A delivery for people: the request, the response, each attempt, and the verdict.
 *
 * @module
 */
import { styleText } from "node:util";
import type { Language } from "../../src/cli/language.ts";
import type {
  Attempt,
  DeliveryRecord,
  Finding,
  LabResponse,
  NoAnswerReason,
  Shown,
  ShownReply,
} from "../platform/types.ts";
import { visible, visibleLines, visibleText } from "../../src/log.ts";
import { findingText, SEVERITIES } from "../check/finding-text.ts";
import { withQuery } from "../platform/http-target.ts";
import { FAULT_NOTICE } from "../platform/shown.ts";

/** As long as an address with everything in it can be. */
const LONGEST_ADDRESS = 4000;

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

const EN = {
  right: "The answer is right",
  wrong: "The answer is wrong",
  sees: (shown: string) => `; the follower sees: ${shown}`,
  sealed: "encrypted, as it was sent:",
  opened: "decrypted:",
  noAnswer: (reason: NoAnswerReason | undefined, ms: number) => `no answer: ${reason} after ${ms} ms`,
  answered: (status: number, ms: number, type: string = "no Content-Type") =>
    `${status} in ${ms} ms, ${type}`,
  empty: "(an empty body)",
  inAll: (bytes: number) => ` (${bytes} bytes in all)`,
  seen: "",
  fix: "  fix: ",
  nothing: "nothing",
  lost: "nothing yet; WeChat would deliver it again",
};

type Sentences = typeof EN;

const SAID: Readonly<Record<Language, Sentences>> = {
  en: EN,
  zh: {
    right: "响应正确",
    wrong: "响应有误",
    sees: (shown) => `；用户看到：${shown}`,
    sealed: "加密后实际发送的内容：",
    opened: "解密后：",
    noAnswer: (reason, ms) => `没有响应：${reason === undefined ? "" : NO_ANSWER_ZH[reason]}，${ms} 毫秒`,
    answered: (status, ms, type = "没有 Content-Type") => `${status}，${ms} 毫秒，${type}`,
    empty: "（响应体为空）",
    inAll: (bytes) => `（共 ${bytes} 字节）`,
    seen: "  详情：",
    fix: "  处理：",
    nothing: "（没有回复）",
    lost: "（暂时没有回复，微信会重试）",
  },
};

const NO_ANSWER_ZH: Readonly<Record<NoAnswerReason, string>> = {
  timeout: "超时",
  reset: "连接被切断",
  refused: "连接被拒绝",
  dns: "域名无法解析",
  tls: "TLS 握手失败",
  aborted: "已中止",
  failed: "请求失败",
};

/** @param color whether it goes to a terminal */
export function formatRecord(
  record: DeliveryRecord,
  address: string,
  color: boolean,
  language: Language,
): string {
  const paint: Paint = (style, text) => (color ? styleText(style, text) : text);
  const said = SAID[language];
  const blocks = record.attempts.map((attempt) => blockOf(attempt, address, paint, language));
  const isRight = record.attempts.at(-1)?.verdict?.ok === true;
  const verdict = isRight ? paint("green", said.right) : paint("red", said.wrong);
  return `${blocks.join("\n\n")}\n\n${verdict}${said.sees(shownText(record.shown, said))}\n`;
}

function blockOf(attempt: Attempt, address: string, paint: Paint, language: Language): string {
  const said = SAID[language];
  const { number, request, response, reason, ms, verdict } = attempt;
  const { method, query, plaintext, body } = request;
  const isFirst = number === 1;
  const isSealed = body !== plaintext;
  const answer = response === undefined ? said.noAnswer(reason, Math.round(ms)) : headOf(response, said);
  return [
    paint("bold", `${number}. ${method} ${visible(withQuery(address, query).href, LONGEST_ADDRESS)}`),
    ...(isFirst ? [visibleText(plaintext)] : []),
    ...(isFirst && isSealed ? [paint("dim", said.sealed), visibleText(body)] : []),
    paint("bold", `-> ${answer}`),
    ...(response === undefined ? [] : bodyOf(response, said)),
    ...decrypted(response, verdict?.answerXml, paint("dim", said.opened)),
    ...(verdict?.findings ?? []).flatMap((finding) => findingLines(finding, paint, language)),
  ].join("\n");
}

function headOf({ status, ms, headers }: LabResponse, said: Sentences): string {
  const type = headers["content-type"];
  return said.answered(status, Math.round(ms), type === undefined ? undefined : visible(type));
}

function bodyOf(response: LabResponse, said: Sentences): readonly string[] {
  const text = textOf(response);
  if (text === "") return [said.empty];
  const shown = visibleLines(text.trimEnd());
  // A shortened text ends in dots, so that the reader knows that there is more.
  return [shown.endsWith("…") ? `${shown}${said.inAll(response.body.length)}` : shown];
}

function decrypted(
  response: LabResponse | undefined,
  answerXml: string | undefined,
  title: string,
): readonly string[] {
  if (response === undefined || answerXml === undefined) return [];
  return answerXml === textOf(response) ? [] : [title, visibleLines(answerXml)];
}

function textOf(response: LabResponse): string {
  return Buffer.from(response.body).toString("utf8");
}

const STYLE_OF: Readonly<Record<Finding["severity"], Style>> = {
  error: "red",
  warning: "yellow",
  note: "cyan",
};

function findingLines(finding: Finding, paint: Paint, language: Language): readonly string[] {
  const { severity, code } = finding;
  const said = SAID[language];
  const { cause, seen, fix } = findingText(finding, language);
  return [
    `${paint(STYLE_OF[severity], SEVERITIES[severity][language])}  ${code}  ${visible(cause)}`,
    ...(seen === undefined ? [] : [`${said.seen}${visible(seen)}`]),
    `${said.fix}${fix}`,
  ];
}

function shownText(shown: Shown, said: Sentences): string {
  if (shown.what === "reply") return replyLine(shown.reply);
  return shown.what === "fault" ? FAULT_NOTICE : said[shown.what];
}

/** The kind, and its fields as they are. */
function replyLine({ MsgType, ...fields }: ShownReply): string {
  const [only, ...others] = Object.values(fields);
  const line = others.length === 0 ? `${MsgType}: ${textFrom(only)}` : `${MsgType} ${textFrom(fields)}`;
  return visibleLines(line);
}

function textFrom(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
