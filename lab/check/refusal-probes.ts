/**
 * Messages by somebody who does not know the token, or only once saw a request of WeChat's. None of
 * them may be answered.
 *
 * What must be proven follows from the account's settings, never from the request: most of these
 * ask a server to look at something other than what it should.
 *
 * @module
 */
import type { LabMode } from "../platform/types.ts";
import type { CheckCode } from "./finding-codes.ts";
import { probesOf, when } from "./probe.ts";
import type { Probe } from "./probe.ts";
import { exampleToken, formatQuery, signedFields } from "./signed-query.ts";
import type { QueryFields } from "./signed-query.ts";
import { answerOf, isReply } from "./subject.ts";
import type { Heard, Subject } from "./subject.ts";

const WRONG = "0123456789abcdef0123456789abcdef01234567";
const DAY_MS = 86_400_000;
const ENCRYPTED: readonly LabMode[] = ["compat", "safe"];

/** A query made of a right one; `now` is in milliseconds. */
type Way = (signed: QueryFields, now: number, token: string) => QueryFields;

/** Signatures that are missing or wrong, on a plain message. */
const UNSIGNED: Readonly<Record<string, Way>> = {
  "a message without a query": () => ({}),
  "a message without signature": (signed) => ({ ...signed, signature: undefined }),
  "a message with a wrong signature": (signed) => ({ ...signed, signature: WRONG }),
  "a message with an empty signature": (signed) => ({ ...signed, signature: "" }),
  "a message signed with another token": (_signed, now) => signedFields("another-token", now),
  "a message signed with an empty token": (_signed, now) => signedFields("", now),
  "a message signed with a token of examples": (_signed, now, token) =>
    signedFields(exampleToken(token), now),
  "a plain message with encrypt_type=raw": (signed) => ({
    ...signed,
    signature: WRONG,
    encrypt_type: "raw",
  }),
  "a plain message with encrypt_type=aes": (signed) => ({
    ...signed,
    signature: WRONG,
    encrypt_type: "aes",
  }),
  "a plain message with encrypt_type=aes and a wrong msg_signature": (signed) => ({
    ...signed,
    signature: undefined,
    encrypt_type: "aes",
    msg_signature: WRONG,
  }),
  "a message whose parameters are lists": (signed) => ({
    "signature[]": signed["signature"],
    "timestamp[]": signed["timestamp"],
    "nonce[]": signed["nonce"],
  }),
};

/** Encrypted messages on which only `msg_signature` is missing or wrong. */
const UNBOUND: Readonly<Record<string, Way>> = {
  "an encrypted message without any signature": (signed) => ({
    encrypt_type: "aes",
    timestamp: signed["timestamp"],
    nonce: signed["nonce"],
  }),
  "an encrypted message without msg_signature": (signed) => ({
    ...signed,
    msg_signature: undefined,
  }),
  "an encrypted message with a wrong msg_signature": (signed) => ({
    ...signed,
    msg_signature: WRONG,
  }),
  "an encrypted message with signature in the place of msg_signature": (signed) => ({
    ...signed,
    msg_signature: signed["signature"],
  }),
};

export const REFUSAL_PROBES: readonly Probe[] = probesOf({ group: "refusals" }, [
  ...Object.entries(UNSIGNED).map(([name, alter]) => ({
    name,
    isModest: alter === UNSIGNED["a message with a wrong signature"],
    run: async (subject: Subject) => {
      const now = subject.now();
      const { token } = subject.account;
      const query = alter(signedFields(token, now), now, token);
      return judgeForgery(subject, await post(subject, query, subject.text()), "UNSIGNED-ANSWERED");
    },
  })),
  {
    name: "a body with another root, encrypt_type=aes and a wrong msg_signature",
    run: async (subject) => {
      // What is looked for in <Encrypt> is not there, and neither is <xml>.
      const query = { timestamp: "1", nonce: "1", encrypt_type: "aes", msg_signature: WRONG };
      return judgeForgery(subject, await post(subject, query, "<a>1</a>"), "UNSIGNED-ANSWERED");
    },
  },
  ...Object.entries(UNBOUND).map(([name, alter]) => ({
    name,
    modes: ENCRYPTED,
    run: async (subject: Subject) => {
      const encrypt = subject.encrypt(subject.text());
      const now = subject.now();
      const { token } = subject.account;
      const query = alter(signedFields(token, now, encrypt), now, token);
      const heard = await post(subject, query, subject.wrap(encrypt));
      return judgeForgery(subject, heard, "MSG-SIGNATURE-UNCHECKED");
    },
  })),
  {
    name: "an encrypted message with the msg_signature of another one",
    modes: ENCRYPTED,
    run: async (subject) => {
      const { token } = subject.account;
      const query = signedFields(token, subject.now(), subject.encrypt(subject.text()));
      const heard = await post(subject, query, subject.wrap(subject.encrypt(subject.text())));
      return judgeForgery(subject, heard, "MSG-SIGNATURE-UNCHECKED");
    },
  },
  plainAnswered("safe", "PLAIN-ANSWERED"),
  plainAnswered("compat", "COMPAT-PLAIN-ANSWERED"),
  {
    name: "plain fields that differ from those inside <Encrypt>",
    modes: ["compat"],
    needsAnswer: true,
    run: async (subject) => {
      const other = "oSomebodyElse0000000000000000";
      const encrypt = subject.encrypt(subject.text());
      const plain = subject.text({ FromUserName: other });
      const query = signedFields(subject.account.token, subject.now(), encrypt);
      const heard = await post(subject, query, subject.wrap(encrypt, plain), true);
      return when(isReply(heard) && answerOf(heard).includes(other), "COMPAT-FIELDS-BELIEVED");
    },
  },
  {
    name: "a message that was signed a day ago",
    needsAnswer: true,
    run: async (subject) => {
      const heard = await subject.deliver(subject.text(), { now: subject.now() - DAY_MS });
      return when(isReply(heard), "OLD-TIMESTAMP-ANSWERED");
    },
  },
]);

/** A plain message with the right `signature`, which anybody may have who saw one request. */
function plainAnswered(mode: LabMode, code: CheckCode): Probe {
  return {
    name: "a plain message with a right signature",
    group: "refusals",
    modes: [mode],
    run: async (subject) => {
      const query = signedFields(subject.account.token, subject.now());
      return judgeForgery(subject, await post(subject, query, subject.text()), code);
    },
  };
}

function post(
  subject: Subject,
  query: QueryFields,
  body: string,
  isJudged = false,
): Promise<Heard> {
  return subject.send({ method: "POST", query: formatQuery(query), body, isJudged });
}

/**
 * A reply shows that the handler ran. Where a right message gets no reply either, an equal answer
 * leaves it open.
 */
function judgeForgery(subject: Subject, heard: Heard, code: CheckCode): readonly CheckCode[] {
  if (isReply(heard)) return [code];
  const { usual } = subject;
  const isAlike = heard.status === 200 && usual?.isReply === false && heard.text === usual.text;
  return when(isAlike, "FORGED-INDISTINCT");
}
