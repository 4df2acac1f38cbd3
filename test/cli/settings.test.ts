import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ACCOUNT } from "../server/platform.ts";
import {
  CERTIFICATE_FILES,
  type Environment,
  freePort,
  launch,
  temporaryFolder,
} from "./process.ts";

const TOKEN: Environment = { WECHAT_TOKEN: ACCOUNT.token, HOST: "127.0.0.1" };
const KEY: Environment = {
  WECHAT_AES_KEY: ACCOUNT.encodingAesKey,
  WECHAT_APPID: ACCOUNT.appId,
};
const { TLS_CERT: CERTIFICATE = "", TLS_KEY: PRIVATE_KEY = "" } = CERTIFICATE_FILES;

interface Wrong {
  readonly what: string;
  readonly environment: Environment;
  /** What the sentence has to name. */
  readonly names: readonly RegExp[];
}

const WRONGS: readonly Wrong[] = [
  { what: "no token", environment: {}, names: [/WECHAT_TOKEN/] },
  { what: "an empty token", environment: { WECHAT_TOKEN: "" }, names: [/WECHAT_TOKEN/] },
  { what: "a list of no tokens", environment: { WECHAT_TOKEN: " , " }, names: [/WECHAT_TOKEN/] },
  {
    what: "a key of 42 characters",
    environment: { ...TOKEN, ...KEY, WECHAT_AES_KEY: ACCOUNT.encodingAesKey.slice(1) },
    names: [/WECHAT_AES_KEY/, /43/, /42/],
  },
  {
    what: "a key with other characters than letters and digits",
    environment: { ...TOKEN, ...KEY, WECHAT_AES_KEY: `${ACCOUNT.encodingAesKey.slice(1)}!` },
    names: [/WECHAT_AES_KEY/],
  },
  {
    what: "a second key of 44 characters",
    environment: {
      ...TOKEN,
      ...KEY,
      WECHAT_AES_KEY: `${ACCOUNT.encodingAesKey},${ACCOUNT.encodingAesKey}A`,
    },
    names: [/WECHAT_AES_KEY/, /43/, /44/],
  },
  {
    what: "a key without an appid",
    environment: { ...TOKEN, WECHAT_AES_KEY: ACCOUNT.encodingAesKey },
    names: [/WECHAT_APPID/],
  },
  {
    what: "safe mode without a key",
    environment: { ...TOKEN, WECHAT_MODE: "safe" },
    names: [/WECHAT_MODE/, /safe/, /WECHAT_AES_KEY|EncodingAESKey/],
  },
  {
    what: "compat mode without a key",
    environment: { ...TOKEN, WECHAT_MODE: "compat" },
    names: [/WECHAT_MODE/, /compat/, /WECHAT_AES_KEY|EncodingAESKey/],
  },
  {
    what: "a mode that does not exist",
    environment: { ...TOKEN, WECHAT_MODE: "secure" },
    names: [/WECHAT_MODE/, /secure/, /plain/, /compat/, /safe/],
  },
  {
    what: "a path without its slash",
    environment: { ...TOKEN, WECHAT_PATH: "wx" },
    names: [/WECHAT_PATH/, /wx/],
  },
  {
    what: "a path with a query",
    environment: { ...TOKEN, WECHAT_PATH: "/wx?a=1" },
    names: [/WECHAT_PATH/],
  },
  ...["http", "70000", "-1", "8080.5", "80 80", "0x50"].map((port) => ({
    what: `the port ${port}`,
    environment: { ...TOKEN, PORT: port },
    names: [/PORT/, new RegExp(port)],
  })),
  {
    what: "a certificate that cannot be read",
    environment: { ...TOKEN, TLS_CERT: "/nowhere/cert.pem", TLS_KEY: PRIVATE_KEY },
    names: [/TLS_CERT/, /\/nowhere\/cert\.pem/],
  },
  {
    what: "a private key that cannot be read",
    environment: { ...TOKEN, TLS_CERT: CERTIFICATE, TLS_KEY: "/nowhere/key.pem" },
    names: [/TLS_KEY/, /\/nowhere\/key\.pem/],
  },
  {
    what: "a certificate that is none",
    environment: { ...TOKEN, TLS_CERT: fileURLToPath(import.meta.url), TLS_KEY: PRIVATE_KEY },
    names: [/TLS_CERT/],
  },
  {
    what: "a certificate without a private key",
    environment: { ...TOKEN, TLS_CERT: CERTIFICATE },
    names: [/TLS_KEY/],
  },
  {
    what: "a private key without a certificate",
    environment: { ...TOKEN, TLS_KEY: PRIVATE_KEY },
    names: [/TLS_CERT/],
  },
  {
    what: "a certificate and a private key that were taken for each other",
    environment: { ...TOKEN, TLS_CERT: PRIVATE_KEY, TLS_KEY: CERTIFICATE },
    names: [/TLS_CERT/],
  },
  {
    what: "a log that does not exist",
    environment: { ...TOKEN, LOG: "xml" },
    names: [/LOG/, /xml/, /pretty/, /json/],
  },
];

describe("A wrong setting stops the start with a sentence that names it", () => {
  for (const { what, environment, names } of WRONGS) {
    test(what, async (context) => {
      const folder = temporaryFolder(context);
      const port = String(await freePort());
      const started = launch(context, { folder, environment: { PORT: port, ...environment } });
      const { status, signal, stderr, stdout } = await started.end();
      assert.equal(signal, null);
      assert.notEqual(status, 0);
      assert.equal(stdout, "");
      for (const name of names) {
        assert.match(stderr, name);
      }
      assert.doesNotMatch(stderr, /^\s+at /m, "no stack");
      assert.equal(stderr.trim().split("\n").length, 1, stderr);
      assert.ok(!stderr.includes(ACCOUNT.encodingAesKey), "a key is not shown");
    });
  }
});

describe("A bot file that cannot be used stops the start with a sentence that names it", () => {
  interface BotFile {
    readonly source: string | undefined;
    readonly names: readonly RegExp[];
  }
  const files: Readonly<Record<string, BotFile>> = {
    "is missing": { source: undefined, names: [] },
    "has no default export": {
      source: "export function bot() {}\n",
      names: [/default/],
    },
    "exports something else than a function": {
      source: "export default { token: 1 };\n",
      names: [/default/, /object/],
    },
    "throws when it is loaded": {
      source: `throw new Error("the database is away");\n`,
      names: [/the database is away/],
    },
    "throws when it is called": {
      source: `export default () => { throw new Error("no such greeting"); };\n`,
      names: [/no such greeting/],
    },
    "fails when it is called": {
      source: `export default async () => { throw new Error("no such greeting"); };\n`,
      names: [/no such greeting/],
    },
    "decides what the environment does": {
      source: `export default () => {};\nexport const options = { token: "5ecret" };\n`,
      names: [/must leave token to the settings of the environment/],
    },
    "is not JavaScript": {
      source: "export default (bot => {\n",
      names: [/SyntaxError|Unexpected|syntax/i],
    },
  };

  for (const [what, { source, names }] of Object.entries(files)) {
    test(`a bot file that ${what}`, async (context) => {
      const folder = temporaryFolder(context);
      if (source !== undefined) {
        writeFileSync(join(folder, "my-bot.mjs"), source);
      }
      const port = String(await freePort());
      const environment = { ...TOKEN, PORT: port };
      const started = launch(context, { folder, environment, args: ["my-bot.mjs"] });
      const { status, stderr } = await started.end();
      assert.notEqual(status, 0);
      assert.match(stderr, /my-bot\.mjs/);
      for (const name of names) {
        assert.match(stderr, name);
      }
    });
  }
});

describe("A bot file with an option that is not known stops the start", () => {
  const cases: Readonly<Record<string, string>> = {
    "delivery.notice": '{ delivery: { notice: "…" } }',
    notice: '{ notice: "…" }',
    "api.timeout": "{ api: { timeout: 1 } }",
    "api.appSecret": '{ api: { appSecret: "5ecretOfTheBotFile" } }',
  };
  for (const [name, options] of Object.entries(cases)) {
    test(name, async (context) => {
      const folder = temporaryFolder(context);
      const source = `export default () => {};\nexport const options = ${options};\n`;
      writeFileSync(join(folder, "my-bot.mjs"), source);
      const environment = { ...TOKEN, PORT: String(await freePort()) };
      const started = launch(context, { folder, environment, args: ["my-bot.mjs"] });
      const { status, stderr } = await started.end();
      assert.equal(status, 1);
      const sentence = `echostr: Option ${name} is not known, known are `;
      assert.ok(stderr.split("\n").some((line) => line.startsWith(sentence)), stderr);
    });
  }
});

describe("A certificate that node cannot use stops the start with a sentence", () => {
  const files: Readonly<Record<string, string>> = {
    "the private key of another certificate": generateKeyPairSync("ec", {
      namedCurve: "prime256v1",
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    }).privateKey,
    "a spoilt private key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
  };

  for (const [what, content] of Object.entries(files)) {
    test(what, async (context) => {
      const folder = temporaryFolder(context);
      const file = join(folder, "private.pem");
      writeFileSync(file, content);
      const environment = { ...TOKEN, ...CERTIFICATE_FILES, TLS_KEY: file, PORT: "0" };
      const { status, stderr } = await launch(context, { folder, environment }).end();
      assert.notEqual(status, 0);
      assert.match(stderr, /TLS_KEY|TLS_CERT/);
      assert.doesNotMatch(stderr, /^\s+at /m, "no stack");
    });
  }
});

describe("What cannot be understood on the command line is not guessed at", () => {
  test("two bot files are one too many", async (context) => {
    const folder = temporaryFolder(context);
    const started = launch(context, { folder, environment: TOKEN, args: ["a.mjs", "b.mjs"] });
    const { status, stderr } = await started.end();
    assert.notEqual(status, 0);
    assert.match(stderr, /bot file/);
  });

  test("--help and --version need no settings", async (context) => {
    const folder = temporaryFolder(context);
    const help = await launch(context, { folder, args: ["--help"] }).end();
    assert.equal(help.status, 0);
    assert.match(help.stdout, /WECHAT_TOKEN/);
    const version = await launch(context, { folder, args: ["--version"] }).end();
    assert.equal(version.status, 0);
    assert.match(version.stdout, /^(echostr )?\d+\.\d+\.\d+\n$/);
  });

  test("an option that does not exist is refused by its name", async (context) => {
    const folder = temporaryFolder(context);
    const started = launch(context, { folder, environment: TOKEN, args: ["--prot=80"] });
    const { status, stderr } = await started.end();
    assert.notEqual(status, 0);
    assert.match(stderr, /--prot/);
    assert.doesNotMatch(stderr, /^\s+at /m);
  });
});
