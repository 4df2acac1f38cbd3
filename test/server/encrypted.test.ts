import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Answer, exchange } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import {
  ACCOUNT,
  FOLLOWER,
  OFFICIAL,
  OTHER_KEY,
  compatDelivery,
  field,
  imageMessage,
  message,
  openReply,
  safeDelivery,
  textMessage,
} from "./platform.ts";
import { COMPAT, SAFE, serve, tutorialBot } from "./serving.ts";

describe("A follower sends a message in safe mode", () => {
  test("the answer is encrypted and signed, under the nonce of the request", async (context) => {
    const port = await serve(context, tutorialBot(SAFE));
    const delivery = safeDelivery(ACCOUNT, textMessage("hello"), { nonce: "320562132" });
    const answer = await exchange(port, delivery);
    assert.match(answer.headers["content-type"] ?? "", /^text\/xml\b/);
    const { xml, nonce } = openReply(ACCOUNT, answer);
    assert.equal(nonce, "320562132");
    assert.equal(field(xml, "Content"), "测试");
    assert.equal(field(xml, "ToUserName"), FOLLOWER);
    assert.equal(field(xml, "FromUserName"), OFFICIAL);
    assert.match(field(xml, "CreateTime"), /^\d{10}$/);
  });

  test("nothing of the answer can be read from outside", async (context) => {
    const port = await serve(context, tutorialBot(SAFE));
    const answer = await exchange(port, safeDelivery(ACCOUNT, textMessage("hello")));
    assert.doesNotMatch(answer.body, /测试|ToUserName/);
    assert.ok(!answer.body.includes(FOLLOWER));
  });

  test("two answers to the same message are not the same cipher text", async (context) => {
    const port = await serve(context, tutorialBot(SAFE));
    const delivery = safeDelivery(ACCOUNT, textMessage("hello"));
    const first = await exchange(port, delivery);
    const second = await exchange(port, delivery);
    assert.notEqual(field(first.body, "Encrypt"), field(second.body, "Encrypt"));
  });

  test("success is not encrypted", async (context) => {
    const port = await serve(context, tutorialBot(SAFE));
    const answer = await exchange(port, safeDelivery(ACCOUNT, imageMessage()));
    assert.equal(answer.status, 200);
    assert.equal(answer.body, "success");
    assert.match(answer.headers["content-type"] ?? "", /^text\/plain\b/);
  });

  test("a nonce that is no number is echoed and signed all the same", async (context) => {
    const port = await serve(context, tutorialBot(SAFE));
    for (const nonce of ["xxxxxx", "0", "aB3".repeat(10)]) {
      const delivery = safeDelivery(ACCOUNT, textMessage("hello"), { nonce });
      const answer = await exchange(port, delivery);
      assert.equal(field(openedText(answer), "Content"), "测试", nonce);
    }
  });

  for (let length = 0; length <= 33; length += 1) {
    test(`a message is read whatever its padding: ${length + 1} bytes of text`, async (context) => {
      const seen: string[] = [];
      const bot = echostr.createBot({ ...SAFE, log: () => {} }).on("text", (received) => {
        seen.push(received.Content);
        return received.Content;
      });
      const port = await serve(context, bot);
      const content = `.${"x".repeat(length)}`;
      const answer = await exchange(port, safeDelivery(ACCOUNT, textMessage(content)));
      assert.equal(field(openReply(ACCOUNT, answer).xml, "Content"), content);
      assert.deepEqual(seen, [content]);
    });
  }
});

describe("A follower sends a message in compat mode", () => {
  test("the answer is one that the platform accepts, plain or encrypted", async (context) => {
    const port = await serve(context, tutorialBot(COMPAT));
    const answer = await exchange(port, compatDelivery(ACCOUNT, textMessage("hello")));
    const xml = openedText(answer);
    assert.equal(field(xml, "Content"), "测试");
    assert.equal(field(xml, "ToUserName"), FOLLOWER);
    assert.equal(field(xml, "FromUserName"), OFFICIAL);
  });

  test("an image is answered with success", async (context) => {
    const port = await serve(context, tutorialBot(COMPAT));
    const answer = await exchange(port, compatDelivery(ACCOUNT, imageMessage()));
    assert.equal(answer.body, "success");
  });

  test("what counts is the encrypted message, for only that is signed", async (context) => {
    const seen: string[] = [];
    const bot = echostr.createBot({ ...COMPAT, log: () => {} }).on("text", (received) => {
      seen.push(`${received.FromUserName}: ${received.Content}`);
    });
    const port = await serve(context, bot);
    const forged = message({ FromUserName: "oSomebodyElse", MsgType: "text", Content: "forged" });
    const delivery = compatDelivery(ACCOUNT, textMessage("true"), { plainFields: forged });
    await exchange(port, delivery);
    assert.deepEqual(seen, [`${FOLLOWER}: true`]);
  });

  test("a message that was encrypted only, as in safe mode, is answered too", async (context) => {
    const port = await serve(context, tutorialBot(COMPAT));
    const answer = await exchange(port, safeDelivery(ACCOUNT, textMessage("hello")));
    assert.equal(field(openedText(answer), "Content"), "测试");
  });
});

describe("Keys and tokens are replaced without losing a message", () => {
  const previous = { ...ACCOUNT, encodingAesKey: OTHER_KEY };
  const keys = [ACCOUNT.encodingAesKey, OTHER_KEY];

  test("a message under the current key is answered under the current key", async (context) => {
    const port = await serve(context, tutorialBot({ ...SAFE, encodingAesKey: keys }));
    const answer = await exchange(port, safeDelivery(ACCOUNT, textMessage("hello")));
    assert.equal(field(openReply(ACCOUNT, answer).xml, "Content"), "测试");
  });

  test("a message under the previous key is answered under the previous key", async (context) => {
    const port = await serve(context, tutorialBot({ ...SAFE, encodingAesKey: keys }));
    const answer = await exchange(port, safeDelivery(previous, textMessage("hello")));
    assert.equal(field(openReply(previous, answer).xml, "Content"), "测试");
  });

  test("a message under any other key is refused", async (context) => {
    const port = await serve(context, tutorialBot(SAFE));
    const answer = await exchange(port, safeDelivery(previous, textMessage("hello")));
    assert.equal(answer.status, 403);
  });

  test("the answer is signed with the token that signed the request", async (context) => {
    const port = await serve(context, tutorialBot({ ...SAFE, token: ["new-token", "old-token"] }));
    for (const token of ["new-token", "old-token"]) {
      const account = { ...ACCOUNT, token };
      const answer = await exchange(port, safeDelivery(account, textMessage("hello")));
      assert.equal(field(openReply(account, answer).xml, "Content"), "测试");
    }
  });
});

/** The reply, which in compat mode may come in either form. */
function openedText(answer: Answer): string {
  assert.equal(answer.status, 200);
  return answer.body.includes("<Encrypt>") ? openReply(ACCOUNT, answer).xml : answer.body;
}
