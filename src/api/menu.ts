/**
 * The menu below the conversation (自定义菜单). A follower sees a change when they next open the
 * conversation, if five minutes have passed since they last did.
 *
 * @module
 */
import type { Caller } from "./caller.ts";
import { fieldMissing, isErrcode, NO_MENU_ERRCODE } from "./api-error.ts";
import { checkMenu } from "./menu-limits.ts";
import type { MenuButton } from "./menu-limits.ts";

/** A menu, as WeChat writes it. */
export interface Menu {
  /** One to three. */
  readonly button: readonly MenuButton[];
}

/** What `menu.get` answers. */
export interface MenuAnswer {
  readonly menu: Menu & { readonly menuid?: number | string };
  /** Menus for some of the followers only. */
  readonly conditionalmenu?: readonly unknown[];
}

export class Menus {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Replaces the menu.
   *
   * @throws EchostrError `API_INPUT_INVALID`, before anything is sent, for what WeChat would refuse
   *
   * @example
   * await bot.api.menu.create({ button: [{ type: "click", name: "帮助", key: "HELP" }] });
   */
  async create(menu: Menu): Promise<void> {
    checkMenu(menu);
    await this.#caller.json("/cgi-bin/menu/create", { button: menu.button.map(withoutEmptyList) });
  }

  /** @returns `undefined` when the account has no menu */
  async get(): Promise<MenuAnswer | undefined> {
    try {
      const path = "/cgi-bin/menu/get";
      const answer = await this.#caller.json(path);
      if (typeof answer["menu"] !== "object") throw fieldMissing("menu", path);
      return answer as unknown as MenuAnswer;
    } catch (error) {
      if (isErrcode(error, [NO_MENU_ERRCODE])) return undefined;
      throw error;
    }
  }

  /** Removes the menu, and those for some of the followers with it. */
  async delete(): Promise<void> {
    await this.#caller.json("/cgi-bin/menu/delete");
  }
}

/** What `get` answers has an empty list at each button that does something itself. */
function withoutEmptyList(button: MenuButton): MenuButton {
  const { sub_button, ...rest } = button;
  const below: readonly MenuButton[] = Array.isArray(sub_button) ? sub_button : [];
  return below.length === 0 ? rest : { ...rest, sub_button: below.map(withoutEmptyList) };
}
