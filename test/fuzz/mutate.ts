/**
 * Spoils bytes: what a line does to them, what a careless proxy does, and what somebody does who
 * looks for a hole.
 *
 * @module
 */
import type { Random } from "../support/random.ts";

/** What makes trouble when it lands in the wrong place. */
export const XML_FRAGMENTS: readonly string[] = [
  ..."<>/='\"&; \n\t\0",
  ...["</", "/>", "<>", "\r\n", "\u0001", "\u001b", "]]>", "]]", "<![CDATA[", "<![CDATA[]]>"],
  ...["<!--", "-->", "--", "<?", "?>", "<?xml version='1.0'?>", "<!DOCTYPE x>", "<!"],
  ...["&amp;", "&lt;", "&#0;", "&#x41;", "&#xD800;", "&x;", "&#", "\uFEFF", "\uFFFE", "\uD800"],
  ...["😀", "中", "<xml>", "</xml>", "<item>", "</item>", "<a>", "</a>", "<a b='c'>"],
  ...["<__proto__>", "</__proto__>", "<MsgType>", "</MsgType>", "<Event>", "</Event>", "<List>"],
  ...["<EventKey/>", "<FromUserName/>", "<kind>x</kind>", "<a>".repeat(40), "x".repeat(300)],
];

/** Does one to four things to the bytes. */
export function mutate(
  bytes: Uint8Array,
  random: Random,
  fragments: readonly string[],
  another: () => Uint8Array = () => bytes,
): Buffer {
  let spoiled: Buffer = Buffer.from(bytes);
  const steps = 1 + random.below(4);
  for (let step = 0; step < steps; step += 1) spoiled = spoil(spoiled, random, fragments, another);
  return spoiled;
}

function spoil(
  bytes: Buffer,
  random: Random,
  fragments: readonly string[],
  another: () => Uint8Array,
): Buffer {
  const from = random.below(bytes.length + 1);
  const to = from + random.below(Math.min(60, bytes.length - from + 1));
  const [head, part, tail] = [
    bytes.subarray(0, from),
    bytes.subarray(from, to),
    bytes.subarray(to),
  ];
  switch (random.below(11)) {
    case 0: // a bit changes
      if (bytes.length > 0) {
        const at = random.below(bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      }
      return bytes;
    case 1: // a part is lost
      return Buffer.concat([head, tail]);
    case 2: // a part comes twice
      return Buffer.concat([head, part, part, tail]);
    case 3: // the end is lost
      return head;
    case 4: { // the end of another one
      const other = another();
      return Buffer.concat([head, other.subarray(random.below(other.length + 1))]);
    }
    case 5: // a part moves to the end
      return Buffer.concat([head, tail, part]);
    case 6: // a byte of any value
      return Buffer.concat([head, Buffer.from([random.below(256)]), tail]);
    case 7: // a number that is one too many for somebody
      return atBorder(bytes, random);
    case 8: // a part comes again and again
      return Buffer.concat([head, ...repeated(part, random), tail]);
    case 9: { // a part of another one
      const other = another();
      const begin = random.below(other.length + 1);
      return Buffer.concat([head, other.subarray(begin, begin + random.below(60)), tail]);
    }
    default:
      return Buffer.concat([head, Buffer.from(random.pick([...fragments, " "])), tail]);
  }
}

/** Where numbers of a machine, of JavaScript and of the protocols end. */
const BORDERS: readonly string[] = [
  ...["0", "-1", "1", "-0", "00", "127", "128", "255", "256", "32767", "32768", "65535", "65536"],
  ...["2147483647", "2147483648", "-2147483649", "4294967295", "4294967296", "1e3", "1e400", "0.5"],
  ...["9007199254740991", "9007199254740992", "9223372036854775807", "9223372036854775808"],
  ...["18446744073709551616", "99999999999999999999", "NaN", "0x10", "8191", "1048576", "1048577"],
];

/** One of the numbers that stand in it becomes another. */
function atBorder(bytes: Buffer, random: Random): Buffer {
  const text = bytes.toString("latin1");
  const numbers = [...text.matchAll(/-?\d+/g)];
  if (numbers.length === 0) return bytes;
  const { index, 0: number } = random.pick(numbers);
  const near = String(Number(number) + random.pick([-1, 1]));
  const other = random.below(3) === 0 ? near : random.pick(BORDERS);
  return Buffer.from(text.slice(0, index) + other + text.slice(index + number.length), "latin1");
}

function repeated(part: Buffer, random: Random): Buffer[] {
  return Array.from({ length: random.pick([3, 8, 40]) }, () => part);
}

/** A text of any characters: letters, Chinese, emoji, control characters, halves of pairs. */
export function anyText(random: Random, most: number): string {
  let text = "";
  const length = random.below(most + 1);
  while (text.length < length) text += anyPiece(random);
  return text;
}

function anyPiece(random: Random): string {
  switch (random.below(8)) {
    case 0:
      return String.fromCharCode(random.below(0x20));
    case 1:
      return String.fromCharCode(random.below(0x10000));
    case 2:
      return String.fromCodePoint(0x10000 + random.below(0x100000));
    case 3:
      return random.pick(XML_FRAGMENTS);
    case 4:
      return random.pick(["👨‍👩‍👧", "é", "한", "🇨🇳", "\r\n", "]]>", "]]]]>>"]);
    default:
      return random.pick([..."abc0123 你好测试，。"]);
  }
}
