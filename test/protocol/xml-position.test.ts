import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refusesXml, type Position } from "../support/expect.ts";

/** The two last lines of a message: what was read, and the caret. */
function drawing(error: Position): { sentence: string; line: string; caret: string } {
  const lines = error.message.split("\n");
  const caret = lines.pop() ?? "";
  const line = lines.pop() ?? "";
  assert.match(caret, /^[ \t\u3000]*\^$/, `a caret line was due, got ${JSON.stringify(caret)}`);
  return { sentence: lines.join("\n"), line, caret };
}

/** Ideographs, full-width forms and emoji: what is used here. */
const WIDE = /[\u2e80-\ua4cf\uf900-\ufaff\uff01-\uff60\u{1f300}-\u{3fffd}]/u;

/** How many columns of a terminal a string takes from its left edge. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (character === "\t") columns += 8 - (columns % 8);
    else columns += WIDE.test(character) ? 2 : 1;
  }
  return columns;
}

/** The character that a reader sees above the caret. */
function marked(error: Position): string | undefined {
  const { line, caret } = drawing(error);
  const target = width(caret.slice(0, -1));
  let before = "";
  for (const character of line) {
    if (width(before) === target) return character;
    before += character;
  }
  return undefined;
}

describe("a refusal says where", () => {
  const cases: readonly (readonly [source: string, line: number, column: number])[] = [
    ["&", 1, 1],
    ["<a>&</a>", 1, 4],
    ["<a>x & y</a>", 1, 6],
    ["\n\n  & ", 3, 3],
    ["<a>\n<b>&</b>\n</a>", 2, 4],
    ["<a>\r\n\r\n &\r\n</a>", 3, 2],
    ["<a>one\ntwo\nthree &\nfour</a>", 3, 7],
    ["<a><![CDATA[\n\n\n]]>&</a>", 4, 4],
    ["<!--\n\n-->\n<a>&</a>", 4, 4],
    ["<a x='\n\n'>&</a>", 3, 3],
    ["<a>中文&</a>", 1, 6],
    ["<a>&amp;&amp;&</a>", 1, 14],
    ["<a x='\r\n\r\n\t&'/>", 3, 2],
  ];
  for (const [source, line, column] of cases) {
    it(`: the & of ${JSON.stringify(source)} is in line ${line}, column ${column}`, () => {
      const error = refusesXml(source);
      assert.deepEqual([error.line, error.column], [line, column]);
      assert.equal(marked(error), "&");
      const bytes = refusesXml(Buffer.from(source));
      assert.deepEqual([bytes.line, bytes.column], [line, column]);
      assert.equal(bytes.message, error.message);
    });
  }

  it(", also where something stands beside the root that only looks like a blank", () => {
    for (const blank of ["\u00a0", "\u3000", "\ufeff"]) {
      for (const [source, column] of [
        [` ${blank} <a/>`, 2],
        [`<a/> ${blank}`, 6],
        [`<a/>${blank}x`, 5],
      ] as const) {
        const error = refusesXml(source);
        assert.deepEqual([error.line, error.column], [1, column], JSON.stringify(source));
      }
    }
  });

  const characters: readonly (readonly [source: string, column: number])[] = [
    ["<a>\n<!-- \u0001 --></a>", 6],
    ["<a>\n<b c='x\u0002'/></a>", 8],
    ["<a>\n<b c='x<y'/></a>", 8],
    ["<a>\n<?p \u0003?></a>", 5],
    ["<a>\nx\uFFFE</a>", 2],
    ["<a>\n<![CDATA[\uFFFF]]></a>", 10],
    ["<a>\n<b\u0004/></a>", 3],
  ];
  for (const [source, column] of characters) {
    it(`: the wrong character of ${JSON.stringify(source)} is in column ${column}`, () => {
      const error = refusesXml(source);
      assert.deepEqual([error.line, error.column], [2, column]);
    });
  }

  for (const opened of [
    "<!-- x",
    "<![CDATA[ x",
    "<?p x",
    "<b c='x",
    "<b c",
    "</a",
    "&#65",
    "<b>x",
  ]) {
    it(`: what is opened by ${opened} and does not end is in the line where it was opened`, () => {
      const error = refusesXml(`<a>\n  ${opened}`);
      assert.equal(error.line, 2);
      assert.ok(error.column >= 3 && error.column <= opened.length + 3, `${error.column}`);
    });
  }

  it("in its message, too", () => {
    const { sentence } = drawing(refusesXml("<a>\n  &\n</a>"));
    assert.match(sentence, /line 2/);
    assert.match(sentence, /column 3/);
  });

  it("and names a character that cannot be shown by its number, and the end as the end", () => {
    assert.match(refusesXml("<a b='\u0002'/>").message, /U\+0002/);
    assert.match(refusesXml("<a>\uFFFE</a>").message, /U\+FFFE/);
    assert.match(refusesXml("<a\u3000/>").message, /U\+3000/);
    for (const source of ["<a", "<a>", "<a b", "<a></a", ""]) {
      assert.match(drawing(refusesXml(source)).sentence, /end|none/, source);
    }
  });

  it("and a byte order mark does not move the caret", () => {
    assert.equal(marked(refusesXml("\uFEFF<a>&</a>")), "&");
    assert.equal(marked(refusesXml(Buffer.from("\uFEFF<a>&</a>"))), "&");
  });

  it("and when the document ends too early, at its end", () => {
    const error = refusesXml("<a>\n<b>x</b>\n<c>");
    assert.equal(error.line, 3);
    assert.ok(error.column <= 4, `column ${error.column}`);
    drawing(error);
  });

  it("and names both tags that do not fit", () => {
    const { sentence } = drawing(refusesXml("<xml>\n<ToUserName>x</Content>\n</xml>"));
    assert.match(sentence, /ToUserName/);
    assert.match(sentence, /Content/);
    assert.match(sentence, /line 2/);
  });
});

describe("the excerpt", () => {
  it("is the line that is meant, without the others", () => {
    const error = refusesXml("<first>\n<second> & </second>\n<third/>");
    const { line } = drawing(error);
    assert.match(line, /<second> & <\/second>/);
    assert.doesNotMatch(error.message, /first|third/);
    assert.ok(error.excerpt.includes(line), error.excerpt);
  });

  it("of a short line is the whole line, so that the column counts from its start", () => {
    const error = refusesXml("<a>\n  <b>x & y</b>\n</a>");
    const { line } = drawing(error);
    assert.equal(line.trim(), "<b>x & y</b>");
    assert.equal(marked(error), "&");
  });

  const lines: Record<string, string> = {
    "after 70 characters": `<a>${"x".repeat(70)}&${"y".repeat(70)}</a>`,
    "after 1,000 characters": `<a>${"x".repeat(1_000)}&${"y".repeat(1_000)}</a>`,
    "after a megabyte": `<a>${"x".repeat(1_000_000)}&</a>`,
    "before a megabyte": `<a>&${"y".repeat(1_000_000)}</a>`,
    "after tabs": "\t\t<a>\t&\tx</a>",
    "after one tab in a long line": `<a>${"x".repeat(200)}\t&\t${"y".repeat(200)}</a>`,
    "after Chinese": "<a>你好，世界 & 再见</a>",
    "after much Chinese": `<a>${"中".repeat(300)}&${"文".repeat(300)}</a>`,
    "after Chinese and Latin": `<a>${"中a".repeat(100)}&${"b文".repeat(100)}</a>`,
    "after full-width forms": "<a>ＡＢＣ！，& x</a>",
    "after emoji": `<a>😀😀😀&😀</a>`,
    "after many emoji": `<a>${"😀".repeat(200)}&${"😀".repeat(200)}</a>`,
    "after a letter and many emoji": `<a>x${"😀".repeat(200)}&${"😀".repeat(200)}</a>`,
    "after tabs and Chinese": "<a>\t中\t文\t& x</a>",
    "in the last line, after long ones": `<a>${"x".repeat(500)}\n${"y".repeat(500)}\n&`,
    "in a line that ends in CR LF": `<a>\r\n中 &\r\n</a>`,
  };
  for (const [what, source] of Object.entries(lines)) {
    it(`has its caret under the fault ${what}`, () => {
      const error = refusesXml(source);
      const { line } = drawing(error);
      assert.equal(marked(error), "&", error.message);
      assert.ok(line.length <= 200, `an excerpt of ${line.length} characters`);
      assert.ok(error.message.length <= 600, `a message of ${error.message.length} characters`);
      assert.doesNotMatch(error.message, /\r/);
      assert.equal(
        Buffer.from(error.message).toString(),
        error.message,
        "no half of a surrogate pair",
      );
    });
  }

  it("shows no control character to the terminal that prints it", () => {
    const content = "\u001b[31m\u0000\u0007\u0008\u000b\u009b";
    const sources = [
      `<a>${content}&</a>`,
      `<a ${content}/>`,
      `<a><b${content}</a>`,
      `<a></${content}>`,
    ];
    for (const source of sources) {
      const { message } = refusesXml(source);
      assert.doesNotMatch(
        message,
        /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/,
        JSON.stringify(message),
      );
    }
    assert.equal(marked(refusesXml(`<a>${content}&</a>`)), "&");
  });

  it("has no openid, wherever the fault is, and its caret stays where it was", () => {
    const openId = "oYQ2-5b_8Zk3mWn6JxT0aPcVdR1s";
    const element = `<FromUserName><![CDATA[${openId}]]></FromUserName>`;
    for (const source of [
      `<xml>${element}<a>&</a></xml>`,
      `<xml><a>&</a>${element}</xml>`,
      `<xml><a>${openId}&</a></xml>`,
      `<a>${openId}& ${openId}</a>`,
      `<xml>&<FromUserName>${openId}</FromUserName></xml>`,
      `<xml>& <![CDATA${openId}]]></xml>`,
      `<xml>& <![CDATA[${openId.slice(0, -1)}`,
      // Cut off by the border of the excerpt, which would leave nearly all of it.
      ...[30, 35, 40].map((width) => `<xml>${openId}${" ".repeat(width - 26)}&</xml>`),
    ]) {
      const error = refusesXml(source);
      assert.equal(marked(error), "&", error.message);
      for (let end = 6; end <= openId.length; end += 1) {
        const piece = openId.slice(end - 6, end);
        assert.ok(!error.message.includes(piece), `${piece} of ${openId}\n${error.message}`);
      }
    }
  });

  it("stays short when a name is long", () => {
    const long = "n".repeat(100_000);
    for (const source of [
      `<${long}></a>`,
      `<a></${long}>`,
      `<a>&${long};</a>`,
      `<a ${long}/>`,
      `<${long}`,
    ]) {
      assert.ok(refusesXml(source).message.length <= 1_000, source.slice(0, 20));
    }
  });
});
