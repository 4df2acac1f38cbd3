/**
 * The handshake: the echostr must be returned byte for byte, and only to somebody who knows the token.
 *
 * @module
 */
import { randomEchostr } from "../platform/identifiers.ts";
import type { CheckCode } from "./finding-codes.ts";
import { probesOf, when } from "./probe.ts";
import type { Probe } from "./probe.ts";
import { exampleToken, formatQuery, signedFields } from "./signed-query.ts";
import type { QueryFields } from "./signed-query.ts";
import type { Heard, Subject } from "./subject.ts";

/** WeChat documents no limit for the handshake; WeCom, its sister, allows one of five seconds. */
const SLOW_PART = 1 / 5;
const DAY_MS = 86_400_000;

/** The first of all: whether this is a server of the kind at all. */
export const HANDSHAKE_PROBE: Probe = {
  name: "the handshake",
  group: "handshake",
  isModest: true,
  run: async (subject) => {
    const echostr = randomEchostr();
    const heard = await shakeHands(subject, echostr);
    const isSlow = heard.status !== 0 && heard.ms > subject.patienceMs * SLOW_PART;
    return [...faultOfEcho(heard, echostr), ...when(isSlow, "HANDSHAKE-SLOW")];
  },
};

/** How a query comes about that should be refused. */
type Way = (signed: QueryFields, now: number, token: string) => QueryFields;

/** Handshakes by somebody who does not know the token. */
const FORGERIES: Readonly<Record<string, Way>> = {
  "a handshake without a query but for echostr": () => ({}),
  "a handshake without signature": (signed) => ({ ...signed, signature: undefined }),
  "a handshake with a wrong signature": (signed) => ({ ...signed, signature: "0".repeat(40) }),
  "a handshake signed with an empty token": (_signed, now) => signedFields("", now),
  "a handshake signed with a token of examples": (_signed, now, token) =>
    signedFields(exampleToken(token), now),
  "a handshake with encrypt_type and msg_signature": (signed) => ({
    ...signed,
    signature: undefined,
    encrypt_type: "aes",
    msg_signature: "0".repeat(40),
  }),
  "a handshake whose parameters are lists": (signed) => ({
    "signature[]": signed["signature"],
    "timestamp[]": signed["timestamp"],
    "nonce[]": signed["nonce"],
  }),
};

export const HANDSHAKE_PROBES: readonly Probe[] = probesOf({ group: "handshake" }, [
  {
    name: "an echostr with special characters",
    run: async (subject) => {
      const echostr = "a+b/c==&d <e> \"f\" 'g' %25 你好";
      const heard = await shakeHands(subject, echostr);
      // A server that wants digits only may refuse this one.
      const isEcho = heard.status === 200 && /a.?b/.test(heard.text);
      return when(isEcho && heard.text !== echostr, "HANDSHAKE-ESCAPED");
    },
  },
  ...Object.entries(FORGERIES).map(([name, alter]) => ({
    name,
    run: async (subject: Subject) => {
      const echostr = randomEchostr();
      const now = subject.now();
      const { token } = subject.account;
      const signed = alter(signedFields(token, now), now, token);
      const heard = await get(subject, { ...signed, echostr });
      return when(echoes(heard, echostr), "HANDSHAKE-UNSIGNED");
    },
  })),
  {
    name: "an unsigned handshake whose echostr is HTML",
    run: async (subject) => {
      const echostr = "<b>echostr check</b>";
      const heard = await get(subject, { echostr });
      const type = heard.headers["content-type"] ?? "text/html";
      return when(echoes(heard, echostr) && /html/i.test(type), "HANDSHAKE-SCRIPT");
    },
  },
  {
    name: "a handshake that was signed a day ago",
    needsAnswer: true,
    run: async (subject) => {
      const echostr = randomEchostr();
      const signed = signedFields(subject.account.token, subject.now() - DAY_MS);
      const heard = await get(subject, { ...signed, echostr });
      return when(echoes(heard, echostr), "OLD-TIMESTAMP-ANSWERED");
    },
  },
]);

/** A right handshake. */
export function shakeHands(subject: Subject, echostr: string): Promise<Heard> {
  return get(subject, { ...signedFields(subject.account.token, subject.now()), echostr });
}

function get(subject: Subject, fields: QueryFields): Promise<Heard> {
  return subject.send({ method: "GET", query: formatQuery(fields) });
}

/** A body that carries the echostr; a status of an error does not make it better. */
function echoes(heard: Heard, echostr: string): boolean {
  return heard.status === 200 && heard.text.includes(echostr);
}

/** What is wrong with the answer to a right handshake; at most one cause, and its type. */
export function faultOfEcho(heard: Heard, echostr: string): readonly CheckCode[] {
  if (heard.status === 0) return ["HANDSHAKE-NO-ANSWER"];
  if (heard.status !== 200) return [faultOfStatus(heard.status)];
  if (heard.text !== echostr) return [faultOfBody(heard.text, echostr)];
  const type = heard.headers["content-type"];
  return when(type === undefined || !/^text\/plain\b/i.test(type), "HANDSHAKE-TYPE");
}

function faultOfStatus(status: number): CheckCode {
  if (status >= 300 && status < 400) return "HANDSHAKE-REDIRECT";
  if (status === 404 || status === 405) return "HANDSHAKE-NOT-FOUND";
  return status >= 500 ? "HANDSHAKE-FAILED" : "HANDSHAKE-REFUSED";
}

/** The ways in which frameworks change a text on its way out, most particular first. */
type FaultOfBody = readonly [CheckCode, (text: string, echostr: string) => boolean];

const FAULTS_OF_BODY: readonly FaultOfBody[] = [
  ["HANDSHAKE-BOM", (text, echostr) => text.startsWith("\uFEFF") && text.trim() === echostr],
  ["HANDSHAKE-WHITESPACE", (text, echostr) => text.trim() === echostr],
  ["HANDSHAKE-QUOTED", (text, echostr) => text.trim() === JSON.stringify(echostr)],
  ["HANDSHAKE-NUMBER", (text, echostr) => text.trim() !== "" && Number(text) === Number(echostr)],
];

/** An error page with status 200 is a refusal too, if a quiet one. */
function faultOfBody(text: string, echostr: string): CheckCode {
  return FAULTS_OF_BODY.find(([, fits]) => fits(text, echostr))?.[0] ?? "HANDSHAKE-ALTERED";
}
