/** Servers that do the handshake wrong. */
import { ANSWER_MS } from "./checking.ts";
import type { Answer, Parts } from "./little-server.ts";
import type { Provocation } from "./provocation.ts";

/** Does it to the long number that WeChat sends, and not to echostrs of another form. */
function echoing(answer: (echostr: string) => Partial<Answer>): Partial<Parts> {
  return {
    echo: (echostr) => ({
      status: 200,
      body: echostr,
      ...(/^\d{19}$/.test(echostr) && answer(echostr)),
    }),
  };
}

function handshake(
  code: Provocation["code"],
  server: string,
  parts: () => Partial<Parts>,
  also: readonly string[] = [],
): Provocation {
  return { code, server, only: ["handshake"], parts, also };
}

export const BAD_HANDSHAKES: readonly Provocation[] = [
  handshake("HANDSHAKE-REFUSED", "refuses every handshake", () =>
    echoing(() => ({ status: 401, body: "" })),
  ),
  handshake("HANDSHAKE-NOT-FOUND", "knows no such path", () =>
    echoing(() => ({ status: 404, body: "" })),
  ),
  handshake("HANDSHAKE-REDIRECT", "redirects to the address with a slash", () =>
    echoing(() => ({ status: 301, body: "", headers: { Location: "/wx/" } })),
  ),
  handshake("HANDSHAKE-FAILED", "fails in its handshake", () =>
    echoing(() => ({ status: 500, body: "" })),
  ),
  handshake("HANDSHAKE-NO-ANSWER", "has no handler for GET that ends", () => ({
    intercept: ({ method }) => method === "GET",
  })),
  handshake("HANDSHAKE-QUOTED", "answers with JSON", () =>
    echoing((echostr) => ({ body: JSON.stringify(echostr) })),
  ),
  handshake("HANDSHAKE-BOM", "was saved with a byte order mark", () =>
    echoing((echostr) => ({ body: `\uFEFF${echostr}` })),
  ),
  handshake("HANDSHAKE-WHITESPACE", "prints the echostr with a line end", () =>
    echoing((echostr) => ({ body: `${echostr}\n` })),
  ),
  handshake("HANDSHAKE-NUMBER", "reads the echostr as a number", () =>
    echoing((echostr) => ({ body: String(Number(echostr)) })),
  ),
  handshake("HANDSHAKE-ALTERED", "puts a page around the echostr", () =>
    echoing((echostr) => ({ body: `<p>${echostr}</p>` })),
  ),
  handshake("HANDSHAKE-ALTERED", "answers nothing", () => echoing(() => ({ body: "" }))),
  handshake("HANDSHAKE-ESCAPED", "escapes what it echoes", () => ({
    echo: (echostr) => ({ status: 200, body: echostr.replaceAll("&", "&amp;") }),
  })),
  handshake("HANDSHAKE-SLOW", "has to wake up", () => {
    let isAwake = false;
    return {
      echo: (echostr) => {
        const delayMs = isAwake ? 0 : ANSWER_MS * 0.4;
        isAwake = true;
        return { status: 200, body: echostr, delayMs };
      },
    };
  }),
  handshake("HANDSHAKE-TYPE", "echoes as HTML", () => ({
    echo: (body) => ({ status: 200, body, headers: { "Content-Type": "text/html" } }),
  })),
  handshake("HANDSHAKE-UNSIGNED", "looks at no signature", () => ({
    hasRightSignature: () => true,
  })),
  handshake(
    "HANDSHAKE-SCRIPT",
    "echoes anything as HTML",
    () => ({
      hasRightSignature: () => true,
      isFresh: () => true,
      echo: (body) => ({ status: 200, body, headers: { "Content-Type": "text/html" } }),
    }),
    ["HANDSHAKE-TYPE", "HANDSHAKE-UNSIGNED", "OLD-TIMESTAMP-ANSWERED"],
  ),
  handshake("OLD-TIMESTAMP-ANSWERED", "looks at no timestamp", () => ({ isFresh: () => true })),
  handshake(
    "TEXT-REFUSED",
    "accepts no message",
    () => ({
      open: () => {
        throw new Error("no message today");
      },
    }),
    ["STATUS-REFUSED"],
  ),
];
