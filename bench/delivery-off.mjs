// The default bot with delivery switched off: what once-per-message costs is the difference.
export const options = { delivery: false };

export default function setup(bot) {
  bot.on("text", () => "测试");
}
