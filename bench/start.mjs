/**
 * What it costs to load the library, and how soon the program answers. Each is a difference to
 * something bare that is measured in turn with it, the medians of ROUNDS:
 *
 * - the import of the library, to an empty module
 * - spawn to the first right handshake of the program, to that of a bare node:http server which is
 *   an ES module as well
 *
 *     node bench/start.mjs [--rounds 15] [--check]
 *
 * `--check` fails above 20 and 25 ms.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { query } from "./bundlers/handshake.mjs";
import { freePort } from "./free-port.mjs";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "15" }, check: { type: "boolean" } },
});
const rounds = Number(values.rounds);
const dist = join(dirname(fileURLToPath(import.meta.url)), "../dist");
const work = mkdtempSync(join(tmpdir(), "echostr-start-"));

const BARE = `
  import { createServer } from "node:http";
  createServer((request, response) => {
    response.end(new URL(request.url, "http://localhost").searchParams.get("echostr"));
  }).listen(process.env.PORT, "127.0.0.1");
`;

try {
  writeFileSync(join(work, "empty.mjs"), "export {};\n");
  writeFileSync(join(work, "import.mjs"), `import ${JSON.stringify(join(dist, "echostr.mjs"))};\n`);
  writeFileSync(join(work, "bare.mjs"), BARE);
  const loaded = await difference(
    () => timeToEnd(join(work, "import.mjs")),
    () => timeToEnd(join(work, "empty.mjs")),
  );
  tell("import of the library, over an empty module", loaded, 20);
  const started = await difference(
    () => timeToAnswer(join(dist, "echostr-server.mjs")),
    () => timeToAnswer(join(work, "bare.mjs")),
  );
  tell("spawn to the first handshake, over a bare server", started, 25);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** In turn, so that what else the machine does falls on both. */
async function difference(measure, measureBare) {
  const [ours, bare] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await measure());
    bare.push(await measureBare());
  }
  return { ours: median(ours), bare: median(bare) };
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[numbers.length >> 1];
}

function tell(what, { ours, bare }, mostMs) {
  const more = ours - bare;
  const figures = `${more.toFixed(1)} ms (${ours.toFixed(1)} to ${bare.toFixed(1)})`;
  console.log(`Node ${process.versions.node}, ${what}: ${figures}, at most ${mostMs} wanted`);
  if (values.check && more > mostMs) process.exitCode = 1;
}

function timeToEnd(file) {
  const since = performance.now();
  const { status } = spawnSync(process.execPath, [file], { env: {}, stdio: "ignore" });
  if (status !== 0) throw new Error(`${file} ended with ${status}`);
  return performance.now() - since;
}

async function timeToAnswer(file) {
  const port = await freePort();
  const { text, echostr, token } = query();
  const env = { WECHAT_TOKEN: token, PORT: String(port), HOST: "127.0.0.1", LOG: "json" };
  const since = performance.now();
  const child = spawn(process.execPath, [file], { cwd: work, env, stdio: "ignore" });
  try {
    while ((await ask(port, text)) !== echostr) {
      if (performance.now() - since > 30_000) throw new Error(`${file} does not answer`);
    }
    return performance.now() - since;
  } finally {
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
  }
}

/** Nobody listens yet: a millisecond later again. */
function ask(port, text) {
  return new Promise((resolve) => {
    const again = () => void setTimeout(resolve, 1);
    request({ port, host: "127.0.0.1", path: `/wx?${text}`, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (piece) => (body += piece));
      response.on("end", () => resolve(body)).on("error", again);
    })
      .on("error", again)
      .end();
  });
}
