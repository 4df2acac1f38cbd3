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
  subscribe: "EventKey? Ticket?",
  unsubscribe: "EventKey?",
  /** Scanned by one who follows already: `EventKey` is the scene without a prefix. */
  scan: "EventKey Ticket?",
  /** The follower's position on entering the chat; not the message of `MsgType` location. */
  location: "Latitude Longitude Precision",
  enter: "",

  // The menu. `EventKey` is the button's key, its URL or its page path.
  click: "EventKey",
  view: "EventKey MenuId?",
  view_miniprogram: "EventKey MenuId?",
  scancode_push: { texts: "EventKey", ScanCodeInfo: "ScanType ScanResult" },
  scancode_waitmsg: { texts: "EventKey", ScanCodeInfo: "ScanType ScanResult" },
  pic_sysphoto: { texts: "EventKey", SendPicsInfo: { texts: "Count", PicList: { item: ["PicMd5Sum"] } } },
  pic_photo_or_album: { texts: "EventKey", SendPicsInfo: { texts: "Count", PicList: { item: ["PicMd5Sum"] } } },
  pic_weixin: { texts: "EventKey", SendPicsInfo: { texts: "Count", PicList: { item: ["PicMd5Sum"] } } },
  location_select: {
    texts: "EventKey",
    SendLocationInfo: "Location_X Location_Y Scale Label Poiname",
  },

  // What became of a mass message, a template message, a publication. It is MsgID here, not MsgId.
  masssendjobfinish: {
    texts: "MsgID Status TotalCount FilterCount SentCount ErrorCount",
    CopyrightCheckResult: {
      texts: "Count CheckState",
      ResultList: {
        item: [
          "ArticleIdx UserDeclareState AuditState OriginalArticleUrl OriginalArticleType CanReprint NeedReplaceContent NeedShowReprintSource",
        ],
      },
    },
    ArticleUrlResult: {
      texts: "Count",
      ResultList: { item: ["ArticleIdx ArticleUrl"] },
    },
  },
  templatesendjobfinish: "MsgID Status",
  // The documents have used both names for the same event; in 2021 it was PUBLISHJOBFINISH.
  publishjobfinish: {
    PublishEventInfo: {
      texts: "publish_id publish_status article_id?",
      article_detail: { texts: "count", item: ["idx article_url"] },
      fail_idx: [],
    },
  },
  freepublishjobfinish: {
    PublishEventInfo: {
      texts: "publish_id publish_status article_id?",
      article_detail: { texts: "count", item: ["idx article_url"] },
      fail_idx: [],
    },
  },

  // Subscription messages. The element that repeats is `List` itself.
  subscribe_msg_popup_event: { SubscribeMsgPopupEvent: { List: ["TemplateId SubscribeStatusString PopupScene"] } },
  subscribe_msg_change_event: { SubscribeMsgChangeEvent: { List: ["TemplateId SubscribeStatusString"] } },
  subscribe_msg_sent_event: { SubscribeMsgSentEvent: { List: ["TemplateId MsgID ErrorCode ErrorStatus"] } },

  // Customer service and shopping guides.
  kf_create_session: "KfAccount",
  kf_close_session: "KfAccount",
  kf_switch_session: "FromKfAccount ToKfAccount",
  user_enter_tempsession: "SessionFrom",
  guide_qrcode_scan_event: {
    GuideScanEvent: "qrcode_guide_account qrcode_guide_openid openid action qrcode_info",
  },
  // Documented by name only.
  guide_invite_result_event: "",
  add_guide_buyer_relation_event: "",

  // A follower changed or withdrew what was authorized.
  user_info_modified: "OpenID AppID UnionID?",
  user_authorization_revoke: "OpenID AppID RevokeInfo UnionID?",
  user_authorization_cancellation: "OpenID AppID RevokeInfo? UnionID?",

  // The verification of the account itself. Times are unix seconds.
  qualification_verify_success: "ExpiredTime",
  qualification_verify_fail: "FailTime FailReason",
  naming_verify_success: "ExpiredTime",
  naming_verify_fail: "FailTime FailReason",
  annual_renew: "ExpiredTime",
  verify_expired: "ExpiredTime",

  /** Sent by the official request builder for developers. */
  debug_demo: "debug_str",
} as const;

/**
 * Those of the platforms beside the chat: cards, invoices, gift cards, shops, scanned products, beacons,
 * Wi-Fi. Some of these platforms are closed to new accounts; their events are still sent to the old
 * ones.
 */
export const LEGACY_EVENT_KINDS = {
  // Cards.
  card_pass_check: "CardId RefuseReason?",
  card_not_pass_check: "CardId RefuseReason?",
  card_merchant_check_result: "MerchantId IsPass Reason",
  card_sku_remind: "CardId Detail",
  card_pay_order:
    "OrderId Status CreateOrderTime PayFinishTime Desc FreeCoinCount PayCoinCount RefundFreeCoinCount RefundPayCoinCount OrderType Memo ReceiptInfo",
  user_get_card:
    "CardId UserCardCode IsGiveByFriend FriendUserName OuterId OldUserCardCode OuterStr? IsRestoreMemberCard? IsRecommendByFriend? UnionId?",
  user_gifting_card: "CardId UserCardCode FriendUserName IsReturnBack IsChatRoom",
  user_del_card: "CardId UserCardCode",
  user_consume_card:
    "CardId UserCardCode ConsumeSource LocationName? StaffOpenId? VerifyCode? RemarkAmount? OuterStr?",
  user_pay_from_pay_cell: "CardId UserCardCode TransId LocationId Fee OriginalFee",
  user_view_card: "CardId UserCardCode OuterStr?",
  user_enter_session_from_card: "CardId UserCardCode",
  update_member_card: "CardId UserCardCode ModifyBonus ModifyBalance",
  submit_membercard_user_info: "CardId UserCardCode",
  giftcard_pay_done: "PageId OrderId",
  giftcard_send_to_friend: "PageId OrderId IsChatRoom IsReturnBack",
  giftcard_user_accept: "PageId OrderId IsChatRoom",

  // Invoices. The names of fields are small here.
  user_authorize_invoice: "SuccOrderId FailOrderId AppId Source",
  update_invoice_status: "Status CardId Code",
  submit_invoice_title: "title tax_no addr phone bank_type bank_no attach title_type",
  cloud_invoice_invoiceresult_event: "title? tax_no? addr? phone? bank_type? bank_no? attach? title_type?",

  // Shops and places.
  merchant_order: "OrderId OrderStatus ProductId SkuInfo",
  poi_check_notify: "UniqId PoiId Result Msg",
  create_map_poi_audit_info: "audit_id status map_poi_id name address latitude longitude sh_remark",
  apply_merchant_audit_info: "audit_id status reason",
  add_store_audit_info: "audit_id status reason is_upgrade poiid",
  modify_store_audit_info: "audit_id status reason",

  // Scanned products.
  user_scan_product: "KeyStandard KeyStr Country Province City Sex Scene ExtInfo",
  user_scan_product_enter_session: "KeyStandard KeyStr ExtInfo",
  user_scan_product_async: "KeyStandard KeyStr ExtInfo RegionCode",
  user_scan_product_verify_action: "KeyStandard KeyStr Result ReasonMsg",

  // Beacons and Wi-Fi.
  shakearoundusershake: {
    ChosenBeacon: "Uuid Major Minor Distance",
    AroundBeacons: { AroundBeacon: ["Uuid Major Minor Distance"] },
  },
  /** A red packet is bound to a follower; it need not have been opened. */
  shakearoundlotterybind: "LotteryId Ticket Money BindTime",
  wificonnected: "ConnectTime ExpireTime VendorId PlaceId DeviceNo",
} as const;
