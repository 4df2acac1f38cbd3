/**
 * Watches what is logged while a test file runs: entries of logs, notices of stores, what goes to
 * the standard error, and the output of processes. A line that holds a secret or a whole openid is
 * printed with it struck out, and the file fails when it ends.
 *
 * It begins with being imported. Libraries come under it with `watched-library.ts`, processes with
 * `watched-process.ts`.
 *
 * @module
 */
import { Secrets, withoutSecrets } from "./secrets.ts";
import type { Found } from "./secrets.ts";

/** What a line begins with that tells of a find; in the output of a process it is one as well. */
export const LEAK = "Secret in a log: ";

/** How much has been looked at. */
export interface Inspected {
  entries: number;
  notices: number;
  /** Of the standard error, and of processes. */
  lines: number;
}

export class Watch {
  readonly secrets: Secrets = new Secrets();
  readonly inspected: Inspected = { entries: 0, notices: 0, lines: 0 };
  /** A sentence for each line that holds what it should not. */
  readonly leaks: string[] = [];
  readonly #tell: (sentence: string) => void;

  constructor(tell: (sentence: string) => void) {
    this.#tell = tell;
  }

  /** @param log what kind of log it came to */
  entry(log: string, entry: unknown): void {
    this.inspected.entries += 1;
    for (const text of textsIn(entry)) this.#inspect(log, text);
  }

  notice(log: string, notice: string): void {
    this.inspected.notices += 1;
    this.#inspect(log, notice);
  }

  /**
   * @param isMeant leaves out what is printed on purpose
   * @returns the line, without what should not stand there
   */
  line(log: string, line: string, isMeant: (found: Found) => boolean = () => false): string {
    this.inspected.lines += 1;
    if (line.includes(LEAK)) this.#report(line.slice(line.indexOf(LEAK) + LEAK.length));
    return this.#inspect(log, line, isMeant);
  }

  /** A log that receives something, of which nobody could tell whether it holds the secret. */
  cannotSee(log: string, names: readonly string[]): void {
    this.#report(`${log}: ${names.join()} cannot be told from a word; take a longer one`);
  }

  #inspect(log: string, text: string, isMeant: (found: Found) => boolean = () => false): string {
    const found = this.secrets.find(text).filter((each) => !isMeant(each));
    if (found.length === 0) return text;
    const shown = withoutSecrets(text, found);
    const what = [...new Set(found.map((each) => each.what))].join(" and ");
    this.#report(`${log} has ${what}: ${JSON.stringify(shown)}`);
    return shown;
  }

  #report(sentence: string): void {
    if (this.leaks.includes(sentence)) return;
    this.leaks.push(sentence);
    this.#tell(sentence);
  }
}

/** All texts in a value, those of errors included. */
function textsIn(value: unknown, depth: number = 0): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || depth > 6) return [];
  // What an error says is not among its enumerable members.
  const hidden = value instanceof Error ? [value.message, value.stack, value.cause] : [];
  return [...Object.entries(value).flat(), ...hidden].flatMap((each) => textsIn(each, depth + 1));
}

const writeError = process.stderr.write.bind(process.stderr);

/** The watch over this process. */
export const watch: Watch = new Watch((sentence) => void writeError(`${LEAK}${sentence}\n`));

process.stderr.write = (
  piece: string | Uint8Array,
  encoding?: BufferEncoding | ((error?: Error | null) => void),
  done?: (error?: Error | null) => void,
): boolean => {
  const text = typeof piece === "string" ? piece : Buffer.from(piece).toString("utf8");
  const lines = text.split("\n").map((line) => (line === "" ? line : watch.line("stderr", line)));
  return writeError(lines.join("\n"), typeof encoding === "function" ? encoding : done);
};

process.on("exit", () => {
  if (watch.leaks.length === 0) return;
  process.exitCode = 1;
  writeError(`${watch.leaks.length} lines of log hold what they should not, see above\n`);
});
