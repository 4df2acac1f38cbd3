/**
 * The fields of each event of cards, gift cards and invoices.
 *
 * @module
 */
import type { Description } from "./types.ts";

export const SAMPLE_EVENTS_OF_CARDS: Readonly<Record<string, Omit<Description, "MsgType">>> = {
  // Cards.
  card_pass_check: { CardId: "pZI8Fjwsy5fVPRBeD78J4RmqVvBc" },
  card_not_pass_check: { CardId: "pZI8Fjwsy5fVPRBeD78J4RmqVvBc", RefuseReason: "非法代制" },
  card_merchant_check_result: { MerchantId: 1001, IsPass: 0, Reason: "资料不全" },
  card_sku_remind: {
    CardId: "pZI8Fjwsy5fVPRBeD78J4RmqVvBc",
    Detail: "the card's quantity is equal to 0",
  },
  card_pay_order: {
    OrderId: "404091456",
    Status: "ORDER_STATUS_FINANCE_SUCC",
    CreateOrderTime: 1453295737,
    PayFinishTime: 0,
    Desc: "",
    FreeCoinCount: "200",
    PayCoinCount: "0",
    RefundFreeCoinCount: "0",
    RefundPayCoinCount: "0",
    OrderType: "ORDER_TYPE_SYS_ADD",
    Memo: "开通账户奖励",
    ReceiptInfo: "",
  },
  user_get_card: {
    CardId: "pZI8Fjwsy5fVPRBeD78J4RmqVvBc",
    IsGiveByFriend: 0,
    UserCardCode: "226009850808",
    FriendUserName: "",
    OuterId: 0,
    OldUserCardCode: "",
    OuterStr: "12b",
    IsRestoreMemberCard: 0,
    IsRecommendByFriend: 0,
    UnionId: "o6_bmasdasdsad6_2sgVt7hMZOPfL",
  },
  user_gifting_card: {
    CardId: "pbLatjhU-3pik3d4PsbVzvBxZvJc",
    UserCardCode: "297466945104",
    IsReturnBack: 0,
    FriendUserName: "obLatjlNerkb62HtSdQUx66C4NTU",
    IsChatRoom: 0,
  },
  user_del_card: { CardId: "pZI8Fjwsy5fVPRBeD78J4RmqVvBc", UserCardCode: "226009850808" },
  user_consume_card: {
    CardId: "pZI8Fj8y-E8hpvho2d1ZvpGwQBvA",
    UserCardCode: "452998530302",
    ConsumeSource: "FROM_API",
    LocationName: "",
    StaffOpenId: "oZI8FjnJ3bPJu_Rtjkw4cQmVx0sT",
    VerifyCode: "",
    RemarkAmount: "",
    OuterStr: "12b",
  },
  user_pay_from_pay_cell: {
    CardId: "po2VNuCuRo-8sxQm0vT1sXbYzWcA",
    UserCardCode: "380500001234",
    TransId: "1002240343201509120000000001",
    LocationId: 291710000,
    Fee: "10000",
    OriginalFee: "10000",
  },
  user_view_card: {
    CardId: "pZI8Fj2ezBbQn0rT2UbiiWLb7BgX",
    UserCardCode: "452998538558",
    OuterStr: "12b",
  },
  user_enter_session_from_card: {
    CardId: "pZI8Fjwsy5fVPRBeD78J4RmqVvBc",
    UserCardCode: "226009850808",
  },
  update_member_card: {
    CardId: "pjZ8Ytx-nwvpCRyQneH3Ncmh6N94",
    UserCardCode: "485027611252",
    ModifyBonus: 3,
    ModifyBalance: 0,
  },
  submit_membercard_user_info: {
    CardId: "pbLatjtZ7v1BG_ZnTjbW85GYc_E8",
    UserCardCode: "018255396048",
  },
  giftcard_pay_done: {
    PageId: "OQK0R3MaFnCm74Phw5hwFJlz5sn+jy1zzM2amDidDbU=",
    OrderId: "Z2y2rY74ksZX1ceuGA",
  },
  giftcard_send_to_friend: {
    PageId: "OQK0R3MaFnCm74Phw5hwFJlz5sn+jy1zzM2amDidDbU=",
    OrderId: "Z2y2rY74ksZX1ceuGA",
    IsChatRoom: "true",
    IsReturnBack: "true",
  },
  giftcard_user_accept: {
    PageId: "OQK0R3MaFnCm74Phw5hwFJlz5sn+jy1zzM2amDidDbU=",
    OrderId: "Z2y2rY74ksZX1ceuGA",
    IsChatRoom: "true",
  },

  // Invoices.
  user_authorize_invoice: { SuccOrderId: "1202933957956", FailOrderId: "", AppId: "", Source: "" },
  update_invoice_status: {
    Status: "INVOICE_REIMBURSE_INIT",
    CardId: "pjZ8Yt7Um2jYxzneP8GomnxoVFWo",
    Code: "186921658591",
  },
  submit_invoice_title: {
    title: "样例公司抬头",
    tax_no: "1486715661",
    addr: "广州市海珠区",
    phone: "13313331333",
    bank_type: "招商银行",
    bank_no: "6214830201234567",
    attach: "7788",
    title_type: "InvoiceUserTitleBusinessType",
  },
  cloud_invoice_invoiceresult_event: {
    title: "样例公司抬头",
    tax_no: "1486715661",
    addr: "广州市海珠区",
    phone: "13313331333",
    bank_type: "招商银行",
    bank_no: "6214830201234567",
    attach: "7788",
    title_type: "InvoiceUserTitleBusinessType",
  },
};
