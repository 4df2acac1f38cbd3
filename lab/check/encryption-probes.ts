/**
 * Encrypted messages that are signed rightly and wrong inside. Only who has the key can make them,
 * so none of them opens a door; but each check that a server leaves out is one that a leaked token,
 * a key shared by two accounts, or the next fault in its code will need.
 *
 * @module
 */
import type { LabMode } from "../platform/types.ts";
import type { CheckCode } from "./finding-codes.ts";
import { probesOf, when } from "./probe.ts";
import type { Found, Probe } from "./probe.ts";
import { formatQuery, signedFields } from "./signed-query.ts";
import { isReply } from "./subject.ts";
import type { Heard, Subject } from "./subject.ts";
import { paddingOf, rightPadding, unevenPadding } from "./tampered-frame.ts";
import type { Tampering } from "./tampered-frame.ts";

const ENCRYPTED: readonly LabMode[] = ["compat", "safe"];

/** What must be refused; the code says what was not looked at when it is answered. */
const TAMPERED: readonly (readonly [name: string, CheckCode, Tampering])[] = [
  ["padding of zeros", "PADDING-UNCHECKED", { padding: paddingOf(0) }],
  ["padding that says 33", "PADDING-UNCHECKED", { padding: paddingOf(33) }],
  ["padding that says 255", "PADDING-UNCHECKED", { padding: paddingOf(255) }],
  ["padding whose bytes differ", "PADDING-UNCHECKED", { padding: unevenPadding }],
  ["a length field of -1", "LENGTH-UNCHECKED", { lengthField: -1 }],
  ["a length field larger than the frame", "LENGTH-UNCHECKED", { lengthField: 1_000_000 }],
  ["the appid of another account", "APPID-UNCHECKED", { appId: "wxffffffffffffffff" }],
  ["no appid", "APPID-UNCHECKED", { appId: "" }],
];

/** What need not be refused by all, as long as the server lives on. */
const BROKEN: Readonly<Record<string, (subject: Subject) => string>> = {
  "an <Encrypt> that is no base64": () => "这不是 base64!*",
  "an empty <Encrypt>": () => "",
  "an <Encrypt> of 15 bytes": () => Buffer.alloc(15, 1).toString("base64"),
  "an <Encrypt> of one block of noise": () => Buffer.alloc(32, 7).toString("base64"),
  "an <Encrypt> that is cut off": (subject) => subject.encrypt(subject.text()).slice(0, -30),
  "an encrypted frame that is too short": (subject) =>
    subject.encrypt("", { appId: "", padding: () => Buffer.alloc(12, 12) }),
  "an encrypted message of no bytes": (subject) => subject.encrypt(""),
  "an encrypted message that is no XML": (subject) => subject.encrypt("success"),
  "an encrypted JSON message": (subject) =>
    subject.encrypt(JSON.stringify({ MsgType: "text", Content: "你好" })),
  "an encrypted message with another root": (subject) => subject.encrypt("<a>1</a>"),
};

export const ENCRYPTION_PROBES: readonly Probe[] = probesOf({ group: "encryption", modes: ENCRYPTED }, [
  ...TAMPERED.map(([name, code, tampering]) => ({
    name,
    needsAnswer: true,
    run: async (subject: Subject) => when(isReply(await sendLocked(subject, tampering)), code),
  })),
  ...Object.entries(BROKEN).map(([name, make]) => ({
    name,
    run: async (subject: Subject) => {
      await sendEncrypt(subject, make(subject));
      return [];
    },
  })),
  {
    name: "a text of a follower whose openid is shorter by 16",
    needsAnswer: true,
    run: findPaddingOf16,
  },
]);

/**
 * Every second answer that is padded to blocks of 16 bytes, as AES libraries do by themselves, is a multiple
 * of 32 by chance. The openid stands in the answer: of two whose lengths differ by 16 one shows it.
 */
async function findPaddingOf16(subject: Subject): Promise<readonly Found[]> {
  const openId = subject.openId.slice(0, -BLOCK_BYTES_OF_AES);
  const attempts = await subject.converse({ MsgType: "text", Content: "你好" }, 1, openId);
  const findings = attempts.flatMap(({ verdict }) => verdict?.findings ?? []);
  return findings.filter(({ code }) => code === "DECRYPT-PADDING");
}

const BLOCK_BYTES_OF_AES = 16;

/** How many bytes of padding a tampered frame has: enough for some of them to differ. */
const PADDING_BYTES = 5;

async function sendLocked(subject: Subject, tampering: Tampering): Promise<Heard> {
  const Content = "x".repeat(40);
  const appId = tampering.appId ?? subject.account.appId;
  const bytes = 20 + Buffer.byteLength(subject.text({ Content }) + appId);
  const more = (rightPadding(bytes).length - PADDING_BYTES + 32) % 32;
  const message = subject.text({ Content: Content + "x".repeat(more) });
  return sendEncrypt(subject, subject.encrypt(message, tampering));
}

function sendEncrypt(subject: Subject, encrypt: string): Promise<Heard> {
  const query = formatQuery({
    ...signedFields(subject.account.token, subject.now(), encrypt),
    openid: subject.openId,
  });
  return subject.send({ method: "POST", query, body: subject.wrap(encrypt) });
}
