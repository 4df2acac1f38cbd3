/**
 * The stand-in's menu, with the limits that the platform sets for one.
 *
 * @module
 */
import { Refusal, done, json, readJson, recordOf, textOf } from "./stand-in-wire.ts";
import type { Given, Received } from "./stand-in-wire.ts";

type Button = Readonly<Record<string, unknown>>;

/** Which member a button of a type must have. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
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

/** The codes differ between a button and one below it. */
const TOP = { count: 40016, type: 40017, name: 40018, key: 40019, url: 40020 };
const SUB = { count: 40023, type: 40024, name: 40025, key: 40026, url: 40027 };

export class StandInMenu {
  /** What was set last. */
  current: readonly Button[] | undefined;

  /** POST /cgi-bin/menu/create */
  create(request: Received): Given {
    const { button } = readJson(request);
    const buttons = buttonsOf(button);
    if (buttons.length < 1 || buttons.length > 3) throw new Refusal(TOP.count);
    for (const each of buttons) {
      checkName(each, 16, TOP.name);
      if (each["sub_button"] === undefined) {
        checkAction(each, TOP);
        continue;
      }
      const below = buttonsOf(each["sub_button"]);
      if (below.length < 1 || below.length > 5) throw new Refusal(SUB.count);
      for (const sub of below) {
        checkName(sub, 60, SUB.name);
        checkAction(sub, SUB);
      }
    }
    this.current = buttons;
    return done();
  }

  /** GET /cgi-bin/menu/get */
  get(): Given {
    if (this.current === undefined) throw new Refusal(46003);
    // Each button comes back with a list, be it an empty one.
    const button = this.current.map((each) => ({
      ...each,
      sub_button: buttonsOf(each["sub_button"]).map((sub) => ({ ...sub, sub_button: [] })),
    }));
    return json({ menu: { button } });
  }

  /** GET /cgi-bin/menu/delete */
  delete(): Given {
    this.current = undefined;
    return done();
  }
}

function buttonsOf(value: unknown): Button[] {
  return Array.isArray(value) ? value.map(recordOf) : [];
}

function checkName(button: Button, limitBytes: number, errcode: number): void {
  const name = textOf(button["name"]);
  if (name === undefined || Buffer.byteLength(name) > limitBytes) throw new Refusal(errcode);
}

function checkAction(button: Button, codes: typeof TOP): void {
  const type = String(button["type"]);
  const required = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (required === undefined) throw new Refusal(codes.type);
  for (const name of required) {
    if (textOf(button[name]) !== undefined) continue;
    throw new Refusal(name === "url" ? codes.url : codes.key);
  }
  if (Buffer.byteLength(textOf(button["key"]) ?? "") > 128) throw new Refusal(codes.key);
  if (Buffer.byteLength(textOf(button["url"]) ?? "") > 1024) throw new Refusal(codes.url);
}
