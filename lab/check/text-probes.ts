/**
 * Texts that followers do write and that servers stumble over: control characters, emoji, XML, long
 * ones, `]]>`; and fields that WeChat adds without notice.
 *
 * @module
 */
import { withMember } from "../platform/json-format.ts";
import { pause } from "./pause.ts";
import { probesOf, when } from "./probe.ts";
import type { Found, Probe } from "./probe.ts";
import { openRaw, requestHead } from "./raw-connection.ts";
import { answerOf, isTurnedDown, isReply } from "./subject.ts";
import type { Heard, Subject } from "./subject.ts";

/** Ends a section of CDATA twice: some writers put only the first `]]>` right. */
const INJECTION = "a]]>b]]></X><EchostrCheck>1</EchostrCheck><X><![CDATA[c";

/** Characters of four bytes, and a family that is one character to its reader. */
const EMOJI = "测试😀𠮷👨‍👩‍👧";

const UNKNOWN_FIELDS =
  "<FutureField><![CDATA[1]]></FutureField>" +
  "<FutureList><item>1</item><item><a>2</a></item></FutureList>";

/** How long the second half of a body is held back, so that it comes as a packet of its own. */
const SPLIT_MS = 60;

export const TEXT_PROBES: readonly Probe[] = probesOf({ group: "text", needsAnswer: true }, [
  {
    name: "a text with U+0002",
    run: async (subject) => {
      const heard = await subject.deliver(subject.text({ Content: "你好\u0002" }));
      return [
        ...when(isTurnedDown(subject, heard), "CONTROL-CHARACTER-REFUSED"),
        ...(heard.status === 200 ? judged(heard) : []),
      ];
    },
  },
  {
    name: "a text with ]]> as WeChat sometimes leaves it",
    run: async (subject) => {
      const raw = subject.text({ Content: "MARK" }).replace("MARK", () => "a]]>b");
      return when(isTurnedDown(subject, await subject.deliver(raw)), "CDATA-END-REFUSED");
    },
  },
  {
    name: "a text with emoji",
    run: async (subject) => {
      const heard = await subject.deliver(subject.text({ Content: EMOJI }));
      return [...judged(heard), ...when(isGarbled(answerOf(heard)), "TEXT-GARBLED")];
    },
  },
  {
    name: "a body that comes in two pieces",
    formats: ["xml"],
    modes: ["plain"],
    run: async (subject) => {
      const received = await sendInPieces(subject, "o你好你好");
      const sender = /<ToUserName>(?:<!\[CDATA\[)?([^\]<]*)/.exec(received)?.[1];
      return when(sender !== undefined && sender !== "o你好你好", "TEXT-GARBLED");
    },
  },
  {
    name: "a text of 700 characters",
    run: async (subject) => {
      const xml = subject.text({ Content: "长".repeat(700) });
      return judged(await subject.deliver(xml));
    },
  },
  {
    name: "a text that is XML with ]]> in it",
    formats: ["xml"],
    run: async (subject) => {
      const heard = await subject.deliver(subject.text({ Content: INJECTION }));
      return isInjected(heard) ? ["REPLY-INJECTED"] : judged(heard);
    },
  },
  {
    name: "a FromUserName with ]]> in it",
    formats: ["xml"],
    run: async (subject) => {
      const heard = await subject.deliver(subject.text({ FromUserName: `o${INJECTION}` }));
      return when(isInjected(heard), "OPENID-INJECTED");
    },
  },
  {
    name: "a text with unknown fields",
    run: async (subject) => {
      const text = subject.text();
      const isJson = subject.account.format === "json";
      const body = isJson
        ? withMember(text, "EchostrNew", "1")
        : text.replace("</xml>", `${UNKNOWN_FIELDS}</xml>`);
      return when(isTurnedDown(subject, await subject.deliver(body)), "UNKNOWN-FIELD-REFUSED");
    },
  },
  {
    name: "a message behind a byte order mark",
    run: async (subject) => {
      const heard = await subject.deliver(`\uFEFF${subject.text()}`);
      return when(isTurnedDown(subject, heard), "BOM-REFUSED");
    },
  },
]);

/** What the judge says of the answer; that nothing came is its business as well. */
function judged(heard: Heard): readonly Found[] {
  return heard.verdict?.findings ?? [];
}

/** The mark stands as an element of the reply, not in one of its texts. */
function isInjected(heard: Heard): boolean {
  if (!isReply(heard)) return false;
  const outsideOfCdata = answerOf(heard).replace(/<!\[CDATA\[[\s\S]*?(?:\]\]>|$)/g, "");
  return outsideOfCdata.includes("<EchostrCheck>");
}

/** A bot that repeats the text shows what became of it; of any other nothing can be told. */
function isGarbled(answer: string): boolean {
  const isRepeated = answer.includes("测试");
  return answer.includes("\uFFFD") || (isRepeated && /测试\?/.test(answer));
}

/** A message cut between the bytes of one character, and the response. */
async function sendInPieces(subject: Subject, sender: string): Promise<string> {
  const sealed = subject.seal(subject.text({ FromUserName: sender }));
  const body = Buffer.from(sealed.body);
  const cut = body.indexOf(Buffer.from("好")) + 1;
  const connection = await openRaw(subject.url, subject.insecure).catch(() => undefined);
  if (connection === undefined) return "";
  const head = requestHead(subject.url, "POST", sealed.query(subject.now()), {
    "Content-Type": "text/xml",
    "Content-Length": String(body.length),
    Connection: "close",
  });
  connection.write(Buffer.concat([Buffer.from(head), body.subarray(0, cut)]));
  await pause(SPLIT_MS);
  connection.write(body.subarray(cut));
  await pause(subject.patienceMs, connection.closed);
  connection.close();
  return connection.received();
}
