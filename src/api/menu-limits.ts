/**
 * What WeChat accepts as a menu, checked before it is sent: its own refusals name no button.
 *
 * @module
 */
import { inputInvalid } from "./api-error.ts";

/** A button, as WeChat writes it: either it does something, or it has buttons below it. */
export interface MenuButton {
  readonly type?: string | undefined;
  readonly name: string;
  readonly key?: string | undefined;
  readonly url?: string | undefined;
  readonly appid?: string | undefined;
  readonly pagepath?: string | undefined;
  readonly media_id?: string | undefined;
  readonly article_id?: string | undefined;
  readonly sub_button?: readonly MenuButton[] | undefined;
}

type Part = "key" | "url" | "appid" | "pagepath" | "media_id" | "article_id";

/** What a button of each type must have. */
const PARTS_OF: Readonly<Record<string, readonly Part[]>> = {
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

const BUTTONS = 3;
const SUB_BUTTONS = 5;
const NAME_BYTES = 16;
const SUB_NAME_BYTES = 60;
const PART_BYTES: Partial<Record<Part, number>> = { key: 128, url: 1024 };

/** @throws EchostrError `API_INPUT_INVALID` that names the button, what was expected and what came */
export function checkMenu(menu: { readonly button: readonly MenuButton[] }): void {
  const buttons = (menu as { readonly button?: unknown } | null | undefined)?.button;
  if (!Array.isArray(buttons) || buttons.length < 1 || buttons.length > BUTTONS) {
    const isWhole = typeof Object(menu).menu === "object";
    const hint = isWhole ? ": give the menu that is inside" : "";
    throw inputInvalid(`Menu must have 1 to ${BUTTONS} buttons, got ${countOf(buttons)}${hint}`);
  }
  buttons.forEach((button: MenuButton, index) => {
    const place = `Button ${index + 1}`;
    checkName(button, place, NAME_BYTES);
    // JSON that somebody else wrote may say null.
    const below = button.sub_button ?? undefined;
    if (below === undefined || (below.length === 0 && button.type !== undefined)) {
      checkAction(button, place);
    } else {
      checkSubButtons(below, place);
    }
  });
}

function checkSubButtons(buttons: readonly MenuButton[], place: string): void {
  if (!Array.isArray(buttons) || buttons.length < 1 || buttons.length > SUB_BUTTONS) {
    throw inputInvalid(`${place} must have 1 to ${SUB_BUTTONS} below it, got ${countOf(buttons)}`);
  }
  buttons.forEach((button: MenuButton, index) => {
    const inner = `${place}.${index + 1}`;
    checkName(button, inner, SUB_NAME_BYTES);
    const below = button.sub_button ?? [];
    if (below.length > 0) {
      throw inputInvalid(`${inner} must not have buttons below it, got ${below.length}`);
    }
    checkAction(button, inner);
  });
}

function checkName(button: MenuButton, place: string, limitBytes: number): void {
  const name = (button as Partial<MenuButton> | null | undefined)?.name;
  if (typeof name !== "string" || name === "") {
    throw inputInvalid(`${place} must have a name, got ${name === "" ? "an empty one" : "none"}`);
  }
  checkBytes(name, `Name of ${place.toLowerCase()}, "${name}",`, limitBytes);
}

function checkAction(button: MenuButton, place: string): void {
  const { type } = button;
  const parts = type !== undefined && Object.hasOwn(PARTS_OF, type) ? PARTS_OF[type] : undefined;
  if (parts === undefined) {
    const known = Object.keys(PARTS_OF).join(", ");
    throw inputInvalid(`Type of ${place.toLowerCase()} must be one of ${known}, got ${quoted(type)}`);
  }
  for (const part of parts) {
    const value = button[part];
    if (typeof value !== "string" || value === "") {
      throw inputInvalid(`${place} of type ${type} must have ${part}, got ${quoted(value)}`);
    }
    checkBytes(value, `${part} of ${place.toLowerCase()}`, PART_BYTES[part]);
  }
}

function checkBytes(value: string, what: string, limitBytes: number | undefined): void {
  const bytes = Buffer.byteLength(value);
  if (limitBytes === undefined || bytes <= limitBytes) return;
  throw inputInvalid(`${what} must be at most ${limitBytes} bytes, got ${bytes}`);
}

function quoted(value: unknown): string {
  return value === undefined ? "none" : `"${String(value)}"`;
}

function countOf(value: unknown): string {
  return Array.isArray(value) ? String(value.length) : "none";
}
