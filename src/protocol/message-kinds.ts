/**
 * The messages that followers send, by `MsgType`, with the fields of each.
 *
 * A field is `"text"` when WeChat always sends it, `"optional"` when it does not; a nested object
 * is a nested element; `[shape]` is an element that repeats, and always becomes a list. The five
 * fields that every message has (`ToUserName`, `FromUserName`, `CreateTime`, `MsgType` and, for
 * events, `Event`) are not repeated here.
 *
 * @module
 */

/** What `MsgType` says, but for `event`, whose kinds are in `event-kinds.ts`. */
export const MESSAGE_KINDS = {
  /** `bizmsgmenuid` names the item when the text came from a click on a menu message. */
  text: {
    Content: "text",
    MsgId: "text",
    MsgDataId: "optional",
    Idx: "optional",
    bizmsgmenuid: "optional",
    BusinessId: "optional",
  },
  image: {
    PicUrl: "text",
    MediaId: "text",
    MsgId: "text",
    MsgDataId: "optional",
    Idx: "optional",
  },
  /** `Recognition` held the spoken words; since 2023 it is empty or missing. */
  voice: {
    MediaId: "text",
    Format: "text",
    MsgId: "text",
    MediaId16K: "optional",
    Recognition: "optional",
    MsgDataId: "optional",
    Idx: "optional",
  },
  video: {
    MediaId: "text",
    ThumbMediaId: "text",
    MsgId: "text",
    MsgDataId: "optional",
    Idx: "optional",
  },
  shortvideo: {
    MediaId: "text",
    ThumbMediaId: "text",
    MsgId: "text",
    MsgDataId: "optional",
    Idx: "optional",
  },
  /** `Location_X` is the latitude, `Location_Y` the longitude. */
  location: {
    Location_X: "text",
    Location_Y: "text",
    Scale: "text",
    Label: "text",
    MsgId: "text",
    MsgDataId: "optional",
    Idx: "optional",
  },
  link: {
    Title: "text",
    Description: "text",
    Url: "text",
    MsgId: "text",
    MsgDataId: "optional",
    Idx: "optional",
  },
  miniprogrampage: {
    Title: "text",
    AppId: "text",
    PagePath: "text",
    ThumbUrl: "text",
    ThumbMediaId: "text",
    MsgId: "text",
  },
  /** From the retired hardware platform; `Content` is base64. */
  device_text: {
    DeviceType: "text",
    DeviceID: "text",
    SessionID: "text",
    OpenID: "text",
    Content: "text",
    MsgId: "text",
  },
  /** `Event` is `bind`, `unbind` and so on; note that `MsgType` is not `event`. */
  device_event: {
    Event: "text",
    DeviceType: "text",
    DeviceID: "text",
    OpenID: "text",
    SessionID: "optional",
    Content: "optional",
    MsgId: "optional",
    OpType: "optional",
  },
} as const;
