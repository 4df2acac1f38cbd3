/**
 * Conversations in a file: written, read, played again against a bot that has changed.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { createTestPlatform } from "../../../lab/index.ts";
import type { TestPlatform } from "../../../lab/index.ts";
import { readTranscript } from "../../../lab/transcript/transcript.ts";
import { fails } from "../../support/expect.ts";
import { echostr } from "../../support/subject.ts";

/** A bot that greets, counts, is slow, and pushes an answer that took too long. */
function platformWith(
  greeting: string,
  options: { slow?: number; push?: string } = {},
): TestPlatform {
  return createTestPlatform(({ account, api }) => {
    const bot = echostr.createBot({ token: account.token, log: () => {} });
    let count = 0;
    bot.on("event:subscribe", () => greeting);
    bot.hears("慢", async () => {
      await sleep((options.slow ?? 2) * 1000);
      return "慢的";
    });
    bot.hears("推", ({ FromUserName }) => {
      setTimeout(() => void push(FromUserName), 3000);
      return undefined;
    });
    bot.on("text", () => `第 ${(count += 1)} 次`);
    const push = async (touser: string): Promise<void> => {
      const call = (path: string, body: object): Promise<Response> =>
        api.fetch(`http://x/cgi-bin/${path}`, { method: "POST", body: JSON.stringify(body) });
      const asked = { grant_type: "client_credential", appid: account.appId, secret: "any" };
      const token = (await (await call("stable_token", asked)).json()) as { access_token: string };
      const text = { content: options.push ?? "推送" };
      const path = `message/custom/send?access_token=${token.access_token}`;
      await call(path, { touser, msgtype: "text", text });
    };
    return bot;
  });
}

async function talk(platform: TestPlatform): Promise<string> {
  const alice = platform.follower("oAlice");
  await alice.follows();
  await alice.says("一");
  await platform.passes(60_000);
  await alice.says("慢");
  await alice.says("推");
  await platform.passes(5_000);
  await alice.says("二");
  return platform.transcript();
}

describe("A transcript", () => {
  test("has a line with its version, and one for each thing that happened", async () => {
    const lines = (await talk(platformWith("欢迎"))).trimEnd().split("\n");
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.equal(parsed[0]?.["transcript"], "echostr");
    assert.equal(parsed[0]?.["version"], 1);
    const types = parsed.slice(1).map(({ type }) => type);
    assert.deepEqual(types, ["delivery", "delivery", "delivery", "delivery", "sent", "delivery"]);
    assert.equal(parsed[1]?.["at"], 0);
    assert.ok(Number(parsed[3]?.["at"]) >= 60_000);
  });

  test("holds no token, no key and no signature", async () => {
    const platform = platformWith("欢迎");
    const text = await talk(platform);
    const { token, encodingAesKey = "" } = platform.account;
    for (const secret of [token, encodingAesKey, "signature", "access_token"]) {
      assert.ok(!text.includes(secret), secret);
    }
  });

  test("is read as it was written, with blank lines and a byte order mark", async () => {
    const text = await talk(platformWith("欢迎"));
    const read = readTranscript(`\uFEFF${text.replaceAll("\n", "\n\n")}`);
    assert.equal(read.lines.length, 6);
    assert.equal(read.mode, "plain");
  });

  const head = '{"transcript":"echostr","version":1}';
  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ["nothing in it", "", /first line/],
    ["no head", '{"type":"delivery"}', /first line/],
    ["a later version", '{"transcript":"echostr","version":2}', /must be 1, got 2/],
    ["a line that is no JSON", `${head}\n{`, /Line 2/],
    ["a line that is no object", `${head}\n\n7`, /Line 3/],
    ["a line of an unknown type", `${head}\n{"type":"x","at":0,"openId":"o"}`, /Line 2.*type/],
    ["a line without a time", `${head}\n{"type":"sent","openId":"o","body":{}}`, /Line 2.*at/],
    ["a line without a follower", `${head}\n{"type":"sent","at":0,"body":{}}`, /Line 2.*openId/],
    [
      "a message that was sent and is not there",
      `${head}\n{"type":"sent","at":0,"openId":"o"}`,
      /body/,
    ],
    [
      "a delivery without a description",
      `${head}\n{"type":"delivery","at":0,"openId":"o","shown":{},"attempts":[]}`,
      /must be an object/,
    ],
  ];
  const delivery = (fields: string): string =>
    `${head}\n{"type":"delivery","at":0,"openId":"o","description":{"MsgType":"text"},${fields}}`;
  const misleading: readonly (readonly [string, string, RegExp])[] = [
    [
      "a reply that is not there",
      delivery('"shown":{"what":"reply"},"attempts":[]'),
      /Line 2.*needs shown/,
    ],
    [
      "an attempt that is none",
      delivery('"shown":{"what":"lost"},"attempts":[null]'),
      /Line 2.*needs attempts/,
    ],
    [
      "a time without an end",
      `${head}\n{"type":"sent","at":1e400,"openId":"o","msgType":"x","text":"","body":{}}`,
      /Line 2.*needs at/,
    ],
    [
      "a message of no type",
      `${head}\n{"type":"sent","at":0,"openId":"o","body":{}}`,
      /Line 2.*needs msgType/,
    ],
    [
      "fields deeper than a walk through them can go",
      `${head}\n{"type":"sent","at":0,"openId":"o","body":${'{"a":'.repeat(9000)}1${"}".repeat(9000)}}`,
      /Line 2.*nested deeper/,
    ],
    [
      "a version that is no number",
      '{"transcript":"echostr","version":{"toString":1}}',
      /must be 1, got \{"toString":1\}/,
    ],
  ];
  for (const [what, text, sentence] of [...wrong, ...misleading]) {
    test(`with ${what} is refused`, () => {
      assert.match(fails(() => readTranscript(text), "LAB_INPUT_INVALID", what).message, sentence);
    });
  }
});

describe("A conversation that is played again", () => {
  test("shows no difference when nothing has changed, and keeps its pauses", async () => {
    const text = await talk(platformWith("欢迎"));
    const again = platformWith("欢迎");
    assert.deepEqual(await again.replay(text), []);
    const [was, is] = [text, again.transcript()].map((each) =>
      readTranscript(each).lines.map(({ at, type }) => `${type} ${Math.round(at / 1000)}`),
    );
    assert.deepEqual(is, was);
  });

  test("shows what the follower reads otherwise", async () => {
    const differences = await platformWith("你好").replay(await talk(platformWith("欢迎")));
    assert.deepEqual(
      differences.map(({ index, what, before, after }) => ({ index, what, before, after })),
      [{ index: 0, what: "shown", before: "欢迎", after: "你好" }],
    );
  });

  test("shows that an answer has become slower, and which took how many deliveries", async () => {
    const text = await talk(platformWith("欢迎"));
    const slower = await platformWith("欢迎", { slow: 7 }).replay(text);
    assert.deepEqual(
      slower.map(({ index, what, after }) => [index, what, after]),
      [[2, "attempts", "2"]],
    );
    const [shown] = await platformWith("欢迎", { slow: 30 }).replay(text);
    assert.equal(shown?.after, "[nothing]");
  });

  test("shows what was sent by itself otherwise, also behind the last message", async () => {
    const text = await talk(platformWith("欢迎"));
    const [inside] = await platformWith("欢迎", { push: "别的" }).replay(text);
    assert.deepEqual([inside?.what, inside?.before, inside?.after], ["sent", "推送", "别的"]);
    const ending = text.trimEnd().split("\n").slice(0, -1).join("\n");
    const [last] = await platformWith("欢迎", { push: "别的" }).replay(ending);
    assert.deepEqual([last?.index, last?.after], [3, "别的"]);
  });

  test("may begin and end at a chosen point", async () => {
    const text = await talk(platformWith("欢迎"));
    const platform = platformWith("你好");
    // Without the first text, the last one is counted as the first.
    const differences = await platform.replay(text, { from: 2 });
    assert.deepEqual(
      differences.map(({ index, after }) => [index, after]),
      [[4, "第 1 次"]],
    );
    assert.deepEqual(await platformWith("你好").replay(text, { from: 1, to: 3 }), []);
    assert.deepEqual(await platformWith("你好").replay(text, { from: 99 }), []);
  });

  test("may leave out what always differs, and tells of each delivery", async () => {
    const text = await talk(platformWith("欢迎"));
    const told: string[] = [];
    const differences = await platformWith("你好").replay(text, {
      normalize: (shown) => (shown.what === "reply" ? { what: "nothing" } : shown),
      onReplayed: ({ index, differences: found }) => told.push(`${index}: ${found.length}`),
    });
    assert.deepEqual(differences, []);
    assert.deepEqual(told, ["0: 0", "1: 0", "2: 0", "3: 0", "4: 0"]);
  });

  test("may be in a file", async (context) => {
    const folder = mkdtempSync(join(tmpdir(), "echostr-transcript-"));
    context.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "talk.jsonl");
    writeFileSync(file, await talk(platformWith("欢迎")));
    assert.deepEqual(await platformWith("欢迎").replay(pathToFileURL(file)), []);
  });
});
