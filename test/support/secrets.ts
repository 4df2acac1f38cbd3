/**
 * What must not stand in a line of log, and the search for it: the tokens, keys and passwords that
 * tests give to what they start, the openids of the followers whom they play, and whatever looks
 * like an openid or an access_token.
 *
 * @module
 */

/** A place in a text that nobody should read. */
export interface Found {
  readonly start: number;
  readonly end: number;
  /** What stands there: `WECHAT_TOKEN`, `openid`, … */
  readonly what: string;
}

/** Shorter ones stand in any sentence, and so do words. */
const SHORTEST = 5;
const LONGEST_WORD = 8;

/** Values are looked up by their first letters, so that a thousand cost as much as one. */
const HEAD = 4;

/** Characters of base64: an openid has 28 of them, some of the tests' have a few more. */
const OPENID = /(?<![\w-])o[\w-]{26,29}(?![\w-])/g;
const ACCESS_TOKEN = /(?<![\w-])\d{2,3}_[\w-]{60,}/g;
/** What a request to the platform says of the account, in its address or in its answer. */
const CREDENTIAL = /\b(?:access_token|appsecret|secret)["']?[=:]\s*["']?[\w-]{8,}/gi;

const SETTING = /token|secret|password|aes_?key|api_?key/i;
/** How an access_token is asked for, in a setting with the name of a token. */
const KINDS: readonly string[] = ["stable", "classic"];

export class Secrets {
  readonly #byHead = new Map<string, Map<string, string>>();

  /** False when the value could be a word of any sentence, and is not looked for. */
  learn(what: string, value: string): boolean {
    if (value.length < SHORTEST || (value.length <= LONGEST_WORD && /^[a-z]*$/.test(value))) {
      return false;
    }
    this.#add(what, value);
    return true;
  }

  /** A name of the tests' own, such as `other`, is no openid, whatever stands in its field. */
  learnOpenId(value: string): void {
    if (value.length > LONGEST_WORD || /^o[^a-z]/.test(value)) this.#add("openid", value);
  }

  /**
   * Learns the settings whose names say that they are secret, and the passwords in addresses.
   *
   * @returns the names of those that cannot be looked for
   */
  learnSettings(settings: Readonly<Record<string, unknown>>): readonly string[] {
    const short: string[] = [];
    for (const [name, value] of Object.entries(settings)) {
      const values = (Array.isArray(value) ? value : [value]).filter(isText);
      for (const text of values) this.learnAddress(text);
      if (!SETTING.test(name)) continue;
      // The environment has several in one variable.
      const each = values.flatMap((text) => text.split(",")).map((text) => text.trim());
      const secret = each.filter((text) => text !== "" && !KINDS.includes(text));
      if (secret.some((text) => !this.learn(name, text))) short.push(name);
    }
    return short;
  }

  /** Learns the password of `redis://user:password@host`, as it stands there and decoded. */
  learnAddress(text: string): void {
    const [, password] = /^[a-z][a-z+]*:\/\/[^:@/]*:([^@]+)@/i.exec(text) ?? [];
    if (password === undefined) return;
    this.#add("password", password);
    try {
      this.#add("password", decodeURIComponent(password));
    } catch {
      // Not in percent encoding: it stands as it is.
    }
  }

  /** What one test file calls secret is in another a word like any. */
  forget(): void {
    this.#byHead.clear();
  }

  /** Where in the text something secret stands. */
  find(text: string): readonly Found[] {
    const found: Found[] = [];
    for (let start = 0; start + HEAD <= text.length; start += 1) {
      for (const [value, what] of this.#byHead.get(text.slice(start, start + HEAD)) ?? []) {
        if (text.startsWith(value, start)) found.push({ start, end: start + value.length, what });
      }
    }
    for (const [what, pattern] of [
      ["what looks like an openid", OPENID],
      ["what looks like an access_token", ACCESS_TOKEN],
      ["what looks like a credential", CREDENTIAL],
    ] as const) {
      for (const { index, 0: match } of text.matchAll(pattern)) {
        // A word of small letters alone is a word.
        if (what.endsWith("openid") && !(/\d/.test(match) && /[A-Z]/.test(match))) continue;
        const end = index + match.length;
        if (found.some((known) => known.start <= index && known.end >= end)) continue;
        found.push({ start: index, end, what });
      }
    }
    return found.sort((one, other) => one.start - other.start);
  }

  #add(what: string, value: string): void {
    if (value.length < HEAD) return;
    const head = value.slice(0, HEAD);
    const values = this.#byHead.get(head) ?? new Map<string, string>();
    if (!values.has(value)) values.set(value, what);
    this.#byHead.set(head, values);
  }
}

/** The text with what was found struck out, so that it can be shown. */
export function withoutSecrets(text: string, found: readonly Found[]): string {
  let shown = "";
  let at = 0;
  for (const { start, end, what } of found) {
    if (end <= at) continue;
    shown += start >= at ? `${text.slice(at, start)}[${what}]` : "";
    at = end;
  }
  return shown + text.slice(at);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
