/** Tables of edge cases in docs/protocol.md: queries, fields, and what counts as encrypted. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
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
