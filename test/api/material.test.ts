/** Permanent material, codes for scanning, followers, addresses, the network check and quotas. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { MediaFile } from "../../src/index.ts";
import { OPEN_ID, setStage } from "./stage.ts";
import { APP_ID } from "./stand-in.ts";

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const MP4 = Buffer.from("00000018667479706d70343200000000", "hex");
const JPG = Buffer.from("ffd8ffe000104a46494600010100", "hex");

describe("material", { timeout: 120_000 }, () => {
  test("is added, read, listed and removed", async (context) => {
    const { api, standIn, refused } = await setStage(context);
    const added = await api.material.add("image", PNG, { filename: "a.png" });
    assert.match(added.url ?? "", /^http:/);
    const file = (await api.material.get(added.media_id)) as MediaFile;
    assert.equal(file.kind, "file");
    assert.deepEqual(Buffer.from(await file.bytes()), PNG);
    await api.material.add("image", PNG, { filename: "b.png" });
    const list = await api.material.list("image");
    assert.equal(list.total_count, 2);
    assert.equal(list.item_count, 2);
    assert.equal(list.item[0]?.media_id, added.media_id);
    assert.equal((await api.material.list("image", 1, 1)).item_count, 1);
    assert.equal(await api.material.remove(added.media_id), undefined);
    assert.equal(standIn.files("permanent").length, 1);
    await refused(api.material.remove(added.media_id), 40007);
    await refused(api.material.get(added.media_id), 40007);
  });

  test("of a video has title and introduction, and an address", async (context) => {
    const { api, standIn } = await setStage(context);
    const words = { filename: "a.mp4", title: "标题😀", introduction: "介绍" };
    const { media_id } = await api.material.add("video", MP4, words);
    assert.equal(standIn.side.media.find(media_id)?.title, "标题😀");
    const down_url = `${standIn.base}/mmbiz/${media_id}`;
    const data = { title: "标题😀", description: "介绍", down_url };
    assert.deepEqual(await api.material.get(media_id), { kind: "data", data });
  });

  test("asks for 1 to 20 entries", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    for (const [offset, count] of [[0, 0], [0, 21], [-1, 20], [0.5, 1], [0, Number.NaN]] as const) {
      await fails(api.material.list("image", offset, count), "API_INPUT_INVALID");
    }
    assert.equal(standIn.requests.length, 0);
    await api.material.list("news", 0, 20);
    const { json } = standIn.requests.at(-1) ?? {};
    assert.deepEqual(json, { type: "news", offset: 0, count: 20 });
  });

  test("has the limits of media", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    const large = Buffer.concat([JPG, Buffer.alloc(65_536)]);
    await fails(api.material.add("thumb", large, { filename: "a.jpg" }), "API_INPUT_INVALID");
    const text = Buffer.from("neither a picture nor named as one");
    await fails(api.material.add("image", text, { filename: "a.txt" }), "API_INPUT_INVALID");
    await fails(api.material.add("video", PNG), "API_INPUT_INVALID");
    assert.equal(standIn.requests.length, 0);
  });
});

describe("qrcode", { timeout: 120_000 }, () => {
  test("is for a number or a text, for a time or for good", async (context) => {
    const { api, standIn } = await setStage(context);
    const made = [
      await api.qrcode.create(123, { expireSeconds: 600 }),
      await api.qrcode.create("场景", { expireSeconds: 2_592_000 }),
      await api.qrcode.create(100_000, { permanent: true }),
      await api.qrcode.create("a".repeat(64), { permanent: true }),
      await api.qrcode.create(0xffff_ffff),
    ];
    const asked = standIn.requestsFor("/cgi-bin/qrcode/create").map(({ json }) => json);
    const names = ["QR_SCENE", "QR_STR_SCENE", "QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE", "QR_SCENE"];
    assert.deepEqual(asked.map((body) => body["action_name"]), names);
    const scenes = [
      { scene_id: 123 },
      { scene_str: "场景" },
      { scene_id: 100_000 },
      { scene_str: "a".repeat(64) },
      { scene_id: 0xffff_ffff },
    ];
    assert.deepEqual(asked.map((body) => body["action_info"]), scenes.map((scene) => ({ scene })));
    assert.deepEqual(made.slice(0, 4).map(({ expire_seconds }) => expire_seconds), [
      600,
      2_592_000,
      undefined,
      undefined,
    ]);
    for (const { ticket, url, imageUrl } of made) {
      assert.match(url, /^http:\/\/weixin\.qq\.com\/q\//);
      assert.equal(imageUrl, api.qrcode.imageUrl(ticket));
      const { origin, pathname, searchParams } = new URL(imageUrl);
      assert.equal(origin + pathname, "https://mp.weixin.qq.com/cgi-bin/showqrcode");
      assert.equal(searchParams.get("ticket"), ticket);
    }
  });

  test("outside its bounds is refused before anything is sent", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    const cases: readonly Parameters<typeof api.qrcode.create>[] = [
      [0],
      [-1],
      [1.5],
      [Number.NaN],
      [0x1_0000_0000],
      [100_001, { permanent: true }],
      [""],
      ["a".repeat(65)],
      [1, { expireSeconds: 0 }],
      [1, { expireSeconds: 2_592_001 }],
      [1, { expireSeconds: 1.5 }],
      [true as never],
    ];
    for (const each of cases) await fails(api.qrcode.create(...each), "API_INPUT_INVALID");
    assert.equal(standIn.requests.length, 0);
  });
});

describe("user.info", { timeout: 120_000 }, () => {
  test("tells of a follower, in a language", async (context) => {
    const { api, standIn, refused } = await setStage(context);
    const info = await api.user.info(OPEN_ID);
    assert.equal(info.subscribe, 1);
    assert.equal(info.openid, OPEN_ID);
    assert.equal((await api.user.info(OPEN_ID, "en")).language, "en");
    assert.equal(standIn.requests.at(-1)?.query["lang"], "en");
    standIn.heard(OPEN_ID, "unfollow");
    assert.deepEqual(await api.user.info(OPEN_ID), { subscribe: 0, openid: OPEN_ID });
    const error = await refused(api.user.info("oSomebodyE1se-93aBqXyZ_01234"), 40003);
    assert.ok(!error.message.includes("oSomebodyE1se-93aBqXyZ_01234"));
  });
});

describe("The account", { timeout: 120_000 }, () => {
  test("has the addresses that WeChat calls from", async (context) => {
    const { api, standIn } = await setStage(context);
    assert.deepEqual(await api.callbackIps(), standIn.network.callbackIps);
  });

  test("has its network checked", async (context) => {
    const { api, standIn, refused } = await setStage(context);
    const { dns, ping } = await api.networkCheck();
    assert.deepEqual(dns, [{ ip: "127.0.0.1", real_operator: "DEFAULT" }]);
    assert.equal(ping?.[0]?.package_loss, "0%");
    const asked = (): unknown => standIn.requests.at(-1)?.json;
    assert.deepEqual(asked(), { action: "all", check_operator: "DEFAULT" });
    const found = await api.networkCheck({ action: "dns", operator: "CHINANET" });
    assert.deepEqual(asked(), { action: "dns", check_operator: "CHINANET" });
    assert.deepEqual([found.dns?.length, found.ping ?? []], [1, []]);
    standIn.network.hasCallback = false;
    await refused(api.networkCheck(), 40201);
  });

  test("has quotas, which can be read and cleared ten times a month", async (context) => {
    const { api, standIn, refused } = await setStage(context);
    const path = "/cgi-bin/message/custom/send";
    const answer = (await api.quota.get(path)) as unknown;
    assert.match(JSON.stringify(answer), /"daily_limit":2000/);
    assert.deepEqual(standIn.requests.at(-1)?.json, { cgi_path: path });
    for (let nth = 0; nth < 10; nth += 1) assert.equal(await api.quota.clear(), undefined);
    assert.deepEqual(standIn.requests.at(-1)?.json, { appid: APP_ID });
    await refused(api.quota.clear(), 48006);
    await refused(api.quota.get("/nothing"), 76021);
  });
});
