/**
 * The bot that answers when no other is named: the tutorial's, which says 测试 to every text and
 * nothing to the rest.
 *
 * @module
 */
import type { Router } from "../bot/router.ts";

export function defaultBot(bot: Router): void {
  bot.on("text", () => "测试");
}
