import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seeded } from "../support/random.ts";
import { readWire } from "../support/reader.ts";
import { echostr } from "../support/subject.ts";
import { wireReadReply } from "../support/wire.ts";

const { formatReply, image, music, news, parseXml, text, transferToCustomerService, video } =
  echostr;

type Reply = Parameters<typeof formatReply>[0];
type Field = ReturnType<typeof wireReadReply>[string];

const ENVELOPE = { ToUserName: "toUser", FromUserName: "fromUser", CreateTime: 12345678 };
const NAMES = ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"];

function contentOf(reply: Reply): Field | undefined {
  return wireReadReply(formatReply(reply, ENVELOPE).xml)["Content"];
}

const nasty: readonly string[] = [
  "]]>",
  "]]>]]>",
  "]]]]>>",
  "]]]>",
  "]]]]]]>",
  "]]>>",
  "a]]>b",
  "]",
  "]]",
  ">",
  "]>",
  "]] >",
  "<![CDATA[x]]>",
  "<![CDATA[",
  "]]]]><![CDATA[>",
  "]]></Content><MsgType>image</MsgType><Content>",
  "</xml>",
  "<!-- -->",
  "<?p?>",
  "&amp;",
  "&lt;b&gt;",
  "&#65;",
  '<a href="https://x">y</a>',
  "]]>".repeat(300),
  "]".repeat(500) + ">",
  "one\ntwo\r\nthree\tfour",
  "  blanks around  ",
  "\n",
  "😀",
  "中文",
];

describe("any text reads back exactly", () => {
  for (const content of nasty) {
    it(`: ${JSON.stringify(content.slice(0, 50))}`, () => {
      const { xml } = formatReply(text(content), ENVELOPE);
      const root = readWire(xml);
      assert.deepEqual(
        root.children.map(({ name }) => name),
        NAMES,
      );
      assert.equal(root.children[4]?.text, content);
      assert.equal(parseXml(xml).children[4]?.text, content);
    });
  }

  it("of all that can be made of the characters that matter", () => {
    const { below, pick } = seeded(7);
    for (let round = 0; round < 3_000; round += 1) {
      const alphabet = ["]", "]", ">", "<", "!", "[", "CDATA", "&", ";", "x", "\n", "中", "😀"];
      const content = Array.from({ length: 1 + below(12) }, () => pick(alphabet)).join("");
      assert.equal(contentOf(text(content)), content, JSON.stringify(content));
    }
  });

  it("in every other field as well", () => {
    for (const value of nasty) {
      const article = { title: value, description: value, picUrl: value, url: value };
      const replies: Reply[] = [
        image(value),
        video(value, { title: value, description: value }),
        music({
          title: value,
          description: value,
          musicUrl: value,
          hqMusicUrl: value,
          thumbMediaId: value,
        }),
        news([article, article]),
        transferToCustomerService(value),
      ];
      for (const reply of replies) {
        const fields = wireReadReply(formatReply(reply, ENVELOPE).xml);
        const given = new Set(leaves(fields).slice(NAMES.length - 1));
        given.delete("2");
        assert.deepEqual([...given], [value], reply.MsgType);
      }
    }
  });

  it("and what stands in the envelope does not break out of it", () => {
    for (const value of nasty) {
      const envelope = { ...ENVELOPE, ToUserName: value, FromUserName: value };
      const root = readWire(formatReply(text("x"), envelope).xml);
      assert.deepEqual(
        root.children.map(({ name }) => name),
        NAMES,
      );
      assert.equal(root.children[0]?.text, value);
      assert.equal(root.children[1]?.text, value);
    }
  });
});

function leaves(value: unknown): string[] {
  return typeof value === "object" && value !== null
    ? Object.values(value).flatMap(leaves)
    : [String(value)];
}

describe("characters that XML forbids are left out", () => {
  const forbidden = [
    ...Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).filter(
      (c) => !"\t\n\r".includes(c),
    ),
    "\uFFFE",
    "\uFFFF",
    "\uD800",
    "\uDBFF",
    "\uDC00",
    "\uDFFF",
  ];
  for (const character of forbidden) {
    it(`: ${JSON.stringify(character)}`, () => {
      for (const content of [
        `a${character}b`,
        `${character}ab`,
        `ab${character}`,
        `a${character}${character}b`,
      ]) {
        assert.equal(contentOf(text(content)), "ab");
      }
      assert.equal(contentOf(text(`😀${character}😀`)), "😀😀");
      const envelope = { ...ENVELOPE, ToUserName: `a${character}b` };
      assert.equal(wireReadReply(formatReply(text("x"), envelope).xml)["ToUserName"], "ab");
    });
  }

  it("and all others stay", () => {
    const kept = [
      "\t",
      "\n",
      "\r",
      " ",
      "\x7f",
      "\x85",
      "\u00a0",
      "\u2028",
      "\uFEFF",
      "\uFFFD",
      "\uE000",
      "\uD7FF",
    ];
    for (const character of [...kept, "😀", "👨‍👩‍👧", "𠀀", "\u{10FFFF}", "\u{1FFFE}", "e\u0301"]) {
      assert.equal(contentOf(text(`a${character}b`)), `a${character}b`, JSON.stringify(character));
    }
  });

  it("before ]]> is looked for, which one of them may have parted", () => {
    for (const character of ["\u0000", "\uD800", "\uFFFF"]) {
      assert.equal(contentOf(text(`x]${character}]>y`)), "x]]>y");
      assert.equal(contentOf(text(`x]]${character}>y`)), "x]]>y");
      assert.equal(contentOf(text(`x]${character}]${character}>y`)), "x]]>y");
      readWire(
        formatReply(text("x"), { ...ENVELOPE, ToUserName: `]]${character}></ToUserName>` }).xml,
      );
    }
  });

  it("and halves of a character that they parted go with them, and become none", () => {
    assert.equal(contentOf(text("a\uD83D\u0000\uDE00b")), "ab");
    assert.equal(contentOf(text("a\uD83D\uFFFE\uDE00b")), "ab");
    assert.equal(contentOf(text("a\uDE00\uD83Db")), "ab");
    assert.equal(contentOf(text("a\uD83D\uD83D\uDE00\uDE00b")), "a😀b");
  });
});
