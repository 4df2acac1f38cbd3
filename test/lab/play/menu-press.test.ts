/** What a phone sends when a button of the menu is pressed. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pressButton } from "../../../lab/play/menu-press.ts";
import type { MenuButton, PressInput } from "../../../lab/play/view.ts";

const BYTES: Readonly<Record<string, Uint8Array>> = { m1: Buffer.from("a"), m2: Buffer.from("b") };

function press(button: Omit<MenuButton, "name">, input: PressInput = {}): readonly unknown[] {
  return pressButton([{ name: "b", ...button }], [0], input, {
    pictureUrl: (id) => `http://127.0.0.1/mmbiz/${id}`,
    picture: (id) => BYTES[id] ?? new Uint8Array(),
  });
}

describe("A button", () => {
  test("of type click sends its key, one with a page its address", () => {
    assert.deepEqual(press({ type: "click", key: "K" }), [
      { MsgType: "event", Event: "CLICK", EventKey: "K" },
    ]);
    assert.deepEqual(press({ type: "view", url: "https://example.com/" }), [
      { MsgType: "event", Event: "VIEW", EventKey: "https://example.com/", MenuId: "410418125" },
    ]);
    assert.deepEqual(
      press({ type: "miniprogram", url: "https://e.com/", appid: "wx1", pagepath: "p/i" }),
      [{ MsgType: "event", Event: "view_miniprogram", EventKey: "p/i", MenuId: "410418125" }],
    );
  });

  test("that scans tells a QR code from a barcode", () => {
    for (const type of ["scancode_push", "scancode_waitmsg"]) {
      const code = (scan: string): unknown => press({ type, key: "K" }, { scan })[0];
      assert.deepEqual(code("1"), {
        MsgType: "event",
        Event: type,
        EventKey: "K",
        ScanCodeInfo: { ScanType: "qrcode", ScanResult: "1" },
      });
      assert.deepEqual((code("6901234567892") as Record<string, unknown>)["ScanCodeInfo"], {
        ScanType: "barcode",
        ScanResult: "EAN_13,6901234567892",
      });
    }
  });

  test("that takes pictures sends how many, with their checksums, and then each of them", () => {
    for (const type of ["pic_sysphoto", "pic_photo_or_album", "pic_weixin"]) {
      assert.deepEqual(press({ type, key: "K" }, { pictures: ["m1", "m2"] }), [
        {
          MsgType: "event",
          Event: type,
          EventKey: "K",
          SendPicsInfo: {
            Count: 2,
            PicList: {
              item: [
                { PicMd5Sum: "0cc175b9c0f1b6a831c399e269772661" },
                { PicMd5Sum: "92eb5ffee6ae2fec3ad71c777531578f" },
              ],
            },
          },
        },
        { MsgType: "image", PicUrl: "http://127.0.0.1/mmbiz/m1", MediaId: "m1" },
        { MsgType: "image", PicUrl: "http://127.0.0.1/mmbiz/m2", MediaId: "m2" },
      ]);
    }
  });

  test("that asks for a place sends it twice: with the event as text, and as a message", () => {
    const place = { latitude: 39.9, longitude: 116.4, label: "北京" };
    const [event, message] = press({ type: "location_select", key: "K" }, { place });
    assert.deepEqual(event, {
      MsgType: "event",
      Event: "location_select",
      EventKey: "K",
      SendLocationInfo: {
        Location_X: "39.9",
        Location_Y: "116.4",
        Scale: "15",
        Label: "北京",
        Poiname: "",
      },
    });
    assert.deepEqual(message, {
      MsgType: "location",
      Location_X: 39.9,
      Location_Y: 116.4,
      Scale: 15,
      Label: "北京",
    });
  });

  test("that the platform answers by itself sends nothing", () => {
    for (const type of [
      "media_id",
      "view_limited",
      "article_id",
      "article_view_limited",
      undefined,
    ]) {
      assert.deepEqual(press({ type }), []);
    }
  });

  test("below another is found there, and one that is not there is none", () => {
    const menu = [{ name: "a", sub_button: [{ name: "b", type: "click", key: "B" }] }];
    const context = { pictureUrl: String, picture: () => new Uint8Array() };
    assert.equal(pressButton(menu, [0, 0], {}, context)[0]?.["EventKey"], "B");
    for (const at of [[1], [0, 1], [], [-1], [0, 0.5]]) {
      assert.throws(() => pressButton(menu, at, {}, context), { code: "LAB_INPUT_INVALID" });
    }
  });
});
