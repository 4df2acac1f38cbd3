/**
 * Which deliveries carry the same message.
 *
 * WeChat's own rule is `MsgId` for messages and follower + `CreateTime` for events. In the field it
 * is too coarse: equal ids were seen for two followers, and two different events of a follower in
 * the same second. So a message's key is account (as it is configured, and as the message names
 * it), follower, `CreateTime`, `MsgId`, `MsgType` and a
 * checksum of its text; an event's is account, follower, `CreateTime`, name, `EventKey` and a digest
 * of all its fields. A repeat is equal in all of them. (Type and text are there for those who try a
 * bot with bodies made by hand, in which the id is always the one of the documents.) Timestamp and
 * nonce of the request say nothing: nobody knows whether a repeat has new ones.
 *
 * @module
 */
import { hash } from "node:crypto";
import { followerKey, keyPart } from "../bot/follower-key.ts";
import type { Message } from "../protocol/message.ts";

/**
 * FNV-1a over a text's first code units: to tell texts apart that were made by hand, this is
 * enough, and it leaves the key, of which thousands are remembered, short.
 */
function checksum(text: string): number {
  const end = Math.min(text.length, 64);
  let sum = 0x811c9dc5 ^ text.length;
  for (let index = 0; index < end; index += 1) {
    sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  }
  return sum >>> 0;
}

/**
 * The key of a message; equal for its repeats, different for everything else. A key has at most some
 * 500 characters, whatever the message.
 *
 * @param accountId the account as it is configured
 */
export function deliveryKey(accountId: string, message: Message): string {
  const fields = message as { readonly [field: string]: unknown };
  const { MsgId } = fields;
  const { ToUserName, FromUserName, CreateTime } = message;
  const head = `${followerKey(accountId, ToUserName, FromUserName)}\n${keyPart(CreateTime)}\n`;
  if (message.MsgType !== "event" && typeof MsgId === "string" && MsgId !== "") {
    const { Content } = fields;
    const text = typeof Content === "string" ? checksum(Content) : 0;
    return `${head}${keyPart(MsgId)}\n${keyPart(message.MsgType)}\n${text}`;
  }
  const name = typeof fields["Event"] === "string" ? fields["Event"] : message.MsgType;
  const eventKey = typeof fields["EventKey"] === "string" ? fields["EventKey"] : "";
  const digest = hash("sha1", JSON.stringify(message), "hex");
  return `${head}${keyPart(name.toLowerCase())}\n${keyPart(eventKey)}\n${digest}`;
}

/** The part of a key that names account and follower. */
export function followerOf(key: string): string {
  return key.split("\n", 3).join("\n");
}
