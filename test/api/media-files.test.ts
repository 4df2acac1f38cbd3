/** Files from WeChat: saved by several at a time, and not read at all. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { MediaFile } from "../../src/index.ts";
import { temporaryFolder } from "../cli/process.ts";
import { until } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { setStage } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { SECRET } from "./stand-in.ts";

const GET = "/cgi-bin/media/get";
const HEADERS = { "Content-Type": "image/png" };

async function fileOf({ api, standIn, pass }: Stage, body: Buffer, more = {}): Promise<MediaFile> {
  standIn.faults.answerNext({ path: GET, status: 200, headers: { ...HEADERS, ...more }, body });
  const file = await pass(api.media.get("m"));
  assert.equal(file.kind, "file");
  return file as MediaFile;
}

describe("A file from WeChat", { timeout: 120_000 }, () => {
  test("is saved whole to a path that others are saved to at the same time", async (context) => {
    const stage = await setStage(context);
    const folder = temporaryFolder(context);
    const path = join(folder, "voice.amr");
    const bodies = Array.from({ length: 5 }, () => randomBytes(2_000_000));
    const files: MediaFile[] = [];
    for (const body of bodies) files.push(await fileOf(stage, body));
    await Promise.all(files.map((file) => file.save(path)));
    const saved = readFileSync(path);
    assert.ok(bodies.some((body) => body.equals(saved)), "one of them, from end to end");
    assert.deepEqual(readdirSync(folder), ["voice.amr"]);
  });

  test("has a name that names no folder", async (context) => {
    const stage = await setStage(context);
    for (const name of ["..", ".", "../..", "a/", "..\\.."]) {
      const more = { "Content-Disposition": `attachment; filename="${name}"` };
      const file = await fileOf(stage, Buffer.from("x"), more);
      assert.equal(file.filename, undefined, name);
      await file.bytes();
    }
  });

  test("has its name also in Chinese, as a header holds it", async () => {
    const utf8 = Buffer.from("图 1.png").toString("latin1");
    // RFC 6266 names the second form, and gives it the first place.
    for (const [disposition, name] of [
      [`attachment; filename="${utf8}"`, "图 1.png"],
      ["attachment; filename*=UTF-8''%E5%9B%BE%201.png", "图 1.png"],
      ["attachment; filename*=utf-8''a%2F..%2Fb.png", "b.png"],
      ["attachment; filename*=UTF-8''%E5", undefined],
      ['attachment; filename="caf\u00e9.png"', "caf\u00e9.png"],
      ["attachment", undefined],
    ] as const) {
      const headers = { "Content-Type": "image/png", "Content-Disposition": disposition };
      const fetch = async (address: unknown): Promise<Response> =>
        String(address).endsWith("/stable_token")
          ? Response.json({ access_token: "T".repeat(100), expires_in: 7200 })
          : new Response("x", { headers });
      const api = echostr.createApi({ appId: "wx1", appSecret: SECRET, fetch: fetch as typeof globalThis.fetch });
      const file = await api.file("/cgi-bin/x");
      assert.equal(file.filename, name, disposition);
      await file.bytes();
    }
  });

  test("that is not wanted after all lets go of its time limit and its connection", async (context) => {
    const stage = await setStage(context);
    await stage.api.accessToken();
    const { waiting } = stage.clock;
    for (const hasBegun of [false, true]) {
      const { stream } = await fileOf(stage, randomBytes(8_000_000));
      const reader = stream.getReader();
      if (hasBegun) await reader.read();
      await reader.cancel();
      assert.equal(stage.clock.waiting, waiting);
      await until("the connection to be closed", () => stage.standIn.running === 0);
    }
  });

  test("that cannot be saved lets go of them too, and leaves nothing behind", async (context) => {
    const stage = await setStage(context);
    await stage.api.accessToken();
    const { waiting } = stage.clock;
    const folder = temporaryFolder(context);
    mkdirSync(join(folder, "taken"));
    for (const [path, code] of [["missing/a.png", "ENOENT"], ["taken", "EISDIR"]] as const) {
      const file = await fileOf(stage, randomBytes(8_000_000));
      await assert.rejects(file.save(join(folder, path)), { code });
      assert.equal(stage.clock.waiting, waiting);
      await until("the connection to be closed", () => stage.standIn.running === 0);
    }
    assert.deepEqual(readdirSync(folder), ["taken"]);
  });
});
