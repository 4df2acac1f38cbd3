// A bot file: `make run BOT=examples/07-slow-model.ts`, with LLM_API_KEY, LLM_MODEL and
// LLM_BASE_URL (such as https://api.openai.com/v1) in .env. WeChat's three deliveries give the
// model 15 seconds; an answer that takes longer comes when the follower asks for it, or writes again.
import { plainText, session } from "echostr";
import type { Bot, DeliveryOptions } from "echostr";
import { ask } from "./07-chat-model.ts";
import type { Turn } from "./07-chat-model.ts";

export const options: { delivery: DeliveryOptions } = {
  delivery: { late: { notice: "还在思考，过一会儿回复 1 获取答案" } },
};

export default function setup(bot: Bot): void {
  for (const name of ["LLM_BASE_URL", "LLM_API_KEY", "LLM_MODEL"]) {
    if (!process.env[name]) throw new Error(`${name} must be set`);
  }
  bot.use(session());
  bot.on("text", async (message, context) => {
    const turns = (context.session["turns"] ?? []) as Turn[];
    const asked: Turn[] = [...turns, { role: "user", content: message.Content }];
    const content = toAnswer(...(await ask(asked, context.signal).catch(sayWhy)));
    // The last ten questions are remembered with their answers.
    context.session["turns"] = [...asked, { role: "assistant", content }].slice(-20);
    // Models write Markdown, and WeChat shows its marks as they stand.
    return plainText(content);
  });
  bot.onError(() => "抱歉，模型没有回答，请再问一次");
}

// A model that thinks aloud may come to its end without an answer.
function toAnswer(answer: string, end: string): string {
  const hasFailed = end === "content_filter" || answer.trim() === "";
  if (hasFailed) throw new Error(`Model gave no answer: ${end}`);
  return end === "length" ? `${answer}……（太长，未写完）` : answer;
}

// What fetch throws is a TypeError. Words of others are not for the log: they may quote the key.
function sayWhy(error: Error & { cause?: { code?: string } }): never {
  const reason = error.cause?.code ?? "see LLM_BASE_URL and LLM_API_KEY";
  if (error instanceof SyntaxError) throw new Error("Model sent an event that is no JSON");
  throw error instanceof TypeError ? new Error(`Connection to the model failed: ${reason}`) : error;
}
