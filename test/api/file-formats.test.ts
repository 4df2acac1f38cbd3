/**
 * Files are what they hold. The signatures are those of the formats' own specifications, as
 * `file(1)` knows them; what WeChat takes stands on its pages of media and material: image PNG, JPEG,
 * JPG, GIF (material BMP too), voice AMR, MP3 (material WMA, WAV too), video MP4, thumb JPG.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { formatOf } from "../../src/api/file-format.ts";
import { setStage } from "./stage.ts";

const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(" ", ""), "hex");
const latin = (text: string): Buffer => Buffer.from(text, "latin1");
const box = (type: string): Buffer => latin(`\0\0\0\x20${type}`);
const ID3 = hex("494433 0300 00 0000000a 00000000000000000000");
const ASF = hex("3026b2758e66cf11a6d900aa0062ce6c");

/** Each format with the beginnings of files of it. */
const FILES: Readonly<Record<string, readonly Buffer[]>> = {
  png: [hex("89504e470d0a1a0a0000000d49484452")],
  jpg: [hex("ffd8ffe000104a464946"), hex("ffd8ffe1"), hex("ffd8ffdb")],
  gif: [latin("GIF89a"), latin("GIF87a")],
  bmp: [hex("424d 46000000 0000 0000 36000000 28000000"), hex("424d ffff0000 0000 0000 8a000000 7c000000")],
  webp: [latin("RIFF\x24\0\0\0WEBPVP8 "), latin("RIFF\x24\0\0\0WEBPVP8X")],
  heic: [box("ftypheic\0\0\0\0mif1heic"), box("ftypmif1\0\0\0\0mif1heic"), box("ftypmsf1\0\0\0\0msf1hevc")],
  avif: [box("ftypavif\0\0\0\0avifmif1miaf"), box("ftypmif1\0\0\0\0mif1avifmiaf")],
  tiff: [hex("49492a00"), hex("4d4d002a")],
  svg: [latin("<svg xmlns="), latin('<?xml version="1.0"?>\n<svg>')],
  amr: [latin("#!AMR\n"), latin("#!AMR-WB\n")],
  silk: [latin("#!SILK_V3"), latin("\x02#!SILK_V3")],
  ogg: [latin("OggS\0\x02")],
  flac: [latin("fLaC\0\0\0\x22"), Buffer.concat([ID3, latin("fLaC")])],
  wav: [latin("RIFF\x24\0\0\0WAVEfmt ")],
  mp3: [ID3, hex("fffb9064"), hex("fff36444"), hex("ffe348c4"), Buffer.concat([ID3, hex("fffb9064")])],
  aac: [hex("fff15080"), hex("fff94c80"), Buffer.concat([ID3, hex("fff15080")])],
  m4a: [box("ftypM4A \0\0\0\0M4A mp42isom")],
  wma: [Buffer.concat([ASF, hex("409e69f84d5bcf11a8fd00805f5c442b")])],
  wmv: [Buffer.concat([ASF, Buffer.alloc(3000), hex("c0ef19bc4d5bcf11a8fd00805f5c442b")])],
  mp4: [box("ftypisom\0\0\x02\0isomiso2avc1mp41"), box("ftypmp42"), box("ftypXAVC\0\0\0\0XAVCmp42iso2")],
  mov: [box("ftypqt  \0\0\0\0qt  "), box("moov"), box("wide")],
  "3gp": [box("ftyp3gp5\0\0\0\x003gp5isom")],
  flv: [latin("FLV\x01\x05")],
  avi: [latin("RIFF\x24\0\0\0AVI LIST")],
  webm: [hex("1a45dfa39f4286810142f7810142f2810442f381084282847765626d")],
  mkv: [hex("1a45dfa3a34286810142f7810142f2810442f381084282886d6174726f736b61")],
  pdf: [latin("%PDF-1.7")],
  zip: [latin("PK\x03\x04")],
  doc: [hex("d0cf11e0a1b11ae1")],
  html: [
    latin("<!DOCTYPE html>"),
    latin("\xef\xbb\xbf\r\n  <html><head>"),
    latin("<!-- nginx -->\n<html>"),
    latin("<HTML>"),
  ],
  xml: [latin('<?xml version="1.0"?><Error>')],
  json: [latin('{"errcode":40007}'), latin("{}"), latin('\n[{"a":1}]')],
};

/** What is of no known format: text, text in other words, UTF-16, noise, what is too short to tell. */
const UNKNOWN: readonly Buffer[] = [
  latin("BMW is a car, and this is no picture of one"),
  latin("hello"),
  latin("RIFF"),
  latin("ID"),
  hex("fffe68006900"),
  hex("fffdf064"),
  hex("fffbf064"),
  Buffer.alloc(100),
  box("ftypcrx \0\0\0\x01crx "),
];

const TAKEN = {
  temporary: { image: ["png", "jpg", "gif"], voice: ["amr", "mp3"], video: ["mp4"], thumb: ["jpg"] },
  permanent: {
    image: ["bmp", "png", "jpg", "gif"],
    voice: ["mp3", "wma", "wav", "amr"],
    video: ["mp4"],
    thumb: ["jpg"],
  },
} as const;

const ENDINGS = { image: "png", voice: "amr", video: "mp4", thumb: "jpg" } as const;
const TYPES = ["image", "voice", "video", "thumb"] as const;

describe("The format of a file", () => {
  for (const [format, beginnings] of Object.entries(FILES)) {
    test(`is ${format} by what it begins with`, () => {
      for (const file of beginnings) {
        assert.equal(formatOf(file), format, file.toString("latin1"));
        const longer = Buffer.concat([file, Buffer.alloc(20_000, "x")]);
        assert.equal(formatOf(longer), format, "whatever follows");
      }
    });
  }

  test("is not guessed where it is none of these", () => {
    for (const file of UNKNOWN) assert.equal(formatOf(file), undefined, file.toString("hex"));
  });

  test("is told soon, however its beginning is made", () => {
    const spiteful = ["<!---->", "<!--", "<?xml>", " ", "ID3\x03\0\0\0\0\0\0", "{ ", `\0\0\0 ftyp${"mif1"}`];
    const start = performance.now();
    for (const piece of spiteful) formatOf(latin(piece.repeat(200_000)));
    assert.ok(performance.now() - start < 2000);
  });
});

describe("An upload", { timeout: 120_000 }, () => {
  for (const kept of ["temporary", "permanent"] as const) {
    for (const type of TYPES) {
      test(`of a ${kept} ${type} goes by what it holds, whatever it is called`, async (context) => {
        const { api, standIn, fails, pass } = await setStage(context);
        const upload = (bytes: Buffer, filename: string): Promise<unknown> =>
          kept === "temporary"
            ? api.media.upload(type, bytes, { filename })
            : api.material.add(type, bytes, { filename, title: "t" });
        const taken: readonly string[] = TAKEN[kept][type];
        for (const [format, [bytes = Buffer.alloc(0)]] of Object.entries(FILES)) {
          const filename = `a.${ENDINGS[type]}`;
          if (taken.includes(format)) {
            await pass(upload(bytes, filename));
            const name = standIn.files(kept).at(-1)?.name ?? "";
            assert.match(name, new RegExp(`\\.${format}$`), `${format} as ${filename}`);
            continue;
          }
          const before = standIn.requests.length;
          const { message } = await fails(upload(bytes, filename), "API_INPUT_INVALID");
          const start = `File of type ${type} must be one of ${taken.join(", ")}, got ${format}: `;
          assert.ok(message.startsWith(start), message);
          const isPage = ["html", "json", "xml"].includes(format);
          assert.match(message, isPage ? /it may be an error page$/ : /: convert it to /);
          assert.equal(standIn.requests.length, before, "nothing is sent");
        }
        for (const bytes of UNKNOWN) {
          const { message } = await fails(upload(bytes, `a.${ENDINGS[type]}`), "API_INPUT_INVALID");
          const begin = bytes.toString("hex", 0, 8);
          assert.ok(message.endsWith(`no known format, which begins with ${begin}`), message);
        }
      });
    }
  }
});
