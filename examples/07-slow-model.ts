// A bot file: `make run BOT=examples/07-slow-model.ts`, with LLM_API_KEY, LLM_MODEL and
// LLM_BASE_URL (such as https://api.openai.com/v1) in .env. WeChat's three deliveries give the
// model 15 seconds; an answer that takes longer comes with whatever the follower writes next.
import { session } from "../src/index.ts";
import type { Bot, DeliveryOptions } from "../src/index.ts";

type Turn = { role: "user" | "assistant"; content: string };
type Choice = { delta?: { content?: string | null }; finish_reason?: string | null };
type Event = { choices?: Choice[]; error?: unknown };

/** How long the model may say nothing, and how long it may take in all. */
export const limits: { silenceMs: number; wholeMs: number } = { silenceMs: 30_000, wholeMs: 120_000 };

export const options: { delivery: DeliveryOptions } = {
  delivery: { late: { notice: "还在思考，过一会儿回复任意内容获取答案" } },
};

export default function setup(bot: Bot): void {
  for (const name of ["LLM_BASE_URL", "LLM_API_KEY", "LLM_MODEL"]) {
    if (!process.env[name]) throw new Error(`${name} must be set`);
  }
  bot.use(session());
  bot.on("text", async (message, context) => {
    const turns = (context.session["turns"] ?? []) as Turn[];
    const asked: Turn[] = [...turns, { role: "user", content: message.Content }];
    const content = await ask(asked, context.signal).catch(sayWhy);
    // The last ten questions are remembered with their answers.
    context.session["turns"] = [...asked, { role: "assistant", content }].slice(-20);
    return content;
  });
  bot.onError(() => "抱歉，模型没有回答，请再问一次");
}

async function ask(messages: Turn[], signal: AbortSignal): Promise<string> {
  const limit = new AbortController();
  const stop = (why: string): void => limit.abort(new Error(`Model ${why}`));
  const silence = setTimeout(stop, limits.silenceMs, `said nothing for ${limits.silenceMs} ms`);
  const whole = setTimeout(stop, limits.wholeMs, `was not done after ${limits.wholeMs} ms`);
  try {
    let answer = "";
    for await (const data of events(messages, AbortSignal.any([signal, limit.signal]))) {
      if (data === "[DONE]") return finished(answer, "stop");
      if (!data.startsWith("{")) continue;
      const { choices: [choice] = [], error } = JSON.parse(data) as Event;
      if (error) throw new Error("Model sent an error");
      silence.refresh();
      answer += choice?.delta?.content ?? "";
      // Not every endpoint says [DONE] after this.
      if (choice?.finish_reason) return finished(answer, choice.finish_reason);
    }
    throw new Error("Model broke off without a whole answer");
  } finally {
    clearTimeout(silence);
    clearTimeout(whole);
  }
}

// Server-sent events: lines of `data: {…}`. A chunk may end anywhere, even inside a character.
async function* events(messages: Turn[], signal: AbortSignal): AsyncGenerator<string> {
  const { LLM_BASE_URL = "", LLM_API_KEY, LLM_MODEL } = process.env;
  const response = await fetch(`${LLM_BASE_URL.replace(/\/$/, "")}/chat/completions`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${LLM_API_KEY}` },
    body: JSON.stringify({ model: LLM_MODEL, messages, stream: true }),
    signal,
  });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new Error(`Model answered HTTP ${response.status}`);
  }
  let rest = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("data:")) yield line.slice(5).trim();
  }
  if (rest.startsWith("data:")) yield rest.slice(5).trim();
}

// A model that thinks aloud may be done thinking without an answer.
function finished(answer: string, reason: string): string {
  if (answer.trim() === "") throw new Error(`Model gave an empty answer (${reason})`);
  if (reason === "content_filter") throw new Error("Model's answer was stopped by its filter");
  return reason === "length" ? `${answer}……（太长，未写完）` : answer;
}

// What fetch throws is a TypeError. Its words are not for the log: they may quote the key.
function sayWhy(error: Error & { cause?: { code?: string } }): never {
  const reason = error.cause?.code ?? "see LLM_BASE_URL and LLM_API_KEY";
  if (error instanceof TypeError) throw new Error(`Connection to the model failed: ${reason}`);
  if (error instanceof SyntaxError) throw new Error("Model broke off inside an event");
  throw error;
}
