/** Tables of docs/protocol.md that show what comes of real values, checked against our code. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { echostr } from "../support/subject.ts";
import { wireDecrypt, wireOpenReply } from "../support/wire.ts";
import { VECTORS } from "./demonstrations.ts";
import { codeIn, readDocument, readText, tableUnder } from "./markdown.ts";
import type { Table } from "./markdown.ts";

const ENGLISH = readDocument("docs/protocol.md");
const OPEN_ID = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY";

/** The code of each cell; an empty cell is `""`. */
function codesOf(table: Table): string[][] {
  return table.slice(1).map((cells) => cells.map((cell) => codeIn(cell)[0] ?? ""));
}

function unescaped(code: string): string {
  return code.replace(/\\(?:u[0-9a-f]{4}|n)/g, (escape) => JSON.parse(`"${escape}"`) as string);
}

test("The fields of the voice message are read as the table says", () => {
  const voice = readText("test/fixtures/payloads/msg-voice-recognition-empty.real.xml");
  const fields = echostr.parseXml(voice).children.map(({ name, text }) => [name, JSON.stringify(text)]);
  assert.deepEqual(codesOf(tableUnder(ENGLISH, "Field", "Text")), fields);
});

describe("The scene is what the table says", () => {
  for (const [event = "", eventKey = "", scene = ""] of codesOf(tableUnder(ENGLISH, "`Event`", "`EventKey`"))) {
    test(`of ${event} with ${eventKey || "an empty EventKey"}`, () => {
      const message = echostr.parseMessage(
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><CreateTime>1</CreateTime>" +
          `<MsgType>event</MsgType><Event>${event}</Event><EventKey>${eventKey}</EventKey></xml>`,
      ) as unknown as Record<string, unknown>;
      assert.equal(message["scene"] ?? "", scene);
    });
  }
});

describe("The XML of replies is what the tables say", () => {
  const [[ToUserName = "", FromUserName = "", time = "", content = "", reply = ""] = []] = codesOf(
    tableUnder(ENGLISH, "`ToUserName`"),
  );
  const envelope = { ToUserName, FromUserName, CreateTime: Number(time) };
  const formatted = (text: string): string =>
    echostr.formatReply({ MsgType: "text", Content: text }, envelope).xml;

  test("as a whole", () => assert.equal(formatted(content), reply));

  for (const [text = "", element = ""] of codesOf(tableUnder(ENGLISH, "Text"))) {
    test(`of ${JSON.stringify(text)}`, () => {
      const [, rest] = formatted(unescaped(text)).split("</MsgType>");
      assert.equal(rest, `${unescaped(element)}</xml>`);
    });
  }

  test("and of a text that is too long 600 characters go out and 100 are left over", () => {
    const long = { MsgType: "text", Content: "长".repeat(700) } as const;
    const { xml, rest } = echostr.formatReply(long, envelope);
    assert.equal(xml.match(/长/g)?.length, 600);
    assert.equal(rest?.MsgType === "text" && rest.Content.length, 100);
    const inMs = { ...envelope, CreateTime: 1_714_037_059_000 };
    assert.throws(() => echostr.formatReply(long, inMs), /must be unix seconds/);
  });
});

test("A message that the old token and key made is answered with the old ones", async () => {
  const old = VECTORS.find(({ id }) => id === "easywechat-in");
  const { token = "", encodingAESKey = "", appid = "", timestamp, nonce, msg_signature } = old ?? {};
  const receivedAt = Number(timestamp) * 1000;
  const bot = echostr.createBot({
    token: ["newToken", token],
    encodingAesKey: ["A".repeat(43), encodingAESKey],
    appId: appid,
    clock: () => receivedAt,
    clockSkewMs: Infinity,
    log: () => {},
  });
  bot.on("text", () => "测试");
  const query = `timestamp=${timestamp}&nonce=${nonce}&encrypt_type=aes&msg_signature=${msg_signature}`;
  const body = readText("test/fixtures/payloads/encrypted-safe.easywechat-in.xml");
  const answer = await bot.callback({ method: "POST", query, body, receivedAt });
  const encrypted = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(answer.body)?.[1] ?? "";
  const yes = (works: () => unknown): string => {
    try {
      works();
      return "yes";
    } catch {
      return "no";
    }
  };
  const isSigned = (by: string): string =>
    yes(() => wireOpenReply(answer.body, { token: by, encodingAesKey: encodingAESKey }));
  const opens = (key: string): string => yes(() => wireDecrypt(encrypted, key));
  const [, ...rows] = tableUnder(ENGLISH, "Of the reply");
  assert.deepEqual(rows.map((cells) => cells.slice(1)), [
    [isSigned(token), isSigned("newToken")],
    [opens(encodingAESKey), opens("A".repeat(43))],
  ]);
});

test("The calls of the table are made in its order, and repeated as it says", async () => {
  const rows = codesOf(tableUnder(ENGLISH, "Request", "Body"));
  const asked: string[] = [];
  const answers = rows.map(([, , answer = ""]) => answer);
  // The second row is three calls at once.
  const due = [0, 1, 1, 1, 2, 3, 4, 5].map((row) => answers[row] ?? "");
  const platform: typeof fetch = async (input, init) => {
    const { pathname, search } = new URL(String(input));
    asked.push(`${init?.method ?? "GET"} ${pathname}${search} ${String(init?.body ?? "")}`.trim());
    return new Response(due[asked.length - 1]);
  };
  const api = echostr.createApi({ appId: "wxba5fad812f8e6fb9", appSecret: "APPSECRET", fetch: platform });
  await Promise.all([api.callbackIps(), api.callbackIps(), api.callbackIps()]);
  assert.deepEqual(await api.callbackIps(), ["127.0.0.1"]);
  const expected = rows.map(([request = "", body = ""]) => `${request} ${body}`.trim());
  assert.deepEqual(asked, [0, 1, 1, 1, 2, 3, 4, 5].map((row) => expected[row]));
});

test("Customer-service messages leave our client as the table says", async () => {
  const sent: string[][] = [];
  const platform: typeof fetch = async (input, init) => {
    const { pathname } = new URL(String(input));
    if (pathname === "/cgi-bin/stable_token") {
      return Response.json({ access_token: "ACCESS_TOKEN", expires_in: 7200 });
    }
    sent.push([pathname, String(init?.body)]);
    return Response.json({ errcode: 0, errmsg: "ok" });
  };
  const { customerService } = echostr.createApi({
    appId: "wxba5fad812f8e6fb9",
    appSecret: "APPSECRET",
    fetch: platform,
  });
  const list = [{ id: "101", content: "满意" }, { id: "102", content: "不满意" }];
  const menu = { head_content: "您对本次服务是否满意？", list, tail_content: "欢迎再次光临" };
  await customerService.typing(OPEN_ID);
  await customerService.send(OPEN_ID, "你好");
  await customerService.send(OPEN_ID, echostr.msgmenu(menu));
  assert.deepEqual(codesOf(tableUnder(ENGLISH, "Path")), sent);
});
