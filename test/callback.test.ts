/** The conversation by itself: what goes out for what comes in, field by field. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prepareAccount } from "../src/account.ts";
import { answerCallback } from "../src/callback.ts";
import type { CallbackRequest, CallbackResponse, Conversation } from "../src/callback.ts";
import type { Delivered, Delivery } from "../src/delivery/delivery-engine.ts";
import type { Reply } from "../src/protocol/reply.ts";
import { isFailure } from "./support/expect.ts";
import {
  wireHandshake,
  wireOpenReply,
  wireReadReply,
  wireRequest,
  wireText,
} from "./support/wire.ts";

const TOKEN = "tok3nOfTheCallback";
const KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const APP_ID = "wx5823bf96d3bd56c7";
const AT = 1_714_112_445_678;
const TIMESTAMP = "1714112445";

const REPLY: Reply = { MsgType: "text", Content: "答" };
const ANSWERED: Delivered = {
  outcome: "answered",
  reply: REPLY,
  error: undefined,
  attempt: { nth: 2, joined: true },
};

function conversation(
  deliver: (delivery: Delivery) => Delivered | Promise<Delivered>,
  mode: "plain" | "safe" = "plain",
): Conversation {
  const key = mode === "plain" ? {} : { encodingAesKey: KEY, appId: APP_ID };
  const account = prepareAccount({ token: TOKEN, mode, textLimitBytes: 60, ...key });
  return { account, deliver, random: (size) => new Uint8Array(size).fill(7) };
}

function delivery(mode: "plain" | "safe" = "plain"): CallbackRequest {
  const safe = mode === "plain" ? {} : { encodingAesKey: KEY, appId: APP_ID };
  const sent = { token: TOKEN, timestamp: TIMESTAMP, mode, body: wireText("问") };
  const request = wireRequest({ ...sent, ...safe });
  return { method: "POST", ...request, receivedAt: AT };
}

function get(query: string): CallbackRequest {
  return { method: "GET", query, body: "", receivedAt: AT };
}

/** An answer that has to be there at once. */
function atOnce(answer: CallbackResponse | Promise<CallbackResponse>): CallbackResponse {
  assert.ok(!(answer instanceof Promise));
  return answer;
}

function codeOf({ outcome, error, body, type }: CallbackResponse): string {
  assert.deepEqual([outcome, body, type], ["refused", "", "text"]);
  return isFailure(error) ? error.code : String(error);
}

const never = (): Delivered => assert.fail("nothing is to be delivered");

describe("A handshake", () => {
  test("is answered with the echo", () => {
    const query = wireHandshake({ token: TOKEN, timestamp: TIMESTAMP, echostr: "123" });
    assert.deepEqual(atOnce(answerCallback(conversation(never), get(query))), {
      outcome: "verified",
      body: "123",
      type: "text",
    });
  });

  test("needs an echo, a signature, and a timestamp of now", () => {
    const refused = (query: string): string =>
      codeOf(atOnce(answerCallback(conversation(never), get(query))));
    const signed = wireHandshake({ token: TOKEN, timestamp: TIMESTAMP });
    const without = signed.replace(/&echostr=\d+/, "");
    assert.equal(refused(without), "QUERY_INVALID");
    const { error } = atOnce(answerCallback(conversation(never), get(without)));
    assert.equal(error instanceof Error && error.message, "Parameter echostr expected, got none");
    const forged = wireHandshake({ token: "x", timestamp: TIMESTAMP });
    assert.equal(refused(forged), "SIGNATURE_MISMATCH");
    assert.equal(refused(wireHandshake({ token: TOKEN, timestamp: "1714000000" })), "TIMESTAMP_SKEW");
  });
});

describe("A delivery", () => {
  test("is handed on with its message, when it came, and how to learn that the peer left", () => {
    const seen: Delivery[] = [];
    const onClose = (): void => {};
    const deliver = (each: Delivery): Delivered => {
      seen.push(each);
      return ANSWERED;
    };
    atOnce(answerCallback(conversation(deliver), { ...delivery(), onClose }));
    const [{ message, receivedAt, onClose: told } = {} as Partial<Delivery>] = seen;
    assert.deepEqual([message?.kind, receivedAt, told === onClose], ["text", AT, true]);
  });

  test("is answered with the reply, from account to follower, at the time of its coming", () => {
    const answer = atOnce(answerCallback(conversation(() => ANSWERED), delivery()));
    const { body, message, ...told } = answer;
    assert.deepEqual(told, {
      outcome: "answered",
      type: "xml",
      delivered: ANSWERED,
      rest: undefined,
      error: undefined,
    });
    assert.deepEqual({ ...wireReadReply(body) }, {
      ToUserName: "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",
      FromUserName: "gh_97417a04a28d",
      CreateTime: TIMESTAMP,
      MsgType: "text",
      Content: "答",
    });
    assert.equal(message?.kind, "text");
  });

  test("is answered later where the handler takes its time", async () => {
    const later = answerCallback(conversation(async () => ANSWERED), delivery());
    assert.ok(later instanceof Promise);
    assert.equal((await later).outcome, "answered");
  });

  test("is answered under the seal of the request, with the request's nonce", () => {
    const answer = atOnce(answerCallback(conversation(() => ANSWERED, "safe"), delivery("safe")));
    const opened = wireOpenReply(answer.body, { token: TOKEN, encodingAesKey: KEY });
    assert.deepEqual(
      [opened.appId, opened.timestamp, opened.nonce],
      [APP_ID, TIMESTAMP, "415670741"],
    );
    assert.equal({ ...wireReadReply(opened.xml) }["Content"], "答");
    // The random bytes are those that it was given: the same, the same answer.
    const again = atOnce(answerCallback(conversation(() => ANSWERED, "safe"), delivery("safe")));
    assert.equal(again.body.length, answer.body.length);
  });

  test("tells what did not fit", () => {
    const long = { ...ANSWERED, reply: { MsgType: "text", Content: "x".repeat(70) } as const };
    const { rest } = atOnce(answerCallback(conversation(() => long), delivery()));
    assert.deepEqual(rest, { MsgType: "text", Content: "x".repeat(10) });
  });

  const silent: Readonly<Record<string, string>> = {
    nothing: "success",
    failed: "success",
    lapsed: "",
  };
  for (const [outcome, body] of Object.entries(silent)) {
    test(`that has no reply, since it ${outcome}, is answered with ${JSON.stringify(body)}`, () => {
      const error = new Error("why");
      const made = { ...ANSWERED, outcome, reply: undefined, error } as Delivered;
      const { message, ...told } = atOnce(answerCallback(conversation(() => made), delivery()));
      assert.deepEqual(told, { outcome, body, type: "text", error, delivered: made });
      assert.equal(message?.kind, "text");
    });
  }

  test("whose reply cannot be sent has failed, with the reason, and is not repeated", () => {
    const made = { ...ANSWERED, reply: { MsgType: "text", Content: "" } as const };
    const answer = atOnce(answerCallback(conversation(() => made), delivery()));
    const { message, error, ...told } = answer;
    assert.deepEqual(told, {
      outcome: "failed",
      body: "success",
      type: "text",
      delivered: made,
    });
    assert.ok(isFailure(error) && error.code === "REPLY_INVALID");
    assert.equal(message?.kind, "text");
  });

  test("is refused before it is read when its signature, its time or its body is wrong", () => {
    const refused = (request: CallbackRequest): string =>
      codeOf(atOnce(answerCallback(conversation(never), request)));
    assert.equal(refused({ ...delivery(), query: "nonce=1&nonce=2" }), "QUERY_INVALID");
    assert.equal(refused({ ...delivery(), receivedAt: AT + 86_400_000 }), "TIMESTAMP_SKEW");
    assert.equal(refused({ ...delivery(), body: "<xml/>" }), "MESSAGE_INVALID");
    assert.equal(refused({ ...delivery(), body: "<xml>" }), "XML_INVALID");
  });

  test("is refused when its headers say that its body is compressed", () => {
    const refused = (headers: Record<string, string>): string => {
      const answer = answerCallback(conversation(() => ANSWERED), { ...delivery(), headers: new Headers(headers) });
      return atOnce(answer).outcome === "refused" ? codeOf(atOnce(answer)) : "";
    };
    assert.equal(refused({ "Content-Encoding": "gzip" }), "BODY_COMPRESSED");
    assert.equal(refused({ "Content-Encoding": "Identity" }), "");
    assert.equal(refused({ "Content-Type": "text/xml" }), "");
  });

  test("is refused with whatever its delivery throws", () => {
    const broken = (): Delivered => {
      throw new Error("broken");
    };
    assert.equal(codeOf(atOnce(answerCallback(conversation(broken), delivery()))), "Error: broken");
  });
});
