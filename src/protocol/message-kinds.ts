/**
 * The messages that followers send, by `MsgType`, with the fields of each.
 *
 * `always` names the fields that WeChat always sends, `optional` those that it does not. Every other
 * name is an element with fields of its own; `[…]` is one that repeats, and always becomes a list
 * (`["text"]` a list of texts). The five fields that every message has (`ToUserName`, `FromUserName`,
 * `CreateTime`, `MsgType` and, for events, `Event`) are not repeated here.
 *
 * @module
 */

/** The values of `MsgType`, except `event`, whose kinds are in `event-kinds.ts`. */
export const MESSAGE_KINDS = {
  /** `bizmsgmenuid` names the item when the text came from a click on a menu message. */
  text: { always: "Content MsgId", optional: "MsgDataId Idx bizmsgmenuid BusinessId" },
  image: { always: "PicUrl MediaId MsgId", optional: "MsgDataId Idx" },
  /** `Recognition` held the spoken words; since 2023 it is empty or missing. */
  voice: { always: "MediaId Format MsgId", optional: "MediaId16K Recognition MsgDataId Idx" },
  video: { always: "MediaId ThumbMediaId MsgId", optional: "MsgDataId Idx" },
  shortvideo: { always: "MediaId ThumbMediaId MsgId", optional: "MsgDataId Idx" },
  /** `Location_X` is the latitude, `Location_Y` the longitude. */
  location: { always: "Location_X Location_Y Scale Label MsgId", optional: "MsgDataId Idx" },
  link: { always: "Title Description Url MsgId", optional: "MsgDataId Idx" },
  miniprogrampage: { always: "Title AppId PagePath ThumbUrl ThumbMediaId MsgId" },
  /** From the retired hardware platform; `Content` is base64. */
  device_text: { always: "DeviceType DeviceID SessionID OpenID Content MsgId" },
  /** `Event` is `bind`, `unbind` and so on; note that `MsgType` is not `event`. */
  device_event: { always: "Event DeviceType DeviceID OpenID", optional: "SessionID Content MsgId OpType" },
} as const;
