/**
 * Which deliveries carry the same message.
 *
 * WeChat's own rule is `MsgId` for messages and follower + `CreateTime` for events. In the field it
 * is too coarse: equal ids were seen for two followers, and two different events of a follower in
 * the same second. So a message's key is account, follower, `CreateTime`, `MsgId`, `MsgType` and the
 * beginning of its text; an event's is account, follower, `CreateTime`, name, `EventKey` and a digest
 * of all its fields. A repeat is equal in all of them. (Type and text are there for those who try a
 * bot with bodies made by hand, in which the id is always the one of the documents.) Timestamp and
 * nonce of the request say nothing: nobody knows whether a repeat has new ones.
 *
 * @module
 */
import { hash } from "node:crypto";
import type { Message } from "../protocol/message.ts";

/** How much of a text goes into its key. */
const TEXT_UNITS = 64;

/** The key of a message; equal for its repeats, different for everything else. */
export function deliveryKey(message: Message): string {
  const fields = message as { readonly [field: string]: unknown };
  const { MsgId } = fields;
  const { ToUserName, FromUserName, CreateTime } = message;
  const head = `${ToUserName}\n${FromUserName}\n${CreateTime}\n`;
  if (message.MsgType !== "event" && typeof MsgId === "string" && MsgId !== "") {
    const { Content } = fields;
    const beginning = typeof Content === "string" ? Content.slice(0, TEXT_UNITS) : "";
    return `${head}${MsgId}\n${message.MsgType}\n${beginning}`;
  }
  const name = typeof fields["Event"] === "string" ? fields["Event"] : message.MsgType;
  const eventKey = typeof fields["EventKey"] === "string" ? fields["EventKey"] : "";
  const digest = hash("sha1", JSON.stringify(message), "hex");
  return `${head}${name.toLowerCase()}\n${eventKey}\n${digest}`;
}

/** The part of a key that names account and follower. */
export function followerOf(key: string): string {
  return key.slice(0, key.indexOf("\n", key.indexOf("\n") + 1));
}
