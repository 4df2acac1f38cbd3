/** A server that is tried may send without end: what the lab keeps of it is bounded. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { sendCommand } from "../../../lab/cli/send.ts";
import { openRaw, requestHead, statusIn } from "../../../lab/check/raw-connection.ts";
import { ANSWER_LIMIT_BYTES } from "../../../lab/platform/answer-bytes.ts";
import { createBotTarget } from "../../../lab/platform/bot-target.ts";
import { startBotProcess } from "../../../lab/play/bot-process.ts";
import { temporaryFolder } from "../../cli/process.ts";
import { runCommand } from "./run-command.ts";

interface Endless {
  readonly address: string;
  sentBytes(): number;
}

const CHUNK = Buffer.alloc(64 * 1024, "x");

/** What a system keeps between two sockets, at most. */
const ON_THE_WAY_BYTES = 12 * 1024 * 1024;

async function endlessServer(context: TestContext): Promise<Endless> {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "Content-Type": "text/xml" });
    const more = (): void => {
      while (!response.destroyed && response.write(CHUNK)) bytes += CHUNK.length;
      bytes += CHUNK.length;
    };
    response.on("drain", more);
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/wx`, sentBytes: () => bytes };
}

describe("Of an answer without an end", { timeout: 60_000 }, () => {
  test("check reads a mebibyte on a connection of its own, and lets the peer wait", async (context) => {
    const { address, sentBytes } = await endlessServer(context);
    const url = new URL(address);
    const connection = await openRaw(url, false);
    context.after(() => connection.close());
    connection.write(requestHead(url, "GET", "", {}));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.equal(statusIn(connection.received()), 200);
    assert.ok(connection.received().length < ANSWER_LIMIT_BYTES + 256 * 1024);
    assert.ok(connection.isOpen());
    assert.ok(sentBytes() < ANSWER_LIMIT_BYTES + ON_THE_WAY_BYTES, String(sentBytes()));
  });

  test("send says that it is too long, and reads no more", async (context) => {
    const { address, sentBytes } = await endlessServer(context);
    const words = [address, "--token", "t", "--deliveries", "1", "text", "x"];
    const { status, out } = await runCommand(sendCommand, words);
    assert.notEqual(status, 0);
    assert.match(out, /no answer: failed/);
    assert.ok(sentBytes() < ANSWER_LIMIT_BYTES + ON_THE_WAY_BYTES, String(sentBytes()));
  });

  test("a test's platform says so as well", async () => {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled += CHUNK.length;
        controller.enqueue(new Uint8Array(CHUNK));
      },
    });
    const target = createBotTarget({ path: "/wx", fetch: async () => new Response(body) });
    const sending = target.send({ method: "GET", query: "", headers: {}, timeoutMs: 5000 });
    await assert.rejects(sending, /longer than 1048576 bytes/);
    assert.ok(pulled < 2 * ANSWER_LIMIT_BYTES, String(pulled));
  });
});

test("Of a line without an end that the bot of a play prints, a few thousand characters are shown", async (context) => {
  const folder = temporaryFolder(context);
  const file = join(folder, "endless.mjs");
  writeFileSync(file, 'const x = "x".repeat(2 ** 20); for (let n = 0; n < 8; n += 1) process.stdout.write(x);');
  const lines: string[] = [];
  const program = { command: [file], botFile: undefined, folder };
  await new Promise<void>((resolve) => {
    startBotProcess(program, { PATH: process.env["PATH"] }, {
      onReady: () => {},
      onLine: ({ text }) => {
        lines.push(text);
      },
      onEnd: () => resolve(),
    });
  });
  assert.deepEqual(lines.map((line) => line.length), [4000]);
});
