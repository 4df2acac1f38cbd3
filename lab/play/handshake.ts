/**
 * The handshake: what WeChat does when the settings of an account are saved. It calls the address
 * with a signed query, and the server proves that it is meant by sending `echostr` back, byte for
 * byte.
 *
 * It is played when the bot runs for the first time and whenever the mode has changed, which is
 * when somebody would have pressed 提交 in the console; new code alone is no reason to ask again.
 *
 * @module
 */
import type { ChineseFinding } from "../chinese/findings.ts";
import { createHttpTarget } from "../platform/http-target.ts";
import { randomEchostr } from "../platform/identifiers.ts";
import { isNoAnswer } from "../platform/no-answer.ts";
import { sealHandshake } from "../platform/sealing.ts";
import type { LabAccount, LabResponse } from "../platform/types.ts";
import type { Playing } from "./play-state.ts";
import type { AttemptView, DeliveryView, FindingView, RequestView } from "./view.ts";

const HEADERS = { "User-Agent": "Mozilla/4.0", Accept: "*/*" };

/** @returns when the server has answered, or has not */
export async function shakeHands(playing: Playing, account: LabAccount): Promise<void> {
  const { url } = playing.get("bot");
  const { timeoutMs } = playing.get("session");
  const startedAt = Date.now();
  const echostr = randomEchostr();
  const { query, steps } = sealHandshake(account, {
    timestamp: Math.floor(startedAt / 1000),
    echostr,
  });
  const request: RequestView = {
    method: "GET",
    url: `${url}?${query}`,
    headers: HEADERS,
    body: "",
    plaintext: "",
    steps,
  };
  const started: AttemptView = { number: 1, startedAt, outcome: "waiting", request };
  const delivery: DeliveryView = {
    id: playing.nextId("d"),
    at: startedAt,
    openId: "",
    mode: account.mode,
    description: { MsgType: "handshake" },
    xml: "",
    alteration: {},
    attempts: [started],
  };
  playing.put("deliveries", delivery);
  const ended = await send(url, query, timeoutMs, started, echostr);
  playing.put("deliveries", { ...delivery, attempts: [ended], shown: { what: "nothing" } });
}

async function send(
  url: string,
  query: string,
  timeoutMs: number,
  started: AttemptView,
  echostr: string,
): Promise<AttemptView> {
  try {
    const response = await createHttpTarget(url).send({
      method: "GET",
      query,
      headers: HEADERS,
      timeoutMs,
    });
    const { status, headers, body, ms } = response;
    const text = Buffer.from(body).toString("utf8");
    const findings = findingsOf(response, text, echostr);
    return {
      ...started,
      ms,
      outcome: "answered",
      response: { status, headers, text: text.slice(0, 2000), bytes: body.length },
      verdict: { ok: findings.length === 0, shows: { what: "nothing" }, findings },
    };
  } catch (error) {
    const { reason, ms, message } = isNoAnswer(error) ? error : NOTHING;
    const outcome = reason === "timeout" ? "timeout" : "no-answer";
    const finding = problem("HANDSHAKE-NO-ANSWER", message, "Read the log of the bot", [
      "服务器没有响应，公众平台会提示“请求URL超时”",
      "确认注册了 GET 的处理函数，并且结束了响应",
    ]);
    const verdict = { ok: false, shows: { what: "nothing" }, findings: [finding] } as const;
    return { ...started, ms, outcome, reason, verdict };
  }
}

/** A target throws nothing else; should it, the inspector says so. */
const NOTHING = { reason: "failed", ms: 0, message: "The request could not be made" } as const;

function findingsOf({ status }: LabResponse, text: string, echostr: string): FindingView[] {
  if (status === 200 && text === echostr) return [];
  const cause =
    status === 200
      ? `The answer is not echostr: ${JSON.stringify(text.slice(0, 60))}`
      : `The status is ${status}`;
  return [
    problem("HANDSHAKE-FAILED", cause, "Answer 200 with echostr as it came, and nothing around it", [
      "没有原样返回 echostr，公众平台会提示“token验证失败”",
      "查看服务器当时的日志：它在响应之前就失败了",
    ]),
  ];
}

function problem(code: string, message: string, fix: string, chinese: ChineseFinding): FindingView {
  return { code, severity: "error", message, fix, chinese };
}
