/**
 * Starts the program in the ways in which it is started: by node, by npx, by PM2 in fork and in
 * cluster mode. Each must answer the handshake.
 *
 *     node bench/bundlers/programs.mjs
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../free-port.mjs";
import { during, handshake, here, install, pack, TOKEN } from "./handshake.mjs";

const require = createRequire(import.meta.url);
const work = mkdtempSync(join(tmpdir(), "echostr-programs-"));
const PM2 = require.resolve("pm2/bin/pm2");
const NOTICE = "STORE=memory in a cluster: ";

function settings(port) {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, WECHAT_TOKEN: TOKEN, PORT: String(port), HOST: "127.0.0.1", LC_ALL: "C.UTF-8" };
}

async function byNode() {
  const folder = join(work, "alone");
  mkdirSync(folder);
  cpSync(join(here, "../../dist/echostr-server.mjs"), join(folder, "echostr-server.mjs"));
  const port = await freePort();
  const options = { cwd: folder, env: settings(port) };
  await during(process.execPath, ["echostr-server.mjs"], options, () => handshake(port));
  console.log("node echostr-server.mjs, in an empty folder: handshake answered");
}

async function byNpx() {
  const folder = join(work, "installed");
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), "{}");
  install(pack(work), folder);
  const port = await freePort();
  const options = { cwd: folder, env: settings(port) };
  await during("npx", ["--no-install", "echostr"], options, () => handshake(port));
  console.log("npx echostr, from the packed package: handshake answered");
}

/** With a daemon of its own, which is ended at the end. */
async function byPm2(mode, flags, processes) {
  const folder = join(work, `pm2-${mode}`);
  mkdirSync(folder);
  cpSync(join(here, "../../dist/echostr-server.mjs"), join(folder, "echostr-server.mjs"));
  writeFileSync(join(folder, "bot.mjs"), 'export default (bot) => bot.on("text", () => "测试");\n');
  const port = await freePort();
  const options = { cwd: folder, env: { ...settings(port), PM2_HOME: join(folder, "pm2") }, encoding: "utf8" };
  const pm2 = (...words) => execFileSync(process.execPath, [PM2, ...words], { ...options, stdio: "pipe" });
  try {
    pm2("start", "echostr-server.mjs", "--name", "wechat", ...flags, "--", "bot.mjs");
    await handshake(port);
    const logs = join(folder, "pm2/logs");
    await told(logs, "listens on port", processes);
    await told(logs, NOTICE, mode === "cluster" ? processes : 0);
    pm2("stop", "wechat");
    await told(logs, "Stopped.", processes);
  } finally {
    pm2("kill");
  }
  const also = mode === "cluster" ? ", and each process warns of its own memory" : "";
  console.log(`pm2 start, ${mode} mode, ${processes} process(es): handshake answered${also}`);
}

/** Waits until the processes have said something so many times. */
async function told(folder, words, times) {
  for (let tries = 0; ; tries += 1) {
    const log = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8")).join("");
    const found = log.split(words).length - 1;
    if (found === times) return;
    if (tries === 40) throw new Error(`"${words}" was due ${times} times, got ${found} in\n${log}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

try {
  await byNode();
  await byNpx();
  await byPm2("fork", [], 1);
  await byPm2("cluster", ["-i", "2"], 2);
} finally {
  rmSync(work, { recursive: true, force: true });
}
