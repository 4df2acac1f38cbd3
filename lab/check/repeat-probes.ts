/**
 * What WeChat does when an answer does not come in time: it delivers the message again. Nothing
 * tells from outside how often a handler ran; but the answers to the repeats tell much. Those of a
 * slow bot do not: it may rightly leave one delivery to the next.
 *
 * @module
 */
import { probesOf } from "./probe.ts";
import type { Found, Probe } from "./probe.ts";
import { isReply } from "./subject.ts";
import type { Heard, Subject } from "./subject.ts";

export const REPEAT_PROBES: readonly Probe[] = probesOf({ group: "repeats", needsAnswer: true, needsQuick: true }, [
  {
    name: "a message delivered again, with the same query and with a new one",
    run: async (subject) => {
      const message = makeMessage(subject);
      const first = await message.send("same");
      return compare([first, await message.send("same"), await message.send("new")]);
    },
  },
  {
    name: "a message delivered three times at once, and again",
    run: async (subject) => {
      const message = makeMessage(subject);
      const atOnce = await Promise.all([
        message.send("new"),
        message.send("new"),
        message.send("new"),
      ]);
      return compare([...atOnce, await message.send("new")]);
    },
  },
]);

interface Repeated {
  send(query: "same" | "new"): Promise<Heard>;
}

function makeMessage(subject: Subject): Repeated {
  const xml = subject.text();
  const { body, query } = subject.seal(xml, xml);
  const first = query(subject.now());
  return {
    send: (which) => {
      const used = which === "same" ? first : query(subject.now());
      return subject.send({ method: "POST", query: used, body, isJudged: true });
    },
  };
}

/** Says something only where one of the deliveries got a reply. */
function compare(heard: readonly Heard[]): readonly Found[] {
  const replies = heard.filter(isReply);
  if (replies.length === 0) return [];
  const others = heard.filter((one) => !isReply(one));
  if (others.some((one) => one.status >= 400)) return ["REPEAT-REFUSED"];
  if (others.some((one) => one.status === 200)) return ["REPEAT-EMPTY"];
  const shown = new Set(replies.map((one) => JSON.stringify(one.verdict?.shows)));
  return shown.size > 1 ? ["REPEAT-DIFFERS"] : [];
}
