import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Sent, exchange } from "../support/http.ts";
import { echostr } from "../support/subject.ts";
import { wireSign } from "../support/wire.ts";
import {
  ACCOUNT,
  type Query,
  compatDelivery,
  encryptFor,
  encryptedDelivery,
  field,
  nowInSeconds,
  plainDelivery,
  safeDelivery,
  textMessage,
  verification,
  wrap,
} from "./platform.ts";
import { COMPAT, PLAIN, SAFE, serve, tutorialBot } from "./serving.ts";

const HELLO = textMessage("hello");

describe("The mode is what the configuration says, never what a request claims", () => {
  const ownWords: Query = { encrypt_type: undefined, msg_signature: undefined };
  const downgrades: Readonly<Record<string, () => Sent>> = {
    "a plain body under a valid signature": () => plainDelivery(ACCOUNT, HELLO),
    "a plain body that calls itself raw": () =>
      plainDelivery(ACCOUNT, HELLO, { encrypt_type: "raw" }),
    "a plain body that calls itself encrypted": () =>
      plainDelivery(ACCOUNT, HELLO, { encrypt_type: "aes" }),
    "a plain body under a msg_signature of nothing": () => encryptedDelivery(ACCOUNT, "", HELLO),
    "a plain body whose text holds a valid Encrypt": () => {
      const encrypt = encryptFor(ACCOUNT, HELLO);
      return encryptedDelivery(ACCOUNT, encrypt, textMessage(`<Encrypt>${encrypt}</Encrypt>`));
    },
    "an encrypted body with nothing but signature": () => safeDelivery(ACCOUNT, HELLO, ownWords),
    "an encrypted body whose msg_signature is the signature": () => {
      const timestamp = nowInSeconds();
      const nonce = "320562132";
      const signature = wireSign(ACCOUNT.token, timestamp, nonce);
      return safeDelivery(ACCOUNT, HELLO, { timestamp, nonce, msg_signature: signature });
    },
    "an encrypted body under the msg_signature of another body": () => {
      const signed = encryptFor(ACCOUNT, textMessage("another"));
      return encryptedDelivery(ACCOUNT, signed, wrap(encryptFor(ACCOUNT, HELLO)));
    },
  };

  for (const [mode, options] of Object.entries({ safe: SAFE, compat: COMPAT })) {
    for (const [what, make] of Object.entries(downgrades)) {
      test(`in ${mode} mode ${what} is refused`, async (context) => {
        let runs = 0;
        const bot = echostr.createBot({ log: () => {}, ...options }).on("*", () => {
          runs += 1;
        });
        const answer = await exchange(await serve(context, bot), make());
        assert.equal(answer.status, 403);
        assert.equal(runs, 0);
      });
    }
  }

  test("in safe mode an encrypted body that does not say encrypt_type is read", async (context) => {
    const port = await serve(context, tutorialBot(SAFE));
    const delivery = safeDelivery(ACCOUNT, HELLO, { encrypt_type: undefined });
    assert.equal((await exchange(port, delivery)).status, 200);
  });

  test("in safe mode no second Encrypt is read in place of the signed one", async (context) => {
    const seen: string[] = [];
    const bot = echostr.createBot({ log: () => {}, ...SAFE }).on("text", (received) => {
      seen.push(received.Content);
    });
    const port = await serve(context, bot);
    const signed = encryptFor(ACCOUNT, textMessage("signed"));
    const smuggled = encryptFor(ACCOUNT, textMessage("smuggled"));
    for (const [first, second] of [[signed, smuggled], [smuggled, signed]] as const) {
      const body = `<xml><Encrypt>${first}</Encrypt><Encrypt>${second}</Encrypt></xml>`;
      await exchange(port, encryptedDelivery(ACCOUNT, signed, body));
    }
    assert.ok(!seen.includes("smuggled"));
  });

  test("in plain mode an encrypted body is refused", async (context) => {
    const port = await serve(context, tutorialBot(PLAIN));
    assert.equal((await exchange(port, safeDelivery(ACCOUNT, HELLO))).status, 403);
  });

  test("in plain mode a key that is there is not used", async (context) => {
    const port = await serve(context, tutorialBot({ ...SAFE, mode: "plain" }));
    assert.equal((await exchange(port, safeDelivery(ACCOUNT, HELLO))).status, 403);
    const plain = await exchange(port, plainDelivery(ACCOUNT, HELLO));
    assert.equal(field(plain.body, "Content"), "测试");
  });

  test("a message that was encrypted for another account is refused", async (context) => {
    const another = { ...ACCOUNT, appId: "wx0000000000000000" };
    for (const options of [SAFE, COMPAT]) {
      const port = await serve(context, tutorialBot(options));
      assert.equal((await exchange(port, safeDelivery(another, HELLO))).status, 403);
      assert.equal((await exchange(port, compatDelivery(another, HELLO))).status, 403);
    }
  });

  test("every failure to decrypt looks the same from outside", async (context) => {
    const port = await serve(context, tutorialBot(SAFE));
    const whole = encryptFor(ACCOUNT, HELLO);
    const spoilt = [
      "",
      "!!!!",
      "AAAA",
      whole.slice(4),
      whole.slice(0, 64),
      Buffer.alloc(64).toString("base64"),
      `${whole}AAAA`,
      encryptFor({ ...ACCOUNT, appId: "wx0000000000000000" }, HELLO),
    ];
    const answers = new Set<string>();
    for (const encrypt of spoilt) {
      const answer = await exchange(port, encryptedDelivery(ACCOUNT, encrypt, wrap(encrypt)));
      answers.add(`${answer.status} ${answer.headers["content-type"]} ${answer.body}`);
    }
    assert.equal(answers.size, 1, [...answers].join("\n"));
    assert.match([...answers].join(), /^403 /);
  });
});

describe("A request is taken for ten minutes", () => {
  const now = 1_714_037_059;
  const clock = (): number => now * 1000;

  for (const [mode, make] of Object.entries({ plain: plainDelivery, safe: safeDelivery })) {
    const options = { ...(mode === "safe" ? SAFE : PLAIN), clock };
    for (const skew of [-599, 0, 599]) {
      test(`in ${mode} mode a clock ${skew} s apart is accepted`, async (context) => {
        const port = await serve(context, tutorialBot(options));
        const body = textMessage("hello", { CreateTime: now + skew });
        const delivery = make(ACCOUNT, body, { timestamp: String(now + skew) });
        assert.equal((await exchange(port, delivery)).status, 200);
      });
    }
    for (const skew of [-601, 601, -10_800, 10_800]) {
      test(`in ${mode} mode a clock ${skew} s apart is refused`, async (context) => {
        const port = await serve(context, tutorialBot(options));
        const body = textMessage("hello", { CreateTime: now + skew });
        const delivery = make(ACCOUNT, body, { timestamp: String(now + skew) });
        assert.equal((await exchange(port, delivery)).status, 403);
      });
    }
  }

  test("the handshake is held to the same time", async (context) => {
    const port = await serve(context, tutorialBot({ ...PLAIN, clock }));
    for (const skew of [-601, 601]) {
      const request = verification(ACCOUNT, "x", { timestamp: String(now + skew) });
      assert.equal((await exchange(port, request)).status, 403);
    }
  });

  test("the time is a setting", async (context) => {
    const port = await serve(context, tutorialBot({ ...PLAIN, clock, clockSkewMs: 5_000 }));
    for (const [skew, status] of [[4, 200], [6, 403], [-6, 403]] as const) {
      const request = verification(ACCOUNT, "x", { timestamp: String(now + skew) });
      assert.equal((await exchange(port, request)).status, status);
    }
  });

  test("a timestamp that is not 10 digits is refused, though signed", async (context) => {
    const port = await serve(context, tutorialBot({ ...PLAIN, clock }));
    const forms = [
      `${now}000`,
      "",
      "now",
      "Infinity",
      "NaN",
      `0${now}`,
      String(now).slice(1),
      "0x662A0000",
      `${now}.5x`,
      "１７１４０３７０５９",
    ];
    for (const timestamp of forms) {
      const { status } = await exchange(port, verification(ACCOUNT, "x", { timestamp }));
      assert.equal(status, 400, `${timestamp} was answered ${status}`);
    }
  });
});

describe("A query that can be read in two ways is not read at all", () => {
  const bends: Readonly<Record<string, (target: string) => string>> = {
    "nonce[]=x": (target) => target.replace("nonce=", "nonce[]="),
    "nonce%5B%5D=x": (target) => target.replace("nonce=", "nonce%5B%5D="),
    "nonce written %6eonce": (target) => target.replace("nonce=", "%6eonce="),
    "a second nonce written %6eonce": (target) => `${target}&%6eonce=other`,
    "a second nonce behind a semicolon": (target) => `${target}&a=1;nonce=other`,
    "msg.signature, which PHP calls msg_signature": (target) => `${target}&msg.signature=x`,
    "nonce twice, with different values": (target) => `${target}&nonce=other`,
    "signature twice, with the same value": (target) =>
      `${target}&${/signature=\w+/.exec(target)?.[0]}`,
    "a percent sign without digits": (target) => target.replace("nonce=", "nonce=%zz"),
    "a percent sign at the end": (target) => `${target}%`,
    "bytes that are not UTF-8": (target) => target.replace("nonce=", "nonce=%ff%fe"),
  };

  for (const [what, bend] of Object.entries(bends)) {
    test(`400 for ${what}`, async (context) => {
      const port = await serve(context, tutorialBot(PLAIN));
      const delivery = plainDelivery(ACCOUNT, HELLO);
      const posted = await exchange(port, { ...delivery, target: bend(delivery.target) });
      assert.equal(posted.status, 400);
      const { target } = verification(ACCOUNT, "");
      const echo = await exchange(port, { target: bend(target) });
      assert.equal(echo.status, 400);
    });
  }
});

describe("What nobody signed is not parsed", () => {
  const bombs: Readonly<Record<string, string>> = {
    "200,000 elements": `<xml>${"<a/>".repeat(200_000)}</xml>`,
    "elements 100,000 deep": `${"<a>".repeat(100_000)}`,
    "a DOCTYPE with entities": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
    "no XML at all": "\u0000\u0001\u0002",
  };

  for (const [what, body] of Object.entries(bombs)) {
    test(`in plain mode ${what} is refused for its wrong signature`, async (context) => {
      const port = await serve(context, tutorialBot(PLAIN));
      const query = { signature: "0".repeat(40) };
      const { status } = await exchange(port, plainDelivery(ACCOUNT, body, query));
      assert.equal(status, 403);
    });

    test(`in safe mode ${what} is refused at once`, async (context) => {
      const port = await serve(context, tutorialBot(SAFE));
      const before = performance.now();
      const { status } = await exchange(port, encryptedDelivery(ACCOUNT, "AAAA", body));
      assert.ok(status === 400 || status === 403, String(status));
      assert.ok(performance.now() - before < 1_000);
    });
  }
});
