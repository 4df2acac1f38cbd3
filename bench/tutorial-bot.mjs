// The default bot as a bot file, with delivery and without: what once-per-message costs is the difference.
export const options = process.env.DELIVERY === "off" ? { delivery: false } : {};

export default function setup(bot) {
  bot.on("text", () => "测试");
}
