import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fails, isFailure } from "../support/expect.ts";
import { seeded } from "../support/random.ts";
import { echostr } from "../support/subject.ts";
import { wireEncrypt, wireEncryptFrame, wireFrame, wirePadding } from "../support/wire.ts";

const { decrypt, parseAesKey } = echostr;

const KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const APP_ID = "wxb11529c136998cb6";
const SETTINGS = { encodingAesKey: KEY, appId: APP_ID };
const key = parseAesKey(KEY);

function read(ciphertext: string): string {
  return decrypt(ciphertext, key, APP_ID);
}

/** A message whose frame needs exactly this padding: 1 to 32. */
function messageFor(pad: number): string {
  const length = 32 - pad + 64 - ((20 + APP_ID.length) % 32);
  return "m".repeat(length);
}

describe("ciphertext that is not base64 is refused as DECRYPT_BASE64", () => {
  const good = wireEncrypt("hello", SETTINGS);
  for (const bad of ["!", "*", "-", "_", "é", "中", "\0", "%2B", "="]) {
    it(`: with ${JSON.stringify(bad)} in it`, () => {
      for (const at of [0, 10, good.length / 2]) {
        fails(() => read(good.slice(0, at) + bad + good.slice(at + 1)), "DECRYPT_BASE64", `${at}`);
      }
    });
  }

  it(": where a form decoder turned + into a blank", () => {
    const plus = `${good.slice(0, 4)} ${good.slice(5)}`;
    fails(() => read(plus), "DECRYPT_BASE64");
  });

  it(": of a length that base64 never has", () => {
    fails(() => read(good.replace(/=*$/, "").slice(0, 41)), "DECRYPT_BASE64");
  });
});

describe("ciphertext of another length than AES makes is refused as DECRYPT_LENGTH", () => {
  for (const length of [1, 3, 12, 15, 17, 31, 33, 63, 65]) {
    it(`: ${length} bytes`, () => {
      fails(() => read(Buffer.alloc(length, 7).toString("base64")), "DECRYPT_LENGTH");
    });
  }

  it(": a good one that was cut or that grew", () => {
    const bytes = Buffer.from(wireEncrypt("hello", SETTINGS), "base64");
    fails(() => read(bytes.subarray(0, -1).toString("base64")), "DECRYPT_LENGTH");
    fails(() => read(Buffer.concat([bytes, Buffer.alloc(3)]).toString("base64")), "DECRYPT_LENGTH");
  });

  it(": nothing at all", () => {
    fails(() => read(""), ["DECRYPT_LENGTH", "DECRYPT_BASE64"]);
  });
});

describe("padding is checked byte by byte and refused as DECRYPT_PADDING", () => {
  const cases: Record<string, (length: number) => Uint8Array> = {
    "that says 0": (length) => Buffer.alloc(32 - (length % 32), 0),
    "that says 33": (length) => Buffer.alloc(64 - (length % 32), 33),
    "that says 64": (length) => Buffer.alloc(64 - (length % 32), 64),
    "that says 255": (length) => Buffer.alloc(32 - (length % 32), 255),
    "that says 128": (length) => Buffer.alloc(32 - (length % 32), 128),
    "of zeros before the number": (length) => {
      const padding = Buffer.alloc(32 - (length % 32), 0);
      padding[padding.length - 1] = padding.length;
      return padding;
    },
    "that says one more than there is": (length) => {
      const pad = 32 - (length % 32);
      return Buffer.alloc(pad, pad + 1);
    },
  };
  for (const [what, padding] of Object.entries(cases)) {
    it(`: one ${what}`, () => {
      for (const pad of [2, 5, 16, 17, 30]) {
        const ciphertext = wireEncrypt(messageFor(pad), { ...SETTINGS, padding });
        fails(() => read(ciphertext), "DECRYPT_PADDING", `${pad}`);
      }
    });
  }

  it(": one with any single byte changed, near or far", () => {
    for (const pad of [2, 3, 15, 16, 17, 18, 31, 32]) {
      const message = messageFor(pad);
      assert.equal(read(wireEncrypt(message, SETTINGS)), message);
      for (let at = 0; at < pad; at += 1) {
        const padding = (length: number): Buffer => {
          const bytes = wirePadding(length);
          assert.equal(bytes.length, pad);
          // The last byte is the number itself: changed, it speaks of padding that is not there.
          bytes[at] = pad === 32 || at < pad - 1 ? 200 : pad + 1;
          return bytes;
        };
        const ciphertext = wireEncrypt(message, { ...SETTINGS, padding });
        fails(() => read(ciphertext), "DECRYPT_PADDING", `${at} of ${pad}`);
      }
    }
  });
});

describe("a frame that cannot hold what it announces is refused as DECRYPT_FRAME", () => {
  for (const lengthField of [1_000, 65_536, 0x7fff_ffff, -1, -20, 0x8000_0000]) {
    it(`: with a length of ${lengthField}`, () => {
      fails(() => read(wireEncrypt("hello", { ...SETTINGS, lengthField })), "DECRYPT_FRAME");
    });
  }

  it(": with a length that reaches one byte into the padding", () => {
    const lengthField = "hello".length + APP_ID.length + 1;
    fails(() => read(wireEncrypt("hello", { ...SETTINGS, lengthField })), "DECRYPT_FRAME");
  });

  it(": with a frame too short for the length itself", () => {
    for (const pad of [13, 20, 31, 32]) {
      const frame = Buffer.concat([Buffer.alloc(32 - pad, 1), Buffer.alloc(pad, pad)]);
      fails(() => read(wireEncryptFrame(frame, KEY)), "DECRYPT_FRAME", `${pad}`);
    }
  });
});

describe("a length that is only a little wrong moves the appid, and never yields a message", () => {
  for (const lengthField of [0, 4, 6, 5 + APP_ID.length]) {
    it(`: ${lengthField} instead of 5`, () => {
      const ciphertext = wireEncrypt("hello", { ...SETTINGS, lengthField });
      fails(() => read(ciphertext), ["DECRYPT_APPID", "DECRYPT_FRAME"]);
    });
  }
});

describe("a frame of another account is refused as DECRYPT_APPID", () => {
  const others = [
    "",
    "wx",
    APP_ID.slice(0, -1),
    `${APP_ID}0`,
    APP_ID.toUpperCase(),
    APP_ID.replace("c", "d"),
    ` ${APP_ID}`,
    `${APP_ID}\0`,
    `${APP_ID}${APP_ID}`,
    "公众号",
  ];
  for (const appId of others) {
    it(`: ${JSON.stringify(appId)}`, () => {
      fails(() => read(wireEncrypt("hello", { ...SETTINGS, appId })), "DECRYPT_APPID");
    });
  }

  it(": an appid with bytes that are not UTF-8 equals none", () => {
    const frame = wireFrame("hello", { ...SETTINGS, appId: "" });
    const odd = Buffer.concat([frame, Buffer.from([0xff, 0xfe])]);
    const ciphertext = wireEncryptFrame(Buffer.concat([odd, wirePadding(odd.length)]), KEY);
    for (const expected of ["\uFFFD\uFFFD", "\u00ff\u00fe"]) {
      fails(() => decrypt(ciphertext, key, expected), "DECRYPT_APPID");
    }
  });
});

describe("whatever else is done to a ciphertext", () => {
  it("a message that is not UTF-8 is not handed on with characters replaced", () => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe4, 0xbd]]) {
      const ciphertext = wireEncrypt(Buffer.from(bytes), SETTINGS);
      fails(() => read(ciphertext), ["DECRYPT_FRAME", "UTF8_INVALID"], bytes.join());
    }
  });

  it("a byte order mark at its start stays", () => {
    assert.equal(read(wireEncrypt("\uFEFF<xml/>", SETTINGS)), "\uFEFF<xml/>");
  });

  it("each changed bit gives a message or a DECRYPT code, and never another exception", () => {
    const bytes = Buffer.from(wireEncrypt(messageFor(20), SETTINGS), "base64");
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      attempt(changed.toString("base64"));
    }
  });

  it("random strings do the same", () => {
    const { below } = seeded(20_241_122);
    for (let round = 0; round < 2_000; round += 1) {
      const bytes = Buffer.from(Array.from({ length: below(130) }, () => below(256)));
      attempt(bytes.toString(below(2) === 0 ? "base64" : "latin1"));
    }
  });
});

function attempt(ciphertext: string): void {
  try {
    assert.equal(typeof read(ciphertext), "string");
  } catch (error) {
    assert.ok(isFailure(error), `${ciphertext}: ${String(error)}`);
    assert.match(error.code, /^(DECRYPT_(BASE64|LENGTH|PADDING|FRAME|APPID)|UTF8_INVALID)$/);
  }
}
