/**
 * Makes inputs that were found into part of the corpus: of the smallest first, those that reach
 * what the corpus does not, each cut down to what it needs for it.
 *
 * @module
 */
import { CORPUS, corpusOf, folderOf, keepInput } from "./corpus.ts";
import { isNews, showsAll } from "./coverage.ts";
import type { Coverage, Sight } from "./coverage.ts";
import type { Target } from "./target.ts";

/** What the corpus of a target may take in Git. */
export const CORPUS_BYTES = 12_288;

/** A look at the coverage takes milliseconds. */
const TRIES = 200;

/** @returns how many were added */
export async function distil(
  target: Target,
  coverage: Coverage,
  found: readonly Uint8Array[],
): Promise<number> {
  const run = async (input: Uint8Array): Promise<Sight> => {
    const holds = await replay(target, input);
    const sight = coverage.look();
    return holds ? sight : [];
  };
  coverage.forget();
  const corpus = corpusOf(target.name).map(([, input]) => input);
  for (const input of corpus) coverage.note(await run(input));
  let room = CORPUS_BYTES - corpus.reduce((sum, { length }) => sum + length, 0);
  let added = 0;
  for (const input of found.toSorted((one, other) => one.length - other.length)) {
    const wanted = await run(input);
    if (!isNews(wanted)) continue;
    const isGood = async (less: Uint8Array): Promise<boolean> => showsAll(await run(less), wanted);
    // What cannot be spoiled cannot be cut down either: it would be no input any more.
    const small = target.dictionary === undefined ? input : await shrink(input, isGood);
    coverage.note(wanted);
    if (small.length > room) continue;
    room -= small.length;
    keepInput(folderOf(CORPUS, target.name), small);
    added += 1;
  }
  return added;
}

/** Whether it is no trouble. */
export async function replay(target: Target, input: Uint8Array): Promise<boolean> {
  try {
    await target.check(Uint8Array.from(input));
    return true;
  } catch {
    return false;
  }
}

/** Takes parts out of an input, large ones first, for as long as it stays good. */
export async function shrink(
  input: Uint8Array,
  isGood: (less: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let best = input;
  let tries = 0;
  for (let part = best.length >> 1; part >= 1; part >>= 1) {
    for (let at = 0; at < best.length; ) {
      if ((tries += 1) > TRIES) return best;
      const less = Buffer.concat([best.subarray(0, at), best.subarray(at + part)]);
      if (await isGood(less)) best = less;
      else at += part;
    }
  }
  return best;
}
