/**
 * What a menu may look like: one to three buttons, each with something to do or with one to five
 * buttons below it.
 *
 * @module
 */
import { recordsIn, textIn } from "./api-call.ts";
import type { Fields } from "./api-call.ts";
import { ApiFailure } from "./api-errors.ts";
import type { ApiErrorCode } from "./api-errors.ts";

/** A button as it was given: `type`, `name`, and what its type needs. */
export type Button = Fields;

const MOST_BUTTONS = 3;
const MOST_SUB_BUTTONS = 5;
const NAME_BYTES = 16;
const SUB_NAME_BYTES = 60;
const KEY_BYTES = 128;
const URL_BYTES = 1024;

/** What each type of button needs. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  click: ["key"],
  view: ["url"],
  miniprogram: ["url", "appid", "pagepath"],
  scancode_push: ["key"],
  scancode_waitmsg: ["key"],
  pic_sysphoto: ["key"],
  pic_photo_or_album: ["key"],
  pic_weixin: ["key"],
  location_select: ["key"],
  media_id: ["media_id"],
  view_limited: ["media_id"],
  article_id: ["article_id"],
  article_view_limited: ["article_id"],
};

/** The errors of a button in the bar, and of one below another. */
interface Level {
  readonly nameBytes: number;
  readonly type: ApiErrorCode;
  readonly name: ApiErrorCode;
  readonly key: ApiErrorCode;
  readonly url: ApiErrorCode;
}

const TOP: Level = { nameBytes: NAME_BYTES, type: 40017, name: 40018, key: 40019, url: 40020 };
const SUB: Level = { nameBytes: SUB_NAME_BYTES, type: 40024, name: 40025, key: 40026, url: 40027 };

/**
 * The buttons of a menu.
 *
 * @throws ApiFailure 40016–40027, 40007, 40035
 */
export function readButtons(menu: Fields): readonly Button[] {
  const buttons = recordsIn(menu, "button");
  if (buttons.length < 1 || buttons.length > MOST_BUTTONS) throw new ApiFailure(40016);
  for (const button of buttons) {
    const below = recordsIn(button, "sub_button");
    checkName(button, TOP);
    if (below.length === 0) {
      checkButton(button, TOP);
      continue;
    }
    if (below.length > MOST_SUB_BUTTONS) throw new ApiFailure(40023);
    for (const sub of below) {
      checkName(sub, SUB);
      checkButton(sub, SUB);
    }
  }
  return buttons;
}

function checkName(button: Button, level: Level): void {
  checkBytes(button, "name", level.nameBytes, level.name);
}

function checkButton(button: Button, level: Level): void {
  const type = textIn(button, "type");
  const needs = Object.hasOwn(NEEDS, type) ? NEEDS[type] : undefined;
  if (needs === undefined) throw new ApiFailure(level.type, type);
  for (const name of needs) {
    if (name === "key") checkBytes(button, name, KEY_BYTES, level.key);
    else if (name === "url") checkBytes(button, name, URL_BYTES, level.url);
    else if (textIn(button, name) === "") {
      throw new ApiFailure(name === "media_id" ? 40007 : 40035, name);
    }
  }
}

function checkBytes(button: Button, name: string, most: number, code: ApiErrorCode): void {
  const bytes = Buffer.byteLength(textIn(button, name));
  if (bytes < 1 || bytes > most) throw new ApiFailure(code, `${name} has ${bytes} bytes`);
}
