/**
 * A bot that takes 20 s for what begins with 慢 and pushes late answers, WeChat's deliveries to it,
 * and the stand-in of the API, all by one clock.
 *
 * @module
 */
import type { TestContext } from "node:test";
import type { BotOptions, LateOptions } from "../../src/index.ts";
import { TurnedPlatform } from "../delivery/turned-platform.ts";
import type { Sent } from "../delivery/turned-platform.ts";
import { echostr } from "../support/subject.ts";
import { arrive, setStage } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { APP_ID, SECRET } from "./stand-in.ts";

export const SEND = "/cgi-bin/message/custom/send";
/** Who writes in `TurnedPlatform`. */
export const FOLLOWER = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY";

export interface LateStage extends Stage {
  readonly wechat: TurnedPlatform;
  /** Says it, lets all three deliveries go by, and what is pushed arrive. */
  sayLate(content: string, forMs?: number): Promise<Sent>;
  /** Lets some seconds pass, in steps in which requests are answered. */
  pushed(forMs?: number): Promise<void>;
  /** The texts that the follower got as customer-service messages. */
  contents(): string[];
}

export async function setLate(
  context: TestContext,
  late: LateOptions = {},
  options: Partial<BotOptions> = {},
): Promise<LateStage> {
  const stage = await setStage(context);
  const { clock, standIn } = stage;
  standIn.heard(FOLLOWER);
  const wechat = new TurnedPlatform(
    {
      api: echostr.createApi({ appId: APP_ID, appSecret: SECRET, base: standIn.base }),
      ...options,
      delivery: { ...options.delivery, late: { push: "customer-service", ...late } },
    },
    clock,
  );
  context.after(() => wechat.bot.close());
  wechat.bot.hears(/^慢/, async ({ Content }) => {
    await clock.sleep(20_000);
    return `${Content}答`;
  });
  wechat.bot.hears(/^[好一二三四五六七八九]$/, ({ Content }) => `${Content}!`);
  const pushed = async (forMs: number = 2000): Promise<void> => {
    for (let ms = 0; ms < forMs; ms += 100) {
      await arrive();
      await clock.turn(100);
    }
    await arrive();
  };
  const sayLate = async (content: string, forMs?: number): Promise<Sent> => {
    const sent = wechat.say(content);
    await clock.turn(20_000);
    await pushed(forMs);
    return sent;
  };
  const contents = (): string[] =>
    standIn.sent
      .filter(({ touser }) => touser === FOLLOWER)
      .map(({ text }) => (text as { content: string }).content);
  return { ...stage, wechat, sayLate, pushed, contents };
}
