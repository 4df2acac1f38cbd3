import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BotOptions } from "../../src/index.ts";
import { type Answer, exchange, type Sent } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { wireOpenReply, wireSign } from "../support/wire.ts";
import {
  ACCOUNT,
  FOLLOWER,
  OFFICIAL,
  encryptedDelivery,
  encryptFor,
  nowInSeconds,
  openReply,
  plainDelivery,
  safeDelivery,
  textMessage,
} from "./platform.ts";
import { COMPAT, PLAIN, readableLog, SAFE, serve, tutorialBot } from "./serving.ts";

let lastMsgId = 7348281234567800000n;

function jsonText(content: string): string {
  lastMsgId += 1n;
  return (
    `{"ToUserName":"${OFFICIAL}","FromUserName":"${FOLLOWER}","CreateTime":${nowInSeconds()},` +
    `"MsgType":"text","Content":${JSON.stringify(content)},"MsgId":${lastMsgId}}`
  );
}

/** `{"ToUserName", "Encrypt"}`, as the page of mini programs has it, and in compat mode all fields. */
function sealed(body: string, besides = `{"ToUserName":"${OFFICIAL}"}`): Sent {
  const encrypt = encryptFor(ACCOUNT, body);
  return encryptedDelivery(ACCOUNT, encrypt, besides.replace(/\}$/, `,"Encrypt":"${encrypt}"}`));
}

/** The reply inside an answer, which is signed over its own parts. */
function openJson(answer: Answer): unknown {
  const { Encrypt, MsgSignature, TimeStamp, Nonce } = JSON.parse(answer.body);
  assert.equal(typeof TimeStamp, "number");
  assert.equal(MsgSignature, wireSign(ACCOUNT.token, String(TimeStamp), Nonce, Encrypt));
  const xml =
    `<xml><Encrypt>${Encrypt}</Encrypt><MsgSignature>${MsgSignature}</MsgSignature>` +
    `<TimeStamp>${TimeStamp}</TimeStamp><Nonce>${Nonce}</Nonce></xml>`;
  return JSON.parse(wireOpenReply(xml, ACCOUNT).xml);
}

const AUTO = { format: "auto" } as const;

function assertReply(reply: unknown): void {
  const { CreateTime, ...rest } = reply as { CreateTime: unknown };
  assert.equal(typeof CreateTime, "number");
  assert.deepEqual(rest, {
    ToUserName: FOLLOWER,
    FromUserName: OFFICIAL,
    MsgType: "text",
    Content: "测试",
  });
}

describe("A message in JSON is answered in JSON", () => {
  for (const format of ["auto", "json"] as const) {
    test(`in plain mode, with the format ${format}`, async (context) => {
      const port = await serve(context, tutorialBot({ ...PLAIN, format }));
      const answer = await exchange(port, plainDelivery(ACCOUNT, jsonText("hello")));
      assert.equal(answer.status, 200);
      assert.equal(answer.headers["content-type"], "application/json; charset=utf-8");
      assertReply(JSON.parse(answer.body));
    });

    test(`in safe mode, with the format ${format}`, async (context) => {
      const port = await serve(context, tutorialBot({ ...SAFE, format }));
      const answer = await exchange(port, sealed(jsonText("hello")));
      assert.equal(answer.headers["content-type"], "application/json; charset=utf-8");
      assertReply(openJson(answer));
    });
  }

  test("in compat mode", async (context) => {
    const port = await serve(context, tutorialBot({ ...COMPAT, ...AUTO }));
    const body = jsonText("hello");
    assertReply(openJson(await exchange(port, sealed(body, body))));
  });

  test("and one in XML in XML, where both are taken", async (context) => {
    const port = await serve(context, tutorialBot({ ...SAFE, ...AUTO }));
    const answer = await exchange(port, safeDelivery(ACCOUNT, textMessage("hello")));
    assert.match(answer.headers["content-type"] ?? "", /^text\/xml\b/);
    assert.match(openReply(ACCOUNT, answer).xml, /测试/);
  });

  test("a cipher text in XML around JSON is answered so too, and the other way round", async (context) => {
    const port = await serve(context, tutorialBot({ ...SAFE, ...AUTO }));
    const jsonInXml = await exchange(port, safeDelivery(ACCOUNT, jsonText("hello")));
    assertReply(JSON.parse(wireOpenReply(jsonInXml.body, ACCOUNT).xml));
    const xmlInJson = await exchange(port, sealed(textMessage("hello")));
    assert.throws(() => openJson(xmlInJson), SyntaxError);
    assert.ok(JSON.parse(xmlInJson.body).Encrypt);
  });

  test("with nothing to say it is success, without quotation marks", async (context) => {
    const bot = echostr.createBot({ ...PLAIN, ...AUTO, log: () => {} });
    const answer = await exchange(await serve(context, bot), plainDelivery(ACCOUNT, jsonText("x")));
    assert.equal(answer.body, "success");
  });

  test("also through fetch", async () => {
    const { target, body } = plainDelivery(ACCOUNT, jsonText("hello"));
    const request = new Request(`http://a${target}`, { method: "POST", body: String(body) });
    const response = await tutorialBot({ ...PLAIN, ...AUTO }).fetch(request);
    assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
    assertReply(await response.json());
  });
});

describe("The setting decides, not the request", () => {
  const cases: readonly (readonly [string, BotOptions, Sent, string])[] = [
    ["JSON by default", PLAIN, plainDelivery(ACCOUNT, jsonText("a")), "BODY_JSON"],
    ["XML with json", { ...PLAIN, format: "json" }, plainDelivery(ACCOUNT, textMessage("a")), "BODY_XML"],
    ["XML inside with json", { ...SAFE, format: "json" }, sealed(textMessage("a")), "BODY_XML"],
    ["JSON inside with xml", SAFE, safeDelivery(ACCOUNT, jsonText("a")), "BODY_JSON"],
    ["broken JSON", { ...PLAIN, ...AUTO }, plainDelivery(ACCOUNT, '{"a"'), "JSON_INVALID"],
    ["JSON in plain in safe mode", { ...SAFE, ...AUTO }, plainDelivery(ACCOUNT, jsonText("a")), "BODY_PLAIN"],
    ["sealed JSON in plain mode", { ...PLAIN, ...AUTO }, sealed(jsonText("a")), "BODY_ENCRYPTED"],
    ["unsigned", { ...PLAIN, ...AUTO }, fromCloud(jsonText("a")), "SIGNATURE_MISSING"],
  ];
  for (const [what, options, sent, code] of cases) {
    test(`${what} is refused with ${code}`, async (context) => {
      const log = readableLog();
      const port = await serve(context, tutorialBot({ ...options, log: log.log }));
      const { status } = await exchange(port, sent);
      assert.ok(status === 400 || status === 403);
      assert.equal(log.cause(), code);
    });
  }
});

/** As 微信云托管 sends it: no query, a header. */
function fromCloud(body: string, headers: Record<string, string> = { "X-WX-SOURCE": "other" }): Sent {
  return { method: "POST", target: "/wx", headers: { "Content-Type": "application/json", ...headers }, body };
}

const CLOUD: BotOptions = { token: "", ...AUTO, cloudRun: true };

describe("A push of 微信云托管", () => {
  // The check of a path when message push is switched on, in both formats.
  for (const body of [
    `{"action":"CheckContainerPath"}`,
    "<xml><action><![CDATA[CheckContainerPath]]></action></xml>",
  ]) {
    test(`that checks the path gets success: ${body}`, async (context) => {
      const port = await serve(context, tutorialBot(CLOUD));
      const answer = await exchange(port, fromCloud(body));
      assert.deepEqual([answer.status, answer.body], [200, "success"]);
    });
  }

  test("is answered without a signature, once for all its deliveries", async (context) => {
    let runs = 0;
    const bot = echostr.createBot({ ...CLOUD, log: () => {} }).on("text", () => {
      runs += 1;
      return "测试";
    });
    const port = await serve(context, bot);
    const push = fromCloud(jsonText("hello"));
    assertReply(JSON.parse((await exchange(port, push)).body));
    assertReply(JSON.parse((await exchange(port, push)).body));
    assert.equal(runs, 1);
  });

  test("is refused without its header, and where the account does not take it", async (context) => {
    const refused = await serve(context, tutorialBot(CLOUD));
    assert.equal((await exchange(refused, fromCloud(jsonText("x"), {}))).status, 403);
    assert.equal((await exchange(refused, fromCloud(jsonText("x"), { "X-WX-SOURCE": "" }))).status, 403);
    const off = await serve(context, tutorialBot({ ...PLAIN, ...AUTO }));
    assert.equal((await exchange(off, fromCloud(`{"action":"CheckContainerPath"}`))).status, 403);
  });

  test("with a signature is judged by the signature, whatever its header says", async (context) => {
    const port = await serve(context, tutorialBot({ ...PLAIN, ...AUTO, cloudRun: true }));
    const { target } = plainDelivery({ ...ACCOUNT, token: "another0ne" }, "");
    assert.equal((await exchange(port, { ...fromCloud(jsonText("x")), target })).status, 403);
    const signed = plainDelivery(ACCOUNT, jsonText("hello"));
    assertReply(JSON.parse((await exchange(port, signed)).body));
  });

  test("is said at the start to be good for a closed container only", () => {
    const log = readableLog();
    echostr.createBot({ ...CLOUD, log: log.log });
    assert.match(log.text(), /cloudRun is on: anybody who can reach this server can deliver messages/);
  });

  test("needs plain mode", () => {
    assert.throws(() => echostr.createBot({ ...SAFE, cloudRun: true }), { code: "MODE_INVALID" });
  });
});
