/**
 * Transcripts: whatever a file holds, it is read or refused with the number of a line; what was
 * read can be played again, compared and shown without an exception; and what is read is what an
 * independent reader finds in the lines.
 *
 * An input is the file.
 *
 * @module
 */
import assert from "node:assert/strict";
import { shownAsText } from "../../lab/transcript/differences.ts";
import { replayTranscript } from "../../lab/transcript/replay.ts";
import type { Stage } from "../../lab/transcript/replay.ts";
import { readTranscript } from "../../lab/transcript/transcript.ts";
import type { Transcript } from "../../lab/transcript/transcript.ts";
import type { Random } from "../support/random.ts";
import { anyText, mutate } from "./mutate.ts";
import { attempt } from "./target.ts";
import type { Target } from "./target.ts";

/** What is put to the test; another one in the test of the fuzzer itself. */
export type ReadTranscript = (text: string) => Transcript;

const HEAD = '{"transcript":"echostr","version":1,"originalId":"gh_1","mode":"plain"}';

const FRAGMENTS: readonly string[] = [
  ...'{}[]",:\\\n\r 0-',
  ...[`${HEAD}\n`, '"type":"sent"', '"type":"delivery"', '"at":', '"openId":', '"shown":', "null"],
  ...['"attempts":', '"description":', '"body":', '"what":"reply"', '"what":"lost"', '"reply":'],
  ...['{"MsgType":"text"}', '{"MsgType":"text","content":"x"}', '"ms":', "[null]", "[{}]", "1e400"],
  ...['"version":2', '{"toString":1}', '"__proto__":{}', "\uFEFF", "\n\n", "-1", "1e15", '"x"'],
  ...["[".repeat(40), '{"a":'.repeat(40), "}".repeat(40), "true", '"msgType":', '"text":'],
];

export function transcriptTarget(read: ReadTranscript = readTranscript): Target {
  return {
    name: "transcript",
    due: { "played again": 10, LAB_INPUT_INVALID: 4 },
    dictionary: FRAGMENTS,
    make(random) {
      const file = Buffer.from(aFile(random));
      return random.below(2) === 0 ? file : mutate(file, random, FRAGMENTS);
    },
    async check(input) {
      const text = Buffer.from(input).toString("utf8");
      const found = attempt(() => read(text), /^LAB_INPUT_INVALID$/);
      if ("code" in found) return found.code;
      const { lines, originalId, mode } = found.value;
      assert.deepEqual([typeof originalId, typeof mode], ["string", "string"]);
      const [, ...wanted] = jsonLines(text);
      assert.deepEqual(lines, wanted);
      for (const line of lines) if (line.type === "delivery") shownAsText(line.shown);
      const stage = new EmptyStage();
      await replayTranscript(found.value, stage);
      const deliveries = lines.filter(({ type }) => type === "delivery").length;
      assert.equal(stage.delivered, deliveries, "each delivery is played once");
      return "played again";
    },
  };
}

export const transcript: Target = transcriptTarget();

function jsonLines(text: string): unknown[] {
  const lines = (text.startsWith("\uFEFF") ? text.slice(1) : text).split("\n");
  return lines.filter((line) => line.trim() !== "").map((line) => JSON.parse(line.trim()) as unknown);
}

/** Nobody answers there, and time only adds up. */
class EmptyStage implements Stage {
  delivered = 0;

  readonly deliver: Stage["deliver"] = async (openId, description) => {
    this.delivered += 1;
    const shown = { what: "nothing" } as const;
    return { id: "1", at: 0, openId, description, xml: "", attempts: [], shown };
  };

  readonly passes: Stage["passes"] = async (ms) => {
    assert.ok(Number.isFinite(ms) && ms > 0, `a pause of ${ms} ms`);
  };

  readonly sent: Stage["sent"] = () => [];
}

function aFile(random: Random): string {
  const lines = Array.from({ length: random.below(4) }, () => JSON.stringify(aLine(random)));
  return [random.below(20) === 0 ? "{}" : HEAD, ...lines].map((line) => `${line}\n`).join("");
}

function aLine(random: Random): object {
  const at = random.below(100_000);
  const text = anyText(random, 8);
  if (random.below(3) === 0) {
    return { type: "sent", at, openId: "oAlice", msgType: "text", text, body: { content: text } };
  }
  const description = random.pick([
    { MsgType: "text", Content: text },
    { MsgType: "event", Event: "subscribe" },
    { MsgType: "location", Location_X: 1.5, nested: { list: [text, 1] } },
  ]);
  const shown = random.pick([
    { what: "reply", reply: { MsgType: "text", content: text } },
    { what: "reply", reply: { MsgType: "image", mediaId: text } },
    ...[{ what: "nothing" }, { what: "fault" }, { what: "lost" }],
  ]);
  const attempts = [{ outcome: "answered", ms: random.below(5000), findings: [] }];
  return { type: "delivery", at, openId: "oAlice", description, shown, attempts };
}
