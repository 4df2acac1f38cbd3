/**
 * Whether a text looks like Markdown, which language models write. WeChat shows its marks as they stand.
 *
 * @module
 */

/** Those that nobody writes for another reason: a single star, a dash or one `#` may be meant. */
const SIGNS: readonly RegExp[] = [
  /(?<![A-Za-z0-9*])\*\*[^\s*][^*\n]{0,80}\*\*/,
  /^#{2,6} \S.{0,30}/m,
  /^[ \t]*```.{0,20}/m,
  /\[[^\[\]\n]{1,40}\]\(https?:\/\//,
  /^\|?[ \t]*:?-{3,}:?[ \t]*\|/m,
];

/** @returns the first sign of each kind that is found */
export function markdownSigns(text: string): string[] {
  return SIGNS.flatMap((sign) => sign.exec(text)?.[0] ?? []);
}
