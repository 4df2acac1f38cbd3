/**
 * What a phone sends when a button of the menu is pressed.
 *
 * | button | to the server |
 * |---|---|
 * | `click` | CLICK |
 * | `view`, `miniprogram` | VIEW, view_miniprogram; the phone opens the page at the same time |
 * | `scancode_push`, `scancode_waitmsg` | what was scanned |
 * | `pic_…` | how many pictures, and then each of them as a message |
 * | `location_select` | the place, and then the same as a message |
 * | `media_id`, `view_limited`, `article_id`, … | nothing: the platform answers by itself |
 *
 * @module
 */
import { createHash } from "node:crypto";
import { invalidInput } from "../platform/lab-input.ts";
import type { Description, MenuButton, PlaceInput, PressInput } from "./view.ts";

/** What the platform knows beside the button. */
export interface PressContext {
  /** The address at which the bot can fetch a picture. */
  readonly pictureUrl: (mediaId: string) => string;
  /** The bytes of a picture. */
  readonly picture: (mediaId: string) => Uint8Array;
}

const MENU_ID = "410418125";

type Answer = (
  button: MenuButton,
  input: PressInput,
  context: PressContext,
) => readonly Description[];

const ANSWERS: Readonly<Record<string, Answer>> = {
  click: ({ key = "" }) => [event("CLICK", key)],
  view: ({ url = "" }) => [event("VIEW", url, { MenuId: MENU_ID })],
  miniprogram: ({ pagepath = "" }) => [event("view_miniprogram", pagepath, { MenuId: MENU_ID })],
  scancode_push: scanned("scancode_push"),
  scancode_waitmsg: scanned("scancode_waitmsg"),
  pic_sysphoto: pictured("pic_sysphoto"),
  pic_photo_or_album: pictured("pic_photo_or_album"),
  pic_weixin: pictured("pic_weixin"),
  location_select: ({ key = "" }, { place }) => (place === undefined ? [] : placed(key, place)),
};

/**
 * @returns the descriptions of what is delivered, in order
 * @throws EchostrError `LAB_INPUT_INVALID` if there is no such button
 */
export function pressButton(
  buttons: readonly MenuButton[],
  at: readonly number[],
  input: PressInput,
  context: PressContext,
): readonly Description[] {
  const [first = -1, second] = at;
  const top = buttons[first];
  const button = second === undefined ? top : top?.sub_button?.[second];
  if (button === undefined) throw invalidInput("The menu has no such button");
  return ANSWERS[button.type ?? ""]?.(button, input, context) ?? [];
}

function event(name: string, key: string, more: Omit<Description, "MsgType"> = {}): Description {
  return { MsgType: "event", Event: name, EventKey: key, ...more };
}

function scanned(name: string): Answer {
  return ({ key = "" }, { scan = "" }) => {
    const isBarcode = /^\d{8,14}$/.test(scan);
    // WeChat puts the kind of a barcode before its digits.
    const ScanResult = isBarcode ? `EAN_13,${scan}` : scan;
    const ScanCodeInfo = { ScanType: isBarcode ? "barcode" : "qrcode", ScanResult };
    return [event(name, key, { ScanCodeInfo })];
  };
}

function pictured(name: string): Answer {
  return ({ key = "" }, { pictures = [] }, { picture, pictureUrl }) => {
    const item = pictures.map((id) => ({
      PicMd5Sum: createHash("md5").update(picture(id)).digest("hex"),
    }));
    const SendPicsInfo = { Count: pictures.length, PicList: { item } };
    return [
      event(name, key, { SendPicsInfo }),
      ...pictures.map((id) => ({ MsgType: "image", PicUrl: pictureUrl(id), MediaId: id })),
    ];
  };
}

function placed(key: string, { latitude, longitude, label }: PlaceInput): Description[] {
  const SendLocationInfo = {
    Location_X: String(latitude),
    Location_Y: String(longitude),
    Scale: "15",
    Label: label,
    Poiname: "",
  };
  return [
    event("location_select", key, { SendLocationInfo }),
    { MsgType: "location", Location_X: latitude, Location_Y: longitude, Scale: 15, Label: label },
  ];
}
