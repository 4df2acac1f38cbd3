/**
 * The events of the platforms beside the chat: cards, invoices, gift cards, shops, scanned
 * products, beacons, Wi-Fi. Some of these platforms are closed to new accounts; their events are
 * still sent to the old ones. How to read the table is told in `message-kinds.ts`.
 *
 * @module
 */

export const LEGACY_EVENT_KINDS = {
  // Cards.
  card_pass_check: { CardId: "text", RefuseReason: "optional" },
  card_not_pass_check: { CardId: "text", RefuseReason: "optional" },
  card_merchant_check_result: { MerchantId: "text", IsPass: "text", Reason: "text" },
  card_sku_remind: { CardId: "text", Detail: "text" },
  card_pay_order: {
    OrderId: "text",
    Status: "text",
    CreateOrderTime: "text",
    PayFinishTime: "text",
    Desc: "text",
    FreeCoinCount: "text",
    PayCoinCount: "text",
    RefundFreeCoinCount: "text",
    RefundPayCoinCount: "text",
    OrderType: "text",
    Memo: "text",
    ReceiptInfo: "text",
  },
  user_get_card: {
    CardId: "text",
    UserCardCode: "text",
    IsGiveByFriend: "text",
    FriendUserName: "text",
    OuterId: "text",
    OldUserCardCode: "text",
    OuterStr: "optional",
    IsRestoreMemberCard: "optional",
    IsRecommendByFriend: "optional",
    UnionId: "optional",
  },
  user_gifting_card: {
    CardId: "text",
    UserCardCode: "text",
    FriendUserName: "text",
    IsReturnBack: "text",
    IsChatRoom: "text",
  },
  user_del_card: { CardId: "text", UserCardCode: "text" },
  user_consume_card: {
    CardId: "text",
    UserCardCode: "text",
    ConsumeSource: "text",
    LocationName: "optional",
    StaffOpenId: "optional",
    VerifyCode: "optional",
    RemarkAmount: "optional",
    OuterStr: "optional",
  },
  user_pay_from_pay_cell: {
    CardId: "text",
    UserCardCode: "text",
    TransId: "text",
    LocationId: "text",
    Fee: "text",
    OriginalFee: "text",
  },
  user_view_card: { CardId: "text", UserCardCode: "text", OuterStr: "optional" },
  user_enter_session_from_card: { CardId: "text", UserCardCode: "text" },
  update_member_card: {
    CardId: "text",
    UserCardCode: "text",
    ModifyBonus: "text",
    ModifyBalance: "text",
  },
  submit_membercard_user_info: { CardId: "text", UserCardCode: "text" },
  giftcard_pay_done: { PageId: "text", OrderId: "text" },
  giftcard_send_to_friend: {
    PageId: "text",
    OrderId: "text",
    IsChatRoom: "text",
    IsReturnBack: "text",
  },
  giftcard_user_accept: { PageId: "text", OrderId: "text", IsChatRoom: "text" },

  // Invoices. The names of fields are small here.
  user_authorize_invoice: {
    SuccOrderId: "text",
    FailOrderId: "text",
    AppId: "text",
    Source: "text",
  },
  update_invoice_status: { Status: "text", CardId: "text", Code: "text" },
  submit_invoice_title: {
    title: "text",
    tax_no: "text",
    addr: "text",
    phone: "text",
    bank_type: "text",
    bank_no: "text",
    attach: "text",
    title_type: "text",
  },
  cloud_invoice_invoiceresult_event: {
    title: "optional",
    tax_no: "optional",
    addr: "optional",
    phone: "optional",
    bank_type: "optional",
    bank_no: "optional",
    attach: "optional",
    title_type: "optional",
  },

  // Shops and places.
  merchant_order: { OrderId: "text", OrderStatus: "text", ProductId: "text", SkuInfo: "text" },
  poi_check_notify: { UniqId: "text", PoiId: "text", Result: "text", Msg: "text" },
  create_map_poi_audit_info: {
    audit_id: "text",
    status: "text",
    map_poi_id: "text",
    name: "text",
    address: "text",
    latitude: "text",
    longitude: "text",
    sh_remark: "text",
  },
  apply_merchant_audit_info: { audit_id: "text", status: "text", reason: "text" },
  add_store_audit_info: {
    audit_id: "text",
    status: "text",
    reason: "text",
    is_upgrade: "text",
    poiid: "text",
  },
  modify_store_audit_info: { audit_id: "text", status: "text", reason: "text" },

  // Scanned products.
  user_scan_product: {
    KeyStandard: "text",
    KeyStr: "text",
    Country: "text",
    Province: "text",
    City: "text",
    Sex: "text",
    Scene: "text",
    ExtInfo: "text",
  },
  user_scan_product_enter_session: { KeyStandard: "text", KeyStr: "text", ExtInfo: "text" },
  user_scan_product_async: {
    KeyStandard: "text",
    KeyStr: "text",
    ExtInfo: "text",
    RegionCode: "text",
  },
  user_scan_product_verify_action: {
    KeyStandard: "text",
    KeyStr: "text",
    Result: "text",
    ReasonMsg: "text",
  },

  // Beacons and Wi-Fi.
  shakearoundusershake: {
    ChosenBeacon: { Uuid: "text", Major: "text", Minor: "text", Distance: "text" },
    AroundBeacons: {
      AroundBeacon: [{ Uuid: "text", Major: "text", Minor: "text", Distance: "text" }],
    },
  },
  wificonnected: {
    ConnectTime: "text",
    ExpireTime: "text",
    VendorId: "text",
    PlaceId: "text",
    DeviceNo: "text",
  },
} as const;
