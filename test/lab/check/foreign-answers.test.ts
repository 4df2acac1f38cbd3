/** What a server answers, on the terminal of whoever tries it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkCommand } from "../../../lab/cli/check.ts";
import { sendCommand } from "../../../lab/cli/send.ts";
import { accountIn, littleServer } from "./little-server.ts";
import { runCommand } from "./run-command.ts";

const TOKEN = ["--token", accountIn("plain").token];

/** ESC, BEL, a line feed, the CSI of C1, and a bidi override. */
const EVIL = "a\u001B[31mb\u0007c\nThe answer is right\u009B2Jd\u202Ee";
const HIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

const XML = "text/xml";

describe("echostr-lab send", () => {
  for (const [what, body, type] of [
    ["a body that is no XML", EVIL, XML],
    ["success in odd quotation marks", `"""""""success"""\u0085`, XML],
    ["a header", "success", `text/xml; x="\u009B2J"`],
    ["a text in a right answer", reply(EVIL), XML],
    ["a name of an element", `<xml><a\u009B2J>`, XML],
    ["a NUL alone", "\u0000", XML],
  ] as const) {
    test(`shows the control characters of ${what}`, async (context) => {
      const address = await answering(context, () => body, type);
      const { out } = await runCommand(sendCommand, [address, ...TOKEN, "text", "x"]);
      assert.doesNotMatch(out, HIDDEN);
      assert.doesNotMatch(out, /^The answer is right\\/m);
    });
  }

  test("shows the first 16,000 characters of an answer of a megabyte", async (context) => {
    const address = await answering(context, () => "x".repeat(1_000_000), XML);
    const { out } = await runCommand(sendCommand, [address, ...TOKEN, "text", "x"]);
    assert.ok(out.length < 30_000, String(out.length));
    assert.match(out, /xx… \(1000000 bytes in all\)/);
  });
});

describe("echostr-lab check", () => {
  for (const args of [[], ["--json"]]) {
    test(`shows control characters of an answer ${args.join("")}`, async (context) => {
      const address = await answering(context, () => EVIL, XML);
      const words = [address, ...TOKEN, "--only", "handshake,kinds", ...args];
      const { out } = await runCommand(checkCommand, words);
      assert.doesNotMatch(out, HIDDEN);
      assert.match(out, /ANSWER-NOT-XML/);
      if (args.length > 0) assert.ok(JSON.parse(out));
    });
  }
});

function reply(content: string): string {
  const time = Math.floor(Date.now() / 1000);
  return (
    `<xml><ToUserName>oEchostrSend_0123456789abcde</ToUserName><FromUserName>gh_echostrlab</FromUserName>` +
    `<CreateTime>${time}</CreateTime><MsgType>text</MsgType><Content>${content}</Content></xml>`
  );
}

function answering(
  context: Parameters<typeof littleServer>[0],
  body: () => string,
  type: string,
): Promise<string> {
  return littleServer(context, {
    intercept: (request, response) => {
      if (request.method === "GET") return false;
      request.resume().on("end", () => {
        response.setHeader("Content-Type", type);
        response.end(body());
      });
      return true;
    },
  });
}
