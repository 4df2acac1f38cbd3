/**
 * The menu at the foot of the chat: one for all, and conditional ones for those that a rule fits.
 *
 * @module
 */
import type { FollowerRecord, Followers } from "../platform/followers.ts";
import {
  jsonOf,
  OK,
  recordIn,
  recordsIn,
  requiredText,
  textIn,
  unescapedJsonOf,
} from "./api-call.ts";
import type { ApiCall, Fields } from "./api-call.ts";
import { ApiFailure } from "./api-errors.ts";
import { readButtons } from "./menu-rules.ts";
import type { Button } from "./menu-rules.ts";

/** A menu for those that its rule fits. */
interface ConditionalMenu {
  readonly button: readonly Button[];
  readonly matchrule: Fields;
  readonly menuid: number;
}

/** The first of the numbers that menus get. */
const FIRST_MENU_ID = 410_418_124;

export class Menus {
  readonly #followers: Followers;
  readonly #onChange: () => void;
  #default: { readonly button: readonly Button[]; readonly menuid: number } | undefined;
  #conditional: readonly ConditionalMenu[] = [];
  #made = 0;

  constructor(followers: Followers, onChange: () => void) {
    this.#followers = followers;
    this.#onChange = onChange;
  }

  /** The buttons that this follower sees; empty if there is no menu. */
  buttonsFor(openId?: string): readonly Button[] {
    const follower = openId === undefined ? undefined : this.#followers.get(openId);
    // Of several that fit, the one that was added last wins.
    const fitting =
      follower === undefined
        ? undefined
        : this.#conditional.findLast(({ matchrule }) => fits(matchrule, follower));
    return (fitting ?? this.#default)?.button ?? [];
  }

  /** Sets the menu as on WeChat's own pages; an empty list removes it. */
  set(button: readonly Button[]): void {
    this.#default = button.length === 0 ? undefined : { button, menuid: this.#nextId() };
    this.#onChange();
  }

  /** POST `menu/create`. */
  async create(call: ApiCall): Promise<typeof OK> {
    this.set(readButtons(await unescapedJsonOf(call)));
    return OK;
  }

  /** GET `menu/get`. */
  read(): object {
    if (this.#default === undefined) throw new ApiFailure(46003);
    const { button, menuid } = this.#default;
    return {
      menu: { button: button.map(withList), menuid },
      ...(this.#conditional.length > 0 && {
        conditionalmenu: this.#conditional.map((menu) => ({
          ...menu,
          button: menu.button.map(withList),
        })),
      }),
    };
  }

  /** GET `menu/delete`: the conditional ones go too. */
  remove(): typeof OK {
    this.#conditional = [];
    this.set([]);
    return OK;
  }

  /** POST `menu/addconditional`. */
  async addConditional(call: ApiCall): Promise<{ menuid: string }> {
    const fields = await unescapedJsonOf(call);
    if (this.#default === undefined) throw new ApiFailure(65303);
    const matchrule = recordIn(fields, "matchrule");
    if (Object.values(matchrule).every((value) => value === "")) throw new ApiFailure(65304);
    const menuid = this.#nextId();
    this.#conditional = [...this.#conditional, { button: readButtons(fields), matchrule, menuid }];
    this.#onChange();
    return { menuid: String(menuid) };
  }

  /** POST `menu/delconditional`. */
  async removeConditional(call: ApiCall): Promise<typeof OK> {
    const menuid = textIn(await jsonOf(call), "menuid");
    const left = this.#conditional.filter((menu) => String(menu.menuid) !== menuid);
    if (left.length === this.#conditional.length) throw new ApiFailure(65301);
    this.#conditional = left;
    this.#onChange();
    return OK;
  }

  /** POST `menu/trymatch`. */
  async tryMatch(call: ApiCall): Promise<object> {
    const openId = requiredText(await jsonOf(call), "user_id", 41009);
    if (this.#followers.get(openId) === undefined) throw new ApiFailure(40003);
    return { button: this.buttonsFor(openId) };
  }

  /** GET `get_current_selfmenu_info`, in which sub-buttons are in a `list`. */
  readCurrent(): object {
    if (this.#default === undefined) return { is_menu_open: 0 };
    const button = this.#default.button.map((each) => {
      const below = recordsIn(each, "sub_button");
      return below.length === 0
        ? each
        : { name: textIn(each, "name"), sub_button: { list: below } };
    });
    return { is_menu_open: 1, selfmenu_info: { button } };
  }

  #nextId(): number {
    this.#made += 1;
    return FIRST_MENU_ID + this.#made;
  }
}

/** Each button comes back with a list of those below it, be it an empty one. */
function withList(button: Button): Button {
  return { ...button, sub_button: recordsIn(button, "sub_button").map(withList) };
}

/** Of the rules, those that a follower of ours can be asked about; others fit nobody. */
function fits(rule: Fields, follower: FollowerRecord): boolean {
  return Object.entries(rule).every(([name, value]) => {
    if (value === "") return true;
    return name === "tag_id" && follower.tags.includes(Number(value));
  });
}
