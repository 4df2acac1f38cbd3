/**
 * Signatures and encryption of what the platform sends, against the known answers and against the
 * tests' own decryption.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prepareLabAccount } from "../../../lab/platform/accounts.ts";
import { alteredAccount, alteredDelivery } from "../../../lab/platform/alteration.ts";
import { composeMessage } from "../../../lab/platform/compose.ts";
import { frameParts } from "../../../lab/platform/frame.ts";
import { hashSteps, seal, sealHandshake } from "../../../lab/platform/sealing.ts";
import { checkAsServer } from "../../../lab/play/server-check.ts";
import type { Composed, LabMode } from "../../../lab/platform/types.ts";
import { fails } from "../../support/expect.ts";
import { cryptoVectors } from "../../support/payloads.ts";
import { readWire, textAt } from "../../support/reader.ts";
import { wireDecrypt, wireSign } from "../../support/wire.ts";

const KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
const account = prepareLabAccount({ token: "tok3n", appId: "wx5823bf96d3bd56c7" });
const composed = composeMessage(
  { MsgType: "text", Content: "你好" },
  { ToUserName: "gh_1", FromUserName: "oA", CreateTime: 1714112445, MsgId: "1" },
);
const when = { timestamp: 1714112445, nonce: "415670741" };

function sealedIn(mode: LabMode): ReturnType<typeof seal> {
  return seal({ ...account, mode, encodingAesKey: KEY }, composed, when);
}

describe("Signatures of the platform", () => {
  for (const vector of cryptoVectors) {
    const { id, token, timestamp, nonce, signature, encrypt, msg_signature } = vector;
    test(`are those of the known answer ${id}`, () => {
      if (signature !== undefined) {
        assert.equal(hashSteps({ token, timestamp, nonce }).sha1, signature);
      }
      if (encrypt !== undefined && msg_signature !== undefined) {
        assert.equal(hashSteps({ token, timestamp, nonce, encrypt }).sha1, msg_signature);
      }
    });
  }

  test("come with their parts in the order in which they were joined", () => {
    const { parts, joined } = hashSteps({ token: "b", timestamp: "a", nonce: "B", encrypt: "1" });
    assert.deepEqual(
      parts.map(({ name }) => name),
      ["encrypt", "nonce", "timestamp", "token"],
    );
    assert.equal(joined, "1Bab");
  });

  test("cover the handshake", () => {
    const { query } = sealHandshake(account, { ...when, echostr: "4375120948345356249" });
    const read = new URLSearchParams(query);
    assert.equal(read.get("signature"), wireSign("tok3n", "1714112445", "415670741"));
    assert.equal(read.get("echostr"), "4375120948345356249");
  });
});

describe("The frame of the platform", () => {
  for (const vector of cryptoVectors) {
    const { id, plaintext, encodingAESKey, appid, random, encrypt } = vector;
    if (plaintext === undefined || encrypt === undefined) continue;
    test(`is that of the known answer ${id}`, () => {
      const known = wireDecrypt(encrypt, encodingAESKey ?? "");
      const message: Composed = { xml: plaintext, fields: { MsgType: "text" } };
      const { steps } = seal(
        { ...account, mode: "safe", encodingAesKey: encodingAESKey, appId: appid ?? "" },
        message,
        { ...when, random: known.random },
      );
      assert.equal(steps.frame?.base64, encrypt);
      assert.equal(steps.frame?.padding, vector.pad);
      assert.equal(steps.frame?.length, Buffer.byteLength(plaintext));
      if (random !== undefined)
        assert.equal(Buffer.from(steps.frame?.random ?? "", "hex").toString(), random);
    });
  }

  test("is padded to 32 bytes, also where that takes all 32", () => {
    for (let size = 0; size < 64; size += 1) {
      const { bytesHex, padding } = frameParts("x".repeat(size), "wx1");
      assert.equal(bytesHex.length % 64, 0);
      assert.equal(padding, 32 - ((23 + size) % 32));
    }
  });

  test("takes 16 random bytes and no other number", () => {
    fails(() => frameParts("x", "wx1", new Uint8Array(15)), "LAB_INPUT_INVALID");
  });
});

describe("A delivery", () => {
  test("in plain mode has three parameters and the message as its body", () => {
    const { query, body } = sealedIn("plain");
    assert.deepEqual([...new URLSearchParams(query).keys()], ["signature", "timestamp", "nonce"]);
    assert.equal(body, composed.xml);
  });

  for (const mode of ["compat", "safe"] as const) {
    test(`in ${mode} mode has six parameters, and Encrypt opens to the message`, () => {
      const { query, body } = sealedIn(mode);
      const read = new URLSearchParams(query);
      const encrypt = textAt(readWire(body), "Encrypt") ?? "";
      assert.equal(read.get("encrypt_type"), "aes");
      assert.equal(read.get("openid"), "oA");
      assert.equal(
        read.get("msg_signature"),
        wireSign("tok3n", "1714112445", "415670741", encrypt),
      );
      const { message, appId } = wireDecrypt(encrypt, KEY);
      assert.equal(message, composed.xml);
      assert.equal(appId, account.appId);
    });
  }

  test("in compat mode has the plain fields too, in safe mode only the account", () => {
    assert.equal(textAt(readWire(sealedIn("compat").body), "Content"), "你好");
    const safe = readWire(sealedIn("safe").body);
    assert.deepEqual(
      safe.children.map(({ name }) => name),
      ["ToUserName", "Encrypt"],
    );
  });

  test("in safe mode needs a key", () => {
    const keyless = { ...account, mode: "safe" as const, encodingAesKey: undefined };
    fails(() => seal(keyless, composed, when), "LAB_INPUT_INVALID");
  });
});

describe("A delivery that is wrong on purpose", () => {
  test("is signed with another token, and is otherwise the same", () => {
    assert.equal(alteredAccount(account, { token: "other" }).token, "other");
    assert.equal(alteredAccount(account, {}), account);
  });

  test("has one character of Encrypt changed", () => {
    const sealed = sealedIn("safe");
    const { body } = alteredDelivery(sealed, { tamper: true });
    const [before, after] = [sealed.body, body].map(
      (xml) => textAt(readWire(xml), "Encrypt") ?? "",
    );
    const changed = [...(before ?? "")].filter((character, at) => character !== after?.[at]);
    assert.equal(changed.length, 1);
    assert.equal(after?.length, before?.length);
  });

  test("has one character of the content changed in plain mode", () => {
    const { body } = alteredDelivery(sealedIn("plain"), { tamper: true });
    assert.equal(textAt(readWire(body), "Content"), "A好");
  });

  for (const mode of ["plain", "compat", "safe"] as const) {
    test(`in JSON and ${mode} mode has one character changed, and the server's hash shows it`, () => {
      const json = { ...account, mode, encodingAesKey: KEY, format: "json" } as const;
      const { xml, fields } = composeMessage(
        { MsgType: "text", Content: "你好" },
        { ToUserName: "gh_1", FromUserName: "oA", CreateTime: 1714112445, MsgId: "1" },
        { format: "json" },
      );
      const sealed = seal(json, { xml, fields }, when);
      const { body } = alteredDelivery(sealed, { tamper: true });
      const changed = [...sealed.body].filter((character, at) => character !== [...body][at]);
      assert.equal(changed.length, 1);
      const name = mode === "plain" ? "Content" : "Encrypt";
      const [before, after] = [sealed.body, body].map((text) => JSON.parse(text) as typeof fields);
      assert.notEqual(after?.[name], before?.[name]);
      const request = { method: "POST", headers: {}, plaintext: xml, ...sealed };
      const right = checkAsServer(request, json);
      assert.equal(right.steps.sha1, right.given);
      const wrong = checkAsServer({ ...request, body }, json);
      // The signature of plain mode does not cover the body.
      assert.equal(wrong.steps.sha1 === wrong.given, mode === "plain");
    });
  }

  test("has another body under the same signatures", () => {
    const sealed = sealedIn("plain");
    const altered = alteredDelivery(sealed, { body: "<xml/>" });
    assert.deepEqual({ ...altered, body: sealed.body }, sealed);
    assert.equal(altered.body, "<xml/>");
  });
});

describe("An account of the platform", () => {
  const wrong = [
    { mode: "secret" },
    { token: "" },
    { encodingAesKey: "short" },
    { appId: 7 },
  ] as unknown as readonly Parameters<typeof prepareLabAccount>[0][];
  for (const given of wrong) {
    test(`with ${JSON.stringify(given)} is refused`, () => {
      fails(() => prepareLabAccount(given), "LAB_INPUT_INVALID");
    });
  }

  test("is complete when nothing is said, so that any mode can be tried", () => {
    assert.equal(prepareLabAccount().mode, "plain");
    assert.equal(prepareLabAccount({ mode: "safe", token: undefined }).encodingAesKey?.length, 43);
  });
});
