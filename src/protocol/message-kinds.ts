/**
 * The messages that followers send, by `MsgType`, with the fields of each.
 *
 * A field that WeChat does not always send has a `?`. Where there are elements with fields of their own,
 * the others are `texts`; `[…]` is an element that repeats, and always becomes a list (`[]` a list of
 * texts). The five fields that every message has (`ToUserName`, `FromUserName`, `CreateTime`, `MsgType`
 * and, for events, `Event`) are not repeated here.
 *
 * @module
 */

/** The values of `MsgType`, except `event`, whose kinds are in `event-kinds.ts`. */
export const MESSAGE_KINDS = {
  /** `bizmsgmenuid` names the item when the text came from a click on a menu message. */
  text: "Content MsgId MsgDataId? Idx? bizmsgmenuid? BusinessId?",
  image: "PicUrl MediaId MsgId MsgDataId? Idx?",
  /** `Recognition` held the spoken words; since 2023 it is empty or missing. */
  voice: "MediaId Format MsgId MediaId16K? Recognition? MsgDataId? Idx?",
  video: "MediaId ThumbMediaId MsgId MsgDataId? Idx?",
  shortvideo: "MediaId ThumbMediaId MsgId MsgDataId? Idx?",
  /** `Location_X` is the latitude, `Location_Y` the longitude. */
  location: "Location_X Location_Y Scale Label MsgId MsgDataId? Idx?",
  link: "Title Description Url MsgId MsgDataId? Idx?",
  miniprogrampage: "Title AppId PagePath ThumbUrl ThumbMediaId MsgId",
  /** From the retired hardware platform; `Content` is base64. */
  device_text: "DeviceType DeviceID SessionID OpenID Content MsgId",
  /** `Event` is `bind`, `unbind` and so on; note that `MsgType` is not `event`. */
  device_event: "Event DeviceType DeviceID OpenID SessionID? Content? MsgId? OpType?",
} as const;
