/**
 * From one signed request all that somebody can make of it who knows no secret: the signature is
 * made of strings that are sorted and joined, so another cut of the same text has the same
 * signature. The generator knows the token, which a stranger does not: so nothing is left out.
 *
 * @module
 */
import { wireSign } from "./wire.ts";

/** A request as it was seen on the way. */
export interface Captured {
  readonly token: string;
  readonly timestamp: string;
  readonly nonce: string;
  /** The text of `<Encrypt>`, where the body has one. */
  readonly encrypt?: string | undefined;
  readonly body: string;
}

/** A request that was made of it. */
export interface Recut {
  readonly kind: "cut" | "other signature" | "permutation" | "extension";
  /** Nobody has asked in the right second but who chooses it. */
  readonly timestamp: string;
  readonly nonce: string;
  readonly encrypt: string;
  readonly query: string;
  readonly body: string;
}

type Names = Readonly<Record<"signature" | "timestamp" | "nonce" | "msg_signature", string>>;
type Parts = readonly string[];

/**
 * All hostile variants of a request, each once, without the request itself.
 *
 * @param every also the cuts of the longer text in which no string has 10 digits: many thousands
 */
export function* recuts(captured: Captured, every = false): Generator<Recut> {
  const seen = new Set<string>();
  const { timestamp, nonce, encrypt = "" } = captured;
  const signed = signaturesOf(captured);
  seen.add(keyOf(signed, timestamp, nonce, encrypt));
  for (const [kind, names, sealed] of candidates(captured, signed, every)) {
    const encrypted = captured.encrypt === undefined ? "" : sealed;
    const key = keyOf(names, names.timestamp, names.nonce, encrypted);
    if (seen.has(key)) continue;
    seen.add(key);
    yield {
      kind,
      timestamp: names.timestamp,
      nonce: names.nonce,
      encrypt: encrypted,
      query: queryOf(names),
      body: bodyOf(captured, encrypted),
    };
  }
}

/** The request as it was. */
export function asCaptured(captured: Captured): { query: string; body: string } {
  const { timestamp, nonce } = captured;
  return { query: queryOf({ ...signaturesOf(captured), timestamp, nonce }), body: captured.body };
}

type Candidate = readonly [kind: Recut["kind"], names: Names, encrypt: string];

function* candidates(captured: Captured, signed: Signatures, every: boolean): Generator<Candidate> {
  const { token, timestamp, nonce, encrypt } = captured;
  const short = [token, timestamp, nonce];
  for (const [time = "", once = ""] of cuts(short, token, 2, true)) {
    yield ["cut", { ...signed, timestamp: time, nonce: once }, encrypt ?? ""];
  }
  // What signs three strings, in the place of what signs four, and the other way round.
  for (const [time = "", once = "", sealed = ""] of cuts(short, token, 3, every)) {
    const { signature } = signed;
    const names = { signature, msg_signature: signature, timestamp: time, nonce: once };
    yield ["other signature", names, sealed];
  }
  if (encrypt !== undefined) {
    const long = [...short, encrypt];
    for (const [time = "", once = ""] of cuts(long, token, 2, true)) {
      const alone = { signature: signed.msg_signature, msg_signature: "" };
      yield ["other signature", { ...alone, timestamp: time, nonce: once }, encrypt];
    }
    for (const [time = "", once = "", sealed = ""] of cuts(long, token, 3, every)) {
      yield ["cut", { ...signed, timestamp: time, nonce: once }, sealed];
    }
  }
  yield* permutations(signed, captured);
  for (const [time = "", once = "", sealed = ""] of extensions(timestamp, nonce, encrypt ?? "")) {
    yield ["extension", { ...signed, timestamp: time, nonce: once }, sealed];
  }
}

/**
 * All cuts of the joined text into the token and `count` other strings, the strings in every order.
 * A cut counts only if its strings, sorted, give the same text again.
 */
function* cuts(parts: Parts, token: string, count: number, every: boolean): Generator<Parts> {
  const joined = [...parts].sort().join("");
  for (let at = joined.indexOf(token); at >= 0; at = joined.indexOf(token, at + 1)) {
    const behind = at + token.length;
    for (let before = 0; before <= count; before += 1) {
      const sizes = sizesAround(at, before, joined.length - behind, count - before, every);
      for (const [left, right] of sizes) {
        const head = cutUp(joined, 0, left);
        const tail = cutUp(joined, behind, right);
        const strings = [...head, ...tail];
        if (!every && !strings.some((each) => TEN_DIGITS.test(each))) continue;
        if (isSorted([...head, token, ...tail])) yield* orders(strings);
      }
    }
  }
}

const TEN_DIGITS = /^[0-9]{10}$/;

type Sizes = readonly number[];

function* sizesAround(
  leftTotal: number,
  leftCount: number,
  rightTotal: number,
  rightCount: number,
  every: boolean,
): Generator<readonly [Sizes, Sizes]> {
  const first = every ? sizes : sizesWithTimestamp;
  for (const left of first(leftTotal, leftCount)) {
    for (const right of sizes(rightTotal, rightCount)) yield [left, right];
  }
  if (every) return;
  for (const right of sizesWithTimestamp(rightTotal, rightCount)) {
    for (const left of sizes(leftTotal, leftCount)) yield [left, right];
  }
}

function* sizes(total: number, count: number): Generator<Sizes> {
  if (count === 0 && total === 0) yield [];
  if (count === 1) yield [total];
  if (count < 2) return;
  for (let size = 0; size <= total; size += 1) {
    for (const rest of sizes(total - size, count - 1)) yield [size, ...rest];
  }
}

function* sizesWithTimestamp(total: number, count: number): Generator<Sizes> {
  if (total < 10 || count === 0) return;
  for (const rest of sizes(total - 10, count - 1)) {
    for (let at = 0; at < count; at += 1) yield rest.toSpliced(at, 0, 10);
  }
}

function cutUp(text: string, from: number, all: Sizes): Parts {
  let at = from;
  return all.map((size) => text.slice(at, (at += size)));
}

function isSorted(parts: Parts): boolean {
  return parts.every((part, at) => at === 0 || (parts[at - 1] ?? "") <= part);
}

function* orders(parts: Parts): Generator<Parts> {
  if (parts.length < 2) yield parts;
  else {
    for (const [at, part] of parts.entries()) {
      for (const rest of orders(parts.toSpliced(at, 1))) yield [part, ...rest];
    }
  }
}

/** Every value under every name. */
function* permutations(signed: Signatures, captured: Captured): Generator<Candidate> {
  const { timestamp, nonce, encrypt = "" } = captured;
  const values = [signed.signature, signed.msg_signature, timestamp, nonce, encrypt];
  for (const [signature = "", msg_signature = "", time = "", once = "", sealed = ""] of orders(values)) {
    yield ["permutation", { signature, msg_signature, timestamp: time, nonce: once }, sealed];
  }
}

const EXTRA: Parts = [
  ...["0", "1", "9", "a", "Z", " ", "+", "/", "=", "-", ".", "\n", "\0", "%", "é", "１", "00000"],
];

/** How much is moved: all that fits into a nonce, and whole blocks, frames and more. */
const MOVED: Sizes = [
  ...Array.from({ length: 33 }, (_, at) => at + 1),
  ...[40, 43, 44, 63, 64, 84, 85, 88, 127, 128, 129, 172, 256],
];

/** Characters added and taken away, and moved from one string to its neighbour. */
function* extensions(timestamp: string, nonce: string, encrypt: string): Generator<Parts> {
  const parts = [timestamp, nonce, encrypt];
  for (const [at, part] of parts.entries()) {
    for (const extra of EXTRA) {
      yield parts.with(at, part + extra);
      yield parts.with(at, extra + part);
    }
    yield parts.with(at, part.slice(1));
    yield parts.with(at, part.slice(0, -1));
  }
  for (const size of MOVED) {
    const [head, tail] = [encrypt.slice(0, size), encrypt.slice(-size)];
    for (const once of [nonce + head, head + nonce]) yield [timestamp, once, encrypt.slice(size)];
    for (const once of [nonce + tail, tail + nonce]) {
      yield [timestamp, once, encrypt.slice(0, -size)];
    }
    if (size >= nonce.length) continue;
    yield [timestamp, nonce.slice(size), encrypt + nonce.slice(0, size)];
    yield [timestamp, nonce.slice(0, -size), nonce.slice(-size) + encrypt];
  }
}

interface Signatures {
  readonly signature: string;
  readonly msg_signature: string;
}

function signaturesOf({ token, timestamp, nonce, encrypt }: Captured): Signatures {
  const signature = wireSign(token, timestamp, nonce);
  const bound = encrypt === undefined ? "" : wireSign(token, timestamp, nonce, encrypt);
  return { signature, msg_signature: bound };
}

function keyOf(signed: Signatures, timestamp: string, nonce: string, encrypt: string): string {
  return JSON.stringify([signed.signature, signed.msg_signature, timestamp, nonce, encrypt]);
}

function queryOf({ msg_signature, ...names }: Names): string {
  const bound = msg_signature === "" ? {} : { encrypt_type: "aes", msg_signature };
  return new URLSearchParams({ ...names, ...bound }).toString();
}

function bodyOf({ body, encrypt }: Captured, other: string): string {
  return encrypt === undefined ? body : body.replace(encrypt, () => other);
}
