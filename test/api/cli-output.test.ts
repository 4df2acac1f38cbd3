/** `echostr call … --output FILE` keeps a file that WeChat answers, byte for byte, and overwrites nothing. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { temporaryFolder } from "../cli/process.ts";
import { failsWith, runCommand } from "./command.ts";
import { startStandIn } from "./stand-in.ts";
import type { ApiStandIn } from "./stand-in.ts";

const GET = "/cgi-bin/media/get";
const CALL = ["call", `${GET}?media_id=m`];
const SAVE = [...CALL, "--output", "voice.amr"];

async function setUp(context: TestContext, body: Buffer | string, type: string): Promise<[ApiStandIn, string]> {
  const standIn = await startStandIn((end) => context.after(end));
  standIn.faults.answerNext({ path: GET, status: 200, headers: { "Content-Type": type }, body });
  return [standIn, temporaryFolder(context)];
}

describe("echostr call --output", { timeout: 600_000 }, () => {
  test("keeps the file that comes, and says so beside the standard output", async (context) => {
    const bytes = randomBytes(300_000);
    const [standIn, folder] = await setUp(context, bytes, "audio/amr");
    const { status, stdout, stderr } = await runCommand(context, standIn, SAVE, { folder });
    assert.equal(status, 0, stderr);
    assert.equal(stdout, "");
    assert.equal(stderr, "Saved voice.amr: 300000 bytes, audio/amr\n");
    assert.ok(bytes.equals(readFileSync(join(folder, "voice.amr"))));
    assert.equal(standIn.requestsFor(GET)[0]?.query["media_id"], "m");
  });

  test("sends JSON where there is some, whichever stands first", async (context) => {
    const [standIn, folder] = await setUp(context, "\u0089PNG", "image/png");
    const args = ["call", "--output=a.png", GET, '{"scene":"a"}'];
    const { status, stderr } = await runCommand(context, standIn, args, { folder });
    assert.equal(status, 0, stderr);
    assert.deepEqual(standIn.requestsFor(GET)[0]?.json, { scene: "a" });
    assert.ok(existsSync(join(folder, "a.png")));
  });

  test("overwrites no file, and sends nothing then", async (context) => {
    const [standIn, folder] = await setUp(context, "new", "audio/amr");
    writeFileSync(join(folder, "voice.amr"), "mine");
    const said = await failsWith(context, standIn, SAVE, 2, { folder });
    assert.match(said, /^echostr: --output overwrites no file, and voice\.amr exists; see --help\n$/);
    assert.equal(readFileSync(join(folder, "voice.amr"), "utf8"), "mine");
    assert.equal(standIn.requests.length, 0);
  });

  test("says that a file cannot be made, and sends nothing then", async (context) => {
    const [standIn, folder] = await setUp(context, "new", "audio/amr");
    const said = await failsWith(context, standIn, [...CALL, "--output", "none/a"], 2, { folder });
    assert.match(said, /^echostr: File cannot be written: ENOENT[^\n]*; see --help\n$/);
    assert.equal(standIn.requests.length, 0);
    await failsWith(context, standIn, [...CALL, "--output", ""], 2, { folder });
  });

  test("leaves no file behind when WeChat refuses, or answers JSON", async (context) => {
    const [standIn, folder] = await setUp(context, '{"video_url":"http://v.example/1"}', "text/plain");
    assert.match(await failsWith(context, standIn, SAVE, 1, { folder }), /File expected from .*video_url/);
    standIn.faults.failNext({ path: GET, errcode: 40007 });
    assert.match(await failsWith(context, standIn, SAVE, 1, { folder }), /40007/);
    assert.deepEqual(readdirSync(folder), []);
  });

  test("is named where a file comes without it", async (context) => {
    const [standIn, folder] = await setUp(context, Buffer.from([0xff, 0xd8, 0xff, 0, 1]), "image/jpeg");
    const said = await failsWith(context, standIn, CALL, 1, { folder });
    assert.match(said, /JSON expected from \/cgi-bin\/media\/get, got a file, which --output FILE keeps\n$/);
  });
});
