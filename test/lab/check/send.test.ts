import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { sendCommand } from "../../../lab/cli/send.ts";
import { curlLine } from "../../../lab/send/curl-line.ts";
import { describeWords, withFields } from "../../../lab/send/describe-words.ts";
import { accountIn, littleServer } from "./little-server.ts";
import { runCommand } from "./run-command.ts";

const { token, encodingAesKey = "", appId } = accountIn("safe");
const TOKEN = ["--token", token];
const SAFE = [...TOKEN, "--key", encodingAesKey, "--appid", appId];

describe("A few words are a message", () => {
  for (const [words, expected] of [
    ["text 你好", { MsgType: "text", Content: "你好" }],
    ["text two words", { MsgType: "text", Content: "two words" }],
    ["event click KEY", { MsgType: "event", Event: "CLICK", EventKey: "KEY" }],
    ["location 1.5 2 there", { Location_X: 1.5, Location_Y: 2, Label: "there" }],
    ["link a b c", { MsgType: "link", Title: "a", Description: "b", Url: "c" }],
    ["event not_yet_known x", { MsgType: "event", Event: "not_yet_known", EventKey: "x" }],
    ["not_yet_known", { MsgType: "not_yet_known" }],
  ] as const) {
    test(words, () => {
      const described = describeWords(words.split(" "));
      for (const [name, value] of Object.entries(expected)) assert.equal(described[name], value);
    });
  }

  test("and what they leave out comes from the sample of the kind", () => {
    assert.ok(String(describeWords(["image"])["MediaId"]).length > 10);
  });

  test("in which each field may be replaced", () => {
    const described = withFields(describeWords(["text", "a"]), ["MsgId=5", "Content=b=c"]);
    assert.equal(described["MsgId"], "5");
    assert.equal(described["Content"], "b=c");
  });

  for (const words of ["", "event", "image a b c", "not_yet_known x"]) {
    test(`unless they are "${words}"`, () => {
      assert.throws(() => describeWords(words.split(" ")), { code: "LAB_INPUT_INVALID" });
    });
  }
});

describe("echostr-lab send", () => {
  test("prints what went out, what came back, and what the follower sees", async (context) => {
    const address = await littleServer(context);
    const { status, out } = await runCommand(sendCommand, [address, ...TOKEN, "text", "你好"]);
    assert.equal(status, 0);
    assert.match(out, /^1\. POST http:.*signature=[0-9a-f]{40}&timestamp=\d+&nonce=\d+$/m);
    assert.match(out, /<Content><!\[CDATA\[你好\]\]><\/Content>/);
    assert.match(out, /^-> 200 in \d+ ms, text\/xml$/m);
    assert.match(out, /The answer is right; the follower sees: text: 你说：你好\n$/);
    assert.doesNotMatch(out, new RegExp(token));
  });

  test("prints the encrypted body and the decrypted answer in safe mode", async (context) => {
    const address = await littleServer(context, { mode: "safe" });
    const { status, out } = await runCommand(sendCommand, [address, ...SAFE, "text", "你好"]);
    assert.equal(status, 0);
    assert.match(out, /encrypted, as it was sent:\n<xml>.*\n<Encrypt>/);
    assert.match(out, /decrypted:\n<xml>[\s\S]*你说：你好/);
  });

  test("prints each attempt when no answer comes in time, and ends with status 1", async (context) => {
    const address = await littleServer(context, {
      intercept: ({ socket }) => socket.destroy() !== undefined,
    });
    const { status, out } = await runCommand(sendCommand, [
      address,
      ...TOKEN,
      "--deliveries",
      "2",
      "event",
      "subscribe",
    ]);
    assert.equal(status, 1);
    assert.match(out, /^1\. POST[\s\S]*no answer: reset[\s\S]*^2\. POST[\s\S]*no answer: reset/m);
    assert.match(out, /The answer is wrong; the follower sees: 该公众号提供的服务出现故障/);
  });

  test("ends with status 1 when the message is refused, and with 3 when nobody is there", async (context) => {
    const address = await littleServer(context);
    const refused = await runCommand(sendCommand, [address, "--token", "other", "image"]);
    assert.equal(refused.status, 1);
    assert.match(refused.out, /error {2}STATUS-REFUSED .* 403 .*\n {2}fix: Compare the token on both sides, then /);
    const gone = await runCommand(sendCommand, ["http://127.0.0.1:1/wx", ...TOKEN, "image"]);
    assert.equal(gone.status, 3);
  });

  // 2,048 bytes are measured: MamaShip/Observer#77.
  for (const [bytes, status, verdict] of [[2048, 0, "right"], [2049, 1, "wrong"]] as const) {
    test(`calls a reply of ${bytes} bytes ${verdict}`, async (context) => {
      const address = await littleServer(context, { say: () => "x".repeat(bytes) });
      const sent = await runCommand(sendCommand, [address, ...TOKEN, "text", "x"]);
      assert.equal(sent.status, status);
      assert.match(sent.out, new RegExp(`The answer is ${verdict}; `));
    });
  }

  test("reads JSON behind a byte order mark, and takes an empty option for none", async (context) => {
    const address = await littleServer(context);
    const json = `\uFEFF${JSON.stringify({ MsgType: "text", Content: "json" })}`;
    const empty = ["--key", "", "--appid", "", "--mode", "", "--original-id", ""];
    const { status, out } = await runCommand(sendCommand, [address, ...TOKEN, ...empty, "--json", json]);
    assert.equal(status, 0);
    assert.match(out, /你说：json/);
  });

  test("sends any message that is written as JSON, and samples by name", async (context) => {
    const address = await littleServer(context);
    const json = JSON.stringify({ MsgType: "text", Content: "json" });
    const one = await runCommand(sendCommand, [address, ...TOKEN, "--json", json]);
    assert.match(one.out, /你说：json/);
    const other = await runCommand(sendCommand, [address, ...TOKEN, "--sample", "text"]);
    assert.equal(other.status, 0);
    const list = await runCommand(sendCommand, ["--list"]);
    assert.ok(list.out.split("\n").includes("event:subscribe"));
  });

  for (const [what, ...args] of [
    ["no kind is given", "http://127.0.0.1:9/", ...TOKEN],
    ["a kind and a sample are given", "http://127.0.0.1:9/", ...TOKEN, "text", "--sample", "text"],
    ["there is no such sample", "http://127.0.0.1:9/", ...TOKEN, "--sample", "nonsense"],
    ["the JSON is none", "http://127.0.0.1:9/", ...TOKEN, "--json", "{"],
    ["the JSON is no message", "http://127.0.0.1:9/", ...TOKEN, "--json", "[]"],
    ["there is no token", "http://127.0.0.1:9/", "text"],
    ["there is no address", ...TOKEN],
  ] as const) {
    test(`ends with status 2 when ${what}`, async () => {
      const { status, err } = await runCommand(sendCommand, args);
      assert.equal(status, 2);
      assert.match(err, /^echostr-lab send: .+; see echostr-lab send --help\n$/);
    });
  }
});

describe("A curl line", () => {
  test("is printed with --curl, and nothing is sent", async (context) => {
    let requests = 0;
    const address = await littleServer(context, { intercept: () => ((requests += 1), false) });
    const args = [address, ...TOKEN, "--curl", "text", "你好"];
    const { status, out } = await runCommand(sendCommand, args);
    assert.equal(status, 0);
    assert.match(out, /^curl -X POST 'http:/);
    assert.equal(requests, 0);
    assert.doesNotMatch(out, new RegExp(token));
  });

  test("means the same to a shell, quotes and line ends included", async () => {
    const body = "it's \"a\"\n$HOME `b` \\ 你好";
    const line = curlLine({
      method: "POST",
      address: "http://127.0.0.1:8080/wx?account=1",
      query: "nonce=2",
      headers: { "Content-Type": "text/xml" },
      body,
    });
    const script = line.replace(/^curl/, "printf '%s\\0'");
    const { stdout } = await promisify(execFile)("sh", ["-c", script]);
    assert.deepEqual(stdout.split("\0").slice(0, -1), [
      "-X",
      "POST",
      "http://127.0.0.1:8080/wx?account=1&nonce=2",
      "-H",
      "Content-Type: text/xml",
      "--data-binary",
      body,
    ]);
  });
});
