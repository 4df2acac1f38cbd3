/** Tables of edge cases in docs/protocol.md: queries, fields, and what counts as encrypted. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseCallbackQuery } from "../../src/protocol/query.ts";
import { statusOf } from "../../src/server/status.ts";
import { exchange } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { wireEncrypt, wireHandshake, wireSign, wireXml } from "../support/wire.ts";
import { codeIn, readDocument, tableUnder } from "./markdown.ts";

const TOKEN = "AAAAA";
const TIMESTAMP = "1714036504";
const NOW = Number(TIMESTAMP) * 1000;
const ACCOUNT = { encodingAesKey: "A".repeat(43), appId: "wxba5fad812f8e6fb9" };
const ENGLISH = readDocument("docs/protocol.md");

const SEVEN: readonly string[] =
  ["signature", "timestamp", "nonce", "echostr", "openid", "encrypt_type", "msg_signature"];

/** What the document tells, step by step. */
function folded(name: string): string {
  let text = name
    .replaceAll("+", " ")
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  text = text.split("\0", 1)[0] ?? "";
  text = text.replace(/^[ [\]]+/, "").replace(/ +$/, "").toLowerCase();
  if (text.includes("]")) text = text.split(/[[\]]/, 1)[0] ?? "";
  else if (text.endsWith("[")) text = text.slice(0, -1);
  return text.replace(/ +$/, "").replace(/[. []/g, "_");
}

const PIECES: readonly string[] = [
  "nonce", "Nonce", "msg", "signature", "_", ".", " ", "+", "%20", "[", "]", "[]", "%5b", "%00", "%6e", "once", "x", "0",
];

/** A name of pieces that mean something to some reader; the same for the same number. */
function madeUp(seed: number): string {
  let state = (seed + 1) * 2654435761;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  return Array.from({ length: 1 + draw(4) }, () => PIECES[draw(PIECES.length)]).join("");
}

/** The code of the first cell, and the other cells. */
function casesUnder(head: string): (readonly [code: string, ...results: string[]])[] {
  const [, ...rows] = tableUnder(ENGLISH, head);
  return rows.map(([first = "", ...results]) => [codeIn(first)[0] ?? "", ...results] as const);
}

const OPTIONS = { token: TOKEN, clock: () => NOW, log: () => {} };

/** What comes of a push: `read`, or the status of its refusal. */
async function push(body: string, mode: "plain" | "safe"): Promise<string> {
  const bot = echostr.createBot({ ...OPTIONS, ...(mode === "safe" && ACCOUNT) });
  let query = `timestamp=${TIMESTAMP}&nonce=1&signature=${wireSign(TOKEN, TIMESTAMP, "1")}`;
  if (mode === "safe") {
    const encrypted = /<Encrypt>(.*?)<\/Encrypt>/.exec(body)?.[1] ?? "";
    query += `&msg_signature=${wireSign(TOKEN, TIMESTAMP, "1", encrypted)}`;
  }
  const answer = await bot.callback({ method: "POST", query, body, receivedAt: NOW });
  return answer.outcome === "refused" ? String(statusOf(answer.error)) : "read";
}

describe("The table of queries in docs/protocol.md", () => {
  for (const [more, status] of casesUnder("Added to the query")) {
    test(`says what a handshake with ${more} gets`, async () => {
      const query = wireHandshake({ token: TOKEN, timestamp: TIMESTAMP }) + more;
      const answer = await echostr
        .createBot(OPTIONS)
        .callback({ method: "GET", query, body: "", receivedAt: NOW });
      const isRefused = answer.outcome === "refused";
      assert.equal(isRefused ? String(statusOf(answer.error)) : "200", status);
    });
  }

  test("and the way that is told to find other spellings finds those that are refused", () => {
    let refused = 0;
    for (let seed = 0; seed < 20_000; seed += 1) {
      const name = madeUp(seed);
      const isOther = SEVEN.includes(folded(name)) && !SEVEN.includes(name);
      if (isOther) refused += 1;
      const read = (): unknown => parseCallbackQuery(`a=1&${name}=1`);
      if (isOther) assert.throws(read, { code: "QUERY_INVALID" }, name);
      else assert.doesNotThrow(read, name);
    }
    assert.ok(refused > 1000, `only ${refused} were refused`);
  });

  test("and a ? without anything behind it is a visit with a browser", async (context) => {
    const server = await echostr.startServer(echostr.createBot(OPTIONS), { port: 0, host: "127.0.0.1" });
    context.after(() => server.close());
    const { status, body } = await exchange(server.port, { method: "GET", target: "/wx?" });
    assert.equal(status, 200);
    assert.match(body, /WeChat/);
  });
});

describe("The table of fields in docs/protocol.md", () => {
  const ORDINARY = { ToUserName: "gh_1", FromUserName: "o1", CreateTime: 1, MsgType: "text", Content: "a" };

  for (const [fields, expected = ""] of casesUnder("Fields")) {
    test(`says what becomes of ${fields}`, async () => {
      // What the row shows stands in the place of the ordinary fields of these names.
      const shown = new Set([...fields.matchAll(/<(\w+)[ />]/g)].map(([, name]) => name));
      const others = Object.entries(ORDINARY).filter(([name]) => !shown.has(name));
      const body = wireXml(others).replace("</xml>", `${fields}</xml>`);
      if (/^\d+$/.test(expected)) return assert.equal(await push(body, "plain"), expected);
      assert.equal(await push(body, "plain"), "read");
      const [name = "", value = ""] = codeIn(expected);
      const read = echostr.parseMessage(body) as unknown as Record<string, unknown>;
      return assert.equal(JSON.stringify(read[name]), value);
    });
  }
});

describe("The table of what counts as encrypted in docs/protocol.md", () => {
  const inner = wireXml({ ToUserName: "gh_1", FromUserName: "o1", CreateTime: Number(TIMESTAMP), MsgType: "text" });
  const fields = inner.replace(/^<xml>|<\/xml>$/g, "");

  for (const [children, plain, safe] of casesUnder("In the root")) {
    test(`says what becomes of ${children}`, async () => {
      const body = children
        .replace("<MsgType>…</MsgType>", () => fields)
        .replace("…", () => wireEncrypt(inner, ACCOUNT));
      assert.equal(await push(`<xml>${body}</xml>`, "plain"), plain);
      assert.equal(await push(`<xml>${body}</xml>`, "safe"), safe);
    });
  }
});

describe("Where several things are wrong, the order of the steps in docs/protocol.md decides", () => {
  const old = String(Number(TIMESTAMP) - 3600);
  const signed = (timestamp: string): string =>
    `timestamp=${timestamp}&nonce=1&signature=${wireSign(TOKEN, timestamp, "1")}`;

  async function statusFor(method: "GET" | "POST", query: string, body: string, isSafe: boolean): Promise<number> {
    const bot = echostr.createBot({ ...OPTIONS, ...(isSafe && ACCOUNT) });
    const answer = await bot.callback({ method, query, body, receivedAt: NOW });
    return statusOf(answer.error);
  }

  test("plain mode: the timestamp comes before the body", async () => {
    assert.equal(await statusFor("POST", signed(old), "<xml>", false), 403);
    assert.equal(await statusFor("POST", signed(TIMESTAMP), "<xml>", false), 400);
  });

  test("the timestamp comes before the echostr", async () => {
    assert.equal(await statusFor("GET", signed(old), "", false), 403);
    assert.equal(await statusFor("GET", signed(TIMESTAMP), "", false), 400);
  });

  test("safe mode: the body comes before msg_signature, unless signature came alone", async () => {
    assert.equal(await statusFor("POST", `timestamp=${TIMESTAMP}&nonce=1`, "<xml>", true), 400);
    assert.equal(await statusFor("POST", signed(TIMESTAMP), "<xml>", true), 403);
  });

  test("safe mode: the timestamp comes before what was inside", async () => {
    const encrypted = wireEncrypt("<xml>", ACCOUNT);
    for (const [timestamp, status] of [[old, 403], [TIMESTAMP, 400]] as const) {
      const query = `timestamp=${timestamp}&nonce=1&msg_signature=${wireSign(TOKEN, timestamp, "1", encrypted)}`;
      const body = `<xml><Encrypt>${encrypted}</Encrypt></xml>`;
      assert.equal(await statusFor("POST", query, body, true), status);
    }
  });
});
