/**
 * Answers for the judge, written by the tests' own side of the wire: a right one in each mode, and
 * a way to make it wrong.
 *
 * @module
 */
import { judge, judgeNoAnswer } from "../../../lab/platform/judge.ts";
import { LabNoAnswer } from "../../../lab/platform/no-answer.ts";
import { prepareLabAccount } from "../../../lab/platform/accounts.ts";
import type { LabAccountInput } from "../../../lab/platform/accounts.ts";
import type {
  Description,
  LabAccount,
  LabMode,
  LabResponse,
  MediaType,
  NoAnswerReason,
  Verdict,
} from "../../../lab/platform/types.ts";
import { wireEncrypt, wireSign, wireXml } from "../../support/wire.ts";
import type { WirePairs, WireRecord } from "../../support/wire.ts";
import type { WireEncryption } from "../../support/wire-encryption.ts";

export const ACCOUNT: LabAccount = prepareLabAccount({
  originalId: "gh_0fficia1acc0",
  token: "tok3nOfTheAccount",
  appId: "wx5823bf96d3bd56c7",
});
export const FOLLOWER = "oFollower_7Kc-93aBqXyZ0123456";
export const NOW = 1_714_112_445;

export const TEXT_MESSAGE: Description = { MsgType: "text", Content: "你好" };
export const CLICK: Description = { MsgType: "event", Event: "CLICK", EventKey: "K" };

/** The fields of a right reply, with some of them changed. */
export function reply(fields: WireRecord = {}): string {
  return wireXml({
    ToUserName: FOLLOWER,
    FromUserName: ACCOUNT.originalId,
    CreateTime: NOW,
    MsgType: "text",
    Content: "测试",
    ...fields,
  });
}

/** A right reply but for one field, which is not there. */
export function replyWithout(name: string): string {
  const fields: WireRecord = {
    ToUserName: FOLLOWER,
    FromUserName: ACCOUNT.originalId,
    CreateTime: NOW,
    MsgType: "text",
    Content: "测试",
  };
  return wireXml(Object.entries(fields).filter(([field]) => field !== name) as WirePairs);
}

/** A reply of another kind. */
export function replyOf(MsgType: string, fields: WireRecord): string {
  const head = { ToUserName: FOLLOWER, FromUserName: ACCOUNT.originalId, CreateTime: NOW };
  return wireXml({ ...head, MsgType, ...fields });
}

/** Articles for a reply of news. */
export function articles(count: number, item: WireRecord = {}): WireRecord {
  const one = { Title: "标题", Description: "描述", PicUrl: "http://a/1.jpg", Url: "http://a/" };
  const items: WirePairs = Array.from(
    { length: count },
    () => ["item", { ...one, ...item }] as const,
  );
  return { ArticleCount: count, Articles: items };
}

/** An encrypted answer; what is given replaces the right parts. */
export function sealed(
  message: string,
  wrong: {
    readonly encryption?: Partial<WireEncryption>;
    readonly encrypt?: string;
    readonly fields?: WireRecord;
    readonly without?: string;
  } = {},
): string {
  const key = { encodingAesKey: ACCOUNT.encodingAesKey ?? "", appId: ACCOUNT.appId };
  const encrypt = wrong.encrypt ?? wireEncrypt(message, { ...key, ...wrong.encryption });
  const [timestamp, nonce] = [String(NOW), "415670741"];
  const fields: WireRecord = {
    Encrypt: encrypt,
    MsgSignature: wireSign(ACCOUNT.token, timestamp, nonce, encrypt),
    TimeStamp: NOW,
    Nonce: nonce,
    ...wrong.fields,
  };
  return wireXml(Object.entries(fields).filter(([name]) => name !== wrong.without) as WirePairs);
}

/** An answer, and what it answers. */
export interface Case {
  readonly body?: string | Uint8Array;
  readonly mode?: LabMode;
  readonly to?: Description;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ms?: number;
  readonly account?: LabAccountInput;
  /** The files that the platform knows, and their kinds; not looked at unless given. */
  readonly files?: Readonly<Record<string, MediaType>>;
}

export function verdictOn(given: Case): Verdict {
  const { status = 200, headers = {}, ms = 20 } = given;
  const response: LabResponse = { status, headers, ms, body: Buffer.from(given.body ?? reply()) };
  return judge(response, expectation(given));
}

export function verdictOnSilence(reason: NoAnswerReason, isLast: boolean): Verdict {
  return judgeNoAnswer(new LabNoAnswer(reason, 5000, "Nothing came"), {
    ...expectation({}),
    isLast,
  });
}

function expectation({
  mode = "plain",
  to = TEXT_MESSAGE,
  account = {},
  files,
}: Case): Parameters<typeof judge>[1] {
  const fields = { ToUserName: ACCOUNT.originalId, FromUserName: FOLLOWER, ...to };
  return {
    account: prepareLabAccount({ ...ACCOUNT, ...account, mode }),
    openId: FOLLOWER,
    fields,
    at: NOW * 1000,
    mediaType: files && ((id) => files[id]),
  };
}
