/**
 * What WeChat does to a host: the handshake, a text in plain and in safe mode, and a text whose answer
 * takes 7 s, which goes out with the second of three deliveries. WeChat's side is that of echostr/lab,
 * by the clock of the machine: it waits 5 s.
 */
export const ACCOUNT = {
  token: "t0kenOfTheHosts",
  appId: "wx0123456789abcdef",
  encodingAesKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
};
const SLOW = "七秒之后";

/** @returns for each column of the table what was wrong, or `undefined` */
export function trialsOf(lab, address) {
  const accountOf = (mode) => lab.prepareLabAccount({ ...ACCOUNT, mode });
  const target = lab.createHttpTarget(address);
  const text = (mode, Content) =>
    lab.deliver(target, accountOf(mode), { MsgType: "text", Content }, { openId: "oFollower" });
  return {
    async handshake() {
      const echostr = String(Math.floor(Math.random() * 1e12));
      const timestamp = Math.floor(Date.now() / 1000);
      const { query } = lab.sealHandshake(accountOf("plain"), { timestamp, echostr });
      const { status, body } = await target.send({ method: "GET", query, headers: {}, timeoutMs: 5000 });
      if (status !== 200 || textOf(body) !== echostr) return `${status} ${textOf(body).slice(0, 200)}`;
      return undefined;
    },
    text: async () => wrongIn(await text("plain", "你好"), ["answered"], "测试"),
    safe: async () => wrongIn(await text("safe", "你好"), ["answered"], "测试"),
    slow: async () => wrongIn(await text("plain", "慢"), ["timeout", "answered"], SLOW),
  };
}

const textOf = (body) => Buffer.from(body).toString();

/** Whether a delivery went as it should: attempt by attempt, without a finding, and the right text. */
function wrongIn({ attempts, shown }, outcomes, content) {
  const got = attempts.map(({ outcome }) => outcome).join(", ");
  // That it waited in vain is a note of the platform's: it is what is meant here.
  const findings = attempts.flatMap(({ verdict }) => verdict?.findings ?? []).filter(({ code }) => code !== "LAPSED");
  const answers = attempts.flatMap(({ response }) => (response ? [`${response.status} ${textOf(response.body)}`] : []));
  const times = attempts.map(({ ms }) => `${Math.round(ms)} ms`).join(", ");
  const told = `after ${times}, ${answers.join(" | ").slice(0, 300)} ${JSON.stringify(findings)}`;
  if (got !== outcomes.join(", ")) return `${outcomes} was due, got ${got}: ${told}`;
  if (findings.length > 0 || shown.reply?.content !== content) return `${content} was due, got ${told}`;
  return undefined;
}
