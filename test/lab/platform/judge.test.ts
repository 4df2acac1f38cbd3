/**
 * The verdict on an answer: a table with one wrong answer for each thing that can be found, and
 * what the follower sees of it.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { FINDING_KINDS } from "../../../lab/platform/findings.ts";
import type { Verdict } from "../../../lab/platform/types.ts";
import { cryptoVectors } from "../../support/payloads.ts";
import {
  articles,
  CLICK,
  reply,
  replyOf,
  sealed,
  verdictOn,
  verdictOnSilence,
} from "./judge-bench.ts";
import type { Case } from "./judge-bench.ts";
import { BODIES, MARKUP, SAFE } from "./wrong-answers.ts";
import { FIELDS } from "./wrong-fields.ts";

const provoked = new Set<string>();

function codesOf(verdict: Verdict): readonly string[] {
  const codes = verdict.findings.map(({ code }) => code);
  for (const code of codes) provoked.add(code);
  return codes;
}

for (const [title, rows] of [
  ["A body", BODIES],
  ["XML", MARKUP],
  ["Encryption", SAFE],
  ["A field", FIELDS],
] as const) {
  describe(`${title} that is wrong is named with its cause:`, () => {
    for (const [sentence, answer, codes, shows] of rows) {
      test(`${sentence} -> ${codes}, ${shows}`, () => {
        const verdict = verdictOn(answer);
        assert.equal(codesOf(verdict).join(), codes, JSON.stringify(verdict.findings));
        assert.equal(verdict.shows.what, shows);
        const isGrave = verdict.findings.some(({ severity }) => severity === "error");
        assert.equal(verdict.ok, !isGrave && shows !== "fault");
      });
    }
  });
}

describe("Silence is named with its cause:", () => {
  const reasons = ["timeout", "reset", "refused", "dns", "tls", "failed", "aborted"] as const;
  for (const reason of reasons) {
    test(`${reason} means another delivery, and after the last one a fault`, () => {
      const [first, last] = [verdictOnSilence(reason, false), verdictOnSilence(reason, true)];
      assert.equal(codesOf(first).length, 1);
      assert.equal(codesOf(last).length, 1);
      assert.equal(first.shows.what, "lost");
      assert.equal(last.shows.what, "fault");
    });
  }
});

describe("An answer that is right", () => {
  test("has no finding, in any mode in which it may be plain", () => {
    for (const mode of ["plain", "compat"] as const) {
      assert.deepEqual(codesOf(verdictOn({ mode })), []);
    }
  });

  test("has no finding when it is encrypted, and comes with what was inside", () => {
    for (const mode of ["compat", "safe"] as const) {
      const verdict = verdictOn({ mode, body: sealed(reply()) });
      assert.deepEqual(codesOf(verdict), []);
      assert.equal(verdict.answerXml, reply());
    }
  });

  test("is success in every mode", () => {
    for (const mode of ["plain", "compat", "safe"] as const) {
      const verdict = verdictOn({ mode, body: "success" });
      assert.deepEqual(codesOf(verdict), []);
      assert.deepEqual(verdict.shows, { what: "nothing" });
    }
  });

  test("may have 2,048 bytes, eight articles for an event, a split ]]>, a declaration", () => {
    const rows: readonly Case[] = [
      { body: reply({ Content: "x".repeat(2048) }) },
      { body: replyOf("news", articles(8)), to: CLICK },
      { body: reply({ Content: "a]]>b" }) },
      { body: `<?xml version="1.0" encoding="UTF-8"?>\n<!-- a -->${reply()}\n` },
    ];
    for (const row of rows) assert.deepEqual(codesOf(verdictOn(row)), []);
  });
});

describe("The judge", () => {
  for (const {
    id,
    encrypt,
    plaintext,
    encodingAESKey,
    appid,
    token,
    timestamp,
    nonce,
    msg_signature,
  } of cryptoVectors) {
    if (encrypt === undefined || plaintext === undefined || msg_signature === undefined) continue;
    test(`opens the known answer ${id} by itself`, () => {
      const body =
        `<xml><Encrypt><![CDATA[${encrypt}]]></Encrypt><MsgSignature>${msg_signature}</MsgSignature>` +
        `<TimeStamp>${timestamp}</TimeStamp><Nonce>${nonce}</Nonce></xml>`;
      const verdict = verdictOn({
        mode: "safe",
        body,
        account: { token, appId: appid ?? "", encodingAesKey: encodingAESKey },
      });
      assert.equal(verdict.answerXml, plaintext);
      const wrong = codesOf(verdict).filter((code) => /^(?:MSG-|DECRYPT|ENVELOPE-I)/.test(code));
      assert.deepEqual(wrong, []);
    });
  }

  test("takes nothing from the layer that it judges", () => {
    const parts = [
      "judge",
      "answer-reader",
      "answer-decryption",
      "answer-text",
      "reply-fields",
      "reply-rules",
      "shown",
      "findings",
    ];
    for (const part of parts) {
      const source = readFileSync(
        new URL(`../../../lab/platform/${part}.ts`, import.meta.url),
        "utf8",
      );
      assert.doesNotMatch(source, /from "[^"]*protocol\//, part);
    }
  });
});

describe("A finding", () => {
  for (const [code, { severity, fix }] of Object.entries(FINDING_KINDS)) {
    test(`${code} says how grave it is and what to do`, () => {
      assert.match(code, /^[A-Z0-9]+(?:-[A-Z0-9]+)*$/);
      assert.match(severity, /^(?:error|warning|note)$/);
      assert.match(fix, /^[A-Z].*[^.]$/);
    });
  }
});

describe("The tests of the judge", () => {
  test("have provoked every finding that there is", () => {
    assert.deepEqual(
      Object.keys(FINDING_KINDS).filter((code) => !provoked.has(code)),
      [],
    );
  });
});
