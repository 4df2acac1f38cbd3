/**
 * Cloudflare's runtime runs the code of docs/guide/functions.md, and slow answers by `waitUntil`: the core
 * file with the oldest compatibility date that works, the whole library with the page's and with one of today.
 */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { readDocument } from "./docs/markdown.ts";
import {
  ACCOUNT,
  field,
  openReply,
  plainDelivery,
  safeDelivery,
  textMessage,
  verification,
} from "./server/platform.ts";
import type { Answer, Sent } from "./support/http.ts";
import { typeLoader } from "./support/programs.ts";
import { watchProcess } from "./support/watched-process.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "bench/workers");
const skip = withoutWorkerd();
let work = "";
const ports = new Map<string, number>();

/** For `skip`: false when workerd is there. In CI it has to be. */
function withoutWorkerd(): string | false {
  if (existsSync(join(folder, "node_modules/workerd"))) return false;
  const how = "npm ci --ignore-scripts --prefix bench/workers";
  if (process.env["CI"] === "true") throw new Error(`CI needs workerd: ${how}`);
  return `run ${how} to run this`;
}

/** A tenth of the times. The clock is the machine's: another one cannot be turned in there. */
const slowWorker = (hold: boolean): string => `
  import { createBot } from "./echostr.mjs";
  let bot;
  export default {
    fetch(request, { token, encodingAesKey, appId }, context) {
      const delivery = { deadlineMs: 450, late: { hold: ${hold}, notice: "正在思考，回复 1 获取答案" } };
      bot ??= createBot({ token, encodingAesKey, appId, path: "*", delivery, log: () => {} }).on("text", async ({ Content }) => {
        await new Promise((resolve) => setTimeout(resolve, Number(Content)));
        return "答 " + Content;
      });
      return bot.fetch(request, undefined, context);
    },
  };`;

const { blocks } = readDocument("docs/guide/functions.md");
const toml = blocks.find(({ language }) => language === "toml")?.code ?? "";
const ofPage = (pattern: RegExp): string => pattern.exec(toml)?.[1] ?? "";

const KINDS = [
  { file: "echostr-core.min.mjs", date: "2024-10-14", flags: '"nodejs_compat"' },
  { file: "echostr.mjs", date: ofPage(/^compatibility_date = "(.+)"/m), flags: ofPage(/^compatibility_flags = \[(.*)\]/m) },
  { file: "echostr.mjs", date: "2026-10-01", flags: "" },
];

const WORKERS = ["page", "slow", "open"];

/** Each worker with both files. */
function configuration(): string {
  const { token, encodingAesKey, appId } = ACCOUNT;
  const settings = Object.entries({ WECHAT_TOKEN: token, token, encodingAesKey, appId });
  const bindings = settings.map(([name, text]) => `(name = "${name}", text = "${text}")`).join(", ");
  const services: string[] = [];
  const sockets: string[] = [];
  for (const { file, date, flags } of KINDS) {
    for (const worker of WORKERS) {
      const name = `${worker} ${date}`;
      services.push(`(name = "${name}", worker = (
        modules = [(name = "${worker}.mjs", esModule = embed "${worker}.mjs"), (name = "echostr.mjs", esModule = embed "${file}")],
        compatibilityDate = "${date}", compatibilityFlags = [${flags}], bindings = [${bindings}]))`);
      sockets.push(`(name = "${name}", address = "127.0.0.1:0", http = (), service = "${name}")`);
    }
  }
  return `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (services = [${services.join(", ")}], sockets = [${sockets.join(", ")}]);`;
}

async function startWorkers(): Promise<() => void> {
  work = mkdtempSync(join(tmpdir(), "echostr-workers-"));
  const page = blocks.find(({ code }) => code.startsWith("// worker.mjs"));
  execFileSync(process.execPath, [...typeLoader(), "scripts/build.ts", work, "--without-types"], { cwd: root });
  writeFileSync(join(work, "page.mjs"), page?.code ?? "");
  writeFileSync(join(work, "slow.mjs"), slowWorker(true));
  writeFileSync(join(work, "open.mjs"), slowWorker(false));
  writeFileSync(join(work, "config.capnp"), configuration());
  const { default: program } = createRequire(join(folder, "package.json"))("workerd") as { default: string };
  const child = spawn(program, ["serve", "--control-fd=1", "config.capnp"], { cwd: work });
  watchProcess(child);
  let said = "";
  child.stderr.on("data", (piece) => (said += String(piece)));
  await new Promise<void>((resolve, reject) => {
    child.on("exit", () => reject(new Error(`workerd ended: ${said}`)));
    createInterface(child.stdout).on("line", (line) => {
      const told = JSON.parse(line) as { event?: string; socket: string; port: number };
      if (told.event === "listen") ports.set(told.socket, told.port);
      if (ports.size === WORKERS.length * KINDS.length) resolve();
    });
  });
  return () => void child.kill();
}

/** WeChat leaves after a while. */
async function send(worker: string, sent: Sent, patienceMs = 10_000): Promise<Answer> {
  const url = `http://127.0.0.1:${ports.get(worker)}${sent.target}`;
  const signal = AbortSignal.timeout(patienceMs);
  const { method = "GET", headers = {}, body } = sent;
  const init: RequestInit = { method, headers, signal };
  const response = await fetch(url, body === undefined ? init : { ...init, body: String(body) });
  const text = await response.text();
  const all = Object.fromEntries(response.headers);
  return { status: response.status, headers: all, bytes: Buffer.from(text), body: text };
}

describe("Cloudflare Workers", { skip }, () => {
  let stop = (): void => {};
  before(async () => void (stop = await startWorkers()));
  after(() => {
    stop();
    rmSync(work, { recursive: true, force: true });
  });

  for (const { file, date } of KINDS) {
    describe(`of ${date} with ${file}`, () => {
      const safe = (text: string): Sent => safeDelivery(ACCOUNT, textMessage(text));
      const contentOf = (answer: Answer): string => field(openReply(ACCOUNT, answer).xml, "Content");

      test("run the code of the page", async () => {
        assert.equal((await send(`page ${date}`, verification(ACCOUNT, "7012"))).body, "7012");
        const answer = await send(`page ${date}`, plainDelivery(ACCOUNT, textMessage("早")));
        assert.equal(field(answer.body, "Content"), "测试");
        const other = plainDelivery({ ...ACCOUNT, token: "an0ther" }, textMessage("早"));
        assert.equal((await send(`page ${date}`, other)).status, 403);
      });

      test("answer in safe mode", async () => {
        assert.equal(contentOf(await send(`slow ${date}`, safe("0"))), "答 0");
      });

      test("give an answer that is late for its delivery with the next one", async () => {
        const sent = safe("700");
        await assert.rejects(send(`slow ${date}`, sent, 500), { name: "TimeoutError" });
        assert.equal(contentOf(await send(`slow ${date}`, sent)), "答 700");
      });

      test("go on with a handler behind the response, and give its answer when it is asked for", async () => {
        assert.match(contentOf(await send(`open ${date}`, safe("1000"))), /正在思考/);
        await new Promise((resolve) => setTimeout(resolve, 1000));
        assert.equal(contentOf(await send(`open ${date}`, safe("1"))), "答 1000");
      });
    });
  }
});
