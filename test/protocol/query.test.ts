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
    "nonce_=1&_nonce=2&nonces=3&%256eonce=4&nonce-=5": {},
    "nonce=1;2": { nonce: "1;2" },
    "a=1;b=2;&;c": {},
    "nonce=1%3Btimestamp=2": { nonce: "1;timestamp=2" },
    "__proto__=1&toString=2&constructor=3": {},
    "other[]=1&[]=2&list[nonce]=3": {},
  };
  for (const [query, expected] of Object.entries(read)) {
    it(`is read: ${JSON.stringify(query)}`, () => assert.deepEqual(parsed(query), expected));
  }

  const refused: Readonly<Record<string, string>> = {
    "nonce=1&nonce=1": "Parameter nonce must occur once, got it twice",
    "nonce&a=1&nonce": "Parameter nonce must occur once, got it twice",
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

  // What PHP, Rack, qs and ASP.NET would read as the name, and everything that decodes.
  const spellings: Readonly<Record<string, readonly string[]>> = {
    nonce: [
      ...["%6eonce", "%6Eonce", "%6e%6f%6e%63%65", "+nonce", "%20nonce", "+%20+nonce", "%09nonce"],
      ...["nonce%5B%5D", "nonce%5b0%5d", "nonce%5B]", "nonce ", "nonce%20", "nonce%00", "nonce%00x"],
      ...["[nonce]", "[nonce][a]", "nonce]", "%6eonce[]", "+nonce[a]", "nonce+[a]", "Nonce", "NONCE"],
      ...["\u00a0nonce", "nonce%0a", "nonce%5B", "nonce%5B+", "nonce+%5B"],
    ],
    msg_signature: [
      ...["msg.signature", "msg+signature", "msg%20signature", "msg%2Esignature", "msg[signature"],
      ...["msg%5Bsignature", "msg.signature[]", "msg%5Fsignature", "MSG_SIGNATURE"],
    ],
    encrypt_type: ["encrypt.type", "encrypt type", "+encrypt.type[x]", "encrypt_typ%65"],
  };
  for (const [known, written] of Object.entries(spellings)) {
    for (const name of written) {
      it(`is refused when ${known} is written ${JSON.stringify(name)}, alone or beside it`, () => {
        const problem = `Parameter ${known} must be written so, got its name in another spelling`;
        for (const query of [`${name}=1`, name, `a=1&${name}=1&b=2`, `${known}=1&${name}=1`]) {
          assert.equal(fails(() => parseCallbackQuery(query), "QUERY_INVALID").message, problem);
        }
      });
    }
  }

  for (const query of ["nonce;", "nonce;a=1&nonce=2", "a=1&nonce;timestamp;b", "%6eonce;a", "nonce[];a=1"]) {
    it(`is refused when a known name stands in front of a semicolon: ${query}`, () => {
      const { message } = fails(() => parseCallbackQuery(query), "QUERY_INVALID");
      assert.equal(message, "Parameter nonce must be followed by =, got ; behind it");
    });
  }

  for (const query of ["a=1;nonce=2", "nonce=1;timestamp=2", ";nonce", ";nonce&a=1", "a;%6eonce=1", "a;nonce[]=1"]) {
    it(`is refused when a known name stands behind a semicolon: ${query}`, () => {
      const { message } = fails(() => parseCallbackQuery(query), "QUERY_INVALID");
      assert.match(message, /^Parameter (?:nonce|timestamp) must follow &, got it after ;$/);
    });
  }

  it("tells why a parameter could not be decoded", () => {
    const error = fails(() => parseCallbackQuery("nonce=%"), "QUERY_INVALID");
    assert.ok(error.cause instanceof URIError);
  });
});
