import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseCallbackQuery } from "../../src/protocol/query.ts";
import { fails } from "../support/expect.ts";

/** Those that came; the others are there and `undefined`. */
function parsed(query: string): Record<string, string> {
  const found = Object.entries(parseCallbackQuery(query));
  assert.equal(found.length, 7);
  return Object.fromEntries(found.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])));
}

describe("the query of a request", () => {
  it("has seven parameters that are known", () => {
    const all = {
      signature: "f4",
      timestamp: "1714036504",
      nonce: "7",
      echostr: "e",
      openid: "o",
      encrypt_type: "aes",
      msg_signature: "a0",
    };
    assert.deepEqual(parsed(new URLSearchParams(all).toString()), all);
  });

  const read: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "": {},
    "&": {},
    "&&nonce=1&&": { nonce: "1" },
    "nonce=1&timestamp=2": { nonce: "1", timestamp: "2" },
    "a=1&nonce=2&b": { nonce: "2" },
    nonce: { nonce: "" },
    "nonce&timestamp=2": { nonce: "", timestamp: "2" },
    "nonce=": { nonce: "" },
    "nonce=a=b=": { nonce: "a=b=" },
    "nonce=%E4%BD%A0%2B": { nonce: "你+" },
    "nonce=a+b%20c": { nonce: "a b c" },
    "nonce=a+b": { nonce: "a b" },
    "nonce=a%2Fb": { nonce: "a/b" },
    "=nonce": {},
    "Nonce=1&NONCE=2&nonce%20=3": {},
    "__proto__=1&toString=2&constructor=3": {},
    "other[]=1&[]=2&list[nonce]=3": {},
  };
  for (const [query, expected] of Object.entries(read)) {
    it(`is read: ${JSON.stringify(query)}`, () => assert.deepEqual(parsed(query), expected));
  }

  const refused: Readonly<Record<string, string>> = {
    "nonce=1&nonce=1": "Parameter nonce must stand once, got it twice",
    "nonce&a=1&nonce": "Parameter nonce must stand once, got it twice",
    "signature=%E4%BD": "Parameter signature must be percent-encoded UTF-8, got something else",
    "nonce=100%": "Parameter nonce must be percent-encoded UTF-8, got something else",
    "nonce[]=1": "Parameter nonce must be a text, got a list",
    "nonce[]": "Parameter nonce must be a text, got a list",
    "timestamp[a][b]=1": "Parameter timestamp must be a text, got a list",
    "a=1&echostr[0]=1&nonce=2": "Parameter echostr must be a text, got a list",
  };
  for (const [query, message] of Object.entries(refused)) {
    it(`is refused: ${query}`, () => {
      assert.equal(fails(() => parseCallbackQuery(query), "QUERY_INVALID").message, message);
    });
  }

  it("tells why a parameter could not be decoded", () => {
    const error = fails(() => parseCallbackQuery("nonce=%"), "QUERY_INVALID");
    assert.ok(error.cause instanceof URIError);
  });
});
