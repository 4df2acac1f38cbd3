/**
 * What a pattern of `on` makes of the type of a message. The compiler is the test: `make check`
 * fails when one of these lines has another type than it says.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type {
  EventMessage,
  FieldValue,
  KnownKind,
  Message,
  MessageOf,
  UnknownMessage,
} from "../../src/index.ts";
import { echostr } from "../support/subject.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2
  ? true
  : false;

function holds<_Claim extends true>(): void {}

test("A pattern narrows the message to the type of its kind", () => {
  holds<Equal<MessageOf<"text">["Content"], string>>();
  holds<Equal<MessageOf<"text">["kind"], "text">>();
  holds<Equal<MessageOf<"event:click">["EventKey"], string>>();
  holds<Equal<MessageOf<"event:CLICK">, MessageOf<"event:click">>>();
  holds<Equal<MessageOf<"event:subscribe">["scene"], string | undefined>>();
  holds<Equal<MessageOf<"event:subscribe">["EventKey"], string | undefined>>();
  holds<Equal<MessageOf<"*">, Message>>();
  holds<Equal<MessageOf<"event">, EventMessage | UnknownMessage>>();
  holds<Equal<MessageOf<"event:of_tomorrow">, UnknownMessage>>();
  holds<Equal<MessageOf<"file">["Anything"], FieldValue | undefined>>();
});

test("Nested fields have the types of their table, and what repeats is a list", () => {
  type Pictures = MessageOf<"event:pic_weixin">["SendPicsInfo"];
  holds<Equal<Pictures["PicList"]["item"][number]["PicMd5Sum"], string>>();
  type Publication = MessageOf<"event:publishjobfinish">["PublishEventInfo"];
  holds<Equal<Publication["fail_idx"], string[]>>();
  holds<Equal<Publication["article_id"], string | undefined>>();
});

test("A switch over kind narrows as well, and knows every kind", () => {
  const describe = (message: Message): string => {
    switch (message.kind) {
      case "image":
        return message.MediaId;
      case "event:location":
        return message.Latitude;
      default:
        return message.MsgType;
    }
  };
  const body =
    "<xml><ToUserName>a</ToUserName><FromUserName>b</FromUserName><CreateTime>1</CreateTime>" +
    "<MsgType>image</MsgType><MediaId>m</MediaId></xml>";
  assert.equal(describe(echostr.parseMessage(body)), "m");
  const kinds: readonly KnownKind[] = ["text", "device_event", "event:masssendjobfinish"];
  assert.equal(kinds.length, 3);
});

test("A handler with another type of message does not compile", () => {
  const bot = echostr.createBot({ token: "t" });
  // @ts-expect-error a text has no MediaId
  bot.on("text", (message) => message.MediaId);
  // @ts-expect-error a number is no answer
  bot.on("text", () => 42);
  bot.on("text", () => ["一", echostr.image("m"), undefined]);
  bot.on("text", async () => ["一", "二"] as const);
  // @ts-expect-error nor is one in an array
  bot.on("text", () => ["一", 42]);
  // @ts-expect-error nor is an array in an array
  bot.on("text", () => ["一", ["二"]]);
  // @ts-expect-error a handler of a string has no match
  bot.hears("x", (_message, { match }) => match[0]);
  assert.ok(bot);
});
