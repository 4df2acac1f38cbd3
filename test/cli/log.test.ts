import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { exchange } from "../support/http.ts";
import {
  ACCOUNT,
  FOLLOWER,
  imageMessage,
  message,
  plainDelivery,
  safeDelivery,
  textMessage,
  verification,
} from "../server/platform.ts";
import { start, stop } from "./started.ts";

const HELLO = textMessage("hello");

describe("The log", () => {
  test("has a line of JSON for each delivery: kind, openid, time, answer", async (context) => {
    const { program, port } = await start(context);
    await exchange(port, plainDelivery(ACCOUNT, HELLO));
    await exchange(port, plainDelivery(ACCOUNT, imageMessage()));
    const subscribe = message({ MsgType: "event", Event: "subscribe", EventKey: "qrscene_7" });
    await exchange(port, plainDelivery(ACCOUNT, subscribe));
    const lines = await stop(program);
    assert.deepEqual(lines.map(({ kind }) => kind), ["text", "image", "event:subscribe"]);
    for (const line of lines) {
      assert.equal(typeof line["ms"], "number");
      const values = Object.values(line).filter((value) => typeof value === "string");
      assert.ok(values.some((value) => value.startsWith(FOLLOWER.slice(0, 3))), "an openid");
      assert.ok(!JSON.stringify(line).includes(FOLLOWER), "shortened");
    }
    assert.match(JSON.stringify(lines[0]), /text|测试/);
    assert.match(JSON.stringify(lines[1]), /success|nothing|none/);
  });

  test("has the cause of each refusal", async (context) => {
    const { program, port } = await start(context);
    const stranger = { ...ACCOUNT, token: "another" };
    await exchange(port, verification(stranger, "x"));
    await exchange(port, safeDelivery(ACCOUNT, HELLO));
    const [mismatch, encrypted, ...more] = await stop(program);
    assert.match(JSON.stringify(mismatch), /SIGNATURE_MISMATCH/);
    assert.match(JSON.stringify(encrypted), /BODY_ENCRYPTED/);
    assert.equal(more.length, 0);
  });

  test("cannot be given lines of its own by what a request says", async (context) => {
    const { program, port } = await start(context);
    const forged = message({ MsgType: "text\n{\"kind\":\"forged\"}", Content: "x" });
    await exchange(port, plainDelivery(ACCOUNT, forged));
    await exchange(port, { target: "/wx?signature=%0A%7B%22kind%22%3A%22forged%22%7D" });
    const lines = await stop(program);
    assert.ok(lines.every(({ kind }) => kind !== "forged"));
    assert.equal(lines.length, 2);
  });

  test("is for people with LOG=pretty: a line with the same facts", async (context) => {
    const { program, port } = await start(context, { LOG: "pretty" });
    await exchange(port, plainDelivery(ACCOUNT, HELLO));
    await exchange(port, verification({ ...ACCOUNT, token: "another" }, "x"));
    const forged = message({ MsgType: "te\u001B[31mxt\nforged", Content: "x" });
    await exchange(port, plainDelivery(ACCOUNT, forged));
    const unreadable = "<xml>\n<a>\u001B[31mxt \u009B31mxt</b>\nforged</xml>";
    await exchange(port, plainDelivery(ACCOUNT, unreadable));
    program.child.kill("SIGTERM");
    const { stdout } = await program.end();
    const [answered = "", refused = ""] = stdout.split("\n");
    assert.match(answered, /text/);
    assert.match(answered, /\bms\b|\d ?ms/);
    assert.ok(answered.includes(FOLLOWER.slice(0, 3)) && !answered.includes(FOLLOWER));
    assert.match(refused, /SIGNATURE_MISMATCH/);
    assert.doesNotMatch(stdout, /^forged/m);
    // What a request says cannot colour the terminal, nor do worse to it.
    assert.ok(!stdout.includes("\u001B[31mxt") && !stdout.includes("\u009B"), stdout);
  });

  test("is written within a short time, without waiting for the end", async (context) => {
    const { program, port } = await start(context);
    await exchange(port, plainDelivery(ACCOUNT, HELLO));
    const before = performance.now();
    await program.says(/"text"/, "stdout");
    assert.ok(performance.now() - before < 1_000);
  });
});
