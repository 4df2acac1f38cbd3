/** What a request that somebody has seen is good for, later, cut elsewhere, or in another place. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CallbackResponse } from "../../src/index.ts";
import { ECHO_ONLY_NONCE } from "../../src/protocol/signature.ts";
import { isFailure } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";
import { wireEncrypt, wireSign } from "../support/wire.ts";

const TOKEN = "tok3nOfTheReplay";
const OURS = {
  encodingAesKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
  appId: "wxb11529c136998cb6",
} as const;
/** A request is captured, and sent a year later. */
const [CAPTURED, LATER] = ["1714036504", "1745572504"];

const seen: string[] = [];
const options = { token: TOKEN, delivery: false, log: () => {} } as const;
const plain = echostr.createBot(options);
const compat = echostr.createBot({ ...options, ...OURS, mode: "compat" });
const safe = echostr.createBot({ ...options, ...OURS });
for (const bot of [plain, compat, safe]) {
  bot.on("*", ({ FromUserName }) => {
    seen.push(FromUserName);
  });
}

/** A message of the least that one needs. */
function message(createTime = CAPTURED, content = ""): string {
  return (
    `<xml><ToUserName>g</ToUserName><FromUserName>oMe</FromUserName><CreateTime>${createTime}` +
    `</CreateTime><MsgType>text</MsgType><Content><![CDATA[${content}]]></Content></xml>`
  );
}

async function ask(bot: typeof safe, at: string, query: object, body: string): Promise<string> {
  const sent = new URLSearchParams({ ...query }).toString();
  const receivedAt = Number(at) * 1000;
  return told(await bot.callback({ method: "POST", query: sent, body, receivedAt }));
}

/** What came of it: the outcome, or the code of the refusal and its sentence. */
function told({ outcome, error }: CallbackResponse): string {
  return isFailure(error) ? `${error.code}: ${error.message}` : outcome;
}

function around(encrypt: string, beside = ""): string {
  return `<xml>${beside}<Encrypt>${encrypt}</Encrypt></xml>`;
}

describe("A request that is a year old", () => {
  const nonce = LATER;
  const signature = wireSign(TOKEN, CAPTURED, nonce);
  const asSent = { signature, timestamp: CAPTURED, nonce };
  const exchanged = { signature, timestamp: LATER, nonce: CAPTURED };
  const encrypt = wireEncrypt(message(), OURS);
  const msg_signature = wireSign(TOKEN, CAPTURED, nonce, encrypt);

  it("is refused as it was captured, in every mode", async () => {
    assert.match(await ask(plain, LATER, asSent, message()), /^TIMESTAMP_SKEW: Timestamp must be/);
    for (const bot of [compat, safe]) {
      const query = { ...asSent, msg_signature };
      assert.match(await ask(bot, LATER, query, around(encrypt)), /^TIMESTAMP_SKEW: Timestamp/);
    }
  });

  it("is refused when timestamp and nonce change places, in safe and compat mode", async () => {
    seen.length = 0;
    for (const bot of [compat, safe]) {
      const query = { ...exchanged, msg_signature };
      const got = await ask(bot, LATER, query, around(encrypt));
      assert.match(got, /^TIMESTAMP_SKEW: CreateTime of the message must be within 600 s of the que/);
      assert.match(got, /, got one 31536000 s behind: the message was sent with another query/);
    }
    assert.deepEqual(seen, []);
  });

  it("is refused in safe mode when the nonce gets a digit of the timestamp", async () => {
    const [at, once, later] = ["1714036501", "745572504", "1745572504"];
    const old = wireEncrypt(message(at), { ...OURS, random: Buffer.alloc(16, 1) });
    const sealed = wireSign(TOKEN, at, once, old);
    const query = { timestamp: later, nonce: "171403650", msg_signature: sealed };
    assert.equal(sealed, wireSign(TOKEN, later, "171403650", old), "the signature is the same");
    assert.match(await ask(safe, later, query, around(old)), /^TIMESTAMP_SKEW: CreateTime/);
  });

  it("is answered in plain mode when they change places, which nobody can prevent", async () => {
    assert.equal(await ask(plain, LATER, exchanged, message()), "nothing");
  });
});

describe("A nonce that swallows a part of Encrypt", () => {
  /**
   * A follower's own text has in it what looks like a frame: its length, another message, and, as
   * the true end of the true one, the end of that. All before it, a multiple of 96 bytes and so of 128
   * characters, is moved into the nonce. The next block then decrypts to anything, and the random
   * bytes of a frame may be anything.
   */
  const victim =
    "<xml><ToUserName>g</ToUserName><FromUserName>oYou</FromUserName>" +
    `<CreateTime>${CAPTURED}</CreateTime><MsgType>text</MsgType><Content><![CDATA[` +
    "y".repeat(100);
  const tail = "]]></Content></xml>";
  const head = message().indexOf("]]>") + 20;
  const moved = Math.ceil((head - 16) / 96) * 96;
  /** In bytes that are UTF-8 as well: 0, 0, 1 and one below 128. */
  const length = Buffer.byteLength(victim + tail);
  const field = String.fromCharCode(0, 0, 1, length - 256);
  const text = "x".repeat(moved + 16 - head) + field + victim;
  /** Behind the timestamp in the order, so that it stands before `Encrypt`. */
  const nonce = "9";
  const captured = captureInOrder();

  function captureInOrder(): { encrypt: string; inner: string; swallowed: string } {
    for (let at = 0; at < 256; at += 1) {
      const encrypt = wireEncrypt(message(CAPTURED, text), { ...OURS, random: Buffer.alloc(16, at) });
      const swallowed = nonce + encrypt.slice(0, (moved / 3) * 4);
      const inner = encrypt.slice((moved / 3) * 4);
      const same = wireSign(TOKEN, CAPTURED, swallowed, inner);
      if (same === wireSign(TOKEN, CAPTURED, nonce, encrypt)) return { encrypt, inner, swallowed };
    }
    throw new Error("No random bytes give the right order");
  }

  it("is refused, and the handler sees no other follower", async () => {
    const { encrypt, inner, swallowed } = captured;
    const msg_signature = wireSign(TOKEN, CAPTURED, nonce, encrypt);
    seen.length = 0;
    const right = { timestamp: CAPTURED, nonce, msg_signature };
    assert.equal(await ask(safe, CAPTURED, right, around(encrypt)), "nothing");
    const got = await ask(safe, CAPTURED, { ...right, nonce: swallowed }, around(inner));
    assert.equal(
      got,
      "QUERY_INVALID: Parameter nonce must be 1 to 32 characters of 0-9, A-Z and a-z, " +
        `got another text of ${swallowed.length}`,
    );
    assert.deepEqual(seen, ["oMe"]);
    assert.ok(length >= 256 && length < 384);
  });

  it("leaves no whole frame when it takes or gives 1 to 31 characters", async () => {
    const errors = new Set<string>();
    const key = echostr.parseAesKey(OURS.encodingAesKey);
    for (let bytes = 0; bytes < 200; bytes += 1) {
      const encrypt = wireEncrypt("m".repeat(bytes), OURS);
      assert.equal(echostr.decrypt(encrypt, key, OURS.appId).length, bytes);
      for (let shift = 1; shift <= 31; shift += 1) {
        const grown = "A".repeat(shift);
        const others = [encrypt.slice(shift), encrypt.slice(0, -shift), grown + encrypt, encrypt + grown];
        for (const other of others) {
          const error = failureOf(() => echostr.decrypt(other, key, OURS.appId));
          assert.match(error, /^DECRYPT_(?:BASE64|LENGTH)$/, `${bytes} bytes, shifted by ${shift}`);
          errors.add(error);
        }
      }
    }
    assert.equal(errors.size, 2);
  });

  it("would need 40 characters, which is how much the texts of two frames differ by", () => {
    const lengths = Array.from({ length: 50 }, (_, at) => Math.ceil(((at + 1) * 32) / 3) * 4);
    const steps = lengths.slice(1).map((each, at) => each - (lengths[at] ?? 0));
    assert.deepEqual([...new Set(steps)].sort(), [40, 44]);
    // With as many = at the end, which can be moved nowhere, it is three frames, and 128.
    assert.ok(lengths.slice(3).every((each, at) => each - (lengths[at] ?? 0) === 128));
  });
});

describe("A signature that was made for something else", () => {
  it("is refused: msg_signature as signature, with Encrypt in the nonce", async () => {
    const encrypt = wireEncrypt(message(), OURS);
    const signature = wireSign(TOKEN, CAPTURED, "1", encrypt);
    for (const nonce of [`1${encrypt}`, `${encrypt}1`]) {
      const query = { signature, timestamp: CAPTURED, nonce };
      assert.match(await ask(plain, CAPTURED, query, message()), /^QUERY_INVALID: Parameter nonce/);
    }
  });

  it("is refused: signature as msg_signature, with an Encrypt cut out of the nonce", async () => {
    const nonce = "1".repeat(32);
    const msg_signature = wireSign(TOKEN, CAPTURED, nonce);
    for (const encrypt of ["", "1", "1111", nonce.slice(1)]) {
      const query = { timestamp: CAPTURED, nonce: nonce.slice(encrypt.length), msg_signature };
      const got = await ask(safe, CAPTURED, query, around(encrypt));
      assert.match(got, /^DECRYPT_(?:BASE64|LENGTH): /);
    }
  });
});

describe("A signature that was made for an echo", () => {
  const nonce = `${ECHO_ONLY_NONCE}${LATER}`;
  const signature = wireSign(TOKEN, CAPTURED, nonce);

  it("is refused with a message, also where the nonce is cut and the word stands behind", async () => {
    const other = { signature, timestamp: LATER, nonce: CAPTURED + ECHO_ONLY_NONCE };
    assert.equal(signature, wireSign(TOKEN, LATER, other.nonce), "the signature is the same");
    assert.match(await ask(plain, LATER, other, message()), /^SIGNATURE_MISMATCH: Signature must/);
    const asMade = { signature, timestamp: CAPTURED, nonce };
    assert.match(await ask(plain, CAPTURED, asMade, message()), /^SIGNATURE_MISMATCH: Signature/);
  });

  it("is refused with an encrypted message, even if that was signed", async () => {
    const encrypt = wireEncrypt(message(), OURS);
    const msg_signature = wireSign(TOKEN, CAPTURED, nonce, encrypt);
    const query = { timestamp: CAPTURED, nonce, msg_signature };
    const got = await ask(safe, CAPTURED, query, around(encrypt));
    assert.match(got, /^SIGNATURE_MISMATCH: Signature must be made for a message, got one for an echo/);
  });
});

function failureOf(run: () => unknown): string {
  try {
    return String(run());
  } catch (error) {
    return isFailure(error) ? error.code : String(error);
  }
}
