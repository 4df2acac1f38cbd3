/**
 * The events of an account, by `Event` in lower case, with the fields of each. How to read the
 * table is told in `message-kinds.ts`. The events of the card, invoice, shop and device
 * platforms are in `event-kinds-legacy.ts`.
 *
 * WeChat writes some names in capitals (`CLICK`, `SCAN`) and its own tools write them small;
 * they are compared without case.
 *
 * @module
 */

export const EVENT_KINDS = {
  // Following. `EventKey` is "qrscene_…" after a code, "last_trade_no_…" after a payment.
  subscribe: { EventKey: "optional", Ticket: "optional" },
  unsubscribe: { EventKey: "optional" },
  /** Scanned by one who follows already: `EventKey` is the scene without a prefix. */
  scan: { EventKey: "text", Ticket: "optional" },
  /** The follower's position on entering the chat; not the message of `MsgType` location. */
  location: { Latitude: "text", Longitude: "text", Precision: "text" },
  enter: {},

  // The menu. `EventKey` is the button's key, its URL or its page path.
  click: { EventKey: "text" },
  view: { EventKey: "text", MenuId: "optional" },
  view_miniprogram: { EventKey: "text", MenuId: "optional" },
  scancode_push: { EventKey: "text", ScanCodeInfo: { ScanType: "text", ScanResult: "text" } },
  scancode_waitmsg: { EventKey: "text", ScanCodeInfo: { ScanType: "text", ScanResult: "text" } },
  pic_sysphoto: {
    EventKey: "text",
    SendPicsInfo: { Count: "text", PicList: { item: [{ PicMd5Sum: "text" }] } },
  },
  pic_photo_or_album: {
    EventKey: "text",
    SendPicsInfo: { Count: "text", PicList: { item: [{ PicMd5Sum: "text" }] } },
  },
  pic_weixin: {
    EventKey: "text",
    SendPicsInfo: { Count: "text", PicList: { item: [{ PicMd5Sum: "text" }] } },
  },
  location_select: {
    EventKey: "text",
    SendLocationInfo: {
      Location_X: "text",
      Location_Y: "text",
      Scale: "text",
      Label: "text",
      Poiname: "text",
    },
  },

  // What became of a mass message, a template message, a publication. It is MsgID here, not MsgId.
  masssendjobfinish: {
    MsgID: "text",
    Status: "text",
    TotalCount: "text",
    FilterCount: "text",
    SentCount: "text",
    ErrorCount: "text",
    CopyrightCheckResult: {
      Count: "text",
      CheckState: "text",
      ResultList: {
        item: [
          {
            ArticleIdx: "text",
            UserDeclareState: "text",
            AuditState: "text",
            OriginalArticleUrl: "text",
            OriginalArticleType: "text",
            CanReprint: "text",
            NeedReplaceContent: "text",
            NeedShowReprintSource: "text",
          },
        ],
      },
    },
    ArticleUrlResult: {
      Count: "text",
      ResultList: { item: [{ ArticleIdx: "text", ArticleUrl: "text" }] },
    },
  },
  templatesendjobfinish: { MsgID: "text", Status: "text" },
  // The documents have used both names for the same event; PUBLISHJOBFINISH is what came in 2021.
  publishjobfinish: {
    PublishEventInfo: {
      publish_id: "text",
      publish_status: "text",
      article_id: "optional",
      article_detail: { count: "text", item: [{ idx: "text", article_url: "text" }] },
      fail_idx: ["text"],
    },
  },
  freepublishjobfinish: {
    PublishEventInfo: {
      publish_id: "text",
      publish_status: "text",
      article_id: "optional",
      article_detail: { count: "text", item: [{ idx: "text", article_url: "text" }] },
      fail_idx: ["text"],
    },
  },

  // Subscription messages. The element that repeats is `List` itself.
  subscribe_msg_popup_event: {
    SubscribeMsgPopupEvent: {
      List: [{ TemplateId: "text", SubscribeStatusString: "text", PopupScene: "text" }],
    },
  },
  subscribe_msg_change_event: {
    SubscribeMsgChangeEvent: { List: [{ TemplateId: "text", SubscribeStatusString: "text" }] },
  },
  subscribe_msg_sent_event: {
    SubscribeMsgSentEvent: {
      List: [{ TemplateId: "text", MsgID: "text", ErrorCode: "text", ErrorStatus: "text" }],
    },
  },

  // Customer service and shopping guides.
  kf_create_session: { KfAccount: "text" },
  kf_close_session: { KfAccount: "text" },
  kf_switch_session: { FromKfAccount: "text", ToKfAccount: "text" },
  user_enter_tempsession: { SessionFrom: "text" },
  guide_qrcode_scan_event: {
    GuideScanEvent: {
      qrcode_guide_account: "text",
      qrcode_guide_openid: "text",
      openid: "text",
      action: "text",
      qrcode_info: "text",
    },
  },
  /** Documented by name only. */
  guide_invite_result_event: {},

  // A follower changed or withdrew what was authorized.
  user_info_modified: { OpenID: "text", AppID: "text", UnionID: "optional" },
  user_authorization_revoke: {
    OpenID: "text",
    AppID: "text",
    RevokeInfo: "text",
    UnionID: "optional",
  },
  user_authorization_cancellation: {
    OpenID: "text",
    AppID: "text",
    RevokeInfo: "optional",
    UnionID: "optional",
  },

  // The verification of the account itself. Times are unix seconds.
  qualification_verify_success: { ExpiredTime: "text" },
  qualification_verify_fail: { FailTime: "text", FailReason: "text" },
  naming_verify_success: { ExpiredTime: "text" },
  naming_verify_fail: { FailTime: "text", FailReason: "text" },
  annual_renew: { ExpiredTime: "text" },
  verify_expired: { ExpiredTime: "text" },

  /** Sent by the official request builder for developers. */
  debug_demo: { debug_str: "text" },
} as const;
