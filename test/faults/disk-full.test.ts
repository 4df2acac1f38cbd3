/** The disk of the SQLite file is full: messages are answered all the same, and nothing is torn. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { temporaryFolder } from "../cli/process.ts";
import { startServers } from "../delivery/shared-processes.ts";
import type { ServerProcess } from "../delivery/shared-processes.ts";
import { idsFrom, sayAll } from "./followers.ts";
import { withoutSqlite } from "./sqlite.ts";
import { tellFault } from "./tell.ts";

const FOLLOWERS = 150;
const EARLY = 10;

/** Blocks of 512 bytes. The log of SQLite is cut at 4 MB only: it is what meets the limit. */
const LIMITED = ["sh", "-c", 'ulimit -f 3000; exec "$0" "$@"'];

/** A disk of its own, in a name space of its own: where that is not allowed, the test skips. */
function tinyDisk(folder: string): string[] {
  const command = `mount -t tmpfs -o size=3m tiny "${folder}" && exec "$0" "$@"`;
  return ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", command];
}

function withoutTinyDisk(): string | false {
  const command = 'mount -t tmpfs -o size=64k tiny /mnt && exec "$0"';
  const words = ["--user", "--map-root-user", "--mount", "sh", "-c", command, "true"];
  return spawnSync("unshare", words).status === 0 ? false : "this needs user name spaces";
}

const long = (id: string): string => `0 ${id} long`;
const next = (id: string): string => `0 next${id}`;

/** What has become of the disk's being full. */
interface Filled {
  readonly unanswered: number;
  readonly linesOfLog: number;
}

/** Each is sent an answer of which most has to be parked, so the disk fills; then all write. */
async function fill(server: ServerProcess): Promise<Filled> {
  const ports = [server.port];
  let answered = 0;
  await sayAll(ports, idsFrom(0, EARLY), long, ({ seen }, id) => {
    answered += Number(seen?.startsWith(`${id}：答`));
  });
  assert.deepEqual(server.notices, [], "there is room for the first ones");
  await sayAll(ports, idsFrom(EARLY, FOLLOWERS - EARLY), long, ({ seen }, id) => {
    answered += Number(seen?.startsWith(`${id}：答`));
  });
  const linesOfLog = server.notices.length;
  assert.match(server.notices.join("\n"), /[Ss]tore failed: .*(?:disk|I\/O)/);
  // Others than those for whom something waits.
  await sayAll(ports, idsFrom(FOLLOWERS, FOLLOWERS), next, ({ seen }, id) => {
    answered += Number(seen === `next${id}：答`);
  });
  return { unanswered: 2 * FOLLOWERS - answered, linesOfLog };
}

/** When there is room: the first ones get what was parked for them. */
async function judge(
  context: TestContext,
  fault: string,
  { unanswered, linesOfLog }: Filled,
  server: ServerProcess,
): Promise<void> {
  let given = 0;
  await sayAll([server.port], idsFrom(0, EARLY), () => "1", ({ seen }) => {
    given += Number(seen?.startsWith("长"));
  });
  tellFault(context, fault, {
    messages: 2 * FOLLOWERS,
    unanswered,
    "lines of the log": linesOfLog,
    parked: EARLY,
    given,
    lost: EARLY - given,
  });
  assert.equal(unanswered, 0, "every message is answered");
  assert.equal(given, EARLY, "what was parked is given when there is room");
  // And what is parked from now on is given too.
  await sayAll([server.port], ["after"], long, () => {});
  await sayAll([server.port], ["after"], () => "1", ({ seen }) => assert.match(seen ?? "", /^长/));
}

describe("While the disk of the sqlite file is full", { skip: withoutSqlite() }, () => {
  test("by a limit, all is answered, and what was parked is given without it", async (context) => {
    const store = `sqlite:${join(temporaryFolder(context), "store.db")}`;
    const limited = await startServers(context, 1, store, {}, LIMITED);
    const [server] = limited.servers;
    assert.ok(server !== undefined);
    const filled = await fill(server);
    await server.kill();
    const { servers: [free] } = await startServers(context, 1, store);
    assert.ok(free !== undefined);
    await judge(context, "sqlite, file as large as it may be", filled, free);
  });

  const skip = withoutTinyDisk();
  test("all is answered, and parked answers wait for room", { skip }, async (context) => {
    const folder = join(temporaryFolder(context), "disk");
    mkdirSync(folder);
    const store = `sqlite:${join(folder, "store.db")}`;
    const { servers: [server] } = await startServers(context, 1, store, {}, tinyDisk(folder));
    assert.ok(server !== undefined);
    // As the process itself sees the folder.
    const ballast = `/proc/${server.pid}/root${join(folder, "ballast")}`;
    writeFileSync(ballast, Buffer.alloc(1500 * 1024));
    const filled = await fill(server);
    rmSync(ballast);
    await judge(context, "sqlite, disk full", filled, server);
  });
});
