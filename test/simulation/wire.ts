/**
 * What goes over the wires of the world: a message as WeChat sends it, what a follower sees of a reply,
 * and an answer of the API.
 *
 * @module
 */
import type { Message } from "./record.ts";

/** As much of a `Response` as the client looks at: a real one would take the machine's time. */
export function answerOf(answer: object): Response {
  const body = once(Buffer.from(JSON.stringify(answer)));
  return { status: 200, headers: new Map(), body } as unknown as Response;
}

async function* once(chunk: Buffer): AsyncGenerator<Buffer> {
  yield chunk;
}

export function openIdOf(follower: number): string {
  return `o${String(follower + 1).padStart(27, "0")}`;
}

export function followerOf(openId: string): number {
  return Number(openId.slice(1)) - 1;
}

export function nameOf(follower: number): string {
  return ["Anna", "Ben", "Cleo"][follower] ?? `Follower ${follower + 1}`;
}

export function bodyOf({ id, follower, kind, content, at }: Message): string {
  const head =
    `<xml>${cdata("ToUserName", "gh_simulator")}${cdata("FromUserName", openIdOf(follower))}` +
    `<CreateTime>${Math.floor(at / 1000)}</CreateTime>`;
  const rest =
    kind === "event"
      ? [cdata("MsgType", "event"), cdata("Event", "CLICK"), cdata("EventKey", String(id))]
      : [cdata("MsgType", "text"), cdata("Content", content), `<MsgId>${id}</MsgId>`];
  return `${head}${rest.join("")}</xml>`;
}

function cdata(name: string, value: string): string {
  return `<${name}><![CDATA[${value}]]></${name}>`;
}

/** What a follower sees of a reply. */
export function wordsOf(body: string): string {
  const [, words] = /<(?:Content|MediaId)><!\[CDATA\[([^]*?)\]\]>/.exec(body) ?? [];
  return words ?? body;
}

/** As one short line. */
export function shorten(words: string): string {
  return words.replaceAll("\n", " ").replaceAll(/字+/g, "…");
}
