/**
 * No input takes longer than linear time: a document, a query, a frame or a text is made 16 times
 * as long by repeating a part of it, and the cost of a byte must stay what it was. An input is
 * JSON.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parseJson } from "../../src/api/json.ts";
import { parseEnvFile } from "../../src/cli/env-file.ts";
import { Findings } from "../../lab/platform/findings.ts";
import { readAnswerText } from "../../lab/platform/answer-text.ts";
import { readTranscript } from "../../lab/transcript/transcript.ts";
import { parseJsonBody } from "../../src/protocol/json-body.ts";
import { parseCallbackQuery } from "../../src/protocol/query.ts";
import { cutText } from "../../src/protocol/text-cut.ts";
import { RespDecoder } from "../../src/store/resp.ts";
import { growth, LINEAR } from "../support/expect.ts";
import { payloads } from "../support/payloads.ts";
import type { Random } from "../support/random.ts";
import { echostr } from "../support/subject.ts";
import { anyText, XML_FRAGMENTS } from "./mutate.ts";
import type { Target } from "./target.ts";

/** What is repeated, and what stands before and behind it. */
interface Pumped {
  readonly reader: keyof typeof READERS;
  readonly head: string;
  readonly pump: string;
  readonly tail: string;
}

const KEY = echostr.parseAesKey("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG");
const ENVELOPE = { ToUserName: "oFollower", FromUserName: "gh_1", CreateTime: 1_714_112_445 };

const READERS = {
  message: (text: string) => echostr.parseMessage(text),
  bytes: (text: string) => echostr.parseXml(Buffer.from(text)),
  query: (text: string) => parseCallbackQuery(text),
  decryption: (text: string) => echostr.decrypt(text, KEY, "wx1"),
  encryption: (text: string) => echostr.encrypt(text, KEY, "wx1"),
  reply: (text: string) => echostr.formatReply(echostr.text(text), ENVELOPE),
  "reply in parts": (text: string) => {
    return echostr.formatReply(echostr.text(text), ENVELOPE, { textLimitBytes: 10_000_000 });
  },
  resp: (text: string) => new RespDecoder().push(Buffer.from(text)),
  "resp in pieces": (text: string) => {
    const decoder = new RespDecoder();
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 3) decoder.push(bytes.subarray(at, at + 3));
  },
  json: (text: string) => parseJson(text),
  env: (text: string) => parseEnvFile(Buffer.from(text)),
  transcript: (text: string) => readTranscript(text),
  "json body": (text: string) => parseJsonBody(text),
  markdown: (text: string) => echostr.plainText(text),
  pieces: (text: string) => cutText(text, 1800),
  "another server's answer": (text: string) => readAnswerText(text, new Findings()),
} as const;

const NAMES = Object.keys(READERS) as readonly (keyof typeof READERS)[];

/** The shorter of the two sizes, in characters; it is measured against 16 times as much. */
const SIZE = 24_000;

const PUMPS: readonly string[] = [
  ...XML_FRAGMENTS.filter((each) => each.length < 50),
  ...["&nonce=1", "&x=%20", "%", "%20", "+", "[", "&a[", "AAAA", "=", "oooo"],
  ...["o123_abcdefghijklmnop"],
  ...[" a='1'", " a", "<a", "</", "<!", "<?p", "&#", "&#1", "a\n", "\r", "👨‍👩‍👧"],
  ...["\u0301", "🇨🇳", "\u200d"],
  ...["<a><b/></a>", "<item>x</item>", "<List/>", "<![CDATA[", "]]>]]>", "<!--x-->"],
  ...["<MsgId>1</MsgId>"],
  ...["+OK\r\n", "*1\r\n", "$3\r\nabc\r\n", "*2\r\n:1\r\n", "$-1\r\n", "$9\r\n", ":1"],
  ...["](", "[", "![a](b)", "**", " *a", "_", "~~", "`", "```\n", "://", "a://", "> ", "# ", "- ", "|", "|-", "|\n", "<br>"],
  ...["C:\\", "\\\\a", "……", "（", "\u0903", "\ufe0f"],
  ...['"', '\\"', "\\\n", '"\\\n', "{", "[", '{"a":', "1,", "A=1\n", "A='", "# x\n", "A=", '"\n'],
];

const ENDS: readonly string[] = [
  ...["", "<xml>", "</xml>", "<a ", "<a b='", "'", "<!--", "<![CDATA[", "\0"],
  ...["a", "|a|b|\n|-|-|\n", "[a](", "```\n"],
  ...["*65536\r\n", "$16000000\r\n", '"', "[", '{"transcript":"echostr","version":1}\n', "A=", "\\\n"],
];

export const growthOf: Target = {
  name: "growth",
  due: { message: 100, query: 100, reply: 100 },
  make: (random) => Buffer.from(JSON.stringify(aPumped(random))),
  check(input) {
    const { reader, head, pump, tail } = JSON.parse(Buffer.from(input).toString()) as Pumped;
    const read = READERS[reader];
    const ratio = growth((size) => {
      const text = head + pump.repeat(Math.ceil(size / pump.length)) + tail;
      return () => read(text);
    }, SIZE);
    assert.ok(ratio < LINEAR, `a byte of 16 times as many cost ${ratio.toFixed(1)} times as much`);
    return reader;
  },
};

function aPumped(random: Random): Pumped {
  const whole = random.pick(payloads).text;
  const cut = random.below(whole.length);
  const body = random.below(3) === 0;
  const count = 1 + random.below(3);
  let pump = "";
  for (let index = 0; index < count; index += 1) {
    pump += random.below(6) === 0 ? anyText(random, 4) : random.pick(PUMPS);
  }
  return {
    reader: random.pick(NAMES),
    head: body ? whole.slice(0, cut) : random.pick(ENDS),
    pump: pump || "x",
    tail: body ? whole.slice(cut) : random.pick(ENDS),
  };
}
