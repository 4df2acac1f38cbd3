/**
 * A callback server in a hundred lines that does everything right, out of parts that a test can
 * replace one by one: what is wrong with such a server is known.
 */
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { LabAccount, LabMode } from "../../../lab/platform/types.ts";
import { readWire, textAt } from "../../support/reader.ts";
import { wireDecrypt, wireEncrypt, wirePadding, wireSign, wireXml } from "../../support/wire.ts";

const LIMIT_BYTES = 1_000_000;
const FRESH_S = 600;

export function accountIn(mode: LabMode): LabAccount {
  return {
    originalId: "gh_littleserver",
    token: "littleToken",
    appId: "wx1111111111111111",
    encodingAesKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    mode,
  };
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
}

type FieldName = "ToUserName" | "FromUserName" | "MsgType" | "Content" | "MsgId";
export type Fields = Readonly<Record<FieldName, string>>;

/** What a server does, step by step. A step that throws refuses the request. */
export interface Parts {
  readonly mode: LabMode;
  readonly readBody: (request: IncomingMessage) => Promise<Buffer>;
  readonly hasRightSignature: (query: URLSearchParams) => boolean;
  readonly hasRightMsgSignature: (query: URLSearchParams, encrypt: string) => boolean;
  readonly isFresh: (query: URLSearchParams) => boolean;
  readonly echo: (echostr: string, request: IncomingMessage) => Answer;
  readonly decrypt: (encrypt: string) => string;
  /** From the body to the message. */
  readonly open: (parts: Parts, query: URLSearchParams, body: string) => string;
  readonly read: (xml: string) => Fields;
  /** `undefined` for nothing. */
  readonly say: (fields: Fields) => string | undefined | Promise<string | undefined>;
  readonly write: (fields: Fields, content: string) => string;
  /** What stands behind a frame of so many bytes. */
  readonly padding: (frameBytes: number) => Buffer;
  readonly refuse: (error: unknown) => Answer;
  readonly answersTo: (method: string) => boolean;
  /** For a whole request, so that none is held for ever. */
  readonly timeLimitMs: number;
  /** Sees every request first; what it takes over goes no further. */
  readonly intercept: (
    request: IncomingMessage,
    response: ServerResponse,
    server: Server,
  ) => boolean | Promise<boolean>;
}

export const GOOD: Parts = {
  mode: "plain",
  readBody,
  hasRightSignature: (query) => query.get("signature") === signatureOf(query),
  hasRightMsgSignature: (query, encrypt) =>
    query.get("msg_signature") === signatureOf(query, encrypt),
  isFresh: (query) => Math.abs(Number(query.get("timestamp")) - Date.now() / 1000) < FRESH_S,
  echo: (echostr) => ({ status: 200, body: echostr }),
  decrypt: (encrypt) => {
    const account = accountIn("safe");
    const { message, appId } = wireDecrypt(encrypt, account.encodingAesKey ?? "");
    if (appId !== account.appId) throw new Error("another appid");
    return message;
  },
  open: (parts, query, body) => {
    if (parts.mode === "plain") {
      demand(parts.hasRightSignature(query));
      return body;
    }
    const encrypt = textAt(readWire(body), "Encrypt") ?? "";
    demand(parts.hasRightMsgSignature(query, encrypt));
    return parts.decrypt(encrypt);
  },
  read: (xml) => {
    const root = readWire(xml);
    const field = (name: string): string => textAt(root, name) ?? "";
    const fields = {
      ToUserName: field("ToUserName"),
      FromUserName: field("FromUserName"),
      MsgType: field("MsgType"),
      Content: field("Content"),
      MsgId: field("MsgId"),
    };
    demand(fields.FromUserName !== "" && fields.MsgType !== "");
    return fields;
  },
  say: ({ MsgType, Content }) =>
    // As much as fits into a reply, without what XML cannot hold.
    MsgType === "text" ? `你说：${Content.slice(0, 600).replace(/\u0002/g, "")}` : undefined,
  padding: wirePadding,
  write: ({ ToUserName, FromUserName }, Content) =>
    wireXml({
      ToUserName: FromUserName,
      FromUserName: ToUserName,
      CreateTime: Math.floor(Date.now() / 1000),
      MsgType: "text",
      Content,
    }),
  refuse: () => ({ status: 403, body: "Forbidden" }),
  answersTo: (method) => ["GET", "HEAD", "POST"].includes(method),
  timeLimitMs: 700,
  intercept: () => false,
};

/** @returns the address of a server that ends with the test */
export async function littleServer(
  context: TestContext,
  replaced: Partial<Parts> = {},
): Promise<string> {
  const parts = { ...GOOD, ...replaced };
  const server = createServer({
    requestTimeout: parts.timeLimitMs,
    headersTimeout: parts.timeLimitMs,
    connectionsCheckingInterval: 50,
  });
  server.on("request", (request, response) => {
    void (async () => {
      if (await parts.intercept(request, response, server)) return;
      const { status, body, headers, delayMs } = await serve(parts, request).catch(parts.refuse);
      if (delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, delayMs));
      const type = body.startsWith("<xml>") ? "text/xml" : "text/plain";
      response.writeHead(status, { "Content-Type": type, ...headers }).end(body);
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/wx`;
}

async function serve(parts: Parts, request: IncomingMessage): Promise<Answer> {
  const { method = "", url = "" } = request;
  if (!parts.answersTo(method)) return { status: 405, body: "Method not allowed" };
  const [, search = ""] = url.split("?", 2);
  const query = new URLSearchParams(search);
  if (method === "GET" || method === "HEAD") {
    demand(parts.hasRightSignature(query) && parts.isFresh(query));
    return parts.echo(query.get("echostr") ?? "", request);
  }
  const message = parts.open(parts, query, (await parts.readBody(request)).toString("utf8"));
  demand(parts.isFresh(query));
  const fields = parts.read(message);
  const content = await parts.say(fields);
  if (content === undefined) return { status: 200, body: "success" };
  const reply = parts.write(fields, content);
  // Encrypted with whatever key there is, as a server does that looks at the query.
  return { status: 200, body: parts.mode === "plain" ? reply : seal(reply, query, parts.padding) };
}

/** A request that does not stand is refused. */
export function demand(holds: boolean): void {
  if (!holds) throw new Error("refused");
}

export function signatureOf(query: URLSearchParams, encrypt?: string): string {
  const { token } = accountIn("plain");
  const parts = [token, query.get("timestamp") ?? "", query.get("nonce") ?? ""] as const;
  return encrypt === undefined ? wireSign(...parts) : wireSign(...parts, encrypt);
}

function seal(reply: string, query: URLSearchParams, padding: Parts["padding"]): string {
  const { encodingAesKey = "", appId, token } = accountIn("safe");
  const encrypt = wireEncrypt(reply, { encodingAesKey, appId, padding });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = query.get("nonce") ?? "1";
  return wireXml({
    Encrypt: encrypt,
    MsgSignature: wireSign(token, timestamp, nonce, encrypt),
    TimeStamp: Number(timestamp),
    Nonce: nonce,
  });
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest is read and forgotten, so that the refusal reaches whoever is still sending.
    if (size <= LIMIT_BYTES) chunks.push(chunk);
  }
  if (size > LIMIT_BYTES) throw new Error("too large");
  return Buffer.concat(chunks);
}
