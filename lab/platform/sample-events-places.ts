/**
 * The fields of each event of shops, places, scanned products, beacons and Wi-Fi.
 *
 * @module
 */
import type { Description } from "./types.ts";

export const SAMPLE_EVENTS_OF_PLACES: Readonly<Record<string, Omit<Description, "MsgType">>> = {
  // Shops and places.
  merchant_order: {
    OrderId: "test_order_id",
    OrderStatus: 2,
    ProductId: "test_product_id",
    SkuInfo: "10001:1000012;10002:100021",
  },
  poi_check_notify: { UniqId: "123adb", PoiId: "123123", Result: "fail", Msg: "地址有误" },
  create_map_poi_audit_info: {
    audit_id: 11111,
    status: 1,
    map_poi_id: "15820143157203",
    name: "客村店",
    address: "艺苑路106号",
    latitude: "23.13",
    longitude: "113.35",
    sh_remark: "通过",
  },
  apply_merchant_audit_info: { audit_id: 11111, status: 3, reason: "资料不全" },
  add_store_audit_info: { audit_id: 11111, status: 3, reason: "门店重复", is_upgrade: 3, poiid: 12344 },
  modify_store_audit_info: { audit_id: 11111, status: 3, reason: "门店重复" },

  // Scanned products.
  user_scan_product: {
    KeyStandard: "ean13",
    KeyStr: "6901481811083",
    Country: "中国",
    Province: "广东",
    City: "揭阳",
    Sex: 1,
    Scene: 2,
    ExtInfo: "123",
  },
  user_scan_product_enter_session: { KeyStandard: "ena13", KeyStr: "6954767461373", ExtInfo: "" },
  user_scan_product_async: {
    KeyStandard: "qrcode",
    KeyStr: "lincolntest2",
    ExtInfo: "123",
    RegionCode: "440105",
  },
  user_scan_product_verify_action: {
    KeyStandard: "ean13",
    KeyStr: "6901481811083",
    Result: "verify_ok",
    ReasonMsg: "",
  },

  // Beacons and Wi-Fi.
  ShakearoundUserShake: {
    ChosenBeacon: {
      Uuid: "FDA50693-A4E2-4FB1-AFCF-C6EB07647825",
      Major: 10001,
      Minor: 19641,
      Distance: 0.057,
    },
    AroundBeacons: {
      AroundBeacon: [
        {
          Uuid: "FDA50693-A4E2-4FB1-AFCF-C6EB07647825",
          Major: 10001,
          Minor: 19642,
          Distance: 166.816,
        },
        {
          Uuid: "FDA50693-A4E2-4FB1-AFCF-C6EB07647825",
          Major: 10001,
          Minor: 19643,
          Distance: 15.013,
        },
      ],
    },
  },
  ShakearoundLotteryBind: {
    LotteryId: "lotteryid",
    Ticket: "ticket",
    Money: 88,
    BindTime: 1442824313,
  },
  WifiConnected: {
    ConnectTime: 1714112445,
    ExpireTime: 0,
    VendorId: "3001224419",
    PlaceId: "1234567",
    DeviceNo: "DEV-7",
  },
};
