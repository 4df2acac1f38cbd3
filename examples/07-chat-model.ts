// For 07-slow-model.ts: asks a model that speaks the API of OpenAI, and reads its stream.
export type Turn = { role: "user" | "assistant"; content: string };
type Choice = { delta?: { content?: string | null }; finish_reason?: string | null };

/** How long the model may say nothing, and how long it may take in all. */
export const limits = { silenceMs: 30_000, wholeMs: 120_000 };

/** What the model says, and why it ended: `stop`, `length` when it was cut off, and others. */
export async function ask(messages: Turn[], signal: AbortSignal): Promise<[string, string]> {
  const { LLM_BASE_URL = "", LLM_API_KEY, LLM_MODEL } = process.env;
  // Not AbortSignal.timeout: within AbortSignal.any it may be collected before it ends (nodejs/node#57736).
  const stop = new AbortController();
  const silence = setTimeout(() => stop.abort(new Error("Model is silent")), limits.silenceMs).unref();
  setTimeout(() => stop.abort(new Error("Model takes too long")), limits.wholeMs).unref();
  const response = await fetch(`${LLM_BASE_URL.replace(/\/$/, "")}/chat/completions`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${LLM_API_KEY}` },
    body: JSON.stringify({ model: LLM_MODEL, messages, stream: true }),
    signal: AbortSignal.any([signal, stop.signal]),
  });
  if (!response.ok || !response.body) throw new Error(`Model answered HTTP ${response.status}`);
  // Server-sent events: lines of `data: {…}`. A chunk may end anywhere, even inside a character.
  let [answer, rest] = ["", ""];
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const data = line.startsWith("data:") ? line.slice(5).trim() : "";
      if (data === "[DONE]") return [answer, "stop"];
      if (!data.startsWith("{")) continue;
      silence.refresh();
      const { choices: [choice] = [], error } = JSON.parse(data) as { choices?: Choice[]; error?: unknown };
      if (error) throw new Error("Model sent an error");
      answer += choice?.delta?.content ?? "";
      if (choice?.finish_reason) return [answer, choice.finish_reason];
    }
  }
  throw new Error("Model ended without a whole answer");
}
