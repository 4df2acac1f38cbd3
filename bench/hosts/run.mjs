/**
 * Starts each host and framework for real on loopback, does to it what WeChat does, and prints a table.
 * Ends with status 1 when a cell is not right, or a file has more than 8 lines.
 *
 *     node bench/hosts/run.mjs [koa fastify …]
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../free-port.mjs";
import { during } from "../bundlers/handshake.mjs";
import { here, HOSTS, lay, linesOf, unpack } from "./hosts.mjs";
import { ACCOUNT, trialsOf } from "./trials.mjs";

const MOST_LINES = 8;
/** Most of the time of a trial is the wait for its slow answer. */
const AT_ONCE = 4;
const TO_START_MS = 60_000;
const COLUMNS = { handshake: "plain", text: "plain", safe: "safe", slow: "plain" };

const packed = mkdtempSync(join(tmpdir(), "echostr-hosts-"));
const work = join(here, ".work");
const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !(name in HOSTS));
if (unknown !== undefined) throw new Error(`${unknown} is none of ${Object.keys(HOSTS).join(" ")}`);
const names = Object.keys(HOSTS).filter((name) => chosen.length === 0 || chosen.includes(name));
const rows = new Map();
const began = Date.now();
try {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work);
  unpack(packed);
  const lab = await import("echostr/lab");
  const waiting = [...names];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        rows.set(name, await tried(name, HOSTS[name], lab));
      }
    }),
  );
} finally {
  for (const folder of [work, packed]) rmSync(folder, { recursive: true, force: true });
}
print();

/** @returns for each column the sentence that says what is wrong, or `undefined` */
async function tried(name, host, lab) {
  if (host.missing !== undefined) return {};
  const found = {};
  const folder = join(work, name);
  try {
    lay(folder, host);
    await host.build?.(folder, environmentOf(folder, "plain", 0));
    for (const mode of ["plain", "safe"]) {
      await served(folder, host, mode, async (address) => {
        const trials = trialsOf(lab, address);
        const ofMode = Object.keys(COLUMNS).filter((column) => COLUMNS[column] === mode);
        await answering(trials.handshake);
        await Promise.all(ofMode.map(async (column) => (found[column] = await trials[column]())));
      });
    }
  } catch (error) {
    const missed = Object.keys(COLUMNS).filter((column) => !(column in found));
    for (const column of missed) found[column] = column === missed[0] ? error.message : "not tried";
  }
  return found;
}

/** Starts a host, and what stands behind it. */
async function served(folder, host, mode, trial) {
  const port = await freePort();
  const backPort = String(await freePort());
  const { behind } = host;
  const env = environmentOf(folder, mode, behind === undefined ? port : backPort);
  behind?.prepare(folder, { port, backPort });
  const options = { cwd: folder, env: { ...env, ...behind?.env } };
  const [program, ...words] = host.command(folder, { port });
  const front = () => during(program, words, options, () => trial(`http://127.0.0.1:${port}${host.path ?? "/wx"}`));
  if (behind === undefined) return front();
  const [backProgram, ...backWords] = behind.command;
  return during(backProgram, backWords, options, front);
}

function environmentOf(folder, mode, port) {
  const { PATH } = process.env;
  const places = { PATH, HOME: folder, PM2_HOME: join(folder, "pm2"), PORT: String(port), HOST: "127.0.0.1" };
  const safe = { WECHAT_AES_KEY: ACCOUNT.encodingAesKey, WECHAT_APPID: ACCOUNT.appId };
  const quiet = { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  return { ...places, ...quiet, WECHAT_TOKEN: ACCOUNT.token, ...(mode === "safe" && safe) };
}

/** Waits until the host is up: until then nobody listens, or the proxy says so. */
async function answering(handshake) {
  const end = Date.now() + TO_START_MS;
  for (;;) {
    const wrong = await handshake().catch((error) => error.message);
    if (wrong === undefined) return;
    if (Date.now() > end) throw new Error(`no handshake: ${wrong}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function print() {
  const faults = [];
  console.log("| Host or framework | Version | Handshake | Text | Safe mode | 7 s answer | Lines |");
  console.log("|---|---|---|---|---|---|---|");
  for (const name of names) {
    const { title, version = `Node ${process.versions.node}`, file, missing } = HOSTS[name];
    if (missing !== undefined) {
      console.log(`| ${title} | ${missing} | | | | | |`);
      continue;
    }
    const lines = linesOf(file);
    if (lines > MOST_LINES) faults.push(`${name}: at most ${MOST_LINES} lines, got ${lines}`);
    const cells = Object.keys(COLUMNS).map((column) => {
      const wrong = rows.get(name)[column];
      if (wrong !== undefined) faults.push(`${name}, ${column}: ${wrong}`);
      return wrong === undefined ? "right" : "wrong";
    });
    console.log(`| ${[title, version, ...cells, lines].join(" | ")} |`);
  }
  console.log(`\nNode ${process.versions.node}, ${Math.round((Date.now() - began) / 1000)} s`);
  for (const fault of faults) console.error(`✖ ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}
