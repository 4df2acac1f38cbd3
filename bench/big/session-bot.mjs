// Counts the messages of each follower in a session; the library is the file of the build beside the program.
const { session } = await import(process.env.BENCH_LIBRARY);

export default function setup(bot) {
  bot.use(session());
  bot.on("text", (_message, { session: data }) => {
    data.count = (data.count ?? 0) + 1;
    return "测试";
  });
}
