/**
 * The other interfaces: menu, media, codes, followers, addresses.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ApiBench, upload } from "./api-bench.ts";

const PNG = "89504e470d0a1a0a";
const JPEG = "ffd8ffe000104a46";
const AMR = "2321414d520a3c91";
const MP4 = "0000001866747970";
const BUTTON = { type: "click", name: "今日", key: "TODAY" };

describe("A menu", () => {
  test("is read as it was made, and gone when it is deleted", async () => {
    const bench = new ApiBench();
    assert.equal(await bench.code("menu/get"), 46003);
    const below = { type: "view", name: "站", url: "http://a/" };
    const button = [BUTTON, { name: "更多", sub_button: [below] }];
    assert.equal(await bench.code("menu/create", { button }), 0);
    assert.deepEqual(bench.api.menu, button);
    const { menu } = (await bench.get("menu/get")) as { menu: { button: unknown } };
    const withLists = [
      { ...BUTTON, sub_button: [] },
      { name: "更多", sub_button: [{ ...below, sub_button: [] }] },
    ];
    assert.deepEqual(menu.button, withLists, "each button has a list, be it an empty one");
    const current = JSON.stringify(await bench.get("get_current_selfmenu_info"));
    assert.match(current, /"sub_button":\{"list":\[/);
    assert.equal(await bench.code("menu/delete"), 0);
    assert.deepEqual(bench.api.menu, []);
    assert.equal((await bench.get("get_current_selfmenu_info"))["is_menu_open"], 0);
  });

  test("that is set elsewhere is there, or gone", async () => {
    const bench = new ApiBench();
    bench.api.setMenu([BUTTON]);
    assert.deepEqual(bench.api.menu, [BUTTON]);
    assert.equal(await bench.code("menu/get"), 0);
    bench.api.setMenu([]);
    assert.equal(await bench.code("menu/get"), 46003);
  });

  const view = { type: "view", name: "a" };
  const wrong: readonly (readonly [string, readonly object[], number])[] = [
    ["no button", [], 40016],
    ["four buttons", [BUTTON, BUTTON, BUTTON, BUTTON], 40016],
    ["an unknown type", [{ ...BUTTON, type: "push" }], 40017],
    ["a name of 17 bytes", [{ ...BUTTON, name: "x".repeat(17) }], 40018],
    ["a name of six characters, 18 bytes", [{ ...BUTTON, name: "今日今日今日" }], 40018],
    ["no key", [{ type: "click", name: "a" }], 40019],
    ["a key of 129 bytes", [{ ...BUTTON, key: "x".repeat(129) }], 40019],
    ["an address of 1,025 bytes", [{ ...view, url: "x".repeat(1025) }], 40020],
    ["six buttons below one", [{ name: "a", sub_button: Array(6).fill(BUTTON) }], 40023],
    ["an unknown type below", [{ name: "a", sub_button: [{ ...BUTTON, type: "" }] }], 40024],
    [
      "a long name below",
      [{ name: "a", sub_button: [{ ...BUTTON, name: "x".repeat(61) }] }],
      40025,
    ],
    ["no key below", [{ name: "a", sub_button: [{ type: "click", name: "b" }] }], 40026],
    ["no address below", [{ name: "a", sub_button: [view] }], 40027],
    ["no media", [{ type: "media_id", name: "a" }], 40007],
    ["no mini program", [{ type: "miniprogram", name: "a", url: "http://a/" }], 40035],
  ];
  for (const [what, button, code] of wrong) {
    test(`with ${what} is refused with ${code}`, async () => {
      assert.equal(await new ApiBench().code("menu/create", { button }), code);
    });
  }

  test("for some is seen by those that its rule fits, the last one first", async () => {
    const bench = new ApiBench();
    bench.note("oA");
    bench.note("oB");
    bench.api.followers.change("oA", { tags: [2] });
    const other = (name: string, tag: string): object => ({
      button: [{ ...BUTTON, name }],
      matchrule: { tag_id: tag },
    });
    assert.equal(await bench.code("menu/addconditional", other("甲", "2")), 65303);
    await bench.post("menu/create", { button: [BUTTON] });
    await bench.post("menu/addconditional", other("甲", "2"));
    const { menuid } = await bench.post("menu/addconditional", other("乙", "2"));
    assert.equal(bench.api.menuFor("oA")[0]?.["name"], "乙");
    assert.deepEqual(bench.api.menuFor("oB"), [BUTTON]);
    const tried = await bench.post("menu/trymatch", { user_id: "oA" });
    assert.deepEqual(tried["button"], bench.api.menuFor("oA"));
    assert.equal(await bench.code("menu/trymatch", { user_id: "oX" }), 40003);
    assert.equal(await bench.code("menu/delconditional", { menuid }), 0);
    assert.equal(await bench.code("menu/delconditional", { menuid }), 65301);
    assert.equal(bench.api.menuFor("oA")[0]?.["name"], "甲");
    const noRule = { button: [BUTTON], matchrule: {} };
    assert.equal(await bench.code("menu/addconditional", noRule), 65304);
  });
});

describe("Media", () => {
  test("are kept for three days", async () => {
    const bench = new ApiBench();
    const answer = await bench.post("media/upload?type=image", upload(PNG, "a.png"));
    assert.equal(answer["type"], "image");
    const path = `media/get?media_id=${String(answer["media_id"])}`;
    const found = await bench.download(path);
    assert.equal(found.headers.get("content-type"), "image/png");
    assert.equal(Buffer.from(await found.arrayBuffer()).toString("hex"), PNG);
    bench.turn(3 * 86_400_000);
    assert.equal(await bench.code(path), 40007);
  });

  test("of a thumbnail have an id of another name, and of a video an address", async () => {
    const bench = new ApiBench();
    const thumb = await bench.post("media/upload?type=thumb", upload(JPEG));
    assert.ok(thumb["thumb_media_id"]);
    const { media_id } = await bench.post("media/upload?type=video", upload(MP4));
    const { video_url } = await bench.get(`media/get?media_id=${String(media_id)}`);
    const file = await bench.api.fetch(String(video_url));
    assert.equal(file.headers.get("content-type"), "video/mp4");
    assert.equal((await bench.api.fetch(`${String(video_url)}x`)).status, 404);
  });

  const wrong: readonly (readonly [string, string, FormData | string, number])[] = [
    ["an unknown type", "picture", upload(PNG), 40004],
    ["a voice that is a picture", "voice", upload(PNG), 40005],
    ["a thumbnail that is no JPG", "thumb", upload(PNG), 40005],
    ["a voice of more than 2 MB", "voice", upload(AMR + "00".repeat(2_097_152)), 40006],
    ["an empty file", "image", upload(""), 40006],
    ["no file", "image", "x", 41005],
  ];
  for (const [what, type, body, code] of wrong) {
    test(`with ${what} are refused with ${code}`, async () => {
      assert.equal(await new ApiBench().code(`media/upload?type=${type}`, body), code);
    });
  }

  test("of the permanent kind are counted, listed, read and deleted", async () => {
    const bench = new ApiBench();
    const added = await bench.post("material/add_material?type=image", upload(PNG, "a.png"));
    assert.match(String(added["url"]), /^https:/);
    bench.turn(30 * 86_400_000);
    const { image_count } = await bench.get("material/get_materialcount");
    assert.equal(image_count, 1);
    const query = { type: "image", offset: 0, count: 20 };
    const { item } = (await bench.post("material/batchget_material", query)) as {
      item: readonly { readonly media_id: string }[];
    };
    assert.deepEqual(
      item.map(({ media_id }) => media_id),
      [added["media_id"]],
    );
    const id = { media_id: added["media_id"] };
    assert.equal((await bench.download("material/get_material", id)).status, 200);
    assert.equal(await bench.code("material/del_material", id), 0);
    assert.equal(await bench.code("material/del_material", id), 40007);
    assert.equal(await bench.code("material/del_material", {}), 41006);
    const tooMany = { ...query, count: 21 };
    assert.equal(await bench.code("material/batchget_material", tooMany), 40035);
    assert.equal(await bench.code("material/batchget_material", { type: "image" }), 40035);
    assert.equal(await bench.code("material/batchget_material", { ...query, type: "thumb" }), 40004);
    const { url } = await bench.post("media/uploadimg", upload(JPEG));
    assert.equal((await bench.api.fetch(String(url))).status, 200);
  });
});

describe("A code", () => {
  const make = (bench: ApiBench, action_name: string, scene: object, rest = {}): Promise<unknown> =>
    bench.code("qrcode/create", { action_name, action_info: { scene }, ...rest });

  test("has a ticket and a scene, and ends when its time is over", async () => {
    const bench = new ApiBench();
    const made = await bench.post("qrcode/create", {
      expire_seconds: 100,
      action_name: "QR_STR_SCENE",
      action_info: { scene: { scene_str: "shop-7" } },
    });
    assert.equal(made["expire_seconds"], 100);
    assert.deepEqual(
      bench.api.codes.list.map(({ scene }) => scene),
      ["shop-7"],
    );
    assert.equal(bench.api.codes.ticketOf("shop-7"), made["ticket"]);
    assert.match(String(made["ticket"]), /\+.*\/.*==$/, "it must be escaped in a query");
    bench.turn(100_000);
    assert.deepEqual(bench.api.codes.list, []);
  });

  test("may last, and then has a number up to 100,000 or a text", async () => {
    const bench = new ApiBench();
    assert.equal(await make(bench, "QR_LIMIT_SCENE", { scene_id: 100_000 }), 0);
    assert.equal(await make(bench, "QR_LIMIT_STR_SCENE", { scene_str: "a" }), 0);
    assert.equal(await make(bench, "QR_SCENE", { scene_id: 4_294_967_295 }), 0);
    bench.turn(365 * 86_400_000);
    assert.deepEqual(
      bench.api.codes.list.map(({ scene }) => scene),
      ["100000", "a"],
    );
  });

  test("with a scene, action or time that is none is refused with 40053", async () => {
    const bench = new ApiBench();
    assert.equal(await make(bench, "QR", { scene_id: 1 }), 40053);
    assert.equal(await make(bench, "QR_LIMIT_SCENE", { scene_id: 100_001 }), 40053);
    for (const scene_id of ["x", "1", 0, 1.5, 4_294_967_296]) {
      assert.equal(await make(bench, "QR_SCENE", { scene_id }), 40053);
    }
    assert.equal(await make(bench, "QR_STR_SCENE", { scene_str: 7 }), 40053);
    assert.equal(await make(bench, "QR_STR_SCENE", { scene_str: "x".repeat(65) }), 40053);
    const tooLong = { expire_seconds: 2_592_001 };
    assert.equal(await make(bench, "QR_SCENE", { scene_id: 1 }, tooLong), 40053);
  });
});

describe("A follower", () => {
  test("is known with scene and remark while they follow, and by their openid after", async () => {
    const bench = new ApiBench();
    bench.api.note("oA", { MsgType: "event", Event: "subscribe", EventKey: "qrscene_7" });
    await bench.post("user/info/updateremark", { openid: "oA", remark: "甲" });
    const info = await bench.get("user/info?openid=oA&lang=en");
    assert.equal(info["language"], "en");
    assert.equal((await bench.get("user/info?openid=oA"))["language"], "zh_CN");
    assert.equal(info["subscribe"], 1);
    assert.equal(info["qr_scene"], 7);
    assert.equal(info["remark"], "甲");
    bench.note("oA", "unsubscribe");
    assert.deepEqual(await bench.get("user/info?openid=oA"), { subscribe: 0, openid: "oA" });
    assert.equal(await bench.code("user/info?openid=oX"), 40003);
    const long = { openid: "oA", remark: "x".repeat(30) };
    assert.equal(await bench.code("user/info/updateremark", long), 40035);
  });

  test("is in the list, which goes on behind an openid", async () => {
    const bench = new ApiBench();
    for (const openId of ["oA", "oB", "oC"]) bench.note(openId);
    const all = await bench.get("user/get");
    assert.deepEqual(all["data"], { openid: ["oA", "oB", "oC"] });
    const rest = await bench.get("user/get?next_openid=oA");
    assert.deepEqual(rest["data"], { openid: ["oB", "oC"] });
    const several = await bench.post("user/info/batchget", { user_list: [{ openid: "oB" }] });
    assert.equal((several["user_info_list"] as readonly unknown[]).length, 1);
    assert.equal(await bench.code("user/info/batchget", { user_list: [] }), 40035);
  });
});

describe("The interfaces", () => {
  test("tell where the platform calls from, and check the way to a server", async () => {
    const bench = new ApiBench();
    assert.deepEqual((await bench.get("getcallbackip"))["ip_list"], ["127.0.0.1", "::1"]);
    const checked = await bench.post("callback/check", { action: "all", check_operator: "CAP" });
    assert.deepEqual(Object.keys(checked), ["dns", "ping"]);
    assert.equal(await bench.code("callback/check", { action: "x" }), 40202);
    assert.equal(await bench.code("callback/check", { action: "dns", check_operator: "x" }), 40203);
  });

  test("may be told where the platform calls from, and that no server is set", async () => {
    const bench = new ApiBench();
    bench.api.network.callbackIps = ["203.205.151.0/24"];
    assert.deepEqual((await bench.get("getcallbackip"))["ip_list"], ["203.205.151.0/24"]);
    assert.deepEqual((await bench.get("get_api_domain_ip"))["ip_list"], ["127.0.0.1", "::1"]);
    bench.api.network.hasCallback = false;
    const check = { action: "all", check_operator: "DEFAULT" };
    assert.equal(await bench.code("callback/check", check), 40201);
  });

  test("tell how much may be called", async () => {
    const bench = new ApiBench();
    const found = await bench.post("openapi/quota/get", { cgi_path: "/cgi-bin/menu/get" });
    assert.equal((found["quota"] as Record<string, number>)["daily_limit"], 2000);
    assert.equal(await bench.code("openapi/quota/get", { cgi_path: "menu" }), 76021);
  });

  test("clear quotas ten times a month", async () => {
    const bench = new ApiBench();
    const body = { appid: bench.account.appId };
    for (let count = 0; count < 10; count += 1)
      assert.equal(await bench.code("clear_quota", body), 0);
    assert.equal(await bench.code("clear_quota", body), 48006);
    assert.equal(await bench.code("clear_quota", { appid: "x" }), 40013);
  });

  test("are found whatever stands before their path, and others are not there", async () => {
    const bench = new ApiBench();
    const { access_token } = await bench.stable();
    const url = `http://127.0.0.1:1/api/cgi-bin/getcallbackip?access_token=${String(access_token)}`;
    assert.equal((await bench.api.fetch(url)).status, 200);
    assert.equal(await bench.code("toString"), 40066);
    assert.equal(await bench.code("menu/create"), 43002);
    assert.equal(await bench.code("user/get", {}), 43001);
  });
});
