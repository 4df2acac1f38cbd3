/** What both scripts here need: a packed package, WeChat's handshake, processes that end. */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
export const TOKEN = "t0kenOfTheBundle";

/** Packs the project into a folder, as npm would publish it. What is in dist is taken as it is. */
export function pack(folder) {
  const options = { cwd: root, encoding: "utf8" };
  const args = ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder];
  return join(folder, execFileSync("npm", args, options).trim().split("\n").at(-1));
}

/** Installs the packed package into a folder, beside what is there. */
export function install(tarball, folder) {
  const args = ["install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"];
  execFileSync("npm", [...args, tarball], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

/** A signed query, and the echo that is its right answer. */
export function query() {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signed = [TOKEN, timestamp, "n0nce"].sort().join("");
  const signature = createHash("sha1").update(signed).digest("hex");
  const echostr = String(Math.floor(Math.random() * 1e12));
  const text = new URLSearchParams({ signature, timestamp, nonce: "n0nce", echostr }).toString();
  return { text, echostr, token: TOKEN };
}

/** Asks until somebody answers; throws when it is not the right answer, or none came in time. */
export async function handshake(port, seconds = 60) {
  const { text, echostr } = query();
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const said = await fetch(`http://127.0.0.1:${port}/wx?${text}`)
      .then((response) => response.text())
      .catch(() => undefined);
    if (said === echostr) return;
    if (said !== undefined) throw new Error(`the echo ${echostr} was due, got ${said.slice(0, 200)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no answer within ${seconds} s`);
}

/** Starts a process, does the work, and ends the process with all its children. */
export async function during(command, args, options, work) {
  const child = spawn(command, args, { detached: true, stdio: ["ignore", "pipe", "pipe"], ...options });
  const ended = new Promise((resolve) => child.once("close", resolve));
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (said += text));
  }
  try {
    return await work(() => said);
  } catch (error) {
    throw new Error(`${command} ${args.join(" ")}: ${error.message}\n${said.slice(-2000)}`);
  } finally {
    try {
      process.kill(-child.pid, "SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await ended;
  }
}
