/**
 * Which stars, underscores and tildes of a text are marks of Markdown: those that come in pairs around words.
 * All others stay as they are: `2*3*4`, `snake_case`, `138****1234`, `好的~`, `(*^_^*)`.
 *
 * CommonMark decides by spaces and punctuation, which fails in texts without spaces: it leaves `**注意：**请看`
 * unchanged and reads `2*3*4` as emphasis. Here marks beside Chinese count, and those between two Latin
 * letters or digits do not.
 *
 * @module
 */

/** A run of one mark. */
export interface MarkRun {
  readonly mark: string;
  /** The length of the run in the text; 1 to 3 may be marks. */
  readonly length: number;
  readonly canOpen: boolean;
  readonly canClose: boolean;
  /** How many letters and digits precede it: a pair has some in between. */
  readonly lettersBefore: number;
  /** How many of them are left, as text. */
  left: number;
}

const MOST = 3;

const SOLID = /\S/u;
const LATIN = /[A-Za-z0-9]/;
const WORD = /[\p{L}\p{N}]/u;
/** What ends a phrase or opens one: no mark opens before the one, or closes behind the other. */
const ENDS_PHRASE = /[,;:!?)\]}%，。；：！？、）】》」』”’]/u;
const OPENS_PHRASE = /[([{（【《「『“‘]/u;
/** Emoticons are made of these. */
const FACE = /[\^´¯￣¨°]/u;
/** Where a word may begin in front of an underscore, and end behind one. */
const BEFORE_WORD = /[\s([{（【《「『“‘"'，。；：！？、,*~]/u;
const AFTER_WORD = /[\s.,;:!?)\]}，。；：！？、）】》」』”’"'*~]/u;

/** @param before the character in front of the run, `after` the one behind it; "" at an end of the text */
export function markRun(
  mark: string,
  length: number,
  before: string,
  after: string,
  lettersBefore: number,
): MarkRun {
  const isInWord = LATIN.test(before) && LATIN.test(after);
  const isMark = length <= MOST && (mark !== "~" || length === 2) && !isInWord;
  const canOpen = isMark && SOLID.test(after) && mayOpen(mark, length, before, after);
  const canClose = isMark && SOLID.test(before) && mayClose(mark, length, before, after);
  return { mark, length, canOpen, canClose, lettersBefore, left: length };
}

function mayOpen(mark: string, length: number, before: string, after: string): boolean {
  if (FACE.test(after) || ENDS_PHRASE.test(after)) return false;
  if (mark === "_") return before === "" || BEFORE_WORD.test(before);
  // Of a comment, and of the pattern of a path.
  return after !== "/" || (length > 1 && before !== "/");
}

function mayClose(mark: string, length: number, before: string, after: string): boolean {
  if (FACE.test(before) || OPENS_PHRASE.test(before)) return false;
  if (mark === "_") return after === "" || AFTER_WORD.test(after);
  // A product in brackets.
  if (length === 1 && /[([{]/.test(after)) return false;
  return before !== "/" || (length > 1 && after !== "/");
}

/** Whether a character belongs to a word; emphasis without one is not emphasis. */
export function isOfWord(character: string): boolean {
  return WORD.test(character);
}

/**
 * Finds the pairs, and takes their marks off: sets `left` of each run.
 *
 * Each closing run looks back for an opening one of the same mark and length; three count as one and
 * two. What stands between a pair can be paired with nothing outside of it. How far a length of a
 * mark was looked back for in vain is remembered, so that the time grows with the number of runs.
 */
export function pairMarks(runs: readonly MarkRun[]): void {
  const open: { readonly run: MarkRun; readonly nth: number }[] = [];
  const inVain = new Map<string, number>();
  for (const [nth, run] of runs.entries()) {
    while (run.canClose && run.left > 0) {
      const kind = run.mark + run.left;
      const at = lookBack(open, run, inVain.get(kind) ?? -1);
      const opener = open[at]?.run;
      if (opener === undefined) {
        inVain.set(kind, open.at(-1)?.nth ?? -1);
        break;
      }
      const hasWords = opener.lettersBefore < run.lettersBefore;
      const used = Math.min(opener.left, run.left);
      if (hasWords) opener.left -= used;
      open.length = opener.left > 0 && hasWords ? at + 1 : at;
      if (!hasWords) break;
      run.left -= used;
    }
    if (run.canOpen && run.left > 0) open.push({ run, nth });
  }
}

/** @returns where the opener is in the list; -1 for none */
function lookBack(
  open: readonly { readonly run: MarkRun; readonly nth: number }[],
  closer: MarkRun,
  inVain: number,
): number {
  const at = open.findLastIndex(({ run: { mark, left }, nth }) => {
    const isSame = left === closer.left || left === MOST || closer.left === MOST;
    return nth <= inVain || (mark === closer.mark && isSame);
  });
  return (open[at]?.nth ?? -1) > inVain ? at : -1;
}
