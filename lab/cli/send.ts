/**
 * `echostr-lab send URL …`: delivers one message or event to any server, as WeChat would.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { composeMessage } from "../platform/compose.ts";
import { deliver } from "../platform/delivery.ts";
import { readDescription } from "../platform/description.ts";
import { createHttpTarget, parseAddress } from "../platform/http-target.ts";
import { nextMessageId } from "../platform/identifiers.ts";
import { invalidInput } from "../platform/lab-input.ts";
import { sampleNamed, samples } from "../platform/samples.ts";
import { seal } from "../platform/sealing.ts";
import type { Description, DeliveryRecord, LabAccount } from "../platform/types.ts";
import { curlLine } from "../send/curl-line.ts";
import { describeWords, withFields } from "../send/describe-words.ts";
import { formatRecord } from "../send/record-text.ts";
import { ACCOUNT_OPTIONS, readLabAccount } from "./account-options.ts";
import { SEND_HELP } from "./help.ts";
import { orRefusal, processIo } from "./io.ts";
import type { LabIo } from "./io.ts";

/** The same follower each time, so that a conversation goes on from one command to the next. */
const OPEN_ID = "oEchostrSend_0123456789abcde";

/**
 * @param args the words behind `send`
 * @returns the exit status
 */
export function sendCommand(args: readonly string[], io: LabIo = processIo): Promise<number> {
  return orRefusal(io, "send", () => send(args, io));
}

async function send(args: readonly string[], io: LabIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...ACCOUNT_OPTIONS,
      sample: { type: "string" },
      json: { type: "string" },
      field: { type: "string", multiple: true },
      openid: { type: "string" },
      deliveries: { type: "string" },
      insecure: { type: "boolean" },
      list: { type: "boolean" },
      curl: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) {
    io.out(SEND_HELP[io.language]);
    return 0;
  }
  if (values.list === true) {
    io.out(samples().map(({ name }) => `${name}\n`).join(""));
    return 0;
  }
  const [address, ...words] = positionals;
  if (address === undefined) throw invalidInput("An address expected, got none");
  parseAddress(address);
  const account = readLabAccount(values, io);
  const described = describe(words, values.sample, values.json);
  const description = readDescription(withFields(described, values.field ?? []));
  const openId = values.openid ?? OPEN_ID;
  if (values.curl === true) {
    io.out(`${asCurl(address, account, description, openId)}\n`);
    return 0;
  }
  const target = createHttpTarget(address, { insecure: values.insecure });
  const deliveries = readDeliveries(values.deliveries);
  const record = await deliver(target, account, description, { openId, deliveries });
  io.out(formatRecord(record, address, io.color, io.language));
  return statusOf(record);
}

/** From words, a sample or JSON: one of the three. */
function describe(
  words: readonly string[],
  sample: string | undefined,
  json: string | undefined,
): Description {
  const given = [words.length > 0, sample !== undefined, json !== undefined].filter(Boolean);
  if (given.length !== 1) {
    const got = given.length === 0 ? "none" : String(given.length);
    throw invalidInput(`One of KIND, --sample and --json expected, got ${got}`);
  }
  if (sample !== undefined) {
    const found = sampleNamed(sample);
    if (found === undefined) throw invalidInput(`--sample takes a name of --list, got "${sample}"`);
    return found.description;
  }
  return json === undefined ? describeWords(words) : readDescription(parseJson(json));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw invalidInput(`--json must be JSON: ${(cause as Error).message}`, { cause });
  }
}

function asCurl(
  address: string,
  account: LabAccount,
  description: Description,
  openId: string,
): string {
  const now = Date.now();
  const CreateTime = Math.floor(now / 1000);
  const MsgId = nextMessageId(now);
  const envelope = { ToUserName: account.originalId, FromUserName: openId, CreateTime, MsgId };
  const composed = composeMessage(description, envelope, { format: account.format });
  const { query, body, contentType } = seal(account, composed, { timestamp: CreateTime });
  const headers = { "Content-Type": contentType };
  return curlLine({ method: "POST", address, query, headers, body });
}

function readDeliveries(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^[1-9]$/.test(value)) return Number(value);
  throw invalidInput(`--deliveries must be 1 to 9, got "${value}"`);
}

const NOT_REACHED: ReadonlySet<string | undefined> = new Set(["refused", "dns", "tls"]);

/** An answer that is right in all but a note or warning is right, unless the follower reads the notice of a fault. */
function statusOf({ attempts }: DeliveryRecord): 0 | 1 | 3 {
  const last = attempts.at(-1);
  if (NOT_REACHED.has(last?.reason)) return 3;
  return last?.verdict?.ok === true ? 0 : 1;
}
