/** Where a long text is cut: each rule with its smallest texts. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cutText } from "../../src/protocol/text-cut.ts";

type Row = readonly [what: string, limitBytes: number, pieces: readonly string[]];

/** The pieces of the text that they make when they are joined. */
function cut(text: string, limitBytes: number, roomBytes?: number): string[] {
  return cutText(text, limitBytes, roomBytes).map(({ content }) => content);
}

function rows(table: readonly Row[]): void {
  for (const [what, limitBytes, pieces] of table) {
    it(`${what}: ${JSON.stringify(pieces)}`, () => {
      assert.deepEqual(cut(pieces.join(""), limitBytes), pieces);
    });
  }
}

describe("A text is cut at the best place in the last third of what fits:", () => {
  rows([
    ["nowhere, when it fits", 12, ["0123 4567 89"]],
    ["behind a paragraph, before a line", 30, ["0123456789 123456789.\n\n", "0123\n5678. 9 123456789"]],
    ["behind one whose blank line has blanks", 30, ["0123456789 123456789.\n \r\n", "0123\n56. 9 123456789"]],
    ["behind a line, before a sentence", 30, ["0123456789 123456789 12\n", "34. 67. 9 123456789"]],
    ["behind a sentence, before a space", 30, ["0123456789 12345678. ", "123 567 9 123456789"]],
    ["behind a space, before a word", 30, ["0123456789 123456789 1234 ", "6789 123456789"]],
    ["behind the last of several", 30, ["0123456789 12345. abc. ", "1234567 9 123456789"]],
    ["of Chinese", 36, ["今天天气很好。我们出门。", "去公园玩"]],
    ["of Chinese, with what closes the sentence", 36, ["他问道：“今天出门吗？”", "我说好的去公园玩"]],
    ["and behind a comma like behind a space", 36, ["今天天气很好，我们，", "去看花和树木"]],
  ]);

  it("into one piece at least", () => {
    assert.deepEqual(cut("", 10), [""]);
  });

  it("with white space at the end of the piece before it", () => {
    assert.deepEqual(cut("0123456789 123456789   \t 12345678", 28), ["0123456789 123456789   \t ", "12345678"]);
    assert.deepEqual(cut("0123456789 123456789\n\n\n    indented", 28), ["0123456789 123456789\n\n\n", "    indented"]);
    assert.deepEqual(cut("0123456789 123456789\r\n\r\n12345678", 28), ["0123456789 123456789\r\n\r\n", "12345678"]);
  });

  it("and before it, where the white space has no room: no piece begins with it", () => {
    assert.deepEqual(cut("0123456789 123456789 123\n\nabcdef", 25), ["0123456789 123456789 ", "123\n\nabcdef"]);
    assert.deepEqual(cut("我你他我你他。 我你", 21), ["我你他我你", "他。 我你"]);
  });

  it("where the number of an item is no end of a sentence", () => {
    assert.deepEqual(cut("0123456789 abc. 1. abcdefghijklmno", 24), ["0123456789 abc. ", "1. abcdefghijklmno"]);
  });

  it("with room for what is put behind each piece but the last", () => {
    assert.deepEqual(cut("0123456789".repeat(3), 12, 8), ["01234567", "89012345", "67890123", "456789"]);
    assert.deepEqual(cut("0123456789ab", 12, 8), ["0123456789ab"]);
  });
});

describe("A text is never cut within", () => {
  rows([
    ["a word", 12, ["01234 ", "6789abcde ", "fghi"]],
    ["an address without a scheme", 24, ["see ", "www.example.com/a-b_c ", "or so"]],
    ["a link", 55, ["请看", '<a href="https://example.com/a">这里的链接</a>，', "然后回复我们的消息"]],
    ["a link with a space and a sentence", 40, ["0123456789 ", '<A href="x">a b. c d。e f</A> ', "0123456789 01234567"]],
    ["a link that WeChat answers itself", 80, [
      "0123456789 ",
      '<a href="weixin://bizmsgmenu?msgmenucontent=继续&msgmenuid=1">继 续</a>',
      "0123456789 0123456789",
    ]],
    ["a link of a mini program", 60, ["点击", '<a data-miniprogram-appid="wx1" href="#" x="a b">打 开</a>', "就可以"]],
    ["a tag, nor beside what opens or closes one", 16, ["0123456789 ", "<b>01234567</b> ", "<i>012 4567</i>"]],
    ["a bare URL", 38, ["0123456789 ", "https://example.com/a.b,c?d=e&f=g#h ", "0123"]],
    ["a weixin:// link", 40, ["请点击", "weixin://dl/business/?t=abcdefghij ", "打开"]],
    ["a family, a flag, a skin tone", 30, ["👨‍👩‍👧", "👨‍👩‍👧🇨🇳", "👍🏽👍🏽"]],
    ["flags, wherever they begin", 20, ["a🇨🇳🇯🇵", "🇰🇷🇫🇷", "🇩🇪"]],
  ]);

  it("a number", () => {
    assert.deepEqual(cut("it is 3.14159265 so", 12), ["it is ", "3.14159265 ", "so"]);
  });

  it("a Chinese word, where the runtime knows them", () => {
    assert.deepEqual(cut("今天天气很好适合出门散步", 21), ["今天天气很好", "适合出门散步"]);
  });

  it("a mark of Chinese and the character before it", () => {
    for (const mark of ["。", "，", "”", "）", "！", "："]) {
      assert.deepEqual(cut(`我你他我你他我你他${mark}我你`, 27), ["我你他我你他我你", `他${mark}我你`]);
    }
    assert.deepEqual(cut("我你他我你他我。”我你", 24), ["我你他我你他", "我。”我你"]);
    for (const mark of ["“", "（", "《"]) {
      assert.deepEqual(cut(`我你他我你他我你${mark}他我你`, 27), ["我你他我你他我你", `${mark}他我你`]);
    }
  });

  it("a word that stands beside a picture, but between the two", () => {
    assert.deepEqual(cut("abcdefg👍hijklmno", 12), ["abcdefg👍", "hijklmno"]);
  });

  it("a link, which ends with the first tag that closes it", () => {
    const text = '0123 <a href="x">一</a> 0123 5678 </a>x';
    assert.deepEqual(cut(text, 34), ['0123 <a href="x">一</a> 0123 ', "5678 </a>x"]);
  });

  it("a tag in which a block of code seems to begin", () => {
    const text = '0123456789 <a title="x\n```js\n">0123 5678</a> 0123';
    assert.equal(cut(text, 30).join(""), text);
  });

  it("a URL, of which Chinese punctuation is no part", () => {
    const text = "请看：https://example.com/abc，那里有答案和说明";
    assert.deepEqual(cut(text, 40), ["请看：https://example.com/abc，", "那里有答案和说明"]);
  });

  it("what follows :// without a scheme", () => {
    assert.deepEqual(cut("0123456789 ：://abc。def 0123", 24), ["0123456789 ：://abc。", "def 0123"]);
  });

  it("links that stand beside each other, but between them", () => {
    const link = '<a href="x">一</a>';
    assert.deepEqual(cut(link.repeat(3), 45), [link + link, link]);
  });

  it("the address of a link that nobody has closed", () => {
    const text = `0123456789 <a href="x y z">0123 5678 0123 5678`;
    assert.deepEqual(cut(text, 30), ["0123456789 ", '<a href="x y z">0123 5678 ', "0123 5678"]);
  });
});

describe("What alone is longer than a piece is cut all the same:", () => {
  it("a link begins a piece, and is cut in its words", () => {
    const text = `前 <a href="u">${"words ".repeat(10)}</a>后`;
    assert.deepEqual(cut(text, 32), [
      "前 ",
      '<a href="u">words words words ',
      "words words words words words ",
      "words words </a>后",
    ]);
  });

  it("but not within its tag", () => {
    const text = `<a href="0123456789012345678" x="y">我你他我你他</a>`;
    assert.deepEqual(cut(text, 43), [`<a href="0123456789012345678" x="y">我你`, "他我你他</a>"]);
  });

  it("a URL between two characters", () => {
    const url = `https://example.com/${"x".repeat(40)}`;
    const pieces = cut(`见 ${url} 好`, 30);
    assert.deepEqual(pieces, ["见 ", url.slice(0, 30), `${url.slice(30)} `, "好"].slice(0, 2).concat(pieces.slice(2)));
    assert.equal(pieces.join(""), `见 ${url} 好`);
    assert.ok(pieces.every((piece) => Buffer.byteLength(piece) <= 30));
  });

  it("a word between two characters", () => {
    assert.deepEqual(cut("e\u0301".repeat(8), 10), ["e\u0301".repeat(3), "e\u0301".repeat(3), "e\u0301".repeat(2)]);
  });

  it("a character between two of its parts", () => {
    const text = `e${"\u0301".repeat(9)}`;
    assert.deepEqual(cut(text, 8), [text.slice(0, 4), text.slice(4, 8), text.slice(8)]);
  });

  it("a code point that needs more than there is goes out", () => {
    assert.deepEqual(cut("你好", 1), ["你", "好"]);
  });
});

describe("White space", () => {
  it("that is left over is no piece", () => {
    assert.deepEqual(cut("0123456789\n", 10), ["0123456789"]);
    assert.deepEqual(cut(`0123456789${" ".repeat(25)}x`, 10), ["0123456789", "     x"]);
  });

  it("alone is one piece, for there must be one", () => {
    assert.deepEqual(cut(" ".repeat(25), 10), [" ".repeat(10)]);
  });
});

describe("A block of code", () => {
  const lines = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, nth) => `const line${from + nth} = 1;\n`).join("");

  it("is closed at the end of a piece and opened again in the next, with its language", () => {
    const text = `Here:\n\`\`\`js title="a b"\n${lines(0, 30)}\`\`\`\nDone.`;
    const pieces = cut(text, 200);
    assert.deepEqual(pieces, [
      `Here:\n\`\`\`js title="a b"\n${lines(0, 10)}\`\`\``,
      `\`\`\`js\n${lines(10, 20)}\`\`\``,
      `\`\`\`js\n${lines(20, 30)}\`\`\`\nDone.`,
    ]);
    assert.ok(pieces.every((piece) => Buffer.byteLength(piece) <= 200));
  });

  it("without a language is opened without one, and one of four backticks with four", () => {
    const text = `\`\`\`\`\n${lines(0, 12)}\`\`\`\n${lines(12, 14)}\`\`\`\`\n`;
    const [first = "", second = ""] = cut(text, 200);
    assert.ok(first.endsWith("\n````"), first);
    assert.ok(second.startsWith("````\nconst"), second);
  });

  it("has a line of its own for what closes it, where a long line is cut", () => {
    const [first = "", second = ""] = cut(`\`\`\`\n${"x".repeat(300)}\n\`\`\``, 200);
    assert.match(first, /^```\nx{192}\n```$/);
    assert.match(second, /^```\nx{108}\n```$/);
  });

  it("is closed by a line of its own, also where all but that line fits", () => {
    const [first = "", second = ""] = cut(`\`\`\`\n${"x".repeat(195)}\n\`\`\`\n尾`, 200);
    assert.deepEqual([first, second], [`\`\`\`\n${"x".repeat(192)}\n\`\`\``, "```\nxxx\n```\n尾"]);
  });

  it("is not cut behind the line that opens it, nor before the one that closes it", () => {
    const before = "0123456789 ".repeat(15);
    const [first = "", second = ""] = cut(`${before}\n\`\`\`js\n${lines(0, 6)}\`\`\`\n`, 180);
    assert.deepEqual([first, second], [`${before}\n`, `\`\`\`js\n${lines(0, 6)}\`\`\`\n`]);
    const [third = ""] = cut(`\`\`\`\n${lines(0, 9)}\`\`\`\n${"0123 ".repeat(20)}`, 160);
    assert.equal(third, `\`\`\`\n${lines(0, 8)}\`\`\``);
  });

  it("that nobody closes is closed where it is cut alone", () => {
    const pieces = cut(`\`\`\`\n${lines(0, 14)}`, 200);
    assert.equal(pieces.length, 2);
    assert.ok(pieces[0]?.endsWith("\n```") && !pieces[1]?.endsWith("```"), pieces.join("|"));
  });

  it("is cut as text where its lines would leave no room", () => {
    const text = `\`\`\`js\n${lines(0, 14)}\`\`\``;
    assert.equal(cut(text, 100).join(""), text);
  });

  it("is none where backticks stand within a line", () => {
    const text = `${"0123 ".repeat(30)}\`\`\`js\`\`\` 0123 ${"0123 ".repeat(30)}`;
    assert.equal(cut(text, 200).join(""), text);
  });
});

describe("A text that WeChat lets through at once", () => {
  const paragraphs = (count: number): string =>
    Array.from({ length: count }, (_, nth) => `${"字".repeat(10 + ((nth * 37) % 40))}。`.repeat(3)).join("\n\n");

  it("is cut behind paragraphs where five messages can hold it so", () => {
    const pieces = cut(paragraphs(25), 1_800);
    assert.equal(pieces.length, 5);
    assert.ok(pieces.slice(0, -1).every((piece) => piece.endsWith("\n\n")), pieces.join("|"));
  });

  it("is cut behind sentences where it takes no more than five messages then", () => {
    const text = paragraphs(30);
    assert.ok(Buffer.byteLength(text) > 8_000 && Buffer.byteLength(text) < 9_000, `${Buffer.byteLength(text)}`);
    const pieces = cut(text, 1_800);
    assert.equal(pieces.length, 5);
    assert.ok(pieces.slice(0, -1).every((piece) => /[。\n]$/.test(piece)), pieces.join("|"));
    assert.ok(pieces.slice(0, -1).some((piece) => piece.endsWith("。")), "the paragraphs take six");
  });

  it("is cut between two characters where it would take six messages otherwise", () => {
    const text = `${"字".repeat(566)}。${"字".repeat(33)}`.repeat(5);
    assert.equal(Buffer.byteLength(text), 9_000);
    assert.deepEqual(cut(text, 1_800).map((piece) => piece.length), [600, 600, 600, 600, 600]);
  });

  it("takes more where five cannot hold it, and is cut where people would", () => {
    const text = "字字字字字字字字字。".repeat(310);
    const pieces = cut(text, 1_800);
    assert.ok(pieces.length >= 6 && pieces.slice(0, -1).every((piece) => piece.endsWith("。")));
  });
});

describe("A piece", () => {
  it("knows the text before it, and what is left from it on", () => {
    const text = `\`\`\`js\n${"const a = 1;\n".repeat(30)}\`\`\``;
    const pieces = cutText(text, 200);
    for (const [index, { before, rest }] of pieces.entries()) {
      const opened = index === 0 ? "" : "```js\n";
      assert.equal(rest, opened + text.slice(before.length));
      assert.deepEqual(cutText(rest, 200)[0]?.content, pieces[index]?.content);
    }
  });
});
