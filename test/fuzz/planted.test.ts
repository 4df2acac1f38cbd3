/** Each target finds the fault that it is there for, planted in what it is pointed at. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { loadEnvFile } from "node:process";
import { pathToFileURL } from "node:url";
import { formatJson, parseJson } from "../../src/api/json.ts";
import { jsonLine, prettyLine } from "../../src/cli/log-line.ts";
import { isRecord } from "../../lab/platform/lab-input.ts";
import { readTranscript } from "../../lab/transcript/transcript.ts";
import { encodeCommand, RespDecoder } from "../../src/store/resp.ts";
import { corpusOf } from "./corpus.ts";
import { envTarget } from "./env.ts";
import { fetchTarget } from "./fetch.ts";
import { jsonTarget } from "./json.ts";
import { logTarget } from "./log.ts";
import { respTarget } from "./resp.ts";
import { fuzz } from "./session.ts";
import { storeTarget } from "./store.ts";
import type { Target } from "./target.ts";
import { transcriptTarget } from "./transcript.ts";

const SEED = 7;

/** A record that says that everything has been said. */
const ANSWERED =
  '{"since":1714112445000,"deliveries":1,"at":1714112445000,"expires":9e15,"state":"given","rest":[],"isSeen":true}';

/** The fault, and the target with it. */
const FAULTY: readonly (readonly [fault: string, target: Target, says: RegExp])[] = [
  [
    "a decoder of RESP forgets a piece that ends within a line",
    respTarget({
      encodeCommand,
      decoder: (limits) => {
        const decoder = new RespDecoder(limits);
        return { push: (piece) => (piece.at(-1) === 13 ? [] : decoder.push(piece)) };
      },
    }),
    /byte by byte/,
  ],
  [
    "a decoder of RESP takes the memory that a length claims",
    respTarget({
      encodeCommand,
      decoder: (limits) => {
        const decoder = new RespDecoder(limits);
        const held: Buffer[] = [];
        return {
          push(piece) {
            const claimed = /\$(\d{7,8})\r/.exec(Buffer.from(piece).toString("latin1"))?.[1];
            if (claimed !== undefined) held.push(Buffer.alloc(Number(claimed)));
            return decoder.push(piece);
          },
        };
      },
    }),
    /bytes taken for/,
  ],
  [
    "a command counts characters in place of bytes",
    respTarget({
      decoder: (limits) => new RespDecoder(limits),
      encodeCommand: (words) =>
        `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`,
    }),
    /deep-equal/,
  ],
  [
    "a long number in a text is quoted too",
    jsonTarget({
      formatJson,
      parseJson: (text) => parseJson(text.replace(/(?<![\w"])\d{19}(?![\w"])/g, '"$&"')),
    }),
    /it was to be|deep-equal/,
  ],
  [
    "JSON is written as JSON.stringify does",
    jsonTarget({ parseJson, formatJson: JSON.stringify }),
    /escape|pair/,
  ],
  [
    ".env is read as Node does",
    envTarget((folder) => loadEnvFile(join(folder, ".env"))),
    /refused|strictly equal|WECHAT|PORT|LOG|ECHOSTR/,
  ],
  [
    "a transcript is believed that says it has a reply",
    transcriptTarget((text) => {
      const hidden = text.replaceAll('"reply":{', '"replies":{');
      const transcript = readTranscript(hidden.replaceAll('"what":"reply"', '"what":"fault"'));
      const lines = transcript.lines.map((line) =>
        isRecord(line) && line.type === "delivery" && "replies" in line.shown
          ? { ...line, shown: { what: "reply" } as never }
          : line,
      );
      return { ...transcript, lines };
    }),
    /TypeError|deep-equal/,
  ],
  [
    "fetch rejects when the peer has left",
    fetchTarget((fetch) => (request) => {
      return request.signal.aborted ? Promise.reject(new Error("Nobody there")) : fetch(request);
    }),
    /Nobody there/,
  ],
  [
    "fetch believes a header that the server does not",
    fetchTarget((fetch) => (request) => {
      const headers = new Headers(request.headers);
      if (headers.get("content-encoding") === "gzip") headers.delete("content-encoding");
      return fetch(new Request(request, { headers }));
    }),
    /deep-equal/,
  ],
  [
    "a record that is none is believed",
    storeTarget((store) => ({
      ...store,
      swap: async (key, ...words) => {
        const swapped = await store.swap(key, ...words);
        const isBelieved = key.startsWith("run\n") && !swapped.done && !swapped.value?.includes('"state"');
        return isBelieved ? { done: false, value: ANSWERED } : swapped;
      },
    })),
    /a follower sees/,
  ],
  [
    "the kind of a message goes to the terminal as it came",
    logTarget({
      jsonLine,
      prettyLine: (entry, now, color) =>
        prettyLine(entry, now, color).replace(/\n$/, `  ${entry.kind ?? ""}\n`),
    }),
    /no control character|one line/,
  ],
  [
    "a line of JSON is written in more than one",
    logTarget({
      jsonLine: (entry, now) =>
        `${JSON.stringify({ time: now, ...JSON.parse(jsonLine(entry, now)) }, null, 1)}\n`,
      prettyLine,
    }),
    /it is one line/,
  ],
];

describe("A planted fault is found", () => {
  for (const [fault, target, says] of FAULTY) {
    it(`${target.name}: ${fault}`, async (context) => {
      const folder = mkdtempSync(join(tmpdir(), "echostr-planted-"));
      context.after(async () => {
        rmSync(folder, { recursive: true });
        await target.close?.();
      });
      const corpus = corpusOf(target.name).map(([, input]) => input);
      const options = { folder: pathToFileURL(`${folder}/`), corpus };
      const { failures, runs } = await fuzz(target, SEED, (done) => done >= 3000, options);
      assert.match(failures[0] ?? `nothing in ${runs} runs`, says);
      const [, file = ""] = /kept in (.*): commit it/.exec(failures[0] ?? "") ?? [];
      assert.ok(readFileSync(file).length >= 0, "the input is kept");
    });
  }
});
