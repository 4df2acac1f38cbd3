/**
 * The fields of each kind of message that followers send. `MsgType` is the name up to its hyphen,
 * where it does not stand among them.
 *
 * @module
 */
import type { Description } from "./types.ts";

export const SAMPLE_MESSAGES: Readonly<Record<string, Omit<Description, "MsgType">>> = {
  // What every follower can send.
  text: { Content: "你好" },
  "text-menu": { Content: "满意", bizmsgmenuid: 101 },
  "text-article": { Content: "你好", MsgDataId: "2247483650", Idx: 1 },
  image: {
    PicUrl: "http://mmbiz.qpic.cn/mmbiz_jpg/k0Jr5Tq8WcX2vN/0",
    MediaId: "gyci5a3vQ0pXxNd1rMk9uZ7LbT2sWf8HcJyE6oVtK4hSgBnPqRmAeDwUlYzIxCv0",
  },
  voice: {
    MediaId: "gyci5a3vQ0pXxNd1rMk9uZ7LbT2sWf8HcJyE6oVtK4hSgBnPqRmAeDwUlYzIxCv0",
    Format: "amr",
    MediaId16K: "4m1kQb7Xr2GtWc8NvJ5ySdLfZpHa9uEoKiTx3RwVgBqMnCjYzUe6lDsPhF0vAIOt",
  },
  "voice-recognition": {
    MediaId: "gyci5a3vQ0pXxNd1rMk9uZ7LbT2sWf8HcJyE6oVtK4hSgBnPqRmAeDwUlYzIxCv0",
    Format: "amr",
    Recognition: "",
  },
  video: {
    MediaId: "gyci5a3vQ0pXxNd1rMk9uZ7LbT2sWf8HcJyE6oVtK4hSgBnPqRmAeDwUlYzIxCv0",
    ThumbMediaId: "4m1kQb7Xr2GtWc8NvJ5ySdLfZpHa9uEoKiTx3RwVgBqMnCjYzUe6lDsPhF0vAIOt",
  },
  shortvideo: {
    MediaId: "gyci5a3vQ0pXxNd1rMk9uZ7LbT2sWf8HcJyE6oVtK4hSgBnPqRmAeDwUlYzIxCv0",
    ThumbMediaId: "4m1kQb7Xr2GtWc8NvJ5ySdLfZpHa9uEoKiTx3RwVgBqMnCjYzUe6lDsPhF0vAIOt",
  },
  location: { Location_X: 23.134521, Location_Y: 113.358803, Scale: 20, Label: "广州市海珠区客村艺苑路106号" },
  link: { Title: "公众平台官网", Description: "公众平台官网链接", Url: "https://mp.weixin.qq.com/" },

  // From a mini program, and from the retired hardware platform.
  miniprogrampage: {
    Title: "我的小程序",
    AppId: "wx13974bf780d3dc89",
    PagePath: "pages/index/index",
    ThumbUrl: "https://mmbiz.qpic.cn/thumb",
    ThumbMediaId: "4m1kQb7Xr2GtWc8NvJ5ySdLfZpHa9uEoKiTx3RwVgBqMnCjYzUe6lDsPhF0vAIOt",
  },
  device_text: {
    DeviceType: "gh_3c884a361561",
    DeviceID: "123456",
    SessionID: "9394",
    OpenID: "oGNzijstrPeS2CQoEhFNuJJFWoqE",
    Content: "MTIz",
  },
  device_bind: {
    MsgType: "device_event",
    Event: "bind",
    DeviceType: "gh_3c884a361561",
    DeviceID: "123456",
    SessionID: "9394",
    OpenID: "oGNzijstrPeS2CQoEhFNuJJFWoqE",
    Content: "MTIz",
  },
  device_unbind: {
    MsgType: "device_event",
    Event: "unbind",
    DeviceType: "gh_3c884a361561",
    DeviceID: "123456",
    SessionID: "9394",
    OpenID: "oGNzijstrPeS2CQoEhFNuJJFWoqE",
    Content: "",
  },
  device_subscribe_status: {
    MsgType: "device_event",
    Event: "subscribe_status",
    DeviceType: "gh_3c884a361561",
    DeviceID: "123456",
    OpType: 0,
    OpenID: "oGNzijstrPeS2CQoEhFNuJJFWoqE",
  },
};
