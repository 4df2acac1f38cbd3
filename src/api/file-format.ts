/**
 * What a file is, by what it begins with. WeChat judges by the name, and keeps a WebP that is called
 * a PNG until a follower's phone cannot show it: so what it holds decides here, and what is of no
 * known format is not guessed.
 *
 * @module
 */

/** How a format's files begin, each byte a character. The first that fits counts. */
const SIGNATURES: readonly (readonly [format: string, magic: RegExp])[] = [
  ["png", /^\x89PNG\r\n\x1a\n/],
  ["jpg", /^\xff\xd8\xff/],
  ["gif", /^GIF8[79]a/],
  // Behind the size of the file, four zeros and where the picture begins, the size of one of its heads.
  ["bmp", /^BM[^]{4}\0{4}[^]{4}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\0{3}/],
  ["webp", /^RIFF[^]{4}WEBP/],
  ["avif", /^[^]{4}ftyp(?:avi[fs]|m[is]f1(?:[^]{4}){1,12}?avi[fs])/],
  ["heic", /^[^]{4}ftyp(?:he[iv][cmsx]|m[is]f1)/],
  ["jxl", /^(?:\xff\x0a|\0{3}\x0cJXL )/],
  ["jp2", /^\0{3}\x0cjP {2}/],
  ["tiff", /^(?:II\*\0|MM\0\*)/],
  ["psd", /^8BPS\0\x01/],
  ["ico", /^\0\0\x01\0[\x01-\x40]\0/],
  ["amr", /^#!AMR/],
  ["silk", /^\x02?#!SILK/],
  ["ogg", /^OggS/],
  ["flac", /^fLaC/],
  ["wav", /^RIFF[^]{4}WAVE/],
  ["aiff", /^FORM[^]{4}AIF[CF]/],
  ["mid", /^MThd\0{3}\x06/],
  // Eleven bits of sync, a version, layer III, and a bit rate, of which one value is invalid.
  ["mp3", /^\xff[\xe2\xe3\xf2\xf3\xfa\xfb][^\xf0-\xff]/],
  ["mp2", /^\xff[\xf4\xf5\xfc\xfd][^\xf0-\xff]/],
  ["aac", /^(?:\xff[\xf0\xf1\xf8\xf9]|ADIF)/],
  ["m4a", /^[^]{4}ftypM4[AB] /],
  // One container for both; a stream of pictures has this number.
  ["wmv", /^\x30\x26\xb2\x75\x8e\x66\xcf\x11[^]*?\xc0\xef\x19\xbc\x4d\x5b\xcf\x11/],
  ["wma", /^\x30\x26\xb2\x75\x8e\x66\xcf\x11/],
  ["mov", /^[^]{4}(?:ftypqt {2}|moov|mdat|wide|free|skip|pnot)/],
  ["3gp", /^[^]{4}ftyp3g/],
  ["mp4", /^[^]{4}ftyp(?:[^]{4}){0,20}?(?:iso[2-9a-cm]|mp4[12]|avc1|M4V|MSNV|mmp4|dash|NDS)/],
  ["flv", /^FLV\x01/],
  ["avi", /^RIFF[^]{4}AVI /],
  ["webm", /^\x1a\x45\xdf\xa3[^]{0,60}webm/],
  ["mkv", /^\x1a\x45\xdf\xa3/],
  ["mpg", /^\0\0\x01[\xb3\xba]/],
  ["ts", /^G[^]{187}G[^]{187}G/],
  ["rm", /^\.RMF/],
  ["pdf", /^%PDF-/],
  ["zip", /^PK(?:\x03\x04|\x05\x06|\x07\x08)/],
  ["gz", /^\x1f\x8b\x08/],
  ["rar", /^Rar!\x1a\x07/],
  ["7z", /^7z\xbc\xaf\x27\x1c/],
  ["doc", /^\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1/],
  ["svg", /^(?:<\?xml[^>]*>\s*)?(?:<!doctype svg[^>]*>\s*)?<svg[\s>]/i],
  ["html", /^(?:<\?xml[^>]*>\s*)?<(?:!doctype html|!--|html|head|body|title|meta|script)/i],
  ["xml", /^<\?xml\s/],
  ["json", /^(?:\{\s*["}]|\[\s*[[{"\]])/],
];

/** What the formats are on the way. */
const MIMES: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  gif: "image/gif",
  bmp: "image/bmp",
  amr: "audio/amr",
  mp3: "audio/mpeg",
  wma: "audio/x-ms-wma",
  wav: "audio/wav",
  mp4: "video/mp4",
};

/** Enough to tell: the streams of a WMV are named far in. */
const HEAD_BYTES = 8192;

/**
 * @returns the file extension of its format; `undefined` if the format is not known here
 *
 * @example
 * formatOf(Buffer.from("%PDF-1.7")); // "pdf"
 */
export function formatOf(file: Buffer): string | undefined {
  if (file.toString("latin1", 0, 3) !== "ID3") return signatureOf(file);
  // A tag in front, of which the length has seven bits in each byte.
  const length = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + ((file[at] ?? 0) & 0x7f), 0);
  const behind = signatureOf(file.subarray(10 + length));
  return behind === "aac" || behind === "flac" ? behind : "mp3";
}

function signatureOf(file: Buffer): string | undefined {
  const head = file.toString("latin1", 0, HEAD_BYTES);
  // What is text may have a byte order mark and blanks in front.
  const text = head.replace(/^(?:\xef\xbb\xbf)?\s*(?=[<{[])/, "");
  return SIGNATURES.find(([, magic]) => magic.test(head) || magic.test(text))?.[0];
}

/** The media type of one that WeChat takes. */
export function mimeOf(format: string): string {
  return MIMES[format] ?? "application/octet-stream";
}
