import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cryptoVectors } from "../support/payloads.ts";
import { echostr } from "../support/subject.ts";
import { wireSign } from "../support/wire.ts";

const { sign, verifySignature } = echostr;

const TOKEN = "AAAAA";
const PARTS = { timestamp: "1714036504", nonce: "1514711492" };
const SIGNATURE = "f464b24fc39322e44b38aa78f5edd27bd1441696";

function verify(signature: string, tokens: string | readonly string[] = TOKEN): boolean {
  return verifySignature(tokens, { ...PARTS, signature });
}

describe("the signature of known requests", () => {
  for (const { id, token, timestamp, nonce, encrypt, signature, msg_signature } of cryptoVectors) {
    if (signature !== undefined) {
      it(`is the one printed for ${id}`, () => {
        assert.equal(sign(token, timestamp, nonce), signature);
        assert.equal(verifySignature(token, { signature, timestamp, nonce }), true);
      });
    }
    if (msg_signature !== undefined && encrypt !== undefined) {
      it(`covers the ciphertext of ${id}`, () => {
        assert.equal(sign(token, timestamp, nonce, encrypt), msg_signature);
        const parts = { signature: msg_signature, timestamp, nonce, encrypt };
        assert.equal(verifySignature(token, parts), true);
        assert.equal(verifySignature(token, { ...parts, encrypt: `${encrypt}A` }), false);
        assert.equal(verifySignature(token, { signature: msg_signature, timestamp, nonce }), false);
      });
    }
  }
});

describe("the parts are put in order by UTF-16 code unit", () => {
  const triples: readonly (readonly [string, string, string])[] = [
    ["AAAAA", "1714036504", "1514711492"],
    ["9", "10", "100"],
    ["b", "A", "a"],
    ["Z", "a", "_"],
    ["é", "e", "f"],
    ["e\u0301", "\u00e9", "z"],
    // Code units put the emoji (D83D…) before U+FF5E; code points and UTF-8 bytes put it after.
    ["\uFF5E", "😀", "a"],
    ["微信", "公众号", "abc"],
    ["same", "same", "same"],
    ["prefix", "prefixed", "prefi"],
    ["", "", ""],
    ["", "b", "a"],
  ];
  for (const triple of triples) {
    it(`whatever the order in which they come: ${JSON.stringify(triple)}`, () => {
      const [a, b, c] = triple;
      const expected = wireSign(a, b, c);
      for (const [x, y, z] of [
        [a, b, c],
        [a, c, b],
        [b, a, c],
        [b, c, a],
        [c, a, b],
        [c, b, a],
      ] as const) {
        assert.equal(sign(x, y, z), expected);
      }
    });
  }

  it("with the ciphertext as the fourth of them, wherever it falls", () => {
    for (const encrypt of ["", "+early", "5middle", "zlate==", "AAAA/BBBB+CC="]) {
      for (const [x, y, z] of [
        ["m", "3", "7"],
        ["7", "m", "3"],
        ["3", "7", "m"],
      ] as const) {
        assert.equal(sign(x, y, z, encrypt), wireSign(x, y, z, encrypt));
      }
    }
  });

  it("and an empty ciphertext is a part like any other, which adds nothing", () => {
    assert.equal(sign("t", "1", "2", ""), sign("t", "1", "2"));
  });
});

describe("a signature that is not the right one is refused without an exception", () => {
  const wrong: Record<string, string> = {
    "that is empty": "",
    "of one character": "f",
    "that lacks its last digit": SIGNATURE.slice(0, -1),
    "that lacks its first digit": SIGNATURE.slice(1),
    "with a digit too many": `${SIGNATURE}0`,
    "followed by a blank": `${SIGNATURE} `,
    "followed by a line feed": `${SIGNATURE}\n`,
    "after a blank": ` ${SIGNATURE}`,
    "followed by a NUL": `${SIGNATURE}\0`,
    "written twice": SIGNATURE + SIGNATURE,
    "in upper case": SIGNATURE.toUpperCase(),
    "with one digit in upper case": SIGNATURE.replace("f", "F"),
    "with another first digit": `0${SIGNATURE.slice(1)}`,
    "with another last digit": `${SIGNATURE.slice(0, -1)}7`,
    "of 40 zeros": "0".repeat(40),
    "of 40 characters whose low bytes spell the right one": shift(0x100),
    "of 40 characters whose low seven bits spell the right one": shift(0x80),
    "of 40 ideographs whose low bytes spell the right one": shift(0x4e00),
    "of 40 full-width digits": shift(0xfee0),
    "of 40 bytes of UTF-8 in fewer characters": "中".repeat(13) + "a",
    "of 40 characters in many more bytes": "😀".repeat(20),
    "of lone surrogates": "\uD800".repeat(40),
    "of a million characters": "f".repeat(1_000_000),
    "in base64": Buffer.from(SIGNATURE, "hex").toString("base64"),
  };
  for (const [what, signature] of Object.entries(wrong)) {
    it(`: one ${what}`, () => {
      assert.equal(verify(signature), false);
    });
  }

  it(": one with any single digit changed", () => {
    for (let index = 0; index < 40; index += 1) {
      const digit = SIGNATURE[index] === "0" ? "1" : "0";
      const changed = SIGNATURE.slice(0, index) + digit + SIGNATURE.slice(index + 1);
      assert.equal(verify(changed), false, changed);
    }
  });

  it(": one whose timestamp, nonce or token is another", () => {
    const parts = { ...PARTS, signature: SIGNATURE };
    assert.equal(verifySignature(TOKEN, parts), true);
    assert.equal(verifySignature("AAAAB", parts), false);
    assert.equal(verifySignature("", parts), false);
    assert.equal(verifySignature(TOKEN, { ...parts, timestamp: "1714036505" }), false);
    assert.equal(verifySignature(TOKEN, { ...parts, nonce: "" }), false);
    assert.equal(verifySignature(TOKEN, { ...parts, encrypt: "x" }), false);
  });

  it(": one of parts that have not the form of the platform's, though it was made of them", () => {
    const made = (timestamp: string, nonce: string): boolean =>
      verifySignature(TOKEN, { timestamp, nonce, signature: sign(TOKEN, timestamp, nonce) });
    for (const nonce of ["0", "xxxxxx", "1514711492", "Z".repeat(32)]) {
      assert.equal(made("1714036504", nonce), true, nonce);
    }
    for (const nonce of ["", "a-b", "7\n", " 7", "Z".repeat(33), "测试"]) {
      assert.equal(made("1714036504", nonce), false, nonce);
    }
    for (const timestamp of ["", "171403650", "17140365041", "171403650x", "1714036504\n"]) {
      assert.equal(made(timestamp, "7"), false, timestamp);
    }
  });

  it(": whatever the characters of the parts are", () => {
    const odd = ["", "\0", "\uD800", "\uDC00\uD800", "😀", "a".repeat(100_000), "__proto__"];
    for (const value of odd) {
      const parts = { signature: value, timestamp: value, nonce: value, encrypt: value };
      assert.equal(verifySignature(value, parts), false);
      assert.match(sign(value, value, value, value), /^[0-9a-f]{40}$/);
    }
  });
});

describe("while tokens are being rotated", () => {
  it("a signature by any of them is right", () => {
    assert.equal(verify(SIGNATURE, [TOKEN]), true);
    assert.equal(verify(SIGNATURE, [TOKEN, "previous"]), true);
    assert.equal(verify(SIGNATURE, ["next", TOKEN]), true);
    assert.equal(verify(SIGNATURE, ["next", "other", TOKEN, "previous"]), true);
  });

  it("a signature by none of them is wrong", () => {
    assert.equal(verify(SIGNATURE, ["next", "previous"]), false);
    assert.equal(verify(SIGNATURE, [TOKEN + TOKEN, ""]), false);
  });

  it("no token at all verifies nothing", () => {
    assert.equal(verify(SIGNATURE, []), false);
    assert.equal(verify("", []), false);
  });
});

/** The right signature with each character moved up: equal in its low bits only. */
function shift(offset: number): string {
  return [...SIGNATURE].map((digit) => String.fromCharCode(digit.charCodeAt(0) + offset)).join("");
}
