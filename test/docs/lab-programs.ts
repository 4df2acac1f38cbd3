/**
 * What the manual's programs for the simulator need beside them, and how they are run: they
 * are tests, and all of them must pass.
 */
import assert from "node:assert/strict";
import type { Performance } from "./stage.ts";

const SAID = [
  [{ MsgType: "event", Event: "subscribe", EventKey: "" }, "欢迎"],
  [{ MsgType: "text", Content: "早" }, "你说：早"],
] as const;

/** A conversation with the bot of the manual, in the form in which the page saves one. */
const TALK: readonly object[] = [
  { transcript: "echostr", version: 1, originalId: "gh_3c884a361561", mode: "plain" },
  ...SAID.map(([description, content], index) => ({
    type: "delivery",
    at: index * 60_000,
    openId: "oxXw71kbQdJ3ByvQFwAnm8HDGHno",
    description,
    shown: { what: "reply", reply: { MsgType: "text", content } },
    attempts: [{ outcome: "answered", ms: 5, findings: [] }],
  })),
];

/** The files beside the programs, by name. */
export const LAB_FILES: Readonly<Record<string, string>> = {
  "talk.jsonl": TALK.map((line) => `${JSON.stringify(line)}\n`).join(""),
};

/** Runs the tests of a program, one after the other. */
export async function runLabTests({ tests }: Performance, count: number): Promise<void> {
  assert.equal(tests.length, count);
  for (const { run } of tests) await run();
}
