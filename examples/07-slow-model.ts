// A bot file: `make run BOT=examples/07-slow-model.ts`, with LLM_API_KEY, LLM_MODEL and
// LLM_BASE_URL (such as https://api.openai.com/v1) in .env. WeChat's three deliveries give the
// model 15 seconds; an answer that takes longer comes with whatever the follower writes next.
import { session } from "../src/index.ts";
import type { Bot, DeliveryOptions } from "../src/index.ts";

type Turn = { role: "user" | "assistant"; content: string };
type Piece = { choices?: { delta?: { content?: string | null } }[] };

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
  const { LLM_BASE_URL = "", LLM_API_KEY, LLM_MODEL } = process.env;
  const response = await fetch(`${LLM_BASE_URL.replace(/\/$/, "")}/chat/completions`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${LLM_API_KEY}` },
    body: JSON.stringify({ model: LLM_MODEL, messages, stream: true }),
    signal,
  });
  if (!response.ok || !response.body) throw new Error(`Model answered HTTP ${response.status}`);
  // Server-sent events: lines of `data: {…}`. A chunk may end anywhere, even inside a character.
  let [answer, rest] = ["", ""];
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const data = line.startsWith("data:") ? line.slice(5).trim() : "";
      if (data === "[DONE]" && answer !== "") return answer;
      if (!data.startsWith("{")) continue;
      const { choices } = JSON.parse(data) as Piece;
      answer += choices?.[0]?.delta?.content ?? "";
    }
  }
  throw new Error("Model ended without a whole answer");
}

// What fetch throws is a TypeError. Its words are not for the log: they may quote the key.
function sayWhy(error: Error & { cause?: { code?: string } }): never {
  const reason = error.cause?.code ?? "see LLM_BASE_URL and LLM_API_KEY";
  throw error instanceof TypeError ? new Error(`Connection to the model failed: ${reason}`) : error;
}
