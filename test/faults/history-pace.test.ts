/**
 * Forty followers and a handler that ends at the very moment at which the word that asks for its answer
 * has its last delivery, over real HTTP: a second of WeChat's is 100 ms here. What they fetch is the
 * answer, what they ask is answered, and none is taken for the other.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import type { Store } from "../../src/index.ts";
import { FAILURE_NOTICE, PlatformStandIn } from "../delivery/platform-stand-in.ts";
import { ACCOUNT, textMessage } from "../server/platform.ts";
import { serve } from "../server/serving.ts";
import { seeded } from "../support/random.ts";
import { startRedis, withoutRedis } from "../support/redis.ts";
import { echostr } from "../support/subject.ts";
import { watch } from "../support/watch.ts";
import { sleep } from "./history-bots.ts";
import { tellFault } from "./tell.ts";

const SECOND_MS = 100;
const FOLLOWERS = 40;

/** Nobody has read a notice and written a word sooner; the way to the store takes as long as ever. */
const READING_MS = SECOND_MS / 2;

const NOTICE = "正在思考，回复 1 获取答案";
const SLOW = "问";
const LAST = "天气";

type OpenStore = (context: TestContext) => Promise<Store>;

const STORES: Readonly<Record<string, OpenStore>> = {
  memory: async () => echostr.openStore("memory"),
  redis: async (context) => {
    const { url } = await startRedis((end) => context.after(end));
    const store = echostr.openStore(url);
    context.after(() => store.close());
    return store;
  },
};

/** A text and what the follower read with it. */
interface Said {
  readonly text: string;
  readonly seen: string;
}

/** 问, 1, 1 and 天气, written one after the other, and then 1 until nothing waits. */
async function converse(port: number, name: string, pauseMs: () => number): Promise<readonly Said[]> {
  watch.secrets.learnOpenId(name);
  const platform = new PlatformStandIn({ ports: [port], limitMs: 5 * SECOND_MS });
  const said: Said[] = [];
  const say = async (text: string): Promise<string> => {
    const { seen = "" } = await platform.deliver(textMessage(text, { FromUserName: name }));
    said.push({ text, seen });
    await sleep(pauseMs());
    return seen;
  };
  for (const text of [SLOW, "1", "1", LAST]) await say(text);
  for (let tries = 0; tries < 5 && (await say("1")) !== "1：答"; tries += 1);
  return said;
}

/** With a question its own answer is read, what is late before it; with a word a late one, or its own. */
function isWrong({ text, seen }: Said): boolean {
  // A machine that is too slow for a tenth of WeChat's time makes no answer wrong.
  if ([NOTICE, FAILURE_NOTICE, ""].includes(seen)) return false;
  const answers = seen.split("\n\n");
  if (text === "1") return answers.length > 1 || !["1：答", `${SLOW}：答`].includes(seen);
  return answers.at(-1) !== `${text}：答` || answers.slice(0, -1).some((each) => each !== `${SLOW}：答`);
}

function countOf(said: readonly Said[], answer: string): number {
  return said.flatMap(({ seen }) => seen.split("\n\n")).filter((each) => each === answer).length;
}

/** A word that was answered itself, though the answer that was promised was still to be read. */
function isSwallowed(said: readonly Said[]): boolean {
  const promisedAt = said.findIndex(({ seen }) => seen === NOTICE);
  const readAt = said.findIndex(({ seen }) => seen.split("\n\n").includes(`${SLOW}：答`));
  return promisedAt >= 0 && said.slice(promisedAt, readAt).some(({ seen }) => seen === "1：答");
}

for (const [kind, openStore] of Object.entries(STORES)) {
  const skip = kind === "redis" && withoutRedis();
  describe(`Forty followers who fetch an answer and ask, with ${kind}`, { skip }, () => {
    test("get the one answer, and an answer of its own to each question", async (context) => {
      const ran = new Map<string, string[]>();
      const random = seeded(20_261_128);
      const bot = echostr.createBot({
        token: ACCOUNT.token,
        store: await openStore(context),
        log: () => {},
        delivery: { deadlineMs: 4.5 * SECOND_MS, late: { notice: NOTICE } },
      });
      bot.on("text", async ({ Content, FromUserName }) => {
        ran.set(FromUserName, [...(ran.get(FromUserName) ?? []), Content]);
        // Two deadlines and a pause: about when the first word has its last delivery.
        if (Content === SLOW) await sleep(29.1 * SECOND_MS + random.below(SECOND_MS));
        return `${Content}：答`;
      });
      const port = await serve(context, bot);
      const names = Array.from({ length: FOLLOWERS }, (_none, at) => `oPace${at}`);
      const all = await Promise.all(names.map(async (name) => {
        await sleep(random.below(20 * SECOND_MS));
        return converse(port, name, () => READING_MS + random.below(SECOND_MS / 2));
      }));
      // The others wrote to a machine that had no time for them, as when its server is down.
      const heard = all.filter((said) => said.every(({ seen }) => seen !== FAILURE_NOTICE));
      const wrong = all.flat().filter(isWrong);
      const asked = [...ran.values()].filter((texts) => texts.includes(LAST)).length;
      tellFault(context, `${kind}, an answer after 29.1 s, fetched twice: followers`, {
        followers: FOLLOWERS,
        "question ran": asked,
        unanswered: all.flat().filter(({ seen }) => seen === FAILURE_NOTICE).length,
        "words that ran": all.filter(isSwallowed).length,
        "answered wrongly": wrong.length,
        "read twice": all.filter((said) => countOf(said, `${SLOW}：答`) > 1).length,
        lost: heard.filter((said) => countOf(said, `${SLOW}：答`) === 0).length,
      });
      assert.deepEqual(wrong, []);
      assert.equal(asked, FOLLOWERS, "the handler of each question ran");
      assert.ok(heard.length >= FOLLOWERS / 2, `only ${heard.length} were heard: this machine is busy`);
      for (const said of heard) {
        assert.equal(countOf(said, `${SLOW}：答`), 1, JSON.stringify(said));
        assert.equal(isSwallowed(said), false, JSON.stringify(said));
      }
    });
  });
}
