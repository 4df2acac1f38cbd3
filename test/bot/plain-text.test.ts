/**
 * Markdown as text for WeChat. What Markdown means is CommonMark 0.31 and GitHub's tables, task lists and
 * strikethrough; what is left as it is are texts that people and programs write.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fails } from "../support/expect.ts";
import { echostr } from "../support/subject.ts";

const { plainText } = echostr;

/** Each: what it is, the Markdown, the text. */
function turns(cases: Readonly<Record<string, readonly [markdown: string, text: string]>>): void {
  for (const [what, [markdown, text]] of Object.entries(cases)) {
    test(what, () => assert.equal(plainText(markdown), text));
  }
}

describe("plainText takes the marks off", () => {
  turns({
    "a heading, and sets it apart from what stands above": ["前\n## **原因** ##\n后", "前\n\n原因\n后"],
    "a heading at the beginning": ["# C# 入门", "C# 入门"],
    "bold, italic and both": ["**粗** *斜* ***都*** __b__ _i_", "粗 斜 都 b i"],
    "bold in bold's own words: _ within **": ["**_x_ y** z", "x y z"],
    "what is struck": ["~~旧价~~新价", "旧价新价"],
    "bold before Chinese punctuation, where CommonMark sees none": ["**注意：**请看**“引用”**后面", "注意：请看“引用”后面"],
    "bold that goes on in the next line": ["**一\n二**", "一\n二"],
    "escapes": ["\\*一\\* 1\\. a\\_b \\# \\[x\\]", "*一* 1. a_b # [x]"],
    "a break written as a tag": ["一<br>二<br />三", "一\n二\n三"],
    "Windows line ends": ["# 一\r\n**二**", "一\n二"],
  });
});

describe("plainText makes lists, quotes and rules readable", () => {
  turns({
    "lists of all three marks, nested": ["- 一\n  * 二\n    + 三", "• 一\n  • 二\n    • 三"],
    "numbers stay": ["1. **一**\n2) 二\n   - 三", "1. 一\n2) 二\n   • 三"],
    "the second paragraph of an item is no code": ["- 一\n\n    *二*", "• 一\n\n    二"],
    "tasks": ["- [ ] 待办\n- [x] 完成\n1. [X] 也是", "☐ 待办\n☑ 完成\n1. ☑ 也是"],
    "quotes, in whatever depth": ["> **一**\n> > - 二\n三", "│ 一\n│ • 二\n三"],
    "code in a quote": ["> ```\n> a*b*c\n> ```", "│ a*b*c"],
    "a rule": ["一\n\n---\n\n二\n* * *\n三", "一\n\n──────────\n\n二\n──────────\n三"],
  });
});

describe("plainText names addresses", () => {
  turns({
    "a link: its words and its address, apart from what follows": [
      '见[文档](https://a.cn/x_(y) "题")。',
      "见文档 https://a.cn/x_(y) 。",
    ],
    "a link whose words are the address": [
      "[https://a.cn](https://a.cn) [a.cn](https://a.cn) [m@a.cn](mailto:m@a.cn)",
      "https://a.cn https://a.cn m@a.cn",
    ],
    "a number that the address ends with is a word": ["[1](https://a.cn/1)", "1 https://a.cn/1"],
    "bold in a link, and a link in bold": ["[**a**](https://a.cn) **[b](https://b.cn)**", "a https://a.cn b https://b.cn"],
    "a place in the document has no address": ["[上文](#up)", "上文"],
    "a picture": ["![图](https://a.cn/p.png) ![](https://b.cn)", "图 https://a.cn/p.png https://b.cn"],
    "a picture within the text has no address": ["![图](data:image/png;base64,AAAA)", "图"],
    "an address in angles": ["<https://a.cn/a_b_c>和<m@a.cn>", "https://a.cn/a_b_c 和m@a.cn"],
    "an address that stands alone, whatever it holds": [
      "https://a.cn/_x_*y*~~z~~ **https://b.cn/**",
      "https://a.cn/_x_*y*~~z~~ https://b.cn/",
    ],
  });
});

describe("plainText reads a table row by row", () => {
  turns({
    "each with the names of its columns": [
      "价目：\n| 方案 | 价格 |\n|:---|---:|\n| **甲** | 10<br>元 |\n| 乙 | |\n\n完",
      "价目：\n方案: 甲 | 价格: 10 元\n方案: 乙\n\n完",
    ],
    "without bars at its ends, with more cells than names": ["a | b\n--|--\n1 | 2 | 3", "a: 1 | b: 2 | 3"],
    "a bar within a cell": ["| a |\n|---|\n| `x\\|y` |", "a: x|y"],
    "names of more than 40 characters once, in front": [
      `| ${"很".repeat(41)} | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |`,
      `${"很".repeat(41)} | b\n1 | 2\n3 | 4`,
    ],
    "without rows": ["| a | b |\n|---|---|", "a | b"],
    "bars without the second line are no table": ["| a | b |\n| c | d |", "| a | b |\n| c | d |"],
  });
});

describe("plainText does not touch code", () => {
  turns({
    "in a fence": ["看：\n```js\nconst a = b * c * d; // **x**\n\n# y\n```\n完", "看：\n\nconst a = b * c * d; // **x**\n\n# y\n\n完"],
    "in a fence within a list, as deep as the fence": ["1. 一\n   ```\n   x\n     y\n   ```", "1. 一\n\nx\n  y"],
    "in a fence that holds a shorter one": ["````\n```\n*a*\n```\n````", "```\n*a*\n```"],
    "in a fence that was cut off": ["~~~py\nx = a_b_c", "x = a_b_c"],
    "that is indented": ["前\n\n    a *b* c\n\n后", "前\n\n    a *b* c\n\n后"],
    "in a line": ["用 `a*b*c` 和 `` x`y ``，`没有结束 *斜*", "用 a*b*c 和 x`y，`没有结束 斜"],
  });
});

describe("plainText leaves as it is", () => {
  for (const text of [
    "2*3*4 = 24, 2 * 3 * 4, x**2 + y**2",
    "snake_case 和 __init 以及 _private，点_我_吧",
    'if __name__ == "__main__": 见 __init__.py',
    "We are #1, a # in a sentence; #include <stdio.h>",
    "#话题# 讨论",
    "***",
    "密码是 *** ，f*** 和 138****1234",
    "C# code: var a = b[0](c); int* p; int* q; char *s = *t;",
    "f(*args, **kwargs) /* a */ b /* c */ *.py *.js (*.ts|*.js) src/**/*.ts, test/**/*.ts",
    "C:\\_new\\*.txt D:\\a\\*.log \\\\server\\_share\\[x] E:\\-x\\.git",
    "(*^_^*) ^_^ 好 ^_^ >_< T_T -_- ¯\\_(ツ)_/¯ (*°▽°*) *_* o(*￣▽￣*)o :* 么么 :*",
    "好~ 嗯~~ 谢谢~ 5*，",
    "3 < 5 && 7 > 5；a<b",
    ">_< 和 >.<",
    ">>> print(1)",
    "&lt;b&gt; &amp; &nbsp;",
    '<a href="https://a.cn/_x_*y*">点_这里_</a>',
    "\\frac{a}{b} \\\\ \\alpha",
    "[1] 见注，[待定]，数组[i]；f(x)[y] [a] (b)",
    "一\n\n\n  二\n",
    "",
    "😀*😀",
    "好! 好!(真的)",
  ]) {
    test(JSON.stringify(text), () => assert.equal(plainText(text), text));
  }
});

describe("plainText", () => {
  test("refuses what is no text", () => {
    const { message } = fails(() => plainText(undefined as unknown as string), "REPLY_INVALID");
    assert.equal(message, "Markdown must be a text, got undefined");
  });
});
