/**
 * Files as they are uploaded: the form byte by byte, and what comes back.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createTestPlatform } from "../../../lab/index.ts";
import { echostr } from "../../support/subject.ts";
import { ApiBench, upload } from "./api-bench.ts";

const PNG = "89504e470d0a1a0a";
const BMP = "424d3a00";
const MP4 = "0000001866747970";
const BOUNDARY = "----boundary--of-the-test";
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

interface Form {
  readonly name?: string;
  readonly filename?: string;
  readonly bytes?: Buffer;
}

/** A form with a file, written by hand. */
function form({ name = "media", filename = "图.png", bytes = Buffer.from(PNG, "hex") }: Form): Buffer {
  const head =
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; ` +
    `filename="${filename}"\r\nContent-Type: image/png\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
}

async function send(
  bench: ApiBench,
  body: Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const { access_token } = await bench.stable();
  const url = `https://api.weixin.qq.com/cgi-bin/media/upload?type=image&access_token=${String(access_token)}`;
  const all = { "Content-Type": TYPE, ...headers };
  return bench.api.fetch(url, { method: "POST", headers: all, body: new Uint8Array(body) });
}

async function codeOf(answer: Promise<Response>): Promise<unknown> {
  return ((await (await answer).json()) as Record<string, unknown>)["errcode"];
}

describe("A file in a form", () => {
  test("comes back byte for byte, also with line ends and boundaries in it", async () => {
    const bench = new ApiBench();
    const odd = `\r\n--\r\n\u0000${BOUNDARY}\r\n--${BOUNDARY.slice(0, -1)}\r\n`;
    const bytes = Buffer.concat([Buffer.from(PNG, "hex"), Buffer.from(odd)]);
    const answer = (await (await send(bench, form({ bytes }))).json()) as Record<string, unknown>;
    assert.equal(answer["type"], "image");
    const id = String(answer["media_id"]);
    assert.equal(bench.api.media.find(id)?.name, "图.png");
    const file = await bench.download(`media/get?media_id=${id}`);
    assert.equal(file.headers.get("content-type"), "image/png");
    assert.equal(file.headers.get("content-disposition"), `attachment; filename="${id}.png"`);
    assert.deepEqual(Buffer.from(await file.arrayBuffer()), bytes);
    assert.deepEqual(bench.api.media.list.map(({ mediaId }) => mediaId), [id]);
  });

  test("must be named media and have a name, in a form that is whole", async () => {
    const bench = new ApiBench();
    const code = (body: Buffer, headers = {}): Promise<unknown> =>
      codeOf(send(bench, body, headers));
    assert.equal(await code(form({})), undefined);
    assert.equal(await code(form({ name: "file" })), 41005);
    assert.equal(await code(form({ filename: "" })), 41005);
    assert.equal(await code(form({}).subarray(0, -9)), 41005, "without its end");
    assert.equal(await code(form({}), { "Transfer-Encoding": "chunked" }), 41005);
    assert.equal(await code(form({}), { "Content-Type": "multipart/form-data" }), 41005);
    assert.equal(await code(form({ bytes: Buffer.alloc(0) })), 40006);
  });

  test("may have its boundary in quotes", async () => {
    const quoted = { "Content-Type": `multipart/form-data; boundary="${BOUNDARY}"` };
    assert.equal(await codeOf(send(new ApiBench(), form({}), quoted)), undefined);
  });

  test("is answered, or refused, with JSON that is called text/plain", async () => {
    const bench = new ApiBench();
    for (const body of [form({}), form({ name: "file" })]) {
      assert.equal((await send(bench, body)).headers.get("content-type"), "text/plain");
    }
    const missing = await bench.download("media/get?media_id=none");
    assert.equal(missing.headers.get("content-type"), "text/plain");
    const menu = await bench.download("menu/get");
    assert.match(menu.headers.get("content-type") ?? "", /^application\/json/);
  });
});

describe("Material", () => {
  test("may be of more forms than what is kept for three days", async () => {
    const bench = new ApiBench();
    assert.equal(await bench.code("media/upload?type=image", upload(BMP, "a.bmp")), 40005);
    assert.equal(await bench.code("material/add_material?type=image", upload(BMP, "a.bmp")), 0);
    assert.equal(await bench.code("material/add_material?type=voice", upload("524946460000000057415645", "a.wav")), 0);
    assert.equal(await bench.code("material/add_material?type=voice", upload("3026b275", "a.wma")), 0);
  });

  test("is refused when it is another format under a name that WeChat takes", async () => {
    const bench = new ApiBench();
    const foreign = [
      ["voice", "524946462400000057454250"],
      ["voice", "fff15080"],
      ["video", "000000186674797068656963"],
      ["video", "000000146674797071742020"],
    ] as const;
    for (const [type, hex] of foreign) {
      for (const path of ["media/upload", "material/add_material"]) {
        const code = await bench.code(`${path}?type=${type}`, upload(hex));
        assert.equal(code, 40005, `${hex} as ${type}`);
      }
    }
  });

  test("that is a video comes with its words, and gives them back", async () => {
    const bench = new ApiBench();
    const path = "material/add_material?type=video";
    assert.equal(await bench.code(path, upload(MP4, "a.mp4")), 47001);
    const video = upload(MP4, "a.mp4");
    video.set("description", JSON.stringify({ title: "标题😀", introduction: "介绍" }));
    const { media_id } = await bench.post(path, video);
    const answer = await bench.post("material/get_material", { media_id });
    assert.equal(answer["title"], "标题😀");
    assert.equal(answer["description"], "介绍");
    assert.match(String(answer["down_url"]), /^https:/);
  });
});

describe("The id of a file in a reply", () => {
  const codes = async (MediaId: string | undefined, ...uploads: readonly string[]): Promise<string[]> => {
    const platform = createTestPlatform(({ account, api }) => {
      for (const mediaId of uploads) api.media.keep("image", { mediaId });
      const bot = echostr.createBot({ token: account.token });
      bot.on("image", (message) => echostr.image(MediaId ?? message.MediaId));
      return bot;
    });
    const { findings } = await platform.follower().sends({ MsgType: "image", MediaId: "sent" });
    return findings.map(({ code }) => code);
  };

  test("is one that was uploaded or that a follower sent, else the verdict says so", async () => {
    assert.deepEqual(await codes(undefined), []);
    assert.deepEqual(await codes("uploaded", "uploaded"), []);
    assert.deepEqual(await codes("no-such-media", "uploaded"), ["MEDIA-UNKNOWN"]);
  });
});
