/**
 * A bot in front of a language model, as examples/07-slow-model.ts is one, whose long answer comes
 * late and is pushed: the model, WeChat's deliveries and WeChat's API by one clock.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { TurnedPlatform } from "../delivery/turned-platform.ts";
import { echostr } from "../support/subject.ts";
import { FOLLOWER, SEND } from "./late-stage.ts";
import { arrive, setStage } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { APP_ID, SECRET } from "./stand-in.ts";
import "../../scripts/own-name.ts";

const { default: setup, options } = await import("../../examples/07-slow-model.ts");

const SECONDS = 25;
const NOTICE = "还在思考，答案会自己过来";

/** Sentences with numbers, so that none can be missing or come twice unseen. */
const ANSWER = Array.from({ length: 120 }, (_, nth) => `【${nth}】${"字".repeat(20)}。`).join("\n");

interface Model {
  asked: number;
  /** The questions that came with the latest one, and their answers. */
  turns: readonly { readonly role: string; readonly content: string }[];
}

/** An endpoint that thinks by the test's clock, and a bot that asks it. */
async function setModel(
  context: TestContext,
): Promise<Stage & { readonly wechat: TurnedPlatform; readonly model: Model }> {
  const stage = await setStage(context);
  const { clock, standIn } = stage;
  standIn.heard(FOLLOWER);
  const model: Model = { asked: 0, turns: [] };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += String(chunk);
    model.asked += 1;
    model.turns = (JSON.parse(body) as { messages: Model["turns"] }).messages;
    const isFirst = model.turns.length === 1;
    if (isFirst) await clock.sleep(SECONDS * 1000);
    const delta = { content: isFirst ? ANSWER : "好" };
    response.end(`data: ${JSON.stringify({ choices: [{ delta }] })}\n\ndata: [DONE]\n\n`);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => void server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  process.env["LLM_BASE_URL"] = `http://127.0.0.1:${port}/v1`;
  process.env["LLM_API_KEY"] = "sk-5ecretOfTheEndpoint";
  process.env["LLM_MODEL"] = "slow-1";
  const late = { ...options.delivery.late, notice: NOTICE, push: "customer-service" } as const;
  const wechat = new TurnedPlatform(
    {
      api: echostr.createApi({ appId: APP_ID, appSecret: SECRET, base: standIn.base }),
      delivery: { ...options.delivery, late },
    },
    clock,
  );
  context.after(() => wechat.bot.close());
  setup(wechat.bot);
  return { ...stage, wechat, model };
}

async function go({ clock }: Stage, seconds: number): Promise<void> {
  for (let step = 0; step < seconds * 10; step += 1) {
    await arrive();
    await clock.turn(100);
  }
}

function contents({ standIn }: Stage): string[] {
  return standIn.sent.map(({ text }) => (text as { content: string }).content);
}

function numbersIn(parts: readonly string[]): number[] {
  return [...parts.join("").matchAll(/【(\d+)】/g)].map((match) => Number(match[1]));
}

const ALL = Array.from({ length: 120 }, (_, nth) => nth);

describe("A late answer of a model", { timeout: 300_000 }, () => {
  test("comes by itself, in pieces, after a notice", async (context) => {
    const stage = await setModel(context);
    const sent = stage.wechat.say("写一篇长文");
    await go(stage, SECONDS + 3);
    assert.deepEqual(sent.told, ["lapsed", "lapsed", NOTICE]);
    assert.equal(stage.model.asked, 1);
    assert.ok(contents(stage).length >= 3);
    assert.deepEqual(numbersIn(contents(stage)), ALL);
    // The next message is a question like any other, and the answer is part of the talk.
    const next = stage.wechat.say("谢谢");
    await go(stage, 1);
    assert.deepEqual(next.told, ["好"]);
    assert.deepEqual(stage.model.turns.map(({ role }) => role), ["user", "assistant", "user"]);
  });

  for (const errcode of [45047, 45015, 48001]) {
    test(`whose third piece is refused (${errcode}) gives the rest later`, async (context) => {
      const stage = await setModel(context);
      stage.standIn.faults.failNext({ path: SEND, errcode, skip: 2 });
      stage.wechat.say("写一篇长文");
      await go(stage, SECONDS + 3);
      assert.equal(contents(stage).length, 2);
      const warnings = stage.wechat.sentences.filter((each) => each.startsWith("warn: "));
      assert.equal(warnings.length, 1, warnings.join("\n"));
      assert.match(warnings[0] ?? "", new RegExp(`parked.*${errcode}`));
      const parts = contents(stage);
      for (let nth = 0; nth < 5 && numbersIn(parts).length < ALL.length; nth += 1) {
        const sent = contents(stage).length;
        const next = stage.wechat.say("继续");
        await go(stage, 3);
        // Who writes may be written to again: where WeChat allows it, what is left follows by itself.
        parts.push(next.told[0] ?? "", ...contents(stage).slice(sent));
      }
      assert.deepEqual(numbersIn(parts), ALL, "nothing twice, nothing lost");
      assert.equal(stage.model.turns[0]?.content, "写一篇长文");
    });
  }
});
