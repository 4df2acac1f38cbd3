/**
 * Forms as they travel. A `fetch` that is not the runtime's, such as that of undici 7 from npm, which
 * is the way to a proxy on Node before 22.21, does not know the runtime's `FormData` and `Blob`, and
 * sends the words `[object FormData]`; nor is what it answers a `Response` of the runtime.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { formatMultipart, isForm } from "../../src/api/multipart.ts";
import { setStage } from "./stage.ts";

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const JPG = Buffer.from("ffd8ffe000104a46494600010100", "hex");

/** The runtime's own `fetch`, behind one that takes no class of the runtime and gives none. */
const foreign: typeof fetch = async (input, init = {}) => {
  const { body = null } = init;
  const isPlain = body === null || typeof body === "string" || body instanceof Uint8Array;
  const answer = await fetch(input, { ...init, body: isPlain ? body : String(body) });
  const { status, headers } = answer;
  return { status, headers, body: answer.body } as Response;
};

async function written(form: FormData): Promise<string> {
  const { type, bytes } = await formatMultipart(form as never, "X");
  assert.equal(type, "multipart/form-data; boundary=X");
  return Buffer.from(bytes).toString();
}

describe("A fetch that knows no class of the runtime", { timeout: 120_000 }, () => {
  test("sends uploads all the same, and what comes back is read", async (context) => {
    const stage = await setStage(context, { api: { fetch: foreign } });
    const { api, standIn, pass, fails } = stage;
    const { media_id } = await pass(api.media.upload("image", PNG, { filename: "图.png" }));
    const file = await pass(api.media.get(media_id));
    assert.ok(file.kind === "file");
    assert.deepEqual(Buffer.from(await file.bytes()), PNG);
    const mp4 = Buffer.from("00000018667479706d70343200000000", "hex");
    await pass(api.material.add("video", mp4, { title: "参观" }));
    assert.equal(standIn.files("permanent")[0]?.title, "参观");
    const form = new FormData();
    form.set("media", new File([JPG], "a.jpg"));
    await pass(api.call("/cgi-bin/media/uploadimg", form));
    assert.deepEqual(standIn.refusals, []);
    for (const { headers } of standIn.requests.filter(({ path }) => /upload|add_/.test(path))) {
      assert.match(headers["content-type"] ?? "", /^multipart\/form-data; boundary=-{4}echostr[0-9a-f]{32}$/);
      assert.ok(Number(headers["content-length"]) > 0);
    }
    standIn.faults.failNext({ path: "/cgi-bin/media/get", errcode: 40007, errmsg: "x" });
    await fails(api.media.get(media_id), "API_REFUSED");
  });

  test("may come with a FormData of its own", async (context) => {
    const { another, standIn, pass } = await setStage(context);
    const file = { name: "a.png", type: "image/png", arrayBuffer: async () => new Uint8Array(PNG).buffer };
    const own = Object.defineProperty([["media", file]], Symbol.toStringTag, { value: "FormData" });
    assert.ok(isForm(own));
    await pass(another({ fetch: foreign }).call("/cgi-bin/media/upload", own, { type: "image" }));
    assert.deepEqual(Buffer.from(standIn.files("temporary")[0]?.bytes ?? []), PNG);
  });

  test("and the form of the package form-data, which is a stream, is refused", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    const own = Object.defineProperty({}, Symbol.toStringTag, { value: "FormData" });
    const { message } = await fails(api.call("/cgi-bin/x", own), "API_INPUT_INVALID");
    assert.equal(message, "Form of a call must be a FormData of the runtime, got one of a package");
    assert.equal(standIn.requests.length, 0);
  });
});

/** As the HTML standard has it ("multipart/form-data encoding algorithm"). */
describe("A form as bytes", () => {
  test("has a head for each part, and an end", async () => {
    const form = new FormData();
    form.append("a", "1");
    form.append("a", "汉");
    form.append("media", new Blob(["x"], { type: "text/css" }), "f.css");
    form.append("more", new Blob([]));
    assert.equal(
      await written(form),
      '--X\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' +
        '--X\r\nContent-Disposition: form-data; name="a"\r\n\r\n汉\r\n' +
        '--X\r\nContent-Disposition: form-data; name="media"; filename="f.css"\r\n' +
        "Content-Type: text/css\r\n\r\nx\r\n" +
        '--X\r\nContent-Disposition: form-data; name="more"; filename="blob"\r\n' +
        "Content-Type: application/octet-stream\r\n\r\n\r\n--X--\r\n",
    );
  });

  test("escapes names as browsers do, so that none makes a line or a part", async () => {
    const form = new FormData();
    form.append('n"\r\n', new Blob(["x"]), '图"\r\nX: y\r\n\r\n.png');
    form.append("t", "a\nb\rc\r\nd");
    const text = await written(form);
    assert.ok(text.includes('name="n%22%0D%0A"; filename="图%22%0D%0AX: y%0D%0A%0D%0A.png"\r\n'), text);
    assert.ok(text.includes('name="t"\r\n\r\na\r\nb\r\nc\r\nd\r\n'), text);
  });

  for (const [what, form] of [
    ["names", [["a", "1"], ["汉 字", "&=+ "]]],
    ["empty texts", [["", ""]]],
    ["many", Array.from({ length: 300 }, (_, nth) => [`n${nth}`, String(nth)])],
  ] as const) {
    test(`is read by others as it was made: ${what}`, async () => {
      const made = new FormData();
      for (const [name, value] of form) made.append(name ?? "", value ?? "");
      const { type, bytes } = await formatMultipart(made as never, "X");
      const read = await new Response(bytes, { headers: { "Content-Type": type } }).formData();
      assert.deepEqual([...read], [...made]);
    });
  }

  test("has another boundary each time, drawn from what the client was given", async (context) => {
    let drawn = 0;
    const random = (size: number): Uint8Array => new Uint8Array(size).fill((drawn += 1));
    const { api, standIn, pass } = await setStage(context, { api: { random } });
    for (const bytes of [PNG, JPG]) await pass(api.media.upload("image", bytes));
    const types = standIn.requestsFor("/cgi-bin/media/upload").map(({ headers }) => headers["content-type"]);
    assert.equal(new Set(types).size, 2);
    for (const type of types) assert.match(type ?? "", /boundary=----echostr(\w\w)\1{15}$/);
  });
});
