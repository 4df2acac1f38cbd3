import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encodeCommand, RespDecoder, RespError } from "../../src/store/resp.ts";
import type { RespReply } from "../../src/store/resp.ts";
import { fails } from "../support/expect.ts";

/**
 * What the server sends, and what that is. The first are the examples of the protocol's own page.
 */
const STREAMS: readonly (readonly [title: string, wire: string, replies: readonly RespReply[]])[] =
  [
    ["a status", "+OK\r\n", ["OK"]],
    ["an empty status", "+\r\n", [""]],
    ["an error", "-ERR unknown command 'x'\r\n", [new RespError("ERR unknown command 'x'")]],
    ["a number", ":1000\r\n", [1000]],
    ["a negative number", ":-7\r\n", [-7]],
    ["the largest whole number that is exact", ":9007199254740991\r\n", [9_007_199_254_740_991]],
    ["a bulk string", "$5\r\nhello\r\n", ["hello"]],
    ["an empty bulk string", "$0\r\n\r\n", [""]],
    ["a bulk string counted in bytes", "$6\r\n测试\r\n", ["测试"]],
    ["a bulk string that looks like a reply", "$7\r\n+OK\r\n\r\n\r\n", ["+OK\r\n\r\n"]],
    ["a bulk string of NUL and line ends", "$4\r\n\0\r\n\n\r\n", ["\0\r\n\n"]],
    ["nothing", "$-1\r\n", [null]],
    ["nothing in the place of an array", "*-1\r\n", [null]],
    ["an empty array", "*0\r\n", [[]]],
    ["an array", "*2\r\n$5\r\nhello\r\n$5\r\nworld\r\n", [["hello", "world"]]],
    [
      "an array of every kind",
      "*6\r\n+OK\r\n-ERR no\r\n:3\r\n$-1\r\n*0\r\n$1\r\nx\r\n",
      [["OK", new RespError("ERR no"), 3, null, [], "x"]],
    ],
    [
      "arrays in arrays",
      "*3\r\n*2\r\n:1\r\n*1\r\n:2\r\n*1\r\n*1\r\n:3\r\n:4\r\n",
      [[[1, [2]], [[3]], 4]],
    ],
    [
      "many replies in one piece",
      "+OK\r\n$-1\r\n:1\r\n*1\r\n$1\r\na\r\n-ERR no\r\n$3\r\nabc\r\n",
      ["OK", null, 1, ["a"], new RespError("ERR no"), "abc"],
    ],
  ];

describe("RESP: a stream of replies is read the same however it is cut", () => {
  for (const [title, wire, replies] of STREAMS) {
    const bytes = Buffer.from(wire);
    it(`${title}, whole`, () => {
      assert.deepEqual(new RespDecoder().push(bytes), replies);
    });
    it(`${title}, byte by byte`, () => {
      const decoder = new RespDecoder();
      const read = [...bytes].flatMap((byte) => decoder.push(Uint8Array.of(byte)));
      assert.deepEqual(read, replies);
    });
    it(`${title}, cut once at every place`, () => {
      for (let cut = 0; cut <= bytes.length; cut += 1) {
        const decoder = new RespDecoder();
        const read = [
          ...decoder.push(bytes.subarray(0, cut)),
          ...decoder.push(bytes.subarray(cut)),
        ];
        assert.deepEqual(read, replies, `cut at ${cut}`);
      }
    });
  }

  it("all of them after one another, in pieces of every size", () => {
    const bytes = Buffer.from(STREAMS.map(([, wire]) => wire).join(""));
    const replies = STREAMS.flatMap(([, , expected]) => expected);
    for (let size = 1; size < 40; size += 1) {
      const decoder = new RespDecoder();
      const read: RespReply[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        read.push(...decoder.push(bytes.subarray(at, at + size)));
      }
      assert.deepEqual(read, replies, `pieces of ${size}`);
    }
  });

  it("A piece may be used again by its owner once its replies are out", () => {
    const decoder = new RespDecoder();
    const piece = Buffer.from("$5\r\nhello\r\n");
    const [reply] = decoder.push(piece);
    piece.fill(0);
    assert.equal(reply, "hello");
  });

  it("A reply is out with its last byte, not before and not later", () => {
    const decoder = new RespDecoder();
    const bytes = Buffer.from("*2\r\n:1\r\n$2\r\nab\r\n");
    for (const byte of bytes.subarray(0, -1))
      assert.deepEqual(decoder.push(Uint8Array.of(byte)), []);
    assert.deepEqual(decoder.push(bytes.subarray(-1)), [[1, "ab"]]);
  });
});

describe("RESP: what is not of the protocol is refused", () => {
  const HOSTILE: readonly (readonly [wire: string, message: string])[] = [
    ["HTTP/1.1 400 Bad Request\r\n", 'begins with "H"'],
    ["\r\n", "begins with byte 13"],
    ["\x16\x03\x01", "begins with byte 22"],
    [">3\r\n", 'begins with ">"'],
    ["_\r\n", 'begins with "_"'],
    ["*1\r\n!", 'begins with "!"'],
    ["+OK\n", "has a line that does not end with CRLF"],
    ["$5\n", "has a line that does not end with CRLF"],
    [":\r\n", 'has "" where a whole number is due'],
    [":1.5\r\n", 'has "1.5" where a whole number is due'],
    [":1e3\r\n", 'has "1e3" where a whole number is due'],
    [": 1\r\n", 'has " 1" where a whole number is due'],
    [":0x10\r\n", 'has "0x10" where a whole number is due'],
    [":9007199254740992\r\n", 'has "9007199254740992" where a whole number is due'],
    ["$\r\n", 'has "" where a whole number is due'],
    ["$five\r\n", 'has "five" where a whole number is due'],
    ["$-2\r\n", "has a bulk string of -2 bytes"],
    ["$16777217\r\n", "has a bulk string of 16777217 bytes"],
    ["$9007199254740991\r\n", "has a bulk string of 9007199254740991 bytes"],
    ["$5\r\nhelloXY", "has a bulk string that does not end with CRLF"],
    ["$5\r\nhello\r\r", "has a bulk string that does not end with CRLF"],
    ["*-2\r\n", "has an array of -2 elements"],
    ["*65537\r\n", "has an array of 65537 elements"],
    ["*1\r\n".repeat(9), "has an array of 9 levels"],
    ["*60000\r\n*60000\r\n", "has an array of 60000 elements"],
    [
      `*2\r\n$9000000\r\n${"x".repeat(9_000_000)}\r\n$9000000\r\n`,
      "has a bulk string of 9000000 bytes",
    ],
    [`+${"x".repeat(20_000)}`, "has a line above 16384 bytes"],
    [`-${"x".repeat(20_000)}\r\n`, "has a line above 16384 bytes"],
  ];
  for (const [wire, message] of HOSTILE) {
    it(JSON.stringify(wire.slice(0, 40)), () => {
      const refusal = (error: unknown): boolean => {
        assert.ok(error instanceof Error && "code" in error);
        assert.equal(error.code, "STORE_FAILED");
        assert.ok(
          error.message.startsWith(`Reply is not valid Redis protocol: it ${message}`),
          error.message,
        );
        return true;
      };
      assert.throws(() => new RespDecoder().push(Buffer.from(wire)), refusal);
      if (wire.length > 100_000) return;
      const decoder = new RespDecoder();
      assert.throws(() => {
        for (const byte of Buffer.from(wire)) decoder.push(Uint8Array.of(byte));
      }, refusal);
    });
  }

  it("A limit is that of one reply: many that keep it are read", () => {
    const decoder = new RespDecoder({ maxReplyBytes: 30, maxElements: 3 });
    for (let index = 0; index < 20; index += 1) {
      assert.deepEqual(decoder.push(Buffer.from("*3\r\n:1\r\n:2\r\n$5\r\nhello\r\n")), [
        [1, 2, "hello"],
      ]);
    }
  });

  it("A line of the limit and one byte more is refused, whole and byte by byte", () => {
    const line = Buffer.from("+abc\r\n");
    for (const size of [1, line.length]) {
      const decoder = new RespDecoder({ maxLineBytes: 4 });
      const push = (): void => {
        for (let at = 0; at < line.length; at += size) decoder.push(line.subarray(at, at + size));
      };
      fails(push, "STORE_FAILED", `pieces of ${size}`);
    }
  });

  it("Lines in an array count for the size of the reply as bulk strings do", () => {
    const decoder = new RespDecoder({ maxReplyBytes: 20 });
    fails(() => decoder.push(Buffer.from("*3\r\n+1234567\r\n+1234567\r\n")), "STORE_FAILED");
  });

  it("Reading takes time in proportion to the bytes, not to their pieces", () => {
    const wire = Buffer.from(`$8000000\r\n${"x".repeat(8_000_000)}\r\n`);
    const decoder = new RespDecoder();
    const start = performance.now();
    let read: RespReply[] = [];
    for (let at = 0; at < wire.length; at += 64) read = decoder.push(wire.subarray(at, at + 64));
    assert.equal(String(read[0]).length, 8_000_000);
    // 125,000 pieces: copying what is held with each would move half a terabyte.
    assert.ok(performance.now() - start < 5000);
  });
});

describe("RESP: a command is an array of bulk strings", () => {
  it("whose lengths count bytes", () => {
    assert.equal(encodeCommand(["PING"]), "*1\r\n$4\r\nPING\r\n");
    assert.equal(
      encodeCommand(["SET", "键", "a\r\nb", ""]),
      "*4\r\n$3\r\nSET\r\n$3\r\n键\r\n$4\r\na\r\nb\r\n$0\r\n\r\n",
    );
  });

  it("and is read back by the decoder, whatever its words hold", () => {
    const words = ["SET", "$5\r\n", "*1\r\n", "\0", "👩‍👩‍👧‍👦", "x".repeat(70_000)];
    assert.deepEqual(new RespDecoder().push(Buffer.from(encodeCommand(words))), [words]);
  });
});
