/** The example 09-media.ts before a stand-in of WeChat's API, by a clock that the test turns. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { APP_ID, SECRET, startStandIn } from "../api/stand-in.ts";
import type { ApiStandIn } from "../api/stand-in.ts";
import { temporaryFolder } from "../cli/process.ts";
import { ACCOUNT, field, plainDelivery, textMessage } from "../server/platform.ts";
import { echostr } from "../support/subject.ts";
import "../../scripts/own-name.ts";

const { default: setup } = await import("../../examples/09-media.ts");

const UPLOAD = "/cgi-bin/media/upload";
const HOUR_MS = 3_600_000;
const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

interface Talk {
  readonly standIn: ApiStandIn;
  uploads(): number;
  turn(ms: number): void;
  say(): Promise<string>;
  /** What the last message's handler threw. */
  problem(): string;
}

async function talk(context: TestContext, bytes: Buffer = PNG): Promise<Talk> {
  let now = Date.now();
  const standIn = await startStandIn((end) => context.after(end), { now: () => now });
  const picture = join(temporaryFolder(context), "cat.png");
  writeFileSync(picture, bytes);
  process.env["PICTURE"] = picture;
  const bot = echostr.createBot({
    token: ACCOUNT.token,
    api: echostr.createApi({ appId: APP_ID, appSecret: SECRET, base: standIn.base }),
    clock: () => now,
    log: () => {},
  });
  setup(bot);
  let error: unknown;
  return {
    standIn,
    uploads: () => standIn.requestsFor(UPLOAD).length,
    turn(ms) {
      now += ms;
    },
    async say() {
      const body = textMessage("猫");
      const timestamp = String(Math.floor(now / 1000));
      const { target } = plainDelivery(ACCOUNT, body, { timestamp });
      const query = target.slice(target.indexOf("?") + 1);
      const answer = await bot.callback({ method: "POST", query, body, receivedAt: now });
      error = answer.error;
      return answer.body;
    },
    problem: () => (error instanceof Error ? error.message : ""),
  };
}

function mediaIdIn(xml: string): string {
  return field(xml, "Image/MediaId");
}

describe("The example 09-media", () => {
  test("uploads the picture once, and answers everybody with it", async (context) => {
    const { standIn, uploads, say } = await talk(context);
    const answers = [...(await Promise.all([say(), say()])), await say()];
    const [uploaded, ...more] = standIn.files("temporary");
    assert.deepEqual([uploads(), more], [1, []]);
    assert.deepEqual(Buffer.from(uploaded?.bytes ?? []), PNG);
    for (const xml of answers) assert.equal(mediaIdIn(xml), uploaded?.mediaId);
  });

  test("uploads it again before its three days are over, and not much earlier", async (context) => {
    const { standIn, uploads, turn, say } = await talk(context);
    const first = mediaIdIn(await say());
    turn(70 * HOUR_MS);
    assert.equal(mediaIdIn(await say()), first);
    assert.equal(uploads(), 1);
    turn(2 * HOUR_MS);
    const second = mediaIdIn(await say());
    assert.notEqual(second, first);
    assert.equal(standIn.side.media.find(second)?.permanent, false);
    assert.equal(uploads(), 2);
  });

  test("says so when the picture is unavailable, and tries again", async (context) => {
    const { uploads, say, problem } = await talk(context, Buffer.alloc(0));
    const apology = "图片暂时发不出来，请稍后再试";
    assert.equal(field(await say(), "Content"), apology);
    assert.match(problem(), /must not be empty/);
    writeFileSync(process.env["PICTURE"] ?? "", PNG);
    assert.notEqual(mediaIdIn(await say()), "");
    assert.equal(uploads(), 1);
  });

  test("because no picture is named, is told at the start", () => {
    process.env["PICTURE"] = "";
    assert.throws(() => setup(echostr.createBot({ token: ACCOUNT.token })), /PICTURE must be set/);
  });
});
