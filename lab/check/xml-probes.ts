/**
 * Bodies that are signed rightly and are no XML of WeChat's: broken, of another kind, or made to
 * turn the parser against its server. The follower cannot send these; who learned one signature of
 * plain mode can.
 *
 * In the encrypted modes each is tried twice: as the message inside `<Encrypt>`, and as the body
 * itself, which a server has to read before it can check anything.
 *
 * @module
 */
import type { CheckCode } from "./finding-codes.ts";
import { openEntityTrap } from "./entity-trap.ts";
import { probesOf, when } from "./probe.ts";
import type { Probe } from "./probe.ts";
import { formatQuery, signedFields } from "./signed-query.ts";
import { answerOf, isReply } from "./subject.ts";
import type { Heard, Subject } from "./subject.ts";

/** A reply to one of these takes longer than this only where it hurts nobody. */
const TIMEOUT_MS = 3000;
const DEPTH = 20_000;
/** What `subject.text()` says of who writes. */
const SENDER = /<FromUserName><!\[CDATA\[[^<\]]*\]\]><\/FromUserName>/;

type Make = (subject: Subject) => string | Uint8Array;

/** What cannot be read to its end, so nobody can have meant it. */
const MALFORMED: Readonly<Record<string, Make>> = {
  "a body that is cut off": (subject) => subject.text().slice(0, -20),
  "a body with an element that is closed by another": (subject) =>
    subject.text().replace("</Content>", "</Contents>"),
};

/** What may be refused or acknowledged, as long as the server lives on. */
const STRANGE: Readonly<Record<string, Make>> = {
  "an empty body": () => "",
  "a body of blanks": () => " \r\n\t",
  "a body that is text": () => "hello",
  "a body with another root": () => "<a>1</a>",
  "a body with an empty root": () => "<xml></xml>",
  "a JSON body": () => JSON.stringify({ MsgType: "text", FromUserName: "o", Content: "hi" }),
  "bytes that are no UTF-8": () => Buffer.from([0x3c, 0x78, 0xff, 0xfe, 0x80, 0x00, 0x3e]),
  "a message without MsgType": (subject) =>
    subject.text().replace(/<MsgType><!\[CDATA\[[^<\]]*\]\]><\/MsgType>/, ""),
  "a message without FromUserName": (subject) =>
    subject.text().replace(SENDER, ""),
  "a message whose fields are nested": (subject) => withSender(subject, "<a>1</a>"),
  [`elements nested ${DEPTH} deep`]: (subject) =>
    subject.text().replace("</xml>", `${"<a>".repeat(DEPTH)}${"</a>".repeat(DEPTH)}</xml>`),
};

export const XML_PROBES: readonly Probe[] = probesOf({ group: "xml" }, [
  ...Object.entries(MALFORMED).map(([name, make]) =>
    bodyProbe(name, make, (heard) => when(isReply(heard), "MALFORMED-ANSWERED")),
  ),
  ...Object.entries(STRANGE).map(([name, make]) => bodyProbe(name, make, () => [])),
  {
    name: "a message with an entity of its own",
    needsAnswer: true,
    run: async (subject) => {
      // In FromUserName, for every reply repeats that, whatever its bot says.
      const xml = withDoctype(subject, '<!ENTITY e "oExpanded">', "&e;&e;");
      const heard = await subject.deliver(xml, { timeoutMs: TIMEOUT_MS });
      return when(answerOf(heard).includes("oExpandedoExpanded"), "ENTITY-EXPANDED");
    },
  },
  {
    name: "a message with an external entity",
    run: fetchesEntity,
  },
]);

function bodyProbe(
  name: string,
  make: Make,
  find: (heard: Heard) => readonly CheckCode[],
): Probe {
  return {
    name,
    group: "xml",
    run: async (subject) => {
      const body = make(subject);
      const inside = await subject.deliver(body, { timeoutMs: TIMEOUT_MS });
      if (subject.account.mode !== "plain") await sendBare(subject, body);
      return find(inside);
    },
  };
}

/** The body itself in an encrypted mode, with signatures that fit the `<Encrypt>` that it lacks. */
function sendBare(subject: Subject, body: string | Uint8Array): Promise<Heard> {
  const query = formatQuery(signedFields(subject.account.token, subject.now(), ""));
  return subject.send({ method: "POST", query, body, timeoutMs: TIMEOUT_MS });
}

/**
 * Whether the server fetches what an entity names: an address at which we listen, or a file that we
 * wrote. Only a server on this machine can do either.
 */
async function fetchesEntity(subject: Subject): Promise<readonly CheckCode[]> {
  if (!subject.isLocal) return [];
  const trap = await openEntityTrap();
  try {
    for (const place of [trap.url, trap.fileUrl]) {
      const xml = withDoctype(subject, `<!ENTITY e SYSTEM "${place}">`, "&e;");
      const heard = await subject.deliver(xml, { timeoutMs: TIMEOUT_MS });
      if (subject.account.mode !== "plain") await sendBare(subject, xml);
      if (trap.isSprung() || answerOf(heard).includes(trap.mark)) return ["EXTERNAL-ENTITY"];
    }
    await subject.deliver(withDtd(subject, trap.url), { timeoutMs: TIMEOUT_MS });
    return when(trap.isSprung(), "EXTERNAL-ENTITY");
  } finally {
    await trap.close();
  }
}

function withDoctype(subject: Subject, declaration: string, sender: string): string {
  return `<?xml version="1.0"?><!DOCTYPE xml [${declaration}]>${withSender(subject, sender)}`;
}

/** A text whose sender is markup. */
function withSender(subject: Subject, sender: string): string {
  const element = `<FromUserName>${sender}</FromUserName>`;
  return subject.text().replace(SENDER, element);
}

function withDtd(subject: Subject, url: string): string {
  return `<?xml version="1.0"?><!DOCTYPE xml SYSTEM "${url}">${subject.text()}`;
}
