/** Files: uploads from wherever they are, downloads as they come, material that stays. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { buffer } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import type { MediaFile } from "../../src/index.ts";
import { temporaryFolder } from "../cli/process.ts";
import { allOf, errorOf, setStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

const UPLOAD = "/cgi-bin/media/upload";
const GET = "/cgi-bin/media/get";
/** How files of these kinds begin. */
const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const JPG = Buffer.from("ffd8ffe000104a46494600010100", "hex");
const GIF = Buffer.from("GIF89a\x01\x00\x01\x00", "latin1");
const MP3 = Buffer.from("494433030000000000000000", "hex");
const AMR = Buffer.from("#!AMR\n0123456789");
const MP4 = Buffer.from("00000018667479706d70343200000000", "hex");
const WAV = Buffer.from("RIFF\x24\x00\x00\x00WAVEfmt ", "latin1");

function sized(head: Buffer, bytes: number): Buffer {
  return Buffer.concat([head], bytes);
}

const stored = ({ standIn }: Stage): [filename: string, bytes: Buffer][] =>
  standIn.files("temporary").map(({ name, bytes }) => [name, Buffer.from(bytes)]);

function isFile(value: { readonly kind: string } | Record<string, unknown>): MediaFile {
  assert.equal(value["kind" as never], "file");
  return value as MediaFile;
}

describe("media.upload", { timeout: 120_000 }, () => {
  test("takes a path, an address of a file, a Blob, and bytes", async (context) => {
    const stage = await setStage(context);
    const path = join(temporaryFolder(context), "图片 1.png");
    writeFileSync(path, PNG);
    const sources = [path, pathToFileURL(path), new Blob([PNG]), PNG, new Uint8Array(PNG)];
    for (const [nth, source] of sources.entries()) {
      const options = nth < 2 ? undefined : { filename: "图片 1.png" };
      const { type, media_id, created_at } = await stage.api.media.upload("image", source, options);
      assert.equal(type, "image");
      assert.ok(stage.standIn.side.media.find(media_id)?.permanent === false);
      assert.equal(created_at, Math.floor(stage.clock.now() / 1000));
    }
    assert.deepEqual(stored(stage), sources.map(() => ["图片 1.png", PNG]));
    for (const { headers } of stage.standIn.requestsFor(UPLOAD)) {
      assert.ok(Number(headers["content-length"]) > PNG.length, "WeChat takes no chunks");
    }
  });

  test("takes the part of a buffer that is meant", async (context) => {
    const stage = await setStage(context);
    const bytes = Buffer.concat([Buffer.from("before"), PNG, Buffer.from("after")]);
    const options = { filename: "a.png" };
    await stage.api.media.upload("image", bytes.subarray(6, 6 + PNG.length), options);
    assert.deepEqual(stored(stage), [["a.png", PNG]]);
  });

  test("gives bytes a name that WeChat takes, when they have none", async (context) => {
    const stage = await setStage(context);
    const files = [
      ["image", PNG],
      ["image", JPG],
      ["image", GIF],
      ["voice", MP3],
      ["voice", Buffer.from("fffb9064000000000000000000000000", "hex")],
      ["voice", AMR],
      ["video", MP4],
      ["thumb", JPG],
    ] as const;
    for (const [type, bytes] of files) await stage.api.media.upload(type, bytes);
    assert.equal(stored(stage).length, files.length);
  });

  test("calls the id of a thumb media_id as well", async (context) => {
    const { api, standIn } = await setStage(context);
    const { media_id, type } = await api.media.upload("thumb", JPG, { filename: "a.jpg" });
    assert.equal(type, "thumb");
    assert.equal(standIn.side.media.find(media_id)?.type, "thumb");
  });

  test("sends the whole file again after a token was refused", async (context) => {
    const stage = await setStage(context);
    const path = join(temporaryFolder(context), "a.png");
    writeFileSync(path, PNG);
    await stage.api.accessToken();
    for (const source of [path, new Blob([PNG]), PNG]) {
      stage.standIn.killToken();
      await stage.pass(stage.api.media.upload("image", source, { filename: "a.png" }));
    }
    assert.deepEqual(stored(stage), Array(3).fill(["a.png", PNG]));
  });

  for (const [type, name, limit, head] of [
    ["image", "a.png", 10_485_760, PNG],
    ["voice", "a.mp3", 2_097_152, MP3],
    ["video", "a.mp4", 10_485_760, MP4],
    ["thumb", "a.jpg", 65_536, JPG],
  ] as const) {
    test(`takes ${limit} bytes for ${type}, and refuses more before sending`, async (context) => {
      const stage = await setStage(context);
      const { api, standIn, fails } = stage;
      await api.media.upload(type, sized(head, limit), { filename: name });
      const count = standIn.requests.length;
      const path = join(temporaryFolder(context), name);
      const large = new Uint8Array(sized(head, limit + 1));
      writeFileSync(path, large);
      for (const source of [large, new Blob([large]), path]) {
        const options = { filename: name };
        const error = await fails(api.media.upload(type, source, options), "API_INPUT_INVALID");
        assert.match(error.message, /\d/);
      }
      assert.equal(standIn.requests.length, count);
    });
  }

  const WRONG = [
    ["image", "a recording", MP3],
    ["voice", "a picture", PNG],
    ["voice", "a WAV", WAV],
    ["video", "a picture", JPG],
    ["thumb", "a PNG", PNG],
  ] as const;
  for (const [type, what, bytes] of WRONG) {
    test(`refuses ${what} for ${type} before sending, whatever its name`, async (context) => {
      const { api, standIn, fails } = await setStage(context);
      const filename = { image: "a.png", voice: "a.mp3", video: "a.mp4", thumb: "a.jpg" }[type];
      const error = await fails(api.media.upload(type, bytes, { filename }), "API_INPUT_INVALID");
      assert.match(error.message, /\b(jpe?g|mp3|mp4)\b/i, "it says what is taken");
      assert.equal(standIn.requests.length, 0);
    });
  }

  test("mends a name with another ending, by which WeChat would judge", async (context) => {
    const stage = await setStage(context);
    for (const filename of ["a.exe", "a", "png", "a.JPG", "图.jpeg"]) {
      await stage.api.media.upload("image", JPG, { filename });
    }
    for (const [name] of stored(stage)) assert.match(name, /\.jpe?g$/i);
  });

  test("refuses what is no file at all before sending", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    const folder = temporaryFolder(context);
    const missing = join(folder, "missing.png");
    const { message } = await fails(api.media.upload("image", missing), "API_INPUT_INVALID");
    assert.match(message, /missing\.png/);
    await fails(api.media.upload("image", folder, { filename: "a.png" }), "API_INPUT_INVALID");
    const options = { filename: "a.png" };
    await fails(api.media.upload("image", new Uint8Array(), options), "API_INPUT_INVALID");
    await fails(api.media.upload("news" as "image", PNG, options), "API_INPUT_INVALID");
    await fails(api.media.upload("image", 7 as never, options), "API_INPUT_INVALID");
    assert.equal(standIn.requests.length, 0);
  });

  test("cannot be given headers of its own by a name", async (context) => {
    const stage = await setStage(context);
    const filename = 'a"; name="other"\r\nX: y\r\n\r\nz.png';
    await stage.pass(stage.api.media.upload("image", PNG, { filename }).catch(() => {}));
    assert.ok(stored(stage).every(([, bytes]) => bytes.equals(PNG)));
  });
});

describe("media.get", { timeout: 120_000 }, () => {
  test("gives a file with its type, name and size, byte for byte", async (context) => {
    const { api } = await setStage(context);
    const bytes = Buffer.concat([PNG, randomBytes(3_000_000)]);
    const { media_id } = await api.media.upload("image", bytes, { filename: "a.png" });
    const file = isFile(await api.media.get(media_id));
    assert.equal(file.type, "image/png");
    assert.equal(file.filename, `${media_id}.png`);
    assert.equal(file.size, bytes.length);
    assert.ok(bytes.equals(await file.bytes()));
  });

  test("gives a file as a stream, and writes it to a path", async (context) => {
    const { api } = await setStage(context);
    const bytes = Buffer.concat([MP3, randomBytes(500_000)]);
    const { media_id } = await api.media.upload("voice", bytes, { filename: "a.mp3" });
    const streamed = isFile(await api.media.get(media_id));
    assert.ok(streamed.stream instanceof ReadableStream);
    assert.ok(bytes.equals(await buffer(streamed.stream)));
    const path = join(temporaryFolder(context), "saved.mp3");
    writeFileSync(path, "something longer was here before".repeat(50_000));
    await isFile(await api.media.get(media_id)).save(path);
    assert.ok(bytes.equals(readFileSync(path)));
  });

  test("gives a file that looks like JSON as a file", async (context) => {
    const { api, standIn } = await setStage(context);
    for (const text of ["{}", '{"errcode":40007}', '{"video_url":"x"}', "[", "   {"]) {
      const headers = { "Content-Type": "image/jpeg" };
      standIn.faults.answerNext({ path: GET, status: 200, headers, body: text });
      const file = isFile(await api.media.get("m"));
      assert.equal(Buffer.from(await file.bytes()).toString(), text);
    }
  });

  test("says which fields came where neither a file nor the address of a video did", async (context) => {
    const { api, standIn } = await setStage(context);
    for (const [body, names] of [['{"down_url":"x","title":"t"}', "down_url, title"], ["{}", "none"]] as const) {
      standIn.faults.answerNext({ path: GET, status: 200, headers: { "Content-Type": "application/json" }, body });
      await assert.rejects(api.media.get("m"), {
        code: "API_ANSWER_INVALID",
        message: `File or video_url expected from ${GET}, got JSON with the fields: ${names}`,
      });
    }
  });

  test("gives the address of a video", async (context) => {
    const { api, standIn } = await setStage(context);
    const { media_id } = await api.media.upload("video", MP4, { filename: "a.mp4" });
    const answer = await api.media.get(media_id);
    const video_url = `${standIn.base}/mmbiz/${media_id}`;
    assert.deepEqual(answer, { kind: "video", video_url });
  });

  test("throws what WeChat refuses it with, though that is called text", async (context) => {
    const { api, clock, refused } = await setStage(context);
    await refused(api.media.get("no-such-id"), 40007);
    const { media_id } = await api.media.upload("image", PNG, { filename: "a.png" });
    await clock.turn(3 * 86_400_000 + 1000);
    await refused(api.media.get(media_id), 40007);
  });

  test("gets a new token when the one it has was refused", async (context) => {
    const { api, standIn, pass } = await setStage(context);
    const { media_id } = await api.media.upload("image", PNG, { filename: "a.png" });
    standIn.killToken();
    const file = isFile(await pass(api.media.get(media_id)));
    assert.deepEqual(Buffer.from(await file.bytes()), PNG);
  });

  test("does not take half a file for a whole one", async (context) => {
    const { api, standIn, pass } = await setStage(context);
    const { token } = await api.accessToken();
    const headers = { "Content-Type": "image/png", "Content-Length": "100", Connection: "close" };
    for (const read of ["bytes", "save"] as const) {
      standIn.faults.answerNext({ path: GET, status: 200, headers, body: PNG });
      const path = join(temporaryFolder(context), "half.png");
      const file = isFile(await pass(api.media.get("m")));
      const error = await errorOf(pass<unknown>(file[read](path)));
      assert.equal(error.code, "API_UNREACHABLE");
      assert.ok(!allOf(error).includes(token));
      assert.ok(!existsSync(path));
    }
  });

  test("escapes the id", async (context) => {
    const { api, standIn, refused } = await setStage(context);
    await refused(api.media.get("a&access_token=b"), 40007);
    assert.equal(standIn.requestsFor(GET)[0]?.query["media_id"], "a&access_token=b");
  });
});
