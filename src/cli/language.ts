/**
 * The language of what the programs say to a person: Chinese where the locale is one of China's, English
 * everywhere else. Log lines, the messages of `EchostrError` and everything that another program may
 * read are English always: they are searched for.
 *
 * A sentence is a `Sentence` or one of `sentences`, so that the compiler finds a translation that is missing.
 *
 * @module
 */

export type Language = "en" | "zh";

/** A text in each language. */
export type Sentence = Readonly<Record<Language, string>>;

/** In the order of POSIX: the first that is not empty decides. */
const VARIABLES = ["LC_ALL", "LC_MESSAGES", "LANG"] as const;

/**
 * The language that an environment asks for.
 *
 * @param systemLocale the locale where no variable names one: on Windows, that of the system
 *
 * @example
 * languageOf({ LANG: "zh_CN.UTF-8" }); // "zh"
 * languageOf({ LC_ALL: "C", LANG: "zh_CN.UTF-8" }); // "en"
 */
export function languageOf(
  environment: Readonly<Record<string, string | undefined>>,
  systemLocale: () => string = localeOfWindows,
): Language {
  const named = VARIABLES.map((name) => environment[name]).find((value) => value);
  return /^zh(?![a-z])/i.test(named ?? systemLocale()) ? "zh" : "en";
}

/** The language of this process. */
export function language(): Language {
  return languageOf(process.env);
}

/**
 * Sentences of a program in each language.
 *
 * @returns gives those in a language: that of this process, unless another is named
 *
 * @example
 * const said = sentences({ saved: (file: string) => `Saved ${file}` }, { saved: (file) => `已保存 ${file}` });
 * tell(said().saved("a.json"));
 */
export function sentences<Sentences>(
  en: Sentences,
  zh: NoInfer<Sentences>,
): (named?: Language) => Sentences {
  return (named = language()) => (named === "zh" ? zh : en);
}

/** Elsewhere no variable means the locale C, which is English. */
function localeOfWindows(): string {
  return process.platform === "win32" ? new Intl.DateTimeFormat().resolvedOptions().locale : "";
}
