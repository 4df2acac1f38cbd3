/** Servers that stumble over texts, repeats, HTTP, slow clients, or altogether. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { wireXml, raw } from "../../support/wire.ts";
import { ANSWER_MS } from "./checking.ts";
import { demand, GOOD } from "./little-server.ts";
import type { Fields, Parts } from "./little-server.ts";
import type { Provocation } from "./provocation.ts";

/** Reads, but for bodies in which something stands. */
function stumblingOver(mark: string): Partial<Parts> {
  return {
    read: (xml) => {
      demand(!xml.includes(mark));
      return GOOD.read(xml);
    },
  };
}

/** A reply in which one value is put between the marks of CDATA as it is. */
function careless(name: "ToUserName" | "Content"): Parts["write"] {
  return ({ ToUserName, FromUserName }: Fields, content) => {
    const values = { ToUserName: FromUserName, FromUserName: ToUserName, Content: content };
    return wireXml({
      ...values,
      [name]: raw(`<![CDATA[${values[name]}]]>`),
      CreateTime: Math.floor(Date.now() / 1000),
      MsgType: "text",
    });
  };
}

/** Does something to a server when it is sent PUT. */
function onPut(fall: (server: Server) => void): Partial<Parts> {
  return {
    intercept: ({ method }, _response, server) => {
      if (method !== "PUT") return false;
      fall(server);
      return true;
    },
  };
}

function end(server: Server): void {
  server.close();
  server.closeAllConnections();
}

/** What a supervisor does, without a process to supervise. */
function endAndStartAgain(server: Server): void {
  const { port } = server.address() as AddressInfo;
  end(server);
  setTimeout(() => server.listen(port, "127.0.0.1"), 200);
}

export const BAD_BEHAVIOUR: readonly Provocation[] = [
  {
    code: "CONTROL-CHARACTER-REFUSED",
    server: "reads XML by the letter",
    only: ["text"],
    parts: () => stumblingOver("\u0002"),
  },
  {
    code: "CDATA-END-REFUSED",
    server: "does not take a bare ]]> for text",
    only: ["text"],
    parts: () => stumblingOver("a]]>b"),
  },
  {
    code: "UNKNOWN-FIELD-REFUSED",
    server: "knows all fields",
    only: ["text"],
    parts: () => stumblingOver("FutureField"),
  },
  {
    code: "BOM-REFUSED",
    server: "wants the body to begin with <",
    only: ["text"],
    parts: () => stumblingOver("\uFEFF"),
  },
  {
    code: "REPLY-INJECTED",
    server: "puts texts into CDATA as they are",
    only: ["text"],
    parts: () => ({ write: careless("Content") }),
  },
  {
    code: "OPENID-INJECTED",
    server: "puts openids into CDATA as they are",
    only: ["text"],
    parts: () => ({ write: careless("ToUserName") }),
  },
  {
    code: "TEXT-GARBLED",
    server: "decodes each packet for itself",
    only: ["text"],
    parts: () => ({
      readBody: async (request) => {
        let text = "";
        for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString("utf8");
        return Buffer.from(text);
      },
    }),
  },
  {
    code: "TEXT-GARBLED",
    server: "keeps texts in a table that holds three bytes a character",
    only: ["text"],
    parts: () => ({
      say: ({ Content }) => Content.slice(0, 600).replace(/\p{C}|[^\u0000-\uffff]/gu, "?"),
    }),
  },
  {
    code: "REPEAT-REFUSED",
    server: "refuses a nonce that it has seen",
    only: ["repeats"],
    parts: () => {
      const seen = new Set<string | null>();
      return {
        isFresh: (query) => {
          const nonce = query.get("nonce");
          return !seen.has(nonce) && seen.add(nonce) !== undefined;
        },
      };
    },
  },
  {
    code: "REPEAT-EMPTY",
    server: "answers a repeat with nothing",
    only: ["repeats"],
    parts: () => {
      const seen = new Set<string>();
      return {
        say: ({ MsgId }) => {
          if (seen.has(MsgId)) return undefined;
          seen.add(MsgId);
          return "你好";
        },
      };
    },
  },
  {
    code: "REPEAT-DIFFERS",
    server: "runs its handler for each delivery",
    only: ["repeats"],
    parts: () => {
      let runs = 0;
      return { say: () => `第 ${(runs += 1)} 次` };
    },
  },
  {
    code: "ANSWER-SLOW",
    server: "takes its time for pictures",
    only: ["kinds"],
    parts: () => ({
      say: async ({ MsgType }) => {
        if (MsgType === "image") await new Promise((resolve) => setTimeout(resolve, ANSWER_MS * 0.8));
        return undefined;
      },
    }),
  },
  {
    code: "BODY-UNLIMITED",
    server: "reads bodies of any size",
    only: ["http"],
    parts: () => ({
      readBody: async (request) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
        return Buffer.concat(chunks);
      },
    }),
    more: { answerMs: 5000 },
  },
  {
    code: "METHOD-IGNORED",
    server: "answers every method alike",
    only: ["http"],
    parts: () => ({ answersTo: () => true }),
  },
  {
    code: "KEEP-ALIVE-BROKEN",
    server: "says a wrong length",
    only: ["http"],
    parts: () => ({
      intercept: ({ url, socket }) => {
        if (!url?.includes(`signature=${"0".repeat(40)}`)) return false;
        socket.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nForbidden");
        return true;
      },
    }),
  },
  {
    code: "SLOW-CLIENT-BLOCKS",
    server: "has four workers",
    only: ["slow"],
    parts: () => ({
      timeLimitMs: 60_000,
      intercept: async (_request, _response, server) => {
        const count = (): Promise<number> =>
          new Promise((resolve) => server.getConnections((_error, open) => resolve(open)));
        while ((await count()) > 4) await new Promise((resolve) => setTimeout(resolve, 20));
        return false;
      },
    }),
  },
  {
    code: "SLOW-CLIENT-HELD",
    server: "has all the time of the world",
    only: ["slow"],
    parts: () => ({ timeLimitMs: 60_000 }),
  },
  {
    code: "SERVER-CRASHED",
    server: "ends and is started again",
    only: ["http"],
    parts: () => onPut(endAndStartAgain),
  },
  {
    code: "SERVER-GONE",
    server: "ends for good",
    only: ["http"],
    parts: () => onPut(end),
    also: ["SERVER-CRASHED"],
    more: { patience: { restartMs: 300, stuckMs: 300 } },
  },
  {
    code: "SERVER-STUCK",
    server: "thinks for a while",
    only: ["http"],
    parts: () => {
      let isThinking = false;
      return {
        answersTo: (method) => {
          if (method === "PUT") {
            isThinking = true;
            setTimeout(() => (isThinking = false), ANSWER_MS * 1.3);
          }
          return method !== "PUT" && ["GET", "HEAD", "POST"].includes(method);
        },
        intercept: () => isThinking,
      };
    },
    more: { patience: { restartMs: 300, stuckMs: ANSWER_MS * 4 } },
  },
  {
    code: "CONNECTION-DROPPED",
    server: "closes the connection instead of answering",
    only: ["http"],
    parts: () => ({
      intercept: ({ method, socket }) => {
        if (method === "PUT") socket.destroy();
        return method === "PUT";
      },
    }),
  },
  {
    code: "CUT-SHORT",
    server: "is right, when there is no time to see it",
    only: ["handshake"],
    parts: () => ({}),
    more: { limitMs: 0 },
  },
];
