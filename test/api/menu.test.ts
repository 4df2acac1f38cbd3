/** The menu: its limits, each found before anything is sent, and its three calls. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Menu } from "../../src/index.ts";
import { setStage } from "./stage.ts";

const CLICK = { type: "click", name: "今日歌曲", key: "V1001_TODAY_MUSIC" } as const;
const VIEW = { type: "view", name: "搜索", url: "http://www.example.com/" } as const;
const MINI = {
  type: "miniprogram",
  name: "小程序",
  url: "http://mp.example.com",
  appid: "wx286b93c14bbf93aa",
  pagepath: "pages/lunar/index",
} as const;

/** One button of each type. */
const ACTIONS: readonly Record<string, string>[] = [
  CLICK,
  VIEW,
  MINI,
  { type: "scancode_push", name: "扫码", key: "rselfmenu_0_1" },
  { type: "scancode_waitmsg", name: "扫码带提示", key: "rselfmenu_0_0" },
  { type: "pic_sysphoto", name: "拍照", key: "rselfmenu_1_0" },
  { type: "pic_photo_or_album", name: "拍照或相册", key: "rselfmenu_1_1" },
  { type: "pic_weixin", name: "微信相册", key: "rselfmenu_1_2" },
  { type: "location_select", name: "发送位置", key: "rselfmenu_2_0" },
  { type: "media_id", name: "图片", media_id: "MEDIA_ID1" },
  { type: "view_limited", name: "图文", media_id: "MEDIA_ID2" },
  { type: "article_id", name: "文章", article_id: "ARTICLE_ID1" },
  { type: "article_view_limited", name: "文章卡片", article_id: "ARTICLE_ID2" },
];

/** A menu as somebody without types may write it. */
function loose(menu: unknown): Menu {
  return menu as Menu;
}

function without(button: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(button).filter(([each]) => each !== name));
}

describe("menu", { timeout: 120_000 }, () => {
  test("is set, read and deleted", async (context) => {
    const { api, standIn } = await setStage(context);
    assert.equal(await api.menu.get(), undefined, "46003 is no error");
    const menu: Menu = { button: [CLICK, { name: "更多", sub_button: [VIEW, MINI] }] };
    assert.equal(await api.menu.create(menu), undefined);
    assert.deepEqual(standIn.menu, menu.button);
    const got = await api.menu.get();
    assert.deepEqual(got?.menu.button.map(({ name }) => name), ["今日歌曲", "更多"]);
    assert.equal(await api.menu.delete(), undefined);
    assert.equal(await api.menu.get(), undefined);
  });

  test("that was read can be set again", async (context) => {
    const { api, standIn } = await setStage(context);
    const menu: Menu = { button: [CLICK, { name: "更多", sub_button: [VIEW, MINI] }] };
    await api.menu.create(menu);
    const got = await api.menu.get();
    standIn.side.setMenu([]);
    await api.menu.create(loose(got?.menu));
    assert.deepEqual(standIn.menu, menu.button);
  });

  test("may have every type of button, at both levels", async (context) => {
    const { api, standIn } = await setStage(context);
    for (const action of ACTIONS) {
      const button = [action, { name: "更多", sub_button: [action] }];
      await api.menu.create(loose({ button }));
      assert.deepEqual(standIn.menu, button);
    }
  });

  test("is read with an error other than 46003 as an error", async (context) => {
    const { api, standIn, refused } = await setStage(context);
    standIn.faults.failNext({ path: "/cgi-bin/menu/get", errcode: 48001 });
    await refused(api.menu.get(), 48001);
  });
});

describe("A menu within its limits is sent", { timeout: 120_000 }, () => {
  const url = "http://a.example.com/";
  const cases: Readonly<Record<string, unknown>> = {
    "three buttons": [CLICK, CLICK, CLICK],
    "five buttons below one": [{ name: "n", sub_button: Array(5).fill(CLICK) }],
    "a name of 16 bytes": [{ ...CLICK, name: "一二三四五a" }],
    "a name of 60 bytes below": [{ name: "n", sub_button: [{ ...CLICK, name: "字".repeat(20) }] }],
    "a key of 128 bytes": [{ ...CLICK, key: "k".repeat(128) }],
    "an address of 1,024 bytes": [{ ...VIEW, url: url + "u".repeat(1024 - url.length) }],
    "emoji": [{ ...CLICK, name: "😀😀😀" }],
  };
  for (const [what, button] of Object.entries(cases)) {
    test(`with ${what}`, async (context) => {
      const { api, standIn } = await setStage(context);
      await api.menu.create(loose({ button }));
      assert.deepEqual(standIn.menu, button);
    });
  }
});

describe("A menu beyond its limits is refused before it is sent", { timeout: 120_000 }, () => {
  const below = (sub: unknown): unknown => ({ name: "更多", sub_button: [VIEW, sub] });
  const cases: Readonly<Record<string, unknown>> = {
    "no button": [],
    "four buttons": [CLICK, CLICK, CLICK, CLICK],
    "six buttons below one": [{ name: "n", sub_button: Array(6).fill(CLICK) }],
    "buttons at a third level": [below({ name: "n", sub_button: [CLICK] })],
    "a name of 17 bytes": [{ ...CLICK, name: "一二三四五ab" }],
    "a name of 61 bytes below": [below({ ...CLICK, name: `${"字".repeat(20)}a` })],
    "an empty name": [{ ...CLICK, name: "" }],
    "no name": [without(CLICK, "name")],
    "no name above others": [{ sub_button: [CLICK] }],
    "a key of 129 bytes": [{ ...CLICK, key: "k".repeat(129) }],
    "a key of 43 characters that take 129 bytes": [{ ...CLICK, key: "键".repeat(43) }],
    "an address of 1,025 bytes": [{ ...VIEW, url: `http://a/${"u".repeat(1016)}` }],
    "a type that does not exist": [{ ...CLICK, type: "press" }],
    "a type of every object": [{ ...CLICK, type: "constructor" }],
    "no type": [without(CLICK, "type")],
    "a click without its key": [without(CLICK, "key")],
    "a view without its address": [without(VIEW, "url")],
    "a mini program without its address": [without(MINI, "url")],
    "a mini program without its appid": [without(MINI, "appid")],
    "a mini program without its path": [without(MINI, "pagepath")],
    "a picture without its media id": [{ type: "media_id", name: "n" }],
    "an article without its id": [{ type: "article_id", name: "n" }],
    "a wrong button below": [below(without(CLICK, "key"))],
    "something that is no button": ["click"],
    "null": [null],
    "no list": CLICK,
    "nothing": undefined,
  };
  for (const [what, button] of Object.entries(cases)) {
    test(what, async (context) => {
      const { api, standIn, fails } = await setStage(context);
      const error = await fails(api.menu.create(loose({ button })), "API_INPUT_INVALID");
      assert.doesNotMatch(error.message, /\.$|undefined is not|cannot read/i);
      assert.equal(standIn.requests.length, 0);
    });
  }

  test("and the sentence says which button, and what was expected", async (context) => {
    const { api, fails } = await setStage(context);
    const button = [CLICK, below({ ...CLICK, name: "字".repeat(21) })];
    const { message } = await fails(api.menu.create(loose({ button })), "API_INPUT_INVALID");
    assert.match(message, /60/);
    assert.match(message, /63/);
    assert.match(message, /button\[1\]|sub_button\[1\]|字/);
  });
});

describe("A menu with null for the list of a button that has none", { timeout: 120_000 }, () => {
  test("is set", async (context) => {
    const { api, standIn } = await setStage(context);
    const bare = { ...CLICK, sub_button: null };
    const button = [bare, { name: "更多", sub_button: [bare, { ...VIEW, sub_button: {} }] }];
    await api.menu.create({ button } as unknown as Menu);
    assert.deepEqual(standIn.menu, [CLICK, { name: "更多", sub_button: [CLICK, VIEW] }]);
  });

  test("is refused where the button does nothing", async (context) => {
    const { api, fails } = await setStage(context);
    const button = [{ name: "更多", sub_button: null }];
    await fails(api.menu.create({ button } as unknown as Menu), "API_INPUT_INVALID");
  });
});
