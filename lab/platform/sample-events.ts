/**
 * The fields of each event of an account, beside `MsgType` and `Event`. Those of the platforms
 * beside the chat are in `sample-events-cards.ts` and `sample-events-places.ts`. Where the
 * documents and the platform write a name differently, it is here as the platform has been seen to
 * write it; what follows its hyphen tells samples of one event apart.
 *
 * @module
 */
import type { Description } from "./types.ts";

export const SAMPLE_EVENTS: Readonly<Record<string, Omit<Description, "MsgType">>> = {
  // Following, codes, entering.
  subscribe: { EventKey: "" },
  "subscribe-qrscene": {
    EventKey: "qrscene_123",
    Ticket: "gQGv7zwAAAAAAAAAAS5odHRwOi8vd2VpeGluLnFxLmNvbS9xLzAydzVld0FUcmxj",
  },
  "subscribe-last_trade_no": { EventKey: "last_trade_no_4008072001201701105817415015" },
  unsubscribe: {},
  SCAN: {
    EventKey: "123",
    Ticket: "gQHQ7zwAAAAAAAAAAS5odHRwOi8vd2VpeGluLnFxLmNvbS9xLzAySDFsdEEycmxj",
  },
  LOCATION: { Latitude: 23.137466, Longitude: 113.352425, Precision: 119.38504 },
  ENTER: {},

  // The menu.
  CLICK: { EventKey: "V1001_TODAY" },
  VIEW: { EventKey: "https://mp.weixin.qq.com/", MenuId: 410418124 },
  view_miniprogram: { EventKey: "pages/index/index", MenuId: 410418124 },
  scancode_push: {
    EventKey: "rselfmenu_0_1",
    ScanCodeInfo: { ScanType: "qrcode", ScanResult: "http://weixin.qq.com/r/l0Ozq9-EbYISrZvI9xaF" },
  },
  scancode_waitmsg: {
    EventKey: "rselfmenu_0_0",
    ScanCodeInfo: { ScanType: "barcode", ScanResult: "EAN_13,6901481811083" },
  },
  pic_sysphoto: {
    EventKey: "rselfmenu_1_0",
    SendPicsInfo: {
      Count: 1,
      PicList: { item: { PicMd5Sum: "1b5f7c23b5bf75682a53e7b6d163e185" } },
    },
  },
  pic_photo_or_album: {
    EventKey: "rselfmenu_1_0",
    SendPicsInfo: {
      Count: 2,
      PicList: {
        item: [
          { PicMd5Sum: "5a75aaca956d97be686719218f275c6b" },
          { PicMd5Sum: "1b5f7c23b5bf75682a53e7b6d163e185" },
        ],
      },
    },
  },
  pic_weixin: {
    EventKey: "rselfmenu_1_0",
    SendPicsInfo: {
      Count: 1,
      PicList: { item: { PicMd5Sum: "5a75aaca956d97be686719218f275c6b" } },
    },
  },
  location_select: {
    EventKey: "rselfmenu_2_0",
    SendLocationInfo: {
      Location_X: "23",
      Location_Y: "113",
      Scale: "15",
      Label: "广州市海珠区客村艺苑路 106号",
      Poiname: "",
    },
  },

  // What became of what was sent and published.
  MASSSENDJOBFINISH: {
    MsgID: 1000000003,
    Status: "send success",
    TotalCount: 4,
    FilterCount: 4,
    SentCount: 4,
    ErrorCount: 0,
    CopyrightCheckResult: { Count: 0, ResultList: "", CheckState: 0 },
    ArticleUrlResult: {
      Count: 1,
      ResultList: {
        item: { ArticleIdx: 1, ArticleUrl: "http://mp.weixin.qq.com/s/8yzT20EvmDg37Jso9nsIIw" },
      },
    },
  },
  TEMPLATESENDJOBFINISH: { MsgID: 200163836, Status: "success" },
  "TEMPLATESENDJOBFINISH-blocked": { MsgID: 200163840, Status: "failed:user block" },
  PUBLISHJOBFINISH: {
    PublishEventInfo: {
      publish_id: 2247503051,
      publish_status: 0,
      article_id: "b5O2OUs25HBxRceL7hfReg-U9QGeq9zQjiDvyWP4Hq4",
      article_detail: {
        count: 1,
        item: [{ idx: 1, article_url: "https://mp.weixin.qq.com/s/8yzT20EvmDg37Jso9nsIIw" }],
      },
    },
  },
  "PUBLISHJOBFINISH-failed": {
    PublishEventInfo: { publish_id: 2247503051, publish_status: 2, fail_idx: [1, 2] },
  },
  FREEPUBLISHJOBFINISH: {
    PublishEventInfo: {
      publish_id: 2247503051,
      publish_status: 0,
      article_id: "b5O2OUs25HBxRceL7hfReg-U9QGeq9zQjiDvyWP4Hq4",
      article_detail: {
        count: 1,
        item: [{ idx: 1, article_url: "https://mp.weixin.qq.com/s/8yzT20EvmDg37Jso9nsIIw" }],
      },
    },
  },

  // Subscription messages: the element that repeats is List.
  subscribe_msg_popup_event: {
    SubscribeMsgPopupEvent: {
      List: [
        {
          TemplateId: "VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_3gz3Oc0NIc",
          SubscribeStatusString: "accept",
          PopupScene: 2,
        },
        {
          TemplateId: "9nLIlbOQZC5Y89AZteFEux3WCXRRRG5Wfzkpssu4bLI",
          SubscribeStatusString: "reject",
          PopupScene: 2,
        },
      ],
    },
  },
  subscribe_msg_change_event: {
    SubscribeMsgChangeEvent: {
      List: {
        TemplateId: "VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_3gz3Oc0NIc",
        SubscribeStatusString: "reject",
      },
    },
  },
  subscribe_msg_sent_event: {
    SubscribeMsgSentEvent: {
      List: {
        TemplateId: "VRR0UEO9VJOLs0MHlU0OilqX6MVFDwH3_3gz3Oc0NIc",
        MsgID: "1700827132819554304",
        ErrorCode: 0,
        ErrorStatus: "success",
      },
    },
  },

  // Customer service and guides.
  kf_create_session: { KfAccount: "test1@test" },
  kf_close_session: { KfAccount: "test1@test" },
  kf_switch_session: { FromKfAccount: "test1@test", ToKfAccount: "test2@test" },
  user_enter_tempsession: { SessionFrom: "sessionFrom" },
  guide_qrcode_scan_event: {
    GuideScanEvent: {
      qrcode_guide_account: "guide1",
      qrcode_guide_openid: "oGuide_7Kc93aBqXyZ0123456789",
      openid: "oScanner_2Lm48cDrYzA1234567890",
      action: 1,
      qrcode_info: "shop-7",
    },
  },
  guide_invite_result_event: {},

  // What a follower authorized.
  user_info_modified: { OpenID: "owAqB1nqaOYYWl0Ng484G2z5NIwU", AppID: "wx13974bf780d3dc89" },
  user_authorization_revoke: {
    OpenID: "owAqB1nqaOYYWl0Ng484G2z5NIwU",
    AppID: "wx13974bf780d3dc89",
    RevokeInfo: "205",
  },
  user_authorization_cancellation: {
    OpenID: "owAqB1nqaOYYWl0Ng484G2z5NIwU",
    AppID: "wx13974bf780d3dc89",
  },

  // The verification of the account.
  qualification_verify_success: { ExpiredTime: 1442401156 },
  qualification_verify_fail: { FailTime: 1442401122, FailReason: "by time" },
  naming_verify_success: { ExpiredTime: 1442401093 },
  naming_verify_fail: { FailTime: 1442401061, FailReason: "by time" },
  annual_renew: { ExpiredTime: 1442401004 },
  verify_expired: { ExpiredTime: 1442400900 },

  // The official request builder.
  debug_demo: { debug_str: "hello world" },
};
