/**
 * Files that somebody wrote with an editor of Windows: Notepad puts a byte order mark before the text,
 * and the `>` of PowerShell writes UTF-16. And variables as other readers of such files make them.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readTranscript } from "../../lab/transcript/transcript.ts";
import { loadBot } from "../../src/cli/load-bot.ts";
import { doubtfulToken, unknownSettings } from "../../src/cli/notices.ts";
import { readSettings } from "../../src/cli/settings.ts";
import { decodeText, withoutMark } from "../../src/cli/text-file.ts";
import { ACCOUNT } from "../server/platform.ts";
import { CERTIFICATE_FILES, freePort, launch, temporaryFolder } from "./process.ts";

const UTF16 = "text in UTF-8 expected, got UTF-16: save it as UTF-8 (PowerShell: Out-File -Encoding utf8)";

/** 你好 as an editor that is set to GBK writes it. */
const GBK = Buffer.from([0xc4, 0xe3, 0xba, 0xc3]);

function utf16(text: string): Buffer {
  return Buffer.from(`\uFEFF${text}`, "utf16le");
}

describe("The text of a file", () => {
  const texts: readonly (readonly [bytes: Buffer, text: string])[] = [
    [Buffer.from("\uFEFF你好"), "你好"],
    [Buffer.from("你好\uFEFF"), "你好\uFEFF"],
    [Buffer.from("\uFEFF\uFEFF"), "\uFEFF"],
    [Buffer.from(""), ""],
    [Buffer.from("\uFEFF"), ""],
    [Buffer.from("a"), "a"],
  ];
  for (const [bytes, text] of texts) {
    test(`is ${JSON.stringify(text)} for ${bytes.toString("hex")}`, () => {
      assert.equal(decodeText(bytes), text);
    });
  }

  const refused: Readonly<Record<string, readonly [bytes: Buffer, message: string]>> = {
    "UTF-16 with its mark": [utf16("{}"), UTF16],
    "UTF-16, the high byte first": [utf16("{}").swap16(), UTF16],
    "UTF-16 without a mark": [Buffer.from("{}", "utf16le"), UTF16],
    "UTF-16 without a mark, the high byte first": [Buffer.from("{}", "utf16le").swap16(), UTF16],
    "UTF-16 of a Chinese text": [utf16("你好"), UTF16],
    GBK: [GBK, "text in UTF-8 expected, got something else, such as GBK: save it as UTF-8"],
  };
  for (const [what, [bytes, message]] of Object.entries(refused)) {
    test(`is not made of ${what}`, () => assert.throws(() => decodeText(bytes), { message }));
  }

  test("may be read in another way behind its mark", () => {
    assert.deepEqual(Buffer.from(withoutMark(Buffer.concat([Buffer.from("\uFEFFa"), GBK]))), Buffer.concat([Buffer.from("a"), GBK]));
  });
});

describe("A certificate and its key", () => {
  const CERTIFICATE = readFileSync(CERTIFICATE_FILES["TLS_CERT"] ?? "");
  const KEY = readFileSync(CERTIFICATE_FILES["TLS_KEY"] ?? "");

  function settings(folder: string, cert: Buffer, key: Buffer) {
    const [TLS_CERT, TLS_KEY] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    writeFileSync(TLS_CERT, cert);
    writeFileSync(TLS_KEY, key);
    return readSettings({ WECHAT_TOKEN: ACCOUNT.token, TLS_CERT, TLS_KEY }, false).tls;
  }

  test("are found behind a byte order mark, which OpenSSL takes for another line", (context) => {
    const mark = Buffer.from("\uFEFF");
    const folder = temporaryFolder(context);
    const tls = settings(folder, Buffer.concat([mark, CERTIFICATE]), Buffer.concat([mark, KEY]));
    assert.deepEqual(tls, { cert: CERTIFICATE, key: KEY });
  });

  test("are refused by name in UTF-16", (context) => {
    const folder = temporaryFolder(context);
    assert.throws(() => settings(folder, utf16(CERTIFICATE.toString()), KEY), {
      code: "SETTING_INVALID",
      message: `TLS_CERT must be a readable PEM file, got "${join(folder, "cert.pem")}": ${UTF16}`,
    });
  });
});

describe("A bot file", () => {
  const SOURCE = 'export default (bot) => bot.on("text", () => "你好");\n';

  async function load(folder: string, name: string, bytes: Buffer) {
    const file = join(folder, name);
    writeFileSync(file, bytes);
    return loadBot(file);
  }

  test("is loaded behind a byte order mark", async (context) => {
    const folder = temporaryFolder(context);
    for (const name of ["bot.mjs", "bot.cjs"]) {
      const source = name === "bot.cjs" ? "exports.default = (bot) => {};" : SOURCE;
      const { setup } = await load(folder, name, Buffer.from(`\uFEFF${source}`));
      assert.equal(typeof setup, "function");
    }
  });

  test("is refused by name in UTF-16, and in GBK, in which a follower would read other characters", async (context) => {
    const folder = temporaryFolder(context);
    const gbk = Buffer.concat([Buffer.from("// "), GBK, Buffer.from(`\n${SOURCE}`)]);
    for (const [name, bytes, why] of [
      ["utf16.mjs", utf16(SOURCE), UTF16],
      ["gbk.mjs", gbk, "text in UTF-8 expected, got something else, such as GBK: save it as UTF-8"],
    ] as const) {
      await assert.rejects(load(folder, name, bytes), {
        code: "BOT_FILE_INVALID",
        message: `Bot file "${join(folder, name)}" cannot be loaded: ${why}`,
      });
    }
  });
});

describe("A menu, and the body of a call", () => {
  const cases: Readonly<Record<string, readonly [bytes: Buffer, why: string]>> = {
    "in UTF-16": [utf16('{"button":[]}'), UTF16],
    "in GBK": [Buffer.concat([Buffer.from('{"a":"'), GBK, Buffer.from('"}')]), "text in UTF-8 expected, got something else, such as GBK: save it as UTF-8"],
  };
  for (const [how, [bytes, why]] of Object.entries(cases)) {
    test(`${how} is refused before anything is sent`, async (context) => {
      const folder = temporaryFolder(context);
      writeFileSync(join(folder, "a.json"), bytes);
      for (const args of [["menu", "set", "a.json"], ["call", "/cgi-bin/x", "@a.json"]]) {
        const { status, stderr } = await launch(context, { folder, args }).end();
        assert.equal(status, 2);
        assert.equal(stderr, `echostr: File cannot be read: ${why}; see --help\n`);
      }
    });
  }
});

test("A transcript in UTF-16 is refused by name, whoever has decoded it", () => {
  assert.throws(() => readTranscript(utf16('{"transcript":"echostr"}').toString("utf8")), {
    code: "LAB_INPUT_INVALID",
    message: "A transcript must be text in UTF-8, got NUL: save it as UTF-8 if it is UTF-16",
  });
});

describe("A variable of the environment", () => {
  test("that looks like a setting and is none is told of, with the one that is meant", () => {
    const environment = {
      "\uFEFFWECHAT_TOKEN": "x", // systemd and shells read a file with its mark so
      "export WECHAT_AES_KEY": "x", // docker's --env-file
      wechat_appid: "x",
      WECHAT_TOKENS: "x",
      WECHAT_MODE: "safe",
      "\u200bWECHAT_PATH": "x", // copied along from a page
      "set WECHAT_SECRET": "x", // a line of cmd.exe
      "$env:WECHAT_FORMAT": "x", // a line of PowerShell
      WECHAT_ENCODING_AES_KEY: "x", // as the console calls it
      WECHAT_AESKEY: "x",
      WECHAT_APP_SECRET: "x",
      "ＷＥＣＨＡＴ＿ＭＯＤＥ": "x", // typed with a Chinese input method
      MY_WECHAT_TOKEN: "x",
      exports: "x",
    };
    assert.deepEqual(unknownSettings(environment), [
      "\\uFEFFWECHAT_TOKEN is not a setting of echostr: WECHAT_TOKEN is meant.",
      "export WECHAT_AES_KEY is not a setting of echostr: WECHAT_AES_KEY is meant.",
      "wechat_appid is not a setting of echostr: WECHAT_APPID is meant.",
      "WECHAT_TOKENS is not a setting of echostr.",
      "\\u200BWECHAT_PATH is not a setting of echostr: WECHAT_PATH is meant.",
      "set WECHAT_SECRET is not a setting of echostr: WECHAT_SECRET is meant.",
      "$env:WECHAT_FORMAT is not a setting of echostr: WECHAT_FORMAT is meant.",
      "WECHAT_ENCODING_AES_KEY is not a setting of echostr: WECHAT_AES_KEY is meant.",
      "WECHAT_AESKEY is not a setting of echostr: WECHAT_AES_KEY is meant.",
      "WECHAT_APP_SECRET is not a setting of echostr: WECHAT_SECRET is meant.",
      "\\uFF37\\uFF25\\uFF23\\uFF28\\uFF21\\uFF34\\uFF3F\\uFF2D\\uFF2F\\uFF24\\uFF25 is not a setting of echostr: WECHAT_MODE is meant.",
    ]);
  });

  test("that is a token which WeChat's console does not take is told of, without the token", () => {
    for (const token of ["ab", "x".repeat(33), "tok-3n", "令牌tok3n", "tok3n；", "tok3n,ab"]) {
      const sentences = doubtfulToken({ WECHAT_TOKEN: token });
      assert.equal(sentences.length, 1, token);
      assert.match(sentences[0] ?? "", /^WECHAT_TOKEN is not 3 to 32 letters and digits, /);
      assert.ok(!sentences[0]?.includes(token), token);
    }
    for (const token of [undefined, "", "abc", "x".repeat(32), " tok3n , next3r "]) {
      assert.deepEqual(doubtfulToken({ WECHAT_TOKEN: token }), []);
    }
  });

  test("that is the token under a wrong name is told of before the start fails for want of one", async (context) => {
    const folder = temporaryFolder(context);
    writeFileSync(join(folder, ".env"), "# mine\n\uFEFFWECHAT_TOKEN=tok3n\n");
    const { status, stderr } = await launch(context, { folder, environment: { PORT: "0" } }).end();
    assert.equal(status, 1);
    assert.match(stderr, /^\\uFEFFWECHAT_TOKEN is not a setting of echostr: WECHAT_TOKEN is meant\.\nechostr: WECHAT_TOKEN must be set/);
  });

  const wrong: Readonly<Record<string, readonly [environment: Record<string, string>, message: string]>> = {
    "a token in quotation marks": [
      { WECHAT_TOKEN: '"tok3n"' },
      "WECHAT_TOKEN must not stand in quotation marks, got some: docker's --env-file keeps those of the file",
    ],
    "a token in typographic quotation marks": [
      { WECHAT_TOKEN: "“tok3n”" },
      "WECHAT_TOKEN must not stand in quotation marks, got typographic ones",
    ],
    "a mode in corner brackets": [
      { WECHAT_TOKEN: "tok3n", WECHAT_MODE: "「safe」" },
      "WECHAT_MODE must not stand in quotation marks, got typographic ones",
    ],
    "an appid in quotation marks": [
      { WECHAT_TOKEN: "tok3n", WECHAT_APPID: "'wx1'" },
      "WECHAT_APPID must not stand in quotation marks, got some: docker's --env-file keeps those of the file",
    ],
    "a secret in quotation marks": [
      { WECHAT_TOKEN: "tok3n", WECHAT_APPID: "wx1", WECHAT_SECRET: '"5ecret"' },
      "WECHAT_SECRET must not stand in quotation marks, got some: docker's --env-file keeps those of the file",
    ],
    "a store in quotation marks": [
      { WECHAT_TOKEN: "tok3n", STORE: '"sqlite:a"' },
      "STORE must not stand in quotation marks, got some: docker's --env-file keeps those of the file",
    ],
    "an original id in place of the appid": [
      { WECHAT_TOKEN: "tok3n", WECHAT_APPID: "gh_1" },
      "WECHAT_APPID: appId must be the AppID, wx…, got the original id, gh_…",
    ],
    "a hidden character that was copied along": [
      { WECHAT_TOKEN: "tok3n\u200b" },
      "WECHAT_TOKEN: Token must not hold space or hidden characters, got some",
    ],
    "an empty token": [
      { WECHAT_TOKEN: "" },
      "WECHAT_TOKEN must be set to the token (令牌) of the account's settings, got an empty one in the environment, which takes precedence over .env",
    ],
  };
  for (const [what, [environment, message]] of Object.entries(wrong)) {
    test(`is refused by its name: ${what}`, () => {
      assert.throws(() => readSettings(environment, false), { message });
    });
  }
});

describe("A variable that is empty takes precedence over .env", () => {
  test("and a key that has no effect for it is told of, for the mode is plain", async (context) => {
    const folder = temporaryFolder(context);
    const { encodingAesKey, appId } = ACCOUNT;
    writeFileSync(join(folder, ".env"), `WECHAT_AES_KEY=${encodingAesKey}\nWECHAT_APPID=${appId}\n`);
    const environment = {
      WECHAT_TOKEN: ACCOUNT.token,
      WECHAT_AES_KEY: "",
      HOST: "127.0.0.1",
      PORT: String(await freePort()),
    };
    const program = launch(context, { folder, environment });
    await program.says(/消息加解密方式  明文模式/);
    assert.match(program.stderr, /^WECHAT_AES_KEY is empty in the environment, which takes precedence over \.env: this is plain mode\.$/m);
  });

  test("so no .env is made for an empty token, which would not be read", async (context) => {
    const folder = temporaryFolder(context);
    const environment = { WECHAT_TOKEN: "" };
    const { status, stderr } = await launch(context, { folder, environment, args: ["--init-env"] }).end();
    assert.equal(status, 1);
    assert.match(stderr, /^echostr: WECHAT_TOKEN must be set .* an empty one in the environment/);
    assert.throws(() => readFileSync(join(folder, ".env")), { code: "ENOENT" });
  });
});
