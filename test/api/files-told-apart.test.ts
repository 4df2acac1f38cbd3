/**
 * A file, a refusal and somebody else's page come from the same endpoints, and what the header calls
 * them is not to be relied on: `get_material` has sent pictures as `text/plain` (easywechat#290,
 * wechat-api#204), and JSON is called so there too. What it begins with decides.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Api, MediaFile } from "../../src/index.ts";
import { setStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

const JPG = Buffer.from("ffd8ffe000104a46494600010100", "hex");
const JSSDK = "/cgi-bin/media/get/jssdk";
const CODE = "/wxa/getwxacodeunlimit";
const AS_TEXT = { "Content-Type": "text/plain" };
const ATTACHED = { "Content-Disposition": 'attachment; filename="a.jpg"' };

/** All that may answer a file. */
const ENDPOINTS: readonly [path: string, call: (api: Api) => Promise<{ readonly kind: string }>][] = [
  ["/cgi-bin/media/get", (api) => api.media.get("m")],
  ["/cgi-bin/material/get_material", (api) => api.material.get("m")],
  [JSSDK, (api) => api.file(JSSDK, undefined, { media_id: "m" })],
  [CODE, (api) => api.file(CODE, { scene: "a=1" })],
];

async function fileOf({ pass }: Stage, work: Promise<{ readonly kind: string }>): Promise<MediaFile> {
  const file = await pass(work);
  assert.equal(file.kind, "file");
  return file as MediaFile;
}

for (const [path, call] of ENDPOINTS) {
  describe(`What ${path} answers`, { timeout: 120_000 }, () => {
    for (const [what, headers] of [
      ["text/plain", AS_TEXT],
      ["text/plain, as an attachment", { ...AS_TEXT, ...ATTACHED }],
      ["application/json", { "Content-Type": "application/json" }],
      ["nothing at all", { "Content-Type": "" }],
      ["application/octet-stream", { "Content-Type": "application/octet-stream" }],
    ] as const) {
      test(`is a file when it is a picture that is called ${what}`, async (context) => {
        const stage = await setStage(context);
        stage.standIn.faults.answerNext({ path, status: 200, headers, body: JPG });
        const file = await fileOf(stage, call(stage.api));
        assert.equal(file.size, JPG.length);
        assert.deepEqual(Buffer.from(await file.bytes()), JPG);
      });
    }

    test("is a file when it is an attachment, though it begins as JSON does", async (context) => {
      const stage = await setStage(context);
      const body = '{"errcode":40007}';
      stage.standIn.faults.answerNext({ path, status: 200, headers: { ...AS_TEXT, ...ATTACHED }, body });
      const file = await fileOf(stage, call(stage.api));
      assert.equal(Buffer.from(await file.bytes()).toString(), body);
      assert.equal(file.filename, "a.jpg");
    });

    test("is a refusal when it is JSON with an errcode, however it is called", async (context) => {
      const { api, standIn, refused } = await setStage(context);
      for (const type of ["text/plain", "application/json; encoding=utf-8", "application/octet-stream", ""]) {
        for (const before of ["", "\ufeff", " \r\n\t", `\ufeff${" ".repeat(500)}`]) {
          const body = `${before}{"errcode":"40007","errmsg":"invalid media_id"}`;
          const headers = { "Content-Type": type };
          standIn.faults.answerNext({ path, status: 200, headers, body });
          await refused(call(api), 40007);
        }
      }
    });

    test("is no file when it is a page, or nothing", async (context) => {
      const { api, standIn, fails } = await setStage(context);
      for (const page of ["<!DOCTYPE html><title>Log in</title>", "<html>502</html>", "\n<HTML>", "<?xml ?>"]) {
        for (const type of ["text/html", "text/plain", "application/octet-stream"]) {
          const headers = { "Content-Type": type };
          standIn.faults.answerNext({ path, status: 200, headers, body: page });
          const { message } = await fails(call(api), "API_ANSWER_INVALID");
          assert.equal(
            message,
            `File expected from ${path}, got a web page: somebody else answered, such as a proxy`,
          );
        }
      }
      for (const type of ["text/plain", "image/jpeg"]) {
        const headers = { "Content-Type": type };
        standIn.faults.answerNext({ path, status: 200, headers, body: "" });
        const { message } = await fails(call(api), "API_ANSWER_INVALID");
        assert.equal(message, `File expected from ${path}, got nothing`);
      }
    });

    test("has no size that would be wrong: that of what was compressed on the way", async (context) => {
      const stage = await setStage(context);
      const packed = gzipSync(Buffer.concat([JPG, Buffer.alloc(10_000)]));
      const headers = { "Content-Type": "image/jpeg", "Content-Encoding": "gzip" };
      stage.standIn.faults.answerNext({ path, status: 200, headers, body: packed });
      const file = await fileOf(stage, call(stage.api));
      assert.equal(file.size, undefined);
      assert.equal((await file.bytes()).length, JPG.length + 10_000);
    });
  });
}

describe("api.file", { timeout: 120_000 }, () => {
  test("is a GET with a query, or a POST of JSON", async (context) => {
    const stage = await setStage(context);
    const headers = { "Content-Type": "image/jpeg" };
    for (const path of [JSSDK, CODE]) {
      stage.standIn.faults.answerNext({ path, status: 200, headers, body: JPG });
    }
    await (await stage.pass(stage.api.file(`${JSSDK}?media_id=m`))).bytes();
    await (await stage.pass(stage.api.file(CODE, { scene: "a=1" }, { x: 1 }))).bytes();
    const [, get, post] = stage.standIn.requests;
    assert.deepEqual([get?.method, get?.query["media_id"]], ["GET", "m"]);
    assert.deepEqual([post?.method, post?.query["x"], post?.json], ["POST", "1", { scene: "a=1" }]);
    for (const one of [get, post]) assert.ok(one?.query["access_token"]);
  });

  test("gets a new token when the one it has was refused", async (context) => {
    const stage = await setStage(context);
    const { api, standIn } = stage;
    standIn.faults.failNext({ path: CODE, errcode: 42001, errmsg: "access_token expired" });
    const headers = { "Content-Type": "image/jpeg" };
    const answer = standIn.faults;
    const work = fileOf(stage, api.file(CODE, {}));
    answer.answerNext({ path: CODE, status: 200, headers, body: JPG });
    assert.equal((await (await work).bytes()).length, JPG.length);
    assert.equal(standIn.requestsFor(CODE).length, 2);
  });

  test("says which fields came when JSON came that is no refusal", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    standIn.faults.answerNext({ path: CODE, status: 200, body: '{"errcode":0,"buffer":"…"}' });
    const { message } = await fails(api.file(`${CODE}?secret=1`, {}), "API_ANSWER_INVALID");
    assert.equal(message, `File expected from ${CODE}, got JSON with the fields: errcode, buffer`);
  });

  test("keeps no more of a file than maxBytes, and stops with a signal", async (context) => {
    const stage = await setStage(context);
    const headers = { "Content-Type": "image/jpeg" };
    const body = Buffer.concat([JPG, Buffer.alloc(8_000_000)]);
    stage.standIn.faults.answerNext({ path: CODE, status: 200, headers, body, times: 2 });
    const large = await stage.pass(stage.api.file(CODE, {}));
    await assert.rejects(large.bytes({ maxBytes: 1000 }), { code: "API_ANSWER_INVALID" });
    const stop = new AbortController();
    const { signal } = stop;
    const file = await stage.pass(stage.api.file(CODE, {}, {}, { signal }));
    stop.abort(new Error("no longer wanted"));
    await assert.rejects(file.bytes(), { message: "no longer wanted" });
  });

  test("is named when api.call gets a file", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    standIn.faults.answerNext({ path: CODE, status: 200, headers: AS_TEXT, body: JPG });
    const { message } = await fails(api.call(CODE, {}), "API_ANSWER_INVALID");
    assert.equal(message, `JSON expected from ${CODE}, got a file, which api.file gives`);
  });
});
