/** JSON as WeChat wants it, and as it writes it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { OPEN_ID, setStage } from "./stage.ts";

const SEND = "/cgi-bin/message/custom/send";
const IPS = "/cgi-bin/getcallbackip";

describe("JSON that is sent", { timeout: 120_000 }, () => {
  test("has Chinese and emoji raw, as bytes of UTF-8", async (context) => {
    const { api, standIn } = await setStage(context);
    const content = "汉字 😀👨‍👩‍👧 é 𝄞 \u2028 \\u6c49 \"quoted\" </script>\t\r\n第二行";
    await api.customerService.send(OPEN_ID, content);
    const body = standIn.requestsFor(SEND)[0]?.body ?? Buffer.alloc(0);
    for (const part of ["汉字 😀👨‍👩‍👧 é 𝄞 \u2028", "\\\\u6c49", '\\"quoted\\"', "\\t\\r\\n"]) {
      assert.ok(body.includes(Buffer.from(part, "utf8")), part);
    }
    assert.deepEqual(standIn.sent[0]?.["text"], { content });
    const type = standIn.requestsFor(SEND)[0]?.headers["content-type"] ?? "";
    assert.match(type, /^application\/json(;\s*charset=utf-8)?$/i);
  });

  test("has no control characters but tab, line feed and carriage return", async (context) => {
    const { api, standIn } = await setStage(context);
    for (let code = 0; code < 32; code += 1) {
      const character = String.fromCharCode(code);
      standIn.heard(OPEN_ID);
      await api.customerService.send(OPEN_ID, `a${character}b`);
      const expected = /[\t\n\r]/.test(character) ? `a${character}b` : "ab";
      assert.deepEqual(standIn.sent.at(-1)?.["text"], { content: expected });
    }
  });

  test("has no halves of surrogate pairs, and keeps whole ones", async (context) => {
    const { api, standIn } = await setStage(context);
    await api.customerService.send(OPEN_ID, "a\ud83db\ude00c😀d\udc00\ud800");
    assert.deepEqual(standIn.sent[0]?.["text"], { content: "abc😀d" });
  });

  test("is cleaned in all depths, of bodies of one's own as well", async (context) => {
    const { api, standIn } = await setStage(context);
    standIn.faults.answerNext({ path: "/cgi-bin/x", status: 200, body: "{}" });
    const a = [{ b: "1\u0001\ud800", c: [null, true, 1.5] }];
    await api.call("/cgi-bin/x", { a, d: undefined });
    const { json } = standIn.requestsFor("/cgi-bin/x")[0] ?? {};
    assert.deepEqual(json, { a: [{ b: "1", c: [null, true, 1.5] }] });
  });

  test("that cannot be made is refused before anything is sent", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    const circle: Record<string, unknown> = {};
    circle["circle"] = circle;
    await fails(api.call("/cgi-bin/x", circle), "API_INPUT_INVALID");
    await fails(api.call("/cgi-bin/x", { id: 7287429385930260481n }), "API_INPUT_INVALID");
    assert.equal(standIn.requestsFor("/cgi-bin/x").length, 0);
  });
});

describe("JSON that comes", { timeout: 120_000 }, () => {
  test("has whole numbers above 2^53 as strings, digit by digit", async (context) => {
    const { api, standIn } = await setStage(context);
    const body = `{"msg_id":7287429385930260481,"list":[9007199254740993,-9007199254740993,1],
      "most":9007199254740991,"float":1.25,"huge":1e300,"long":12345678901234567.5,"zero":0,
      "deep":{"text":"say \\"7287429385930260481\\" 7287429385930260481","n":"7287429385930260481"},
      "7287429385930260481":"a name","spaced" : 18446744073709551615 ,"yes":true,"no":null}`;
    standIn.faults.answerNext({ path: IPS, status: 200, body });
    assert.deepEqual(await api.call(IPS), {
      msg_id: "7287429385930260481",
      list: ["9007199254740993", "-9007199254740993", 1],
      most: 9007199254740991,
      float: 1.25,
      huge: 1e300,
      long: 12345678901234567.5,
      zero: 0,
      deep: {
        text: 'say "7287429385930260481" 7287429385930260481',
        n: "7287429385930260481",
      },
      "7287429385930260481": "a name",
      spaced: "18446744073709551615",
      yes: true,
      no: null,
    });
  });

  test("may hold raw control characters, which JSON does not allow", async (context) => {
    const { api, standIn } = await setStage(context);
    const body = '{"nickname":"李\u0001四\u0000\n五\u001f","id":7287429385930260481,\n\t"sex":1}';
    standIn.faults.answerNext({ path: IPS, status: 200, body });
    const { nickname, id, sex } = await api.call<Record<string, unknown>>(IPS);
    assert.match(String(nickname), /^李.?四.{0,2}五.?$/s);
    assert.deepEqual([id, sex], ["7287429385930260481", 1]);
  });

  test("is read whatever its content type, and with a byte order mark", async (context) => {
    const { api, standIn } = await setStage(context);
    for (const type of ["text/plain", "text/html", "application/octet-stream"]) {
      const body = '\ufeff {"ip_list":["1.2.3.4"]}\n';
      standIn.faults.answerNext({ path: IPS, status: 200, headers: { "Content-Type": type }, body });
      assert.deepEqual(await api.callbackIps(), ["1.2.3.4"]);
    }
  });

  test("is an object; anything else is no answer", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    for (const body of ["", "[]", "null", '"text"', "12", "{", '{"a":1}x', "<xml></xml>"]) {
      standIn.faults.answerNext({ path: IPS, status: 200, body });
      const error = await fails(api.call(IPS), "API_ANSWER_INVALID");
      assert.ok(error.message.includes(IPS), error.message);
    }
  });

  test("is read though a string in it has 16 million characters", async (context) => {
    const { api, standIn } = await setStage(context);
    const body = `{"content":"${"a".repeat(16_000_000)}","id":7287429385930260481}`;
    standIn.faults.answerNext({ path: IPS, status: 200, body });
    const { content, id } = await api.call<Record<string, unknown>>(IPS);
    assert.equal(String(content).length, 16_000_000);
    assert.equal(id, "7287429385930260481");
  });

  test("is given up soon when a string in it has no end", async (context) => {
    const { api, standIn, fails } = await setStage(context);
    for (const end of ["", "\\", "\\\n"]) {
      const body = `{"id":7287429385930260481,"a":"${'\\"'.repeat(200_000)}${end}`;
      standIn.faults.answerNext({ path: IPS, status: 200, body });
      const start = performance.now();
      await fails(api.call(IPS), "API_ANSWER_INVALID");
      assert.ok(performance.now() - start < 5000);
    }
  });
});
