/**
 * What `docs/deploy.md` promises of a restart and of a rotation, with real processes under load:
 * each message is delivered once and not repeated, as if WeChat never sent anything again.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { type Environment, freePort, temporaryFolder } from "../cli/process.ts";
import { ACCOUNT, OTHER_KEY, plainDelivery, safeDelivery } from "../server/platform.ts";
import { textMessage, verification } from "../server/platform.ts";
import type { Account } from "../server/platform.ts";
import { exchange } from "../support/http.ts";
import { startRedis, withoutRedis } from "../support/redis.ts";
import { watchProcess } from "../support/watched-process.ts";
import { Fleet, Traffic, balancer, contentOf, listens } from "./fleet.ts";
import type { Tally } from "./fleet.ts";
import { readDocument } from "./markdown.ts";

const skip = withoutRedis();
const hasNginx = spawnSync("nginx", ["-v"], { stdio: "ignore" }).status === 0;
const withoutNginx = hasNginx ? false : "install nginx to run this";

const SAFE: Environment = {
  WECHAT_TOKEN: ACCOUNT.token,
  WECHAT_AES_KEY: ACCOUNT.encodingAesKey,
  WECHAT_APPID: ACCOUNT.appId,
};

async function redisFor(context: TestContext): Promise<string> {
  return (await startRedis((end) => context.after(end))).url;
}

/** Every message has its own answer, from a handler that ran once. */
function assertNoneLost(tally: Tally): void {
  console.log(JSON.stringify({ sent: tally.sent, wrong: tally.wrong.length }));
  assert.ok(tally.sent > 50, `only ${tally.sent} messages`);
  assert.deepEqual(tally.wrong, []);
  assert.deepEqual(tally.notOnce, []);
}

describe("Two processes that are restarted one after the other", { skip }, () => {
  test("answer every message, each once", async (context) => {
    const environment = { WECHAT_TOKEN: ACCOUNT.token, STORE: await redisFor(context) };
    const fleet = await Fleet.start(context, environment);
    const send = balancer(fleet.ports);
    const traffic = new Traffic(context, async (text) =>
      contentOf(await send(plainDelivery(ACCOUNT, textMessage(text)))),
    );
    await fleet.restart(environment);
    await traffic.reaches(60);
    assertNoneLost(await traffic.end(fleet));
  });

  test("do so behind nginx as the document sets it up", { skip: withoutNginx }, async (context) => {
    const environment = { WECHAT_TOKEN: ACCOUNT.token, STORE: await redisFor(context) };
    const fleet = await Fleet.start(context, environment);
    const port = await startNginx(context, fleet.ports);
    const traffic = new Traffic(context, async (text) =>
      contentOf(await exchange(port, plainDelivery(ACCOUNT, textMessage(text)))),
    );
    await fleet.restart(environment);
    assertNoneLost(await traffic.end(fleet));
    assert.equal((await exchange(port, { target: "/" })).status, 404);
    assert.equal((await exchange(port, { target: "/wx" })).status, 200, "no redirect");
  });
});

describe("Token and key that are changed in the order of the document", { skip }, () => {
  test("cost no message, and afterwards the old ones are refused", async (context) => {
    const NEW: Account = { ...ACCOUNT, token: "an0therTokenOfIt", encodingAesKey: OTHER_KEY };
    const STORE = await redisFor(context);
    const settingsOf = (account: Account): Environment => ({
      ...SAFE,
      STORE,
      WECHAT_TOKEN: account.token,
      WECHAT_AES_KEY: account.encodingAesKey,
    });
    const fleet = await Fleet.start(context, settingsOf(ACCOUNT));
    const send = balancer(fleet.ports);
    /** What the console says. */
    let saved = ACCOUNT;
    const deliver = async (account: Account, text: string): Promise<string> =>
      contentOf(await send(safeDelivery(account, textMessage(text))), account);
    const traffic = new Traffic(context, (text) => deliver(saved, text));

    await fleet.restart({
      ...settingsOf(NEW),
      WECHAT_TOKEN: `${NEW.token},${ACCOUNT.token}`,
      WECHAT_AES_KEY: `${NEW.encodingAesKey},${ACCOUNT.encodingAesKey}`,
    });
    assert.equal((await send(verification(NEW, "7012"))).body, "7012", "the console may save");
    saved = NEW;
    await traffic.reaches(traffic.sent + 20);
    assert.equal(await deliver(ACCOUNT, "700000"), "700000：答", "sent before it was saved");
    await fleet.restart(settingsOf(NEW));
    assertNoneLost(await traffic.end(fleet));

    assert.equal(await deliver(ACCOUNT, "700001"), "status 403");
    const oldKey = { ...NEW, encodingAesKey: ACCOUNT.encodingAesKey };
    assert.equal(await deliver(oldKey, "700002"), "status 403");
  });
});

describe("A mode that is changed by way of a second path", { skip }, () => {
  test("costs no message", async (context) => {
    const STORE = await redisFor(context);
    const fleet = await Fleet.start(
      context,
      { STORE, WECHAT_TOKEN: ACCOUNT.token },
      { STORE, ...SAFE, WECHAT_PATH: "/wx2" },
    );
    const [plain = 0, safe = 0] = fleet.ports;
    let saved = false;
    const traffic = new Traffic(context, async (text) => {
      const body = textMessage(text);
      if (!saved) return contentOf(await exchange(plain, plainDelivery(ACCOUNT, body)));
      const account = { ...ACCOUNT, path: "/wx2" };
      return contentOf(await exchange(safe, safeDelivery(account, body)), account);
    });
    await traffic.reaches(60);
    const check = verification({ ...ACCOUNT, path: "/wx2" }, "7013");
    assert.equal((await exchange(safe, check)).body, "7013");
    saved = true;
    await traffic.reaches(120);
    assertNoneLost(await traffic.end(fleet));
    // By the one path alone the change would cost what comes between the two sides.
    const early = safeDelivery(ACCOUNT, textMessage("700003"));
    assert.equal((await exchange(plain, early)).status, 403);
  });
});

/** Starts nginx with the document's own block, but for ports and files. */
async function startNginx(context: TestContext, ports: readonly number[]): Promise<number> {
  const folder = temporaryFolder(context);
  const port = await freePort();
  const block = readDocument("docs/deploy.md").blocks.find(({ language }) => language === "nginx");
  const [first = 0, second = 0] = ports;
  const site = (block?.code ?? "")
    .replace("127.0.0.1:8081", `127.0.0.1:${first}`)
    .replace("127.0.0.1:8082", `127.0.0.1:${second}`)
    .replace("listen 80;", `listen 127.0.0.1:${port};`)
    .replace(/^ *(?:listen 443|ssl_certificate).*\n/gm, "")
    .replace("/var/log/nginx", folder);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  );
  const file = join(folder, "nginx.conf");
  const errors = join(folder, "error.log");
  mkdirSync(join(folder, "logs"), { recursive: true });
  writeFileSync(
    file,
    `daemon off; pid ${join(folder, "pid")}; error_log ${errors};\n` +
      `events {}\nhttp {\n${temporary.join("\n")}\n${site}}\n`,
  );
  const child = spawn("nginx", ["-e", errors, "-p", folder, "-c", file], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  watchProcess(child);
  context.after(() => child.kill("SIGTERM"));
  await listens(port);
  return port;
}
