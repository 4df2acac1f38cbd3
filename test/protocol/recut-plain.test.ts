/** What can be made in plain mode of a request that somebody has seen: this, and no more. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { asCaptured, recuts } from "../support/recuts.ts";
import type { Captured } from "../support/recuts.ts";
import { cryptoVectors, inboundPayloads } from "../support/payloads.ts";
import { seeded } from "../support/random.ts";
import { echostr } from "../support/subject.ts";
import { wireText } from "../support/wire.ts";

type Pair = readonly [timestamp: string, nonce: string];

/**
 * The other pairs of timestamp and nonce that have the same signature. Where the token stands at
 * one end of the text, which is so with all tokens but some that begin with a digit, there are two
 * at most: the 10 digits at the beginning may be the timestamp, or those at the end, whatever is
 * left being the nonce. Where it stands between the two, they can only change places. A token of
 * digits may be found in the text at a second place.
 */
function survivors({ token, timestamp, nonce }: Captured): readonly string[] {
  const text = [token, timestamp, nonce].sort().join("");
  const places = [...text].map((_, at) => at).filter((at) => text.startsWith(token, at));
  const pairs = places.flatMap((at) => others(text.slice(0, at), text.slice(at + token.length)));
  const right = pairs
    .filter(([time, once]) => /^[0-9]{10}$/.test(time) && once.length <= 32)
    .filter((pair) => [token, ...pair].sort().join("") === text)
    .map((pair) => pair.join(" "))
    .filter((pair) => pair !== `${timestamp} ${nonce}`);
  return [...new Set(right)].sort();
}

function others(head: string, tail: string): readonly Pair[] {
  if (head !== "" && tail !== "") return [[head, tail], [tail, head]];
  const joined = head + tail;
  return [
    [joined.slice(0, 10), joined.slice(10)],
    [joined.slice(-10), joined.slice(0, -10)],
  ];
}

/** Those that are answered, each sent in the second of its timestamp; and how many were tried. */
async function answered(captured: Captured): Promise<{ pairs: Set<string>; tried: number }> {
  const bot = echostr.createBot({ token: captured.token, delivery: false, log: () => {} });
  const send = async (request: { query: string; body: string }, at: string): Promise<string> => {
    const receivedAt = Number(/^[0-9]{10}$/.test(at) ? at : captured.timestamp) * 1000;
    return (await bot.callback({ method: "POST", ...request, receivedAt })).outcome;
  };
  assert.equal(await send(asCaptured(captured), captured.timestamp), "nothing");
  const pairs = new Set<string>();
  let tried = 0;
  for (const recut of recuts(captured)) {
    tried += 1;
    if ((await send(recut, recut.timestamp)) === "refused") continue;
    pairs.add(`${recut.timestamp} ${recut.nonce}`);
  }
  return { pairs, tried };
}

const BODY = wireText("你好");

const NONCES: readonly string[] = [
  ...["1590219412", "415670741", "17141124", "1714112", "9", "17", "171411244", "0", "00"],
  ...["xxxxxx", "a1714112445", "1714112445a", "1".repeat(32), "9".repeat(22), "1714112446"],
];

const TOKENS: readonly string[] = [
  ...["weixin", "AAAAA", "tok3nOfRecuts", "000", "1714112446", "18", "1714", "9", "5x", "10a"],
];

function of(token: string, timestamp: string, nonce: string): Captured {
  return { token, timestamp, nonce, body: BODY };
}

describe("A request of plain mode, cut, permuted and extended,", () => {
  it("is answered in the one or two cuts that have the same signature, no more", async (context) => {
    const captured = [
      ...cryptoVectors.map(({ token, timestamp, nonce }) => of(token, timestamp, nonce)),
      ...TOKENS.flatMap((token) => NONCES.map((nonce) => of(token, "1714112445", nonce))),
    ];
    let [all, left] = [0, 0];
    for (const each of captured) {
      const { pairs, tried } = await answered(each);
      assert.deepEqual([...pairs].sort(), survivors(each), JSON.stringify(each));
      if (!/^[0-9]/.test(each.token)) assert.ok(pairs.size <= 2);
      all += tried;
      left += pairs.size;
    }
    context.diagnostic(`${all} variants of ${captured.length} requests, ${left} of them answered`);
    assert.ok(all > 100 * captured.length && left > 10);
  });

  it("is answered alike, whichever message is in it", async (context) => {
    let all = 0;
    for (const [at, { text: body }] of inboundPayloads.entries()) {
      if (body.includes("<Encrypt>")) continue;
      const captured = { ...of("weixin", "1714112445", NONCES[at % NONCES.length] ?? ""), body };
      const { pairs, tried } = await answered(captured);
      assert.deepEqual([...pairs].sort(), survivors(captured));
      all += tried;
    }
    context.diagnostic(`${all} variants of ${inboundPayloads.length} requests`);
  });

  // The examples of docs/protocol.md.
  const examples: Readonly<Record<string, readonly [Captured, readonly string[]]>> = {
    "a nonce of 10 digits changes places with the timestamp": [
      of("AAAAA", "1714036504", "1514711492"),
      ["1514711492 1714036504"],
    ],
    "a nonce of 9 digits, behind the timestamp, takes its last digit": [
      of("AAAAA", "1714037051", "786452656"),
      ["1786452656 171403705"],
    ],
    "a nonce of letters leaves nothing": [of("AAAAA", "1409304348", "xxxxxx"), []],
    "a token between the two leaves nothing but the exchange": [
      of("18", "1714037051", "786452656"),
      [],
    ],
  };
  for (const [what, [captured, left]] of Object.entries(examples)) {
    it(`: ${what}`, async () => {
      assert.deepEqual([...(await answered(captured)).pairs], left);
    });
  }

  it("is answered within the following year in 1.6 of 100 cases, if nonces are uniform", (context) => {
    const [year, most] = [31_536_000, 2 ** 31];
    const random = seeded(20);
    const [first, runs] = [1_714_037_050, 400_000];
    let found = 0;
    for (let run = 0; run < runs; run += 1) {
      const seconds = first + random.below(year);
      const left = survivors(of("token", String(seconds), String(random.below(most))));
      const isLater = (pair: string): boolean => {
        const later = Number(pair.slice(0, 10)) - seconds;
        return later > 600 && later <= year;
      };
      if (left.some(isLater)) found += 1;
    }
    const share = (found / runs) * 100;
    context.diagnostic(`${share.toFixed(2)} of 100`);
    // Of 2^31 nonces as many as a year has seconds change places with the timestamp; a tenth of
    // them is cut one digit earlier, a hundredth two digits earlier.
    const expected = (year / most) * 1.11 * 100;
    assert.ok(Math.abs(share - expected) < 0.1, `${share} instead of ${expected}`);
  });
});
