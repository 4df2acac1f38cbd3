/**
 * The events of an account, by `Event` in lower case, with the fields of each. `message-kinds.ts` explains how
 * to read the tables.
 *
 * WeChat writes some names in capitals (`CLICK`, `SCAN`) and its own tools write them small;
 * they are compared without case.
 *
 * @module
 */

export const EVENT_KINDS = {
  // Following. `EventKey` is "qrscene_…" after a code, "last_trade_no_…" after a payment, and
  // "scanbarcode|…" or "scanimage|…" from the page of a product.
  subscribe: { optional: "EventKey Ticket" },
  unsubscribe: { optional: "EventKey" },
  /** Scanned by one who follows already: `EventKey` is the scene without a prefix. */
  scan: { always: "EventKey", optional: "Ticket" },
  /** The follower's position on entering the chat; not the message of `MsgType` location. */
  location: { always: "Latitude Longitude Precision" },
  enter: {},

  // The menu. `EventKey` is the button's key, its URL or its page path.
  click: { always: "EventKey" },
  view: { always: "EventKey", optional: "MenuId" },
  view_miniprogram: { always: "EventKey", optional: "MenuId" },
  scancode_push: { always: "EventKey", ScanCodeInfo: { always: "ScanType ScanResult" } },
  scancode_waitmsg: { always: "EventKey", ScanCodeInfo: { always: "ScanType ScanResult" } },
  pic_sysphoto: {
    always: "EventKey",
    SendPicsInfo: { always: "Count", PicList: { item: [{ always: "PicMd5Sum" }] } },
  },
  pic_photo_or_album: {
    always: "EventKey",
    SendPicsInfo: { always: "Count", PicList: { item: [{ always: "PicMd5Sum" }] } },
  },
  pic_weixin: {
    always: "EventKey",
    SendPicsInfo: { always: "Count", PicList: { item: [{ always: "PicMd5Sum" }] } },
  },
  location_select: {
    always: "EventKey",
    SendLocationInfo: { always: "Location_X Location_Y Scale Label Poiname" },
  },

  // What became of a mass message, a template message, a publication. It is MsgID here, not MsgId.
  masssendjobfinish: {
    always: "MsgID Status TotalCount FilterCount SentCount ErrorCount",
    CopyrightCheckResult: {
      always: "Count CheckState",
      ResultList: {
        item: [
          {
            always: "ArticleIdx UserDeclareState AuditState OriginalArticleUrl OriginalArticleType CanReprint NeedReplaceContent NeedShowReprintSource",
          },
        ],
      },
    },
    ArticleUrlResult: {
      always: "Count",
      ResultList: { item: [{ always: "ArticleIdx ArticleUrl" }] },
    },
  },
  templatesendjobfinish: { always: "MsgID Status" },
  // The documents have used both names for the same event; in 2021 it was PUBLISHJOBFINISH.
  publishjobfinish: {
    PublishEventInfo: {
      always: "publish_id publish_status",
      optional: "article_id",
      article_detail: { always: "count", item: [{ always: "idx article_url" }] },
      fail_idx: ["text"],
    },
  },
  freepublishjobfinish: {
    PublishEventInfo: {
      always: "publish_id publish_status",
      optional: "article_id",
      article_detail: { always: "count", item: [{ always: "idx article_url" }] },
      fail_idx: ["text"],
    },
  },

  // Subscription messages. The element that repeats is `List` itself.
  subscribe_msg_popup_event: {
    SubscribeMsgPopupEvent: { List: [{ always: "TemplateId SubscribeStatusString PopupScene" }] },
  },
  subscribe_msg_change_event: {
    SubscribeMsgChangeEvent: { List: [{ always: "TemplateId SubscribeStatusString" }] },
  },
  subscribe_msg_sent_event: {
    SubscribeMsgSentEvent: { List: [{ always: "TemplateId MsgID ErrorCode ErrorStatus" }] },
  },

  // Customer service and shopping guides.
  kf_create_session: { always: "KfAccount" },
  kf_close_session: { always: "KfAccount" },
  kf_switch_session: { always: "FromKfAccount ToKfAccount" },
  user_enter_tempsession: { always: "SessionFrom" },
  guide_qrcode_scan_event: {
    GuideScanEvent: {
      always: "qrcode_guide_account qrcode_guide_openid openid action qrcode_info",
    },
  },
  // Documented by name only.
  guide_invite_result_event: {},
  add_guide_buyer_relation_event: {},

  // A follower changed or withdrew what was authorized.
  user_info_modified: { always: "OpenID AppID", optional: "UnionID" },
  user_authorization_revoke: { always: "OpenID AppID RevokeInfo", optional: "UnionID" },
  user_authorization_cancellation: { always: "OpenID AppID", optional: "RevokeInfo UnionID" },

  // The verification of the account itself. Times are unix seconds.
  qualification_verify_success: { always: "ExpiredTime" },
  qualification_verify_fail: { always: "FailTime FailReason" },
  naming_verify_success: { always: "ExpiredTime" },
  naming_verify_fail: { always: "FailTime FailReason" },
  annual_renew: { always: "ExpiredTime" },
  verify_expired: { always: "ExpiredTime" },

  /** Sent by the official request builder for developers. */
  debug_demo: { always: "debug_str" },
} as const;

/**
 * Those of the platforms beside the chat: cards, invoices, gift cards, shops, scanned products, beacons,
 * Wi-Fi. Some of these platforms are closed to new accounts; their events are still sent to the old
 * ones.
 */
export const LEGACY_EVENT_KINDS = {
  // Cards.
  card_pass_check: { always: "CardId", optional: "RefuseReason" },
  card_not_pass_check: { always: "CardId", optional: "RefuseReason" },
  card_merchant_check_result: { always: "MerchantId IsPass Reason" },
  card_sku_remind: { always: "CardId Detail" },
  card_pay_order: {
    always: "OrderId Status CreateOrderTime PayFinishTime Desc FreeCoinCount PayCoinCount RefundFreeCoinCount RefundPayCoinCount OrderType Memo ReceiptInfo",
  },
  user_get_card: {
    always: "CardId UserCardCode IsGiveByFriend FriendUserName OuterId OldUserCardCode",
    optional: "OuterStr IsRestoreMemberCard IsRecommendByFriend UnionId",
  },
  user_gifting_card: { always: "CardId UserCardCode FriendUserName IsReturnBack IsChatRoom" },
  user_del_card: { always: "CardId UserCardCode" },
  user_consume_card: {
    always: "CardId UserCardCode ConsumeSource",
    optional: "LocationName StaffOpenId VerifyCode RemarkAmount OuterStr",
  },
  user_pay_from_pay_cell: { always: "CardId UserCardCode TransId LocationId Fee OriginalFee" },
  user_view_card: { always: "CardId UserCardCode", optional: "OuterStr" },
  user_enter_session_from_card: { always: "CardId UserCardCode" },
  update_member_card: { always: "CardId UserCardCode ModifyBonus ModifyBalance" },
  submit_membercard_user_info: { always: "CardId UserCardCode" },
  giftcard_pay_done: { always: "PageId OrderId" },
  giftcard_send_to_friend: { always: "PageId OrderId IsChatRoom IsReturnBack" },
  giftcard_user_accept: { always: "PageId OrderId IsChatRoom" },

  // Invoices. The names of fields are small here.
  user_authorize_invoice: { always: "SuccOrderId FailOrderId AppId Source" },
  update_invoice_status: { always: "Status CardId Code" },
  submit_invoice_title: { always: "title tax_no addr phone bank_type bank_no attach title_type" },
  cloud_invoice_invoiceresult_event: {
    optional: "title tax_no addr phone bank_type bank_no attach title_type",
  },

  // Shops and places.
  merchant_order: { always: "OrderId OrderStatus ProductId SkuInfo" },
  poi_check_notify: { always: "UniqId PoiId Result Msg" },
  create_map_poi_audit_info: {
    always: "audit_id status map_poi_id name address latitude longitude sh_remark",
  },
  apply_merchant_audit_info: { always: "audit_id status reason" },
  add_store_audit_info: { always: "audit_id status reason is_upgrade poiid" },
  modify_store_audit_info: { always: "audit_id status reason" },

  // Scanned products.
  user_scan_product: { always: "KeyStandard KeyStr Country Province City Sex Scene ExtInfo" },
  user_scan_product_enter_session: { always: "KeyStandard KeyStr ExtInfo" },
  user_scan_product_async: { always: "KeyStandard KeyStr ExtInfo RegionCode" },
  user_scan_product_verify_action: { always: "KeyStandard KeyStr Result ReasonMsg" },

  // Beacons and Wi-Fi.
  shakearoundusershake: {
    ChosenBeacon: { always: "Uuid Major Minor Distance" },
    AroundBeacons: { AroundBeacon: [{ always: "Uuid Major Minor Distance" }] },
  },
  /** A red packet is bound to a follower; it need not have been opened. */
  shakearoundlotterybind: { always: "LotteryId Ticket Money BindTime" },
  wificonnected: { always: "ConnectTime ExpireTime VendorId PlaceId DeviceNo" },
} as const;
