/** What docs/protocol.md says of repeats: the table of runs, and the bounds of what is remembered. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ANSWERS_BYTES, KNOWN_AT_MOST_MS, KNOWN_BYTES, REMEMBER_MS } from "../../src/delivery/remembered.ts";
import { OPEN_BYTES } from "../../src/delivery/runs.ts";
import { echostr } from "../support/subject.ts";
import { wireReadReply, wireRequest } from "../support/wire.ts";
import { codeIn, readDocument, readText, tableUnder } from "./markdown.ts";

const ENGLISH = readDocument("docs/protocol.md");
const TOKEN = "AAAAA";
const TIMESTAMP = "1714037059";

test("Each delivery in the table of docs/protocol.md is answered by the run that stands there", async () => {
  const text = readText("test/fixtures/payloads/msg-text-tutorial.doc.xml");
  const scan = readText("test/fixtures/payloads/event-scan-0.real.xml");
  const bodies = [
    text,
    text,
    text.replace("粉丝号", "另一个粉丝"),
    text.replace("6272960105994287618", "6272960105994287619"),
    scan,
    scan,
    scan.replaceAll("\n", ""),
    scan.replace("[0]", "[1]"),
    scan.replace("gQHQ7z", "gQHQ7a"),
  ];
  assert.equal(new Set(bodies).size, bodies.length - 2);
  const receivedAt = Number(TIMESTAMP) * 1000;
  const bot = echostr.createBot({ token: TOKEN, clock: () => receivedAt, log: () => {} });
  let runs = 0;
  bot.on("*", () => `run ${(runs += 1)}`);
  const answers: string[] = [];
  for (const [index, body] of bodies.entries()) {
    const request = wireRequest({ token: TOKEN, timestamp: TIMESTAMP, nonce: String(index), body });
    const answer = await bot.callback({ method: "POST", ...request, receivedAt });
    answers.push(String(wireReadReply(answer.body)["Content"]));
  }
  const [, ...rows] = tableUnder(ENGLISH, "Delivery");
  assert.deepEqual(answers, rows.flatMap(([, answer = ""]) => codeIn(answer)));
});

test("The bounds that docs/protocol.md prints are those of the source", () => {
  const prose = ENGLISH.prose.replace(/\s+/g, " ");
  const mebibytes = (bytes: number): string => `${bytes / 1024 / 1024} MiB`;
  for (const words of [
    `at most 8,000 answers and ${mebibytes(ANSWERS_BYTES)}`,
    `stays for ${REMEMBER_MS / 1000} seconds`,
    `at most ${KNOWN_AT_MOST_MS / 3_600_000} hours and ${mebibytes(KNOWN_BYTES)}`,
    `holds at most ${mebibytes(OPEN_BYTES)}`,
  ]) {
    assert.ok(prose.includes(words), words);
  }
});
