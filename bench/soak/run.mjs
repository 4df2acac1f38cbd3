// The soak: an hour's worth of mixed traffic against one process, which must hold no more at the
// end than after a quarter. `make soak` sends 2,000,000 deliveries, `make soak DELIVERIES=20000 SEED=7`
// fewer of them. Loopback only; ends with status 1 when something grew or was answered wrongly.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { judge, mebibytes, told } from "./flat.mjs";
import { Traffic } from "./kinds.mjs";
import { Lane, startCrowd } from "./lane.mjs";

const { DELIVERIES = "2000000", SEED = "", LANES = "64", MINUTES = "60" } = process.env;
const deliveries = Number(DELIVERIES);
const seed = SEED === "" ? Date.now() % 1_000_000 : Number(SEED);

const QUARTERS = 4;
const CROWD = 200;
/** WeChat's five seconds, shortened as those of the server are, and its three deliveries. */
const LIMIT_MS = 250;
const TRIES = 3;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** In each quarter. Where they go, they come back from: NTP that was wrong, and is mended. */
const JUMPS = [HOUR, -HOUR, 30 * DAY, -30 * DAY, -DAY, DAY];
/** For what is kept for two seconds, and the handlers that run for longer than anybody waits. */
const SETTLE_MS = 2500;
/** What came too late is known for a minute, for a repeat. A short run has little of it. */
const FORGET_MS = 61_000;
const settleMs = deliveries > 200_000 ? FORGET_MS : SETTLE_MS;
const SETTLE_TRIES = 8;

const child = fork(fileURLToPath(new URL("server.mjs", import.meta.url)), {
  execArgv: [...process.execArgv, "--expose-gc"],
});
process.on("exit", () => child.kill("SIGKILL"));
child.once("exit", (status, signal) => {
  console.error(`The server ended with ${status ?? signal}`);
  process.exit(1);
});
const tooLate = setTimeout(() => fail(`not done within ${MINUTES} minutes`), MINUTES * 60_000);

const [{ port }] = await once(child, "message");
let offsetMs = 0;
let jumps = 0;
let random = (seed ^ 0x9e3779b9) >>> 0 || 1;
const traffic = new Traffic(below, () => Date.now() + offsetMs);
const sent = {};
const statuses = {};
const wrong = [];
let wrongs = 0;
let done = 0;
let lapsed = 0;
let skewed = 0;
let crowdEnded = 0;

const startedAt = performance.now();
console.log(`${deliveries} deliveries, seed ${seed}, Node ${process.versions.node}`);
const idle = await settled(true);
tell("idle", idle);
const quarters = [];
for (let quarter = 1; quarter <= QUARTERS; quarter += 1) {
  await send(Math.round((deliveries * quarter) / QUARTERS));
  quarters.push(await settled());
  tell(`quarter ${quarter}`, quarters.at(-1));
}
clearTimeout(tooLate);
report();

/** Sends until so many are done, and closes all connections. */
async function send(end) {
  const begin = done;
  const crowd = startCrowd(port, CROWD, `POST /plain HTTP/1.1\r\nX: ${"y".repeat(1000)}`);
  let nextJump = 1;
  let jumping = false;
  const maybeJump = async () => {
    if (jumping || nextJump > JUMPS.length) return;
    if (done < begin + ((end - begin) * nextJump) / (JUMPS.length + 1)) return;
    jumping = true;
    const jumpMs = JUMPS[nextJump - 1];
    nextJump += 1;
    jumps += 1;
    ({ offsetMs } = await tellServer({ jumpMs }));
    jumps += 1;
    jumping = false;
  };
  const work = async () => {
    const lane = new Lane(port);
    while (done < end) {
      done += 1;
      await deliver(lane, traffic.next());
      await maybeJump();
    }
    lane.close();
  };
  await Promise.all(Array.from({ length: Number(LANES) }, work));
  crowd.stop();
  crowdEnded += crowd.ended;
}

async function deliver(lane, { name, statuses: right, manner, bytes }) {
  sent[name] = (sent[name] ?? 0) + 1;
  if (manner === "cut") {
    await lane.askImpatiently(bytes, below(3));
    lane.close();
    return;
  }
  if (manner === "impatient") {
    await deliverThrice(lane, bytes);
    return;
  }
  const jumpsBefore = jumps;
  const status = await lane.ask(bytes);
  statuses[status] = (statuses[status] ?? 0) + 1;
  if (right.includes(status)) return;
  // The clock was turned while it was on its way: `jumps` is odd while it is being turned.
  if (status === 403 && (jumps !== jumpsBefore || jumps % 2 === 1)) skewed += 1;
  else {
    wrongs += 1;
    if (wrong.length < 10) wrong.push(`${name}: ${status} in place of ${right.join(" or ")}`);
  }
}

/** As WeChat does: leaves when its time is over, and comes again. */
async function deliverThrice(lane, bytes) {
  for (let nth = 0; nth < TRIES; nth += 1) {
    if (nth > 0) done += 1;
    if (await lane.askImpatiently(bytes, LIMIT_MS)) return;
    lapsed += 1;
  }
}

/** What the server holds when nobody asks it anything; waits until it has let go of what it can. */
async function settled(isFirst = false) {
  let figures;
  for (let tries = 0; tries < SETTLE_TRIES; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, isFirst ? SETTLE_MS : settleMs));
    figures = await tellServer({});
    if (isFirst || figures.descriptors <= idle.descriptors) break;
  }
  return figures;
}

async function tellServer(message) {
  child.send(message);
  const [answer] = await once(child, "message");
  return answer;
}

function tell(when, { heapUsed, rss, handles, descriptors }) {
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(
    `${when.padEnd(10)} ${String(done).padStart(8)} deliveries  ${seconds} s  ` +
      `heap ${mebibytes(heapUsed)}  rss ${mebibytes(rss)}  ${descriptors} descriptors  ` +
      `handles: ${told(handles)}`,
  );
}

function report() {
  const { lines, errors } = quarters.at(-1);
  const list = (counts) =>
    Object.entries(counts).map(([name, count]) => `${name} ${count}`).join(", ");
  console.log(`sent       ${list(sent)}`);
  console.log(`answered   ${list(statuses)}; ${lapsed} left by WeChat when their time was over`);
  console.log(`the rest   ${jumps / 2} clock jumps (${skewed} on their way meanwhile), ` +
    `${crowdEnded} slow connections cut off`);
  console.log(`log        ${list(lines)}`);
  console.log(`wrong      ${wrongs}`);
  const problems = [...judge(quarters), ...wrong, ...errors.map((error) => `log: ${error}`)];
  for (const problem of problems) console.log(`WRONG      ${problem}`);
  console.log(problems.length === 0 ? "flat" : `${problems.length} problems`);
  end(problems.length === 0 ? 0 : 1);
}

function fail(problem) {
  console.error(problem);
  end(1);
}

function end(status) {
  child.removeAllListeners("exit");
  process.exit(status);
}

function below(limit) {
  random ^= random << 13;
  random ^= random >>> 17;
  random ^= random << 5;
  return (random >>> 0) % limit;
}
