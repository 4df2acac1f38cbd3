// The benchmark of XML parsing: `make bench-xml`, or `node bench/xml.mjs [options]`.
//
//   --rounds N          rounds, the parsers in turn in each (9)
//   --milliseconds N    how long a parser works on each input in a round (100)
//   --payloads DIR      the corpus (test/fixtures/payloads)
//   --file PATH         another build of ours than dist/echostr.mjs

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { count, machine, median, requireBuild, requirePeers, spread, table } from "./report.mjs";
import { textMessage } from "./wire.mjs";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    milliseconds: { type: "string", default: "100" },
    payloads: {
      type: "string",
      default: fileURLToPath(new URL("../test/fixtures/payloads", import.meta.url)),
    },
    file: { type: "string" },
  },
});
const rounds = count(values, "rounds");
const milliseconds = count(values, "milliseconds");

requirePeers();
const ours = await import(pathToFileURL(requireBuild("echostr.mjs", values.file && resolve(values.file))).href);
const { listParsers } = await import("./parsers.mjs"); // loads the peers, so after the check

/** The inputs are strings for all: decoding bytes is the same work everywhere. */
function readCorpus(folder) {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const documents = names.filter((name) => name.endsWith(".xml")).sort();
  return documents.map((name) => readFileSync(join(folder, name), "utf8"));
}

/** What reads this does not check what it reads, which is part of why it is quick. */
const MISMATCHED = "<xml><MsgType>text</Content></xml>";

function accepts(parser, xml) {
  try {
    parser.parse(xml);
    return true;
  } catch {
    return false;
  }
}

/** Microseconds a document, over as many passes as fit into the time. */
function time(parse, documents, budgetMs) {
  let passes = 0;
  const start = performance.now();
  let elapsed = 0;
  while (elapsed < budgetMs) {
    for (const document of documents) parse(document);
    passes += 1;
    elapsed = performance.now() - start;
  }
  return (elapsed * 1000) / (passes * documents.length);
}

function measure(parsers, documents) {
  const results = new Map(parsers.map((parser) => [parser, []]));
  // Two rounds nobody counts let the compiler settle.
  for (let round = -2; round < rounds; round += 1) {
    const order = round % 2 === 0 ? parsers : [...parsers].reverse();
    for (const parser of order) {
      const microseconds = time(parser.parse, documents, milliseconds);
      if (round >= 0) results.get(parser).push(microseconds);
    }
  }
  return results;
}

const text = textMessage({
  openId: "oBench0000000000000000000001",
  messageId: "7000000000000000001",
  seconds: 1_700_000_000,
});
const expected = /<Content><!\[CDATA\[(.*)\]\]>/.exec(text)?.[1];

const parsers = listParsers(ours);
for (const parser of parsers) {
  const found = parser.content(parser.parse(text));
  if (found === expected) continue;
  throw new Error(`${parser.name}: Content must be ${expected}, got ${found}`);
}

const corpus = readCorpus(values.payloads);
if (corpus.length === 0) {
  console.error(`No *.xml in ${values.payloads}: give the folder with --payloads DIR.`);
  process.exit(1);
}
// A refusal is quick and would look like speed, so only what all of them read is timed.
const common = corpus.filter((xml) => parsers.every((parser) => accepts(parser, xml)));

function report(title, documents) {
  const results = measure(parsers, documents);
  const own = results.get(parsers[0]);
  const rows = parsers.map((parser) => {
    const measured = results.get(parser);
    const ratios = measured.map((microseconds, round) => microseconds / own[round]);
    const read = corpus.filter((xml) => accepts(parser, xml)).length;
    return [
      parser.name,
      median(measured).toFixed(2),
      parser === parsers[0] ? "1" : spread(ratios),
      `${read} of ${corpus.length}`,
      accepts(parser, MISMATCHED) ? "read" : "refused",
    ];
  });
  console.log(`${title}\n`);
  const head = ["parser", "µs/document", "times ours", "corpus read", "mismatched tags"];
  console.log(`${table(head, rows)}\n`);
}

const size = Buffer.byteLength(text);
const meanSize = Math.round(
  common.reduce((sum, xml) => sum + Buffer.byteLength(xml), 0) / common.length,
);
console.log(`${machine()}\nMedian of ${rounds} rounds of ${milliseconds} ms a parser.\n`);
report(`The text message, ${size} bytes`, [text]);
report(`The ${common.length} documents that all read, ${meanSize} bytes on average`, common);
